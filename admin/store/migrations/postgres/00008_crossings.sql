-- +goose Up
-- What pages cross two dimensions of, in place of a row for each counter of a day and of a month: one for all of a kind, whose
-- text has a pair for each, "9/button/0-5=12": hour, both dimensions, count. A batch changes a twentieth of the rows.
CREATE TABLE day_crossings (
    kind TEXT NOT NULL,
    site TEXT NOT NULL, -- '' for all of them, which is all that is kept by day
    day  TEXT NOT NULL,
    sums TEXT NOT NULL,
    PRIMARY KEY (kind, site, day)
) WITH (fillfactor = 50);
INSERT INTO day_crossings (kind, site, day, sums)
SELECT kind, '', day, string_agg(hour || '/' || first || '/' || second || '=' || count, ' ' ORDER BY hour, first, second) FROM all_days GROUP BY kind, day;
CREATE TABLE month_crossings (
    kind  TEXT NOT NULL,
    site  TEXT NOT NULL,
    month TEXT NOT NULL, -- its first day
    sums  TEXT NOT NULL,
    PRIMARY KEY (kind, site, month)
) WITH (fillfactor = 50);
INSERT INTO month_crossings (kind, site, month, sums)
SELECT kind, site, month, string_agg(hour || '/' || first || '/' || second || '=' || count, ' ' ORDER BY hour, first, second) FROM months GROUP BY kind, site, month;
DROP TABLE all_days;
DROP TABLE months;
