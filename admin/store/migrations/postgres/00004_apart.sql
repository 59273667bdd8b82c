-- +goose Up
-- A number that came though some before it have not, and since when; the fingerprints of the last counters that were taken,
-- by which a second machine with the same log is told.
ALTER TABLE watermarks ADD COLUMN ahead BIGINT NOT NULL DEFAULT 0;
ALTER TABLE watermarks ADD COLUMN ahead_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE watermarks ADD COLUMN tail BYTEA NOT NULL DEFAULT '';

-- What bornes bring while they are quarantined or revoked: in no figure until an operator has decided.
CREATE TABLE apart_marks (
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    epoch TEXT NOT NULL,
    seq   BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (kiosk, epoch)
);
CREATE TABLE apart_cells (
    kiosk  TEXT NOT NULL REFERENCES kiosks (id),
    epoch  TEXT NOT NULL,
    seq    BIGINT NOT NULL,
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kiosk, epoch, seq)
);
