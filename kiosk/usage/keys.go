package usage

// The fifth schema counts the documents that people keep on their own USB key.
// Nothing else changes: no count, no number of the outbox.
const (
	devices5 = devices4 + `, 'saved', 'save-fault'`

	cellColumns5 = cellsBefore2 + languages3 + beforeDevices2 + devices5 + afterDevices2

	keys5 = `
	ALTER TABLE open RENAME TO open4;
	CREATE TABLE open (` + cellColumns5 + `,
		PRIMARY KEY (day, hour, kind, first, second)
	) STRICT, WITHOUT ROWID;
	INSERT INTO open SELECT day, hour, kind, first, second, count FROM open4;
	DROP TABLE open4;

	CREATE TABLE outbox5 (seq INTEGER PRIMARY KEY AUTOINCREMENT CHECK (seq > 0),` + cellColumns5 + `) STRICT;
	INSERT INTO outbox5 SELECT seq, day, hour, kind, first, second, count FROM outbox;
	DELETE FROM sqlite_sequence WHERE name = 'outbox5';
	INSERT INTO sqlite_sequence SELECT 'outbox5', seq FROM sqlite_sequence WHERE name = 'outbox';
	DROP TABLE outbox;
	ALTER TABLE outbox5 RENAME TO outbox;`
)
