package store

import (
	"context"

	"borne/admin"
)

// NoteMaintenanceCode writes into the audit log who was shown a code that opens
// a borne's maintenance screen. The code itself is written nowhere.
func (s *Store) NoteMaintenanceCode(ctx context.Context, kiosk, actor string) error {
	return s.update(ctx, func(c conn) error {
		return c.audit(ctx, actor, admin.AuditMaintenanceCode, kiosk, "")
	})
}
