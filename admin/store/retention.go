package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// oldestDay is the first day whose counters are kept: borned keeps its own by
// the same reckoning (kiosk/usage). The day is UTC's, which begins an hour or
// two after that of Europe/Paris: nothing goes too early.
func oldestDay(now time.Time) string {
	return now.UTC().AddDate(0, -admin.RetentionMonths, 0).Format(time.DateOnly)
}

// What upkeep counts until the audit log tells it.
const (
	upkeepExpired = "expired" // counters of bornes that were removed
	upkeepRefused = "refused" // counters that were too old when they came
)

// Steps of Expire: short enough that counters which come meanwhile hardly
// wait, and enough in a minute for a million bornes.
const (
	expireAtOnce = 2000 // rows
	expireSteps  = 30
)

// Expire removes counters of more than Options.UsageMonths and what was made of them, in
// small steps, and returns how many rows. It stops after some: what is left is
// for the next time. Once nothing is left, the audit log gets a line of what
// went. A month goes when its first day does; what is still kept of it is there
// by its days.
func (s *Store) Expire(ctx context.Context) (removed int, err error) {
	for range expireSteps {
		n := 0
		err := s.beside(ctx, func(c conn) (err error) {
			if n = 0; c.numbered {
				// One server at a time is enough.
				var mine bool
				if err := c.row(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended('expire', 0))`, nil, &mine); err != nil || !mine {
					return err
				}
			}
			if n, err = expireSome(ctx, c, s.oldestKept(c.now)); err != nil || n > 0 {
				return err
			}
			return tellUpkeep(ctx, c, s.oldestKept(c.now))
		})
		if err != nil {
			return removed, fmt.Errorf("remove old counters: %w", err)
		}
		if removed += n; n == 0 {
			break
		}
	}
	return removed, nil
}

// expireSome removes rows of one table, and returns how many: 0 when nothing is left.
func expireSome(ctx context.Context, c conn, oldest string) (int, error) {
	for _, d := range kiosk.Kinds() {
		// Each kind's days lie together, so that the oldest is looked up rather than searched for.
		kind := string(d.Kind)
		n, err := c.exec(ctx, c.few("cells", "kind, day, site, kiosk, hour, first, second", "kind = ? AND day < ?"), kind, oldest, expireAtOnce)
		if err != nil || n > 0 {
			return int(n), errors.Join(err, note(ctx, c, upkeepExpired, n))
		}
		for _, x := range []crossed{monthCrossings, dayCrossings} {
			where := "kind = ? AND site IN (SELECT id FROM sites UNION SELECT '') AND " + x.day + " < ?"
			if n, err = c.exec(ctx, c.few(x.table, "kind, site, "+x.day, where), kind, oldest, expireAtOnce); err != nil || n > 0 {
				return int(n), err
			}
		}
	}
	n, err := c.exec(ctx, c.few("heard", "day, kiosk", "day < ?"), oldest, expireAtOnce)
	if err != nil || n > 0 {
		return int(n), err
	}
	for _, s := range []spanned{daySums, monthSums, {"heard_months", "month"}} {
		if n, err = s.expire(ctx, c, oldest); err != nil || n > 0 {
			return int(n), err
		}
	}
	if n, err = c.exec(ctx, c.few("apart_cells", "kiosk, epoch, seq", "day < ?"), oldest, expireAtOnce); err != nil || n > 0 {
		return int(n), errors.Join(err, note(ctx, c, upkeepExpired, n))
	}
	var first *string
	if err := c.row(ctx, `SELECT MIN(day) FROM heard_days WHERE site = ''`, nil, &first); err != nil || first == nil || *first >= oldest {
		return 0, err
	}
	n, err = c.exec(ctx, `DELETE FROM heard_days WHERE day < ?`, oldest)
	return int(n), err
}

// expire removes the rows of days, or months, that begin before oldest: those
// of each site are looked up where they would lie.
func (s spanned) expire(ctx context.Context, c conn, oldest string) (int64, error) {
	return c.exec(ctx, c.few(s.table, "site, "+s.day, "site IN (SELECT id FROM sites UNION SELECT '') AND "+s.day+" < ?"), oldest, expireAtOnce)
}

// note adds to what the audit log is to tell.
func note(ctx context.Context, c conn, what string, n int64) error {
	if n == 0 {
		return nil
	}
	if _, err := c.exec(ctx, `INSERT INTO upkeep (what, count) VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET count = upkeep.count + excluded.count`, what, n); err != nil {
		return fmt.Errorf("note what became of counters: %w", err)
	}
	return nil
}

// tellUpkeep writes what was noted into the audit log: once a day at most of
// each, since days end once a day.
func tellUpkeep(ctx context.Context, c conn, oldest string) error {
	for _, told := range []struct {
		what   string
		action admin.AuditAction
	}{{upkeepExpired, admin.AuditUsageExpire}, {upkeepRefused, admin.AuditUsageRefuse}} {
		var n int64
		if err := c.row(ctx, `SELECT COALESCE(SUM(count), 0) FROM upkeep WHERE what = ?`, []any{told.what}, &n); err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		var today int
		if err := c.row(ctx, `SELECT COUNT(*) FROM audit WHERE object = ? AND action = ?`, []any{oldest, string(told.action)}, &today); err != nil {
			return err
		}
		if today > 0 {
			continue
		}
		if err := c.audit(ctx, admin.ActorLocal, told.action, oldest, fmt.Sprintf("%d counters of days before %s", n, oldest)); err != nil {
			return err
		}
		if _, err := c.exec(ctx, `DELETE FROM upkeep WHERE what = ?`, told.what); err != nil {
			return err
		}
	}
	return nil
}
