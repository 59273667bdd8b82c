package store

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"borne/admin"
)

const operatorColumns = `SELECT o.id, o.mail, o.name, o.role, o.disabled, o.created, o.password FROM operators o`

func scanOperator(scan func(...any) error) (o admin.Operator, password string, err error) {
	var disabled int
	var created int64
	err = scan(&o.ID, &o.Mail, &o.Name, &o.Role, &disabled, &created, &password)
	o.Disabled, o.Created, o.HasPassword = disabled != 0, fromMillis(created), password != ""
	return o, password, err
}

func cleanMail(address string) (string, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	if a, err := mail.ParseAddress(address); err != nil || a.Address != address || len(address) > MaxName {
		return "", fmt.Errorf("%w: %q is not a mail address", admin.ErrInvalid, address)
	}
	return address, nil
}

// Operators returns everyone, by mail.
func (s *Store) Operators(ctx context.Context) ([]admin.Operator, error) {
	operators := []admin.Operator{}
	err := s.view().rows(ctx, operatorColumns+` ORDER BY o.mail`, nil, func(scan func(...any) error) error {
		o, _, err := scanOperator(scan)
		operators = append(operators, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list operators: %w", err)
	}
	return operators, nil
}

// OperatorByMail returns a person and the hash of their password, "" for none.
func (s *Store) OperatorByMail(ctx context.Context, address string) (o admin.Operator, password string, err error) {
	c := s.view()
	o, password, err = scanOperator(func(into ...any) error {
		return c.row(ctx, operatorColumns+` WHERE o.mail = ?`, []any{strings.ToLower(strings.TrimSpace(address))}, into...)
	})
	if err != nil {
		return o, "", fmt.Errorf("operator: %w", err)
	}
	return o, password, nil
}

// CreateOperator adds a person from Mail, Name and Role; admin.ErrConflict
// when the address is known.
func (s *Store) CreateOperator(ctx context.Context, o admin.Operator, actor string) (admin.Operator, error) {
	var err error
	if o.Mail, err = cleanMail(o.Mail); err != nil {
		return o, err
	}
	if o.Name == "" {
		o.Name = o.Mail
	}
	if o.Name, err = cleanName(o.Name); err != nil {
		return o, err
	}
	if !o.Role.Valid() {
		return o, fmt.Errorf("%w: role %q is not one of %v", admin.ErrInvalid, o.Role, admin.Roles())
	}
	o.ID, o.Disabled, o.HasPassword = admin.NewID(), false, false
	return o, s.update(ctx, func(c conn) error {
		o.Created = c.now
		if _, err := c.exec(ctx, `INSERT INTO operators (id, mail, name, role, created) VALUES (?, ?, ?, ?, ?)`,
			o.ID, o.Mail, o.Name, string(o.Role), millis(c.now)); err != nil {
			return c.conflict(err, "operator "+o.Mail)
		}
		return c.audit(ctx, actor, admin.AuditOperatorCreate, o.Mail, string(o.Role))
	})
}

// SetOperator changes a person's role and whether they may come in; a
// disabled person's secrets are deleted. admin.ErrLastAdministrator when nobody
// would be left who says who may come in.
func (s *Store) SetOperator(ctx context.Context, id string, role admin.Role, disabled bool, actor string) error {
	if !role.Valid() {
		return fmt.Errorf("%w: role %q is not one of %v", admin.ErrInvalid, role, admin.Roles())
	}
	return s.update(ctx, func(c conn) error {
		o, _, err := scanOperator(func(into ...any) error {
			return c.row(ctx, operatorColumns+` WHERE o.id = ?`, []any{id}, into...)
		})
		if err != nil {
			return fmt.Errorf("operator %q: %w", id, err)
		}
		if o.May(admin.ManageOperators) && (disabled || !role.May(admin.ManageOperators)) {
			if err := othersManage(ctx, c, id); err != nil {
				return err
			}
		}
		if _, err := c.exec(ctx, `UPDATE operators SET role = ?, disabled = ? WHERE id = ?`, string(role), flag(disabled), id); err != nil {
			return fmt.Errorf("change operator: %w", err)
		}
		if disabled {
			if _, err := c.exec(ctx, `DELETE FROM secrets WHERE operator = ?`, id); err != nil {
				return fmt.Errorf("delete secrets: %w", err)
			}
		}
		return c.audit(ctx, actor, admin.AuditOperatorChange, o.Mail, fmt.Sprintf("%s disabled=%t", role, disabled))
	})
}

// othersManage refuses when nobody but id may come in as administrator: what
// would then be changed nobody could take back at the console. Of two who are
// changed at the same time one is refused, since transactions are one at a time.
func othersManage(ctx context.Context, c conn, id string) error {
	var others int
	if err := c.row(ctx, `SELECT COUNT(*) FROM operators WHERE role = ? AND disabled = 0 AND id <> ?`, []any{string(admin.Administrator), id}, &others); err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if others == 0 {
		return admin.ErrLastAdministrator
	}
	return nil
}

// SetPassword keeps the hash of a new password and ends the person's sessions.
func (s *Store) SetPassword(ctx context.Context, id, hash, actor string) error {
	return s.update(ctx, func(c conn) error {
		n, err := c.exec(ctx, `UPDATE operators SET password = ? WHERE id = ?`, hash, id)
		if err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("operator %q: %w", id, admin.ErrNotFound)
		}
		if _, err := c.exec(ctx, `DELETE FROM secrets WHERE operator = ? AND kind <> 'token'`, id); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return c.audit(ctx, actor, admin.AuditPasswordSet, id, "")
	})
}

// AddSecret keeps the hash of a secret that opens for an operator until it
// expires.
func (s *Store) AddSecret(ctx context.Context, kind admin.SecretKind, hash, operator, label string, expires time.Time) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, `INSERT INTO secrets (hash, kind, operator, label, created, expires) VALUES (?, ?, ?, ?, ?, ?)`,
			hash, string(kind), operator, label, millis(c.now), millis(expires))
		if err != nil {
			return fmt.Errorf("keep %s: %w", kind, err)
		}
		return nil
	})
}

// SecretOwner returns whom a secret opens for; admin.ErrNotFound when it is
// unknown, expired, of another kind, or its operator is disabled.
func (s *Store) SecretOwner(ctx context.Context, kind admin.SecretKind, hash string) (admin.Operator, error) {
	return secretOwner(ctx, s.view(), kind, hash)
}

func secretOwner(ctx context.Context, c conn, kind admin.SecretKind, hash string) (admin.Operator, error) {
	o, _, err := scanOperator(func(into ...any) error {
		return c.row(ctx, operatorColumns+` JOIN secrets x ON x.operator = o.id
			WHERE x.hash = ? AND x.kind = ? AND x.expires > ? AND o.disabled = 0`, []any{hash, string(kind), millis(c.now)}, into...)
	})
	return o, err
}

// TakeSecret is SecretOwner that uses the secret up: of two who come with it,
// one gets in.
func (s *Store) TakeSecret(ctx context.Context, kind admin.SecretKind, hash string) (o admin.Operator, err error) {
	err = s.update(ctx, func(c conn) error {
		if o, err = secretOwner(ctx, c, kind, hash); err != nil {
			return err
		}
		_, err := c.exec(ctx, `DELETE FROM secrets WHERE hash = ?`, hash)
		return err
	})
	return o, err
}

// DropSecret forgets a secret, known or not.
func (s *Store) DropSecret(ctx context.Context, hash string) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, `DELETE FROM secrets WHERE hash = ?`, hash)
		return err
	})
}
