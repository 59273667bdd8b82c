-- +goose Up
-- A person who has left may ask that their address goes (GDPR, article 17). Nothing of a line of the audit log changes but
-- this: the address of an operator who is disabled may become "person-" and the number of their account, and nothing else.
-- +goose StatementBegin
CREATE FUNCTION audit_keeps_its_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM OLD.seq OR NEW.time IS DISTINCT FROM OLD.time OR NEW.action IS DISTINCT FROM OLD.action OR NEW.detail IS DISTINCT FROM OLD.detail
        OR NEW.actor IS DISTINCT FROM OLD.actor AND NEW.actor IS DISTINCT FROM (SELECT 'person-' || id FROM operators WHERE mail = OLD.actor AND disabled = 1)
        OR NEW.object IS DISTINCT FROM OLD.object AND NEW.object IS DISTINCT FROM (SELECT 'person-' || id FROM operators WHERE mail = OLD.object AND disabled = 1) THEN
        RAISE EXCEPTION 'the audit log only grows';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd
DROP TRIGGER audit_no_change ON audit;
CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keeps_its_lines();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE INDEX audit_by_actor ON audit (actor, seq);
