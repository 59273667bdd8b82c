-- +goose Up
-- Times are milliseconds since 1970 UTC, 0 for none. Flags are 0 or 1. The same tables as in SQLite, where the schema
-- came in two steps.

CREATE TABLE organisation (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE sites (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created    BIGINT NOT NULL,
    is_default BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE kiosks (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    site            TEXT NOT NULL REFERENCES sites (id),
    public_key      BYTEA NOT NULL UNIQUE,
    standing        TEXT NOT NULL CHECK (standing IN ('active', 'quarantined', 'revoked')),
    standing_reason TEXT NOT NULL DEFAULT '',
    enrolled        BIGINT NOT NULL
);
CREATE INDEX kiosks_by_site ON kiosks (site);

CREATE TABLE kiosk_groups (
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    name  TEXT NOT NULL,
    PRIMARY KEY (kiosk, name)
);

-- The last check-in of each borne, apart from kiosks since it changes all the time.
CREATE TABLE kiosk_status (
    kiosk          TEXT PRIMARY KEY REFERENCES kiosks (id),
    seen           BIGINT NOT NULL,
    bundle_version BIGINT NOT NULL,
    status         TEXT NOT NULL -- admin.Status as JSON
);

CREATE TABLE enrolment_codes (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    site       TEXT NOT NULL REFERENCES sites (id),
    kiosk_name TEXT NOT NULL,
    groups     TEXT NOT NULL, -- JSON list
    author     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    used       BIGINT NOT NULL DEFAULT 0,
    kiosk      TEXT REFERENCES kiosks (id)
);

CREATE TABLE operators (
    id       TEXT PRIMARY KEY,
    mail     TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL CHECK (role IN ('manager', 'mediator', 'technician', 'administrator')),
    password TEXT NOT NULL DEFAULT '', -- argon2id in PHC form, '' for none
    disabled BIGINT NOT NULL DEFAULT 0,
    created  BIGINT NOT NULL
);

-- Login links, sessions and tokens are one shape: the hash of a secret, whose, until when.
CREATE TABLE secrets (
    hash     TEXT PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('link', 'session', 'token')),
    operator TEXT NOT NULL REFERENCES operators (id),
    label    TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL
);
CREATE INDEX secrets_by_operator ON secrets (operator, kind);
CREATE INDEX secrets_by_expiry ON secrets (expires);

CREATE TABLE commands (
    id       TEXT PRIMARY KEY,
    kiosk    TEXT NOT NULL REFERENCES kiosks (id),
    kind     TEXT NOT NULL,
    argument TEXT NOT NULL,
    urgent   BIGINT NOT NULL,
    state    TEXT NOT NULL,
    author   TEXT NOT NULL,
    detail   TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    sent     BIGINT NOT NULL DEFAULT 0,
    accepted BIGINT NOT NULL DEFAULT 0,
    finished BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX commands_by_kiosk ON commands (kiosk, created);
CREATE INDEX commands_by_time ON commands (created);
-- What a check-in reads: nothing but the commands still on their way.
CREATE INDEX commands_open ON commands (kiosk) WHERE state IN ('queued', 'sent');

CREATE TABLE releases (
    version         BIGINT PRIMARY KEY,
    sha256          TEXT NOT NULL,
    size            BIGINT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    not_before      BIGINT NOT NULL,
    expires         BIGINT NOT NULL,
    author          TEXT NOT NULL,
    comment         TEXT NOT NULL,
    created         BIGINT NOT NULL
);
CREATE TABLE release_groups (
    version BIGINT NOT NULL REFERENCES releases (version),
    name    TEXT NOT NULL,
    PRIMARY KEY (version, name)
);
CREATE TABLE release_archives (
    version BIGINT PRIMARY KEY REFERENCES releases (version),
    archive BYTEA NOT NULL
);

-- How far each usage log has been received. An epoch is random per log, so it
-- belongs to one borne: a second one that brings it is a clone.
CREATE TABLE watermarks (
    epoch TEXT PRIMARY KEY,
    kiosk TEXT NOT NULL REFERENCES kiosks (id),
    seq   BIGINT NOT NULL,
    since BIGINT NOT NULL,
    last  BIGINT NOT NULL
);
CREATE INDEX watermarks_by_kiosk ON watermarks (kiosk);

CREATE TABLE cells (
    kiosk  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kiosk, kind, day, hour, first, second)
);

-- Rollups, kept at ingest. A count stays with the site where the borne stood
-- when its cells arrived.
CREATE TABLE site_cells (
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    site   TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kind, day, site, hour, first, second)
);
CREATE TABLE site_days (
    kind  TEXT NOT NULL,
    day   TEXT NOT NULL,
    site  TEXT NOT NULL,
    first TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (kind, day, site, first)
);

CREATE TABLE audit (
    seq    BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    time   BIGINT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_object ON audit (object, seq);

-- +goose StatementBegin
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
