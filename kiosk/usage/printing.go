package usage

// The fourth schema counts paper. Nothing else changes: no count, no number of
// the outbox.
const (
	devices4 = devices2 + `, 'pages', 'print-fault'`

	cellColumns4 = cellsBefore2 + languages3 + beforeDevices2 + devices4 + afterDevices2

	printing4 = `
	ALTER TABLE open RENAME TO open3;
	CREATE TABLE open (` + cellColumns4 + `,
		PRIMARY KEY (day, hour, kind, first, second)
	) STRICT, WITHOUT ROWID;
	INSERT INTO open SELECT day, hour, kind, first, second, count FROM open3;
	DROP TABLE open3;

	CREATE TABLE outbox4 (seq INTEGER PRIMARY KEY AUTOINCREMENT CHECK (seq > 0),` + cellColumns4 + `) STRICT;
	INSERT INTO outbox4 SELECT seq, day, hour, kind, first, second, count FROM outbox;
	DELETE FROM sqlite_sequence WHERE name = 'outbox4';
	INSERT INTO sqlite_sequence SELECT 'outbox4', seq FROM sqlite_sequence WHERE name = 'outbox';
	DROP TABLE outbox;
	ALTER TABLE outbox4 RENAME TO outbox;`
)
