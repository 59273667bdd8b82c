package store

import (
	"context"
	"fmt"

	"borne/admin"
)

// EraseOperator removes the account of a disabled operator: address, name and
// password are gone, and whatever has the address as its author has
// admin.Pseudonym in its place, the lines of the audit log too, which otherwise
// nobody may change. Which of them are one person's can still be told, who that
// was cannot. Backups keep what they hold. admin.ErrConflict for an account
// that is open, admin.ErrNotFound for one that is not there.
func (s *Store) EraseOperator(ctx context.Context, id, actor string) error {
	return s.update(ctx, func(c conn) error {
		o, _, err := scanOperator(func(into ...any) error {
			return c.row(ctx, operatorColumns+` WHERE o.id = ?`, []any{id}, into...)
		})
		if err != nil {
			return fmt.Errorf("operator %q: %w", id, err)
		}
		if !o.Disabled {
			return fmt.Errorf("%w: the account is open: disable it first", admin.ErrConflict)
		}
		name := o.Pseudonym()
		// The audit log first: what it lets be changed hangs on the account.
		for _, column := range []string{"audit SET actor = ? WHERE actor", "audit SET object = ? WHERE object", "commands SET author = ? WHERE author",
			"releases SET author = ? WHERE author", "enrolment_codes SET author = ? WHERE author"} {
			if _, err := c.exec(ctx, `UPDATE `+column+` = ?`, name, o.Mail); err != nil {
				return fmt.Errorf("take the address out: %w", err)
			}
		}
		for _, statement := range []string{`DELETE FROM secrets WHERE operator = ?`, `DELETE FROM operators WHERE id = ?`} {
			if _, err := c.exec(ctx, statement, id); err != nil {
				return fmt.Errorf("delete the account: %w", err)
			}
		}
		if actor == o.Mail {
			actor = name
		}
		return c.audit(ctx, actor, admin.AuditOperatorErase, name, "")
	})
}
