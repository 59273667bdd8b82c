-- +goose Up
-- The audit log keeps personal data of operators, and so ends somewhere: its oldest lines may go, those of the half-year
-- before its last line may not, whoever asks.
-- +goose StatementBegin
CREATE FUNCTION audit_keeps_half_a_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.time > (SELECT time FROM audit ORDER BY seq DESC LIMIT 1) - 15552000000 THEN
        RAISE EXCEPTION 'the audit log only grows';
    END IF;
    RETURN OLD;
END;
$$;
-- +goose StatementEnd
DROP TRIGGER audit_no_change ON audit;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keeps_half_a_year();
