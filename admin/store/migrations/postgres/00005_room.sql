-- +goose Up
-- Rows to which every group of batches adds: a page that has room keeps the new version of a row beside the old one, and
-- no index has to learn of it.
ALTER TABLE months SET (fillfactor = 50);
ALTER TABLE site_days SET (fillfactor = 50);
ALTER TABLE all_days SET (fillfactor = 50);
ALTER TABLE heard_days SET (fillfactor = 50);
ALTER TABLE watermarks SET (fillfactor = 50);
ALTER TABLE kiosk_status SET (fillfactor = 50);
