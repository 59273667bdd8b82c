package usage

// The third schema knows the languages that the shell speaks since. Nothing
// else changes: no count, no number of the outbox.
const (
	languages3 = `'none', 'fr', 'fr-x-falc', 'en', 'ar', 'fa-af', 'ps', 'uk', 'ru', 'ti', 'tr', 'ro', 'pt', 'es'`

	cellColumns3 = cellsBefore2 + languages3 + cellsAfter2

	moreLanguages3 = `
	ALTER TABLE open RENAME TO open2;
	CREATE TABLE open (` + cellColumns3 + `,
		PRIMARY KEY (day, hour, kind, first, second)
	) STRICT, WITHOUT ROWID;
	INSERT INTO open SELECT day, hour, kind, first, second, count FROM open2;
	DROP TABLE open2;

	CREATE TABLE outbox3 (seq INTEGER PRIMARY KEY AUTOINCREMENT CHECK (seq > 0),` + cellColumns3 + `) STRICT;
	INSERT INTO outbox3 SELECT seq, day, hour, kind, first, second, count FROM outbox;
	DELETE FROM sqlite_sequence WHERE name = 'outbox3';
	INSERT INTO sqlite_sequence SELECT 'outbox3', seq FROM sqlite_sequence WHERE name = 'outbox';
	DROP TABLE outbox;
	ALTER TABLE outbox3 RENAME TO outbox;`
)
