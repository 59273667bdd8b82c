-- +goose Up
-- What pages reckon their figures from: counters summed by one dimension alone, of all kinds of a site, or of all sites (''),
-- in one row of a day and of a month. Each line of sums is of a kind and a dimension: "session/first button=12 idle=3".
CREATE TABLE day_sums (
    site TEXT NOT NULL,
    day  TEXT NOT NULL,
    sums TEXT NOT NULL,
    PRIMARY KEY (site, day)
) WITH (fillfactor = 50);
CREATE TABLE month_sums (
    site  TEXT NOT NULL,
    month TEXT NOT NULL, -- its first day
    sums  TEXT NOT NULL,
    PRIMARY KEY (site, month)
) WITH (fillfactor = 50);

CREATE TABLE margins (
    site  TEXT NOT NULL,
    day   TEXT NOT NULL,
    label TEXT NOT NULL,
    value TEXT NOT NULL,
    count BIGINT NOT NULL
);
INSERT INTO margins (site, day, label, value, count)
SELECT site, day, kind || '/first', first, SUM(count) FROM cells
WHERE kind NOT IN ('help', 'outcome', 'satisfaction', 'autonomy') GROUP BY site, day, kind, first;
INSERT INTO margins (site, day, label, value, count)
SELECT site, day, kind || '/second', second, SUM(count) FROM cells
WHERE kind IN ('session', 'visit', 'help', 'outcome', 'satisfaction', 'autonomy') GROUP BY site, day, kind, second;
INSERT INTO margins (site, day, label, value, count)
SELECT site, day, kind || '/hour', CAST(hour AS TEXT), SUM(count) FROM cells
WHERE kind IN ('session', 'availability') GROUP BY site, day, kind, hour;
-- Days on which a site was open.
INSERT INTO margins (site, day, label, value, count)
SELECT DISTINCT site, day, 'availability/days', 'open', 1 FROM margins WHERE label = 'availability/first' AND value = 'open' AND count > 0;
INSERT INTO margins (site, day, label, value, count)
SELECT '', day, label, value, SUM(count) FROM margins GROUP BY day, label, value;
INSERT INTO day_sums (site, day, sums)
SELECT site, day, string_agg(line, chr(10) ORDER BY line) FROM
    (SELECT site, day, label || string_agg(' ' || value || '=' || count, '' ORDER BY value) AS line FROM margins GROUP BY site, day, label) lines
GROUP BY site, day;
INSERT INTO month_sums (site, month, sums)
SELECT site, month, string_agg(line, chr(10) ORDER BY line) FROM
    (SELECT site, month, label || string_agg(' ' || value || '=' || count, '' ORDER BY value) AS line FROM
        (SELECT site, substr(day, 1, 8) || '01' AS month, label, value, SUM(count) AS count FROM margins GROUP BY 1, 2, label, value) sums
    GROUP BY site, month, label) lines
GROUP BY site, month;
DROP TABLE margins;
DROP TABLE site_days;

-- On how many days of a month the bornes of a site were heard, added up.
CREATE TABLE heard_months (
    site   TEXT NOT NULL,
    month  TEXT NOT NULL,
    kiosks BIGINT NOT NULL,
    PRIMARY KEY (site, month)
) WITH (fillfactor = 50);
INSERT INTO heard_months (site, month, kiosks)
SELECT site, substr(day, 1, 8) || '01', SUM(kiosks) FROM heard_days WHERE site <> '' GROUP BY 1, 2;
