-- +goose Up
-- Times are milliseconds since 1970 UTC, 0 for none. Flags are 0 or 1.

CREATE TABLE organisation (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    created INTEGER NOT NULL
);

CREATE TABLE sites (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created    INTEGER NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE kiosks (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    site            TEXT NOT NULL REFERENCES sites (id),
    public_key      BLOB NOT NULL UNIQUE,
    standing        TEXT NOT NULL CHECK (standing IN ('active', 'quarantined', 'revoked')),
    standing_reason TEXT NOT NULL DEFAULT '',
    enrolled        INTEGER NOT NULL
);
CREATE INDEX kiosks_by_site ON kiosks (site);

CREATE TABLE kiosk_groups (
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    name  TEXT NOT NULL,
    PRIMARY KEY (kiosk, name)
) WITHOUT ROWID;

-- The last check-in of each borne, apart from kiosks since it changes all the time.
CREATE TABLE kiosk_status (
    kiosk          TEXT PRIMARY KEY REFERENCES kiosks (id),
    seen           INTEGER NOT NULL,
    bundle_version INTEGER NOT NULL,
    status         TEXT NOT NULL -- admin.Status as JSON
) WITHOUT ROWID;

CREATE TABLE enrolment_codes (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    site       TEXT NOT NULL REFERENCES sites (id),
    kiosk_name TEXT NOT NULL,
    groups     TEXT NOT NULL, -- JSON list
    author     TEXT NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    used       INTEGER NOT NULL DEFAULT 0,
    kiosk      TEXT REFERENCES kiosks (id)
);

CREATE TABLE operators (
    id       TEXT PRIMARY KEY,
    mail     TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL CHECK (role IN ('manager', 'technician', 'administrator')),
    password TEXT NOT NULL DEFAULT '', -- argon2id in PHC form, '' for none
    disabled INTEGER NOT NULL DEFAULT 0,
    created  INTEGER NOT NULL
);

-- Login links, sessions and tokens are one shape: the hash of a secret, whose, until when.
CREATE TABLE secrets (
    hash     TEXT PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('link', 'session', 'token')),
    operator TEXT NOT NULL REFERENCES operators (id),
    label    TEXT NOT NULL DEFAULT '',
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL
);
CREATE INDEX secrets_by_operator ON secrets (operator, kind);
CREATE INDEX secrets_by_expiry ON secrets (expires);

CREATE TABLE commands (
    id       TEXT PRIMARY KEY,
    kiosk    TEXT NOT NULL REFERENCES kiosks (id),
    kind     TEXT NOT NULL,
    argument TEXT NOT NULL,
    urgent   INTEGER NOT NULL,
    state    TEXT NOT NULL,
    author   TEXT NOT NULL,
    detail   TEXT NOT NULL DEFAULT '',
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    sent     INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX commands_by_kiosk ON commands (kiosk, created);
CREATE INDEX commands_by_time ON commands (created);
-- What a check-in reads: nothing but the commands still on their way.
CREATE INDEX commands_open ON commands (kiosk) WHERE state IN ('queued', 'sent');

CREATE TABLE releases (
    version         INTEGER PRIMARY KEY,
    sha256          TEXT NOT NULL,
    size            INTEGER NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    not_before      INTEGER NOT NULL,
    expires         INTEGER NOT NULL,
    author          TEXT NOT NULL,
    comment         TEXT NOT NULL,
    created         INTEGER NOT NULL
);
CREATE TABLE release_groups (
    version INTEGER NOT NULL REFERENCES releases (version),
    name    TEXT NOT NULL,
    PRIMARY KEY (version, name)
) WITHOUT ROWID;
CREATE TABLE release_archives (
    version INTEGER PRIMARY KEY REFERENCES releases (version),
    archive BLOB NOT NULL
);

-- How far each usage log has been received. An epoch is random per log, so it
-- belongs to one borne: a second one that brings it is a clone.
CREATE TABLE watermarks (
    epoch TEXT PRIMARY KEY,
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    seq   INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX watermarks_by_kiosk ON watermarks (kiosk);

CREATE TABLE cells (
    kiosk  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (kiosk, kind, day, hour, first, second)
) WITHOUT ROWID;

-- Rollups, kept at ingest. A count stays with the site where the borne stood
-- when its cells arrived.
CREATE TABLE site_cells (
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    site   TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (kind, day, site, hour, first, second)
) WITHOUT ROWID;
CREATE TABLE site_days (
    kind  TEXT NOT NULL,
    day   TEXT NOT NULL,
    site  TEXT NOT NULL,
    first TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, day, site, first)
) WITHOUT ROWID;

CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    time   INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_object ON audit (object, seq);

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
