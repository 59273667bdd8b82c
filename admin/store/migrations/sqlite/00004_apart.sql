-- +goose Up
-- A number that came though some before it have not, and since when; the fingerprints of the last counters that were taken,
-- by which a second machine with the same log is told.
ALTER TABLE watermarks ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
ALTER TABLE watermarks ADD COLUMN ahead_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE watermarks ADD COLUMN tail BLOB NOT NULL DEFAULT X'';

-- What bornes bring while they are quarantined or revoked: in no figure until an operator has decided.
CREATE TABLE apart_marks (
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    epoch TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (kiosk, epoch)
) WITHOUT ROWID;
CREATE TABLE apart_cells (
    kiosk  TEXT NOT NULL REFERENCES kiosks (id),
    epoch  TEXT NOT NULL,
    seq    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (kiosk, epoch, seq)
) WITHOUT ROWID;
