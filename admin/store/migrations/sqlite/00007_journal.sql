-- +goose Up
-- The audit log keeps personal data of operators, and so ends somewhere: its oldest lines may go, those of the half-year
-- before its last line may not, whoever asks.
DROP TRIGGER audit_no_delete;
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.time > (SELECT time FROM audit ORDER BY seq DESC LIMIT 1) - 15552000000 BEGIN
    SELECT RAISE(ABORT, 'the audit log only grows');
END;
-- +goose StatementEnd
