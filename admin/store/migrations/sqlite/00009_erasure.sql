-- +goose Up
-- A person who has left may ask that their address goes (GDPR, article 17). Nothing of a line of the audit log changes but
-- this: the address of an operator who is disabled may become "person-" and the number of their account, and nothing else.
DROP TRIGGER audit_no_update;
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
WHEN NEW.seq IS NOT OLD.seq OR NEW.time IS NOT OLD.time OR NEW.action IS NOT OLD.action OR NEW.detail IS NOT OLD.detail
    OR NEW.actor IS NOT OLD.actor AND NEW.actor IS NOT (SELECT 'person-' || id FROM operators WHERE mail = OLD.actor AND disabled = 1)
    OR NEW.object IS NOT OLD.object AND NEW.object IS NOT (SELECT 'person-' || id FROM operators WHERE mail = OLD.object AND disabled = 1) BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
CREATE INDEX audit_by_actor ON audit (actor, seq);
