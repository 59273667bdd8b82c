-- +goose Up
-- A fourth role. SQLite cannot change a CHECK: the column is made anew.
ALTER TABLE operators ADD COLUMN duty TEXT NOT NULL DEFAULT 'manager'
    CHECK (duty IN ('manager', 'mediator', 'technician', 'administrator'));
UPDATE operators SET duty = role;
ALTER TABLE operators DROP COLUMN role;
ALTER TABLE operators RENAME COLUMN duty TO role;
