package store

import (
	"context"
	"fmt"

	"borne/admin"
)

// Audit adds a line to the audit log for what changes nothing else here.
func (s *Store) Audit(ctx context.Context, actor string, action admin.AuditAction, object, detail string) error {
	return s.update(ctx, func(c conn) error { return c.audit(ctx, actor, action, object, detail) })
}

// AuditLog returns lines of the audit log, newest first.
func (s *Store) AuditLog(ctx context.Context, f admin.AuditFilter) ([]admin.AuditEntry, error) {
	query, args := `SELECT seq, time, actor, action, object, detail FROM audit WHERE 1 = 1`, []any{}
	if f.Actor != "" {
		query, args = query+` AND actor = ?`, append(args, f.Actor)
	}
	if f.Object != "" {
		query, args = query+` AND object = ?`, append(args, f.Object)
	}
	if f.Before > 0 {
		query, args = query+` AND seq < ?`, append(args, f.Before)
	}
	query, args = query+` ORDER BY seq DESC LIMIT ?`, append(args, limitOr(f.Limit, 200, 5000))
	entries := []admin.AuditEntry{}
	err := s.view().rows(ctx, query, args, func(scan func(...any) error) error {
		var e admin.AuditEntry
		var at int64
		if err := scan(&e.Seq, &at, &e.Actor, &e.Action, &e.Object, &e.Detail); err != nil {
			return err
		}
		e.Time = fromMillis(at)
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	return entries, nil
}
