package usage

// A second wall behind kiosk.Key.Validate: the tables themselves take the
// values of kiosk.Kinds and no others, each in its own place. So no column can
// hold a name, an address, a number or a sentence, whoever writes it. The one
// open list is the catalogue's ids, of which the form alone is known here; the
// session's machine takes no id that the catalogue does not hold.
//
// The text is SQL as it was released, not made of kiosk.Kinds: a schema must
// not depend on the program that made it. A test holds the two equal, so that
// a new value needs a migration.

// What several kinds have in common: the form of a catalogue's id (or none),
// and the duration. GLOB and length end at a NUL, octet_length does not: nothing
// hides behind one.
const (
	firstIsService2  = `first GLOB '[a-z]*' AND first NOT GLOB '*[^a-z0-9-]*' AND length(first) = octet_length(first) AND octet_length(first) <= 40`
	secondIsService2 = `second GLOB '[a-z]*' AND second NOT GLOB '*[^a-z0-9-]*' AND length(second) = octet_length(second) AND octet_length(second) <= 40`
	duration2        = `second IN ('0-5', '5-15', '15-30', '30-60', '60-120', '120+', 'none')`
)

// The columns of both tables, up to the languages of the kind inclusion and
// from there on.
const (
	languages2   = `'none', 'fr', 'en', 'uk', 'ru'`
	cellColumns2 = cellsBefore2 + languages2 + cellsAfter2
)

const cellsBefore2 = `
	day    TEXT    NOT NULL CHECK (day IS date(day)),
	hour   INTEGER NOT NULL CHECK (hour BETWEEN -1 AND 23),
	kind   TEXT    NOT NULL,
	first  TEXT    NOT NULL,
	second TEXT    NOT NULL,
	count  INTEGER NOT NULL CHECK (count > 0),
	CONSTRAINT value_of_kinds CHECK (CASE kind
		WHEN 'session' THEN hour >= 0 AND first IN ('button', 'idle', 'limit', 'staff', 'browser-fault', 'shell-fault',
			'stop', 'power') AND ` + duration2 + `
		WHEN 'visit' THEN hour = -1 AND ` + firstIsService2 + ` AND ` + duration2 + `
		WHEN 'inclusion' THEN hour = -1 AND first IN (`

// What follows the languages, up to the list of the kind device and from there
// on.
const (
	cellsAfter2 = beforeDevices2 + devices2 + afterDevices2
	devices2    = `'refused-host', 'refused-noise', 'host-added', 'upload', 'download',
			'wipe-clean', 'wipe-fault', 'evicted', 'log-lost', 'shell-renewed', 'browser-hung'`
)

const beforeDevices2 = `) AND second = 'none'
		WHEN 'aid' THEN hour = -1 AND first IN ('large-text', 'contrast', 'speech', 'keyboard') AND second = 'none'
		WHEN 'help' THEN hour = -1 AND ` + firstIsService2 + ` AND second IN ('0-1', '1-5', '5-15', '15+', 'unanswered')
		WHEN 'outcome' THEN hour = -1 AND ` + firstIsService2 + ` AND second IN ('done', 'not-done', 'later', 'none')
		WHEN 'satisfaction' THEN hour = -1 AND ` + firstIsService2 + ` AND second IN ('happy', 'neutral', 'unhappy', 'none')
		WHEN 'autonomy' THEN hour = -1 AND ` + firstIsService2 + ` AND second IN ('accompanied', 'partly', 'alone', 'none')
		WHEN 'refusal' THEN hour = -1 AND first IN ('host-not-listed', 'collector', 'ip-literal', 'port', 'scheme', 'malformed',
			'private-address', 'not-tls', 'sni-missing', 'sni-mismatch', 'ech', 'no-session', 'limit', 'key', 'window', 'dialog',
			'download', 'upload', 'permission', 'certificate', 'device', 'clock') AND ` + secondIsService2 + `
		WHEN 'device' THEN hour = -1 AND first IN (`

const afterDevices2 = `) AND ` + secondIsService2 + `
		WHEN 'availability' THEN hour >= 0 AND first IN ('open', 'out-of-service', 'offline', 'closed') AND second = 'none'
		ELSE false END)`

// closedLists2 closes the lists of the first schema. What it held was
// validated by lists that these hold too; the numbers of the outbox stay, and
// the sequence stays above every number ever given.
const closedLists2 = `
	ALTER TABLE open RENAME TO open1;
	CREATE TABLE open (` + cellColumns2 + `,
		PRIMARY KEY (day, hour, kind, first, second)
	) STRICT, WITHOUT ROWID;
	INSERT INTO open SELECT day, hour, kind, first, second, count FROM open1;
	DROP TABLE open1;

	CREATE TABLE outbox2 (seq INTEGER PRIMARY KEY AUTOINCREMENT CHECK (seq > 0),` + cellColumns2 + `) STRICT;
	INSERT INTO outbox2 SELECT seq, day, hour, kind, first, second, count FROM outbox;
	DELETE FROM sqlite_sequence WHERE name = 'outbox2';
	INSERT INTO sqlite_sequence SELECT 'outbox2', seq FROM sqlite_sequence WHERE name = 'outbox';
	DROP TABLE outbox;
	ALTER TABLE outbox2 RENAME TO outbox;

	ALTER TABLE sync RENAME TO sync1;
	CREATE TABLE sync (
		id          INTEGER PRIMARY KEY CHECK (id = 1),
		epoch       TEXT    NOT NULL CHECK (length(epoch) = 32 AND octet_length(epoch) = 32 AND epoch NOT GLOB '*[^0-9a-f]*'),
		sent        INTEGER NOT NULL CHECK (sent >= 0), -- highest seq ever handed out
		acked       INTEGER NOT NULL CHECK (acked >= 0), -- the central office's watermark
		evicted     INTEGER NOT NULL CHECK (evicted >= 0), -- seqs up to here that have no row are gone
		evicted_day TEXT    NOT NULL CHECK (evicted_day = '' OR evicted_day IS date(evicted_day))
	) STRICT;
	INSERT INTO sync SELECT id, epoch, sent, acked, evicted, evicted_day FROM sync1;
	DROP TABLE sync1;`
