-- +goose Up
-- Counters begin with their day, so that those of a day lie together, which are what is added to and read, and say the site
-- where the borne stood when they arrived. For those that are there already it is the site where it stands now.
CREATE TABLE borne_cells (
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    site   TEXT NOT NULL,
    kiosk  TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kind, day, site, kiosk, hour, first, second)
);
INSERT INTO borne_cells (kind, day, site, kiosk, hour, first, second, count)
SELECT c.kind, c.day, k.site, c.kiosk, c.hour, c.first, c.second, c.count FROM cells c JOIN kiosks k ON k.id = c.kiosk
ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- The sites where a borne's counters are.
CREATE TABLE kiosk_sites (
    kiosk TEXT NOT NULL,
    site  TEXT NOT NULL,
    PRIMARY KEY (kiosk, site)
);
INSERT INTO kiosk_sites (kiosk, site) SELECT DISTINCT kiosk, site FROM borne_cells;

-- Rollups. A site of '' stands for all of them.
INSERT INTO site_days (kind, day, site, first, count) SELECT kind, day, '', first, SUM(count) FROM site_days GROUP BY kind, day, first;
CREATE TABLE all_days (
    kind   TEXT NOT NULL,
    day    TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kind, day, hour, first, second)
);
INSERT INTO all_days (kind, day, hour, first, second, count)
SELECT kind, day, hour, first, second, SUM(count) FROM site_cells GROUP BY kind, day, hour, first, second;
CREATE TABLE months (
    kind   TEXT NOT NULL,
    month  TEXT NOT NULL, -- its first day
    site   TEXT NOT NULL,
    hour   BIGINT NOT NULL,
    first  TEXT NOT NULL,
    second TEXT NOT NULL,
    count  BIGINT NOT NULL,
    PRIMARY KEY (kind, month, site, hour, first, second)
);
INSERT INTO months (kind, month, site, hour, first, second, count)
SELECT kind, substr(day, 1, 8) || '01', site, hour, first, second, SUM(count) FROM site_cells GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO months (kind, month, site, hour, first, second, count)
SELECT kind, month, '', hour, first, second, SUM(count) FROM months GROUP BY kind, month, hour, first, second;

-- Of which days a borne that is not revoked has brought its minutes, and of how many bornes each day has them.
CREATE TABLE heard (
    day   TEXT NOT NULL,
    kiosk TEXT NOT NULL,
    PRIMARY KEY (day, kiosk)
);
INSERT INTO heard (kiosk, day) SELECT DISTINCT kiosk, day FROM borne_cells
WHERE kind = 'availability' AND kiosk IN (SELECT id FROM kiosks WHERE standing <> 'revoked');
CREATE TABLE heard_days (
    site   TEXT NOT NULL,
    day    TEXT NOT NULL,
    kiosks BIGINT NOT NULL,
    PRIMARY KEY (site, day)
);
INSERT INTO heard_days (site, day, kiosks) SELECT k.site, h.day, COUNT(*) FROM heard h JOIN kiosks k ON k.id = h.kiosk GROUP BY k.site, h.day;
INSERT INTO heard_days (site, day, kiosks) SELECT '', day, SUM(kiosks) FROM heard_days GROUP BY day;

DROP TABLE site_cells;
DROP TABLE cells;
ALTER TABLE borne_cells RENAME TO cells;

-- What was removed or refused for its age, until a line of the audit log has told it.
CREATE TABLE upkeep (
    what  TEXT PRIMARY KEY,
    count BIGINT NOT NULL
);
