package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/admin"
)

// retention checks and fills in how long things are kept.
func (o *Options) retention() error {
	if o.UsageMonths == 0 {
		o.UsageMonths = admin.RetentionMonths
	}
	if o.AuditMonths == 0 {
		o.AuditMonths = admin.AuditMonths
	}
	if o.UsageMonths < 1 || o.UsageMonths > admin.RetentionMonths {
		return fmt.Errorf("%w: counters are kept for 1 to %d months, not %d", admin.ErrInvalid, admin.RetentionMonths, o.UsageMonths)
	}
	if o.AuditMonths < admin.MinAuditMonths || o.AuditMonths > admin.MaxAuditMonths {
		return fmt.Errorf("%w: the audit log is kept for %d to %d months, not %d", admin.ErrInvalid, admin.MinAuditMonths, admin.MaxAuditMonths, o.AuditMonths)
	}
	return nil
}

// oldestKept is the first day that Expire leaves. A shorter retention than the
// longest ends at the first of a month: figures of a whole month are kept, and
// go, together, so that none is told of half a one.
func (s *Store) oldestKept(now time.Time) string {
	if s.usageMonths == admin.RetentionMonths {
		return oldestDay(now)
	}
	y, m, _ := now.UTC().Date()
	return time.Date(y, m-time.Month(s.usageMonths), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// auditEvery is how often old lines of the audit log go, at most: it is told of,
// in a line.
const auditEvery = 24 * time.Hour

// expireAudit removes lines of the audit log that are older than
// Options.AuditMonths, and says in it how many.
func (s *Store) expireAudit(ctx context.Context) error {
	err := s.beside(ctx, func(c conn) error {
		oldest := c.now.UTC().AddDate(0, -s.auditMonths, 0)
		var first int64
		err := c.row(ctx, `SELECT time FROM audit ORDER BY seq LIMIT 1`, nil, &first)
		if errors.Is(err, admin.ErrNotFound) || err == nil && first >= millis(oldest.Add(-auditEvery)) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := c.exec(ctx, c.few("audit", "seq", "time < ?"), millis(oldest), expireAtOnce)
		if err != nil || n == 0 {
			return err
		}
		return c.audit(ctx, admin.ActorLocal, admin.AuditExpire, oldest.Format(time.DateOnly), fmt.Sprintf("%d lines of before %s", n, oldest.Format(time.DateOnly)))
	})
	if err != nil {
		return fmt.Errorf("remove old lines of the audit log: %w", err)
	}
	return nil
}
