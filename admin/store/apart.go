package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"borne/admin"
	"borne/kiosk"
)

// maxApart bounds what is kept apart of one borne: more than a year of a busy
// one. What comes then stays on the borne.
const maxApart = 20_000

// takeApart keeps what a borne brings that is quarantined or revoked. It is
// acknowledged, so that it is safe here, and is in no figure. at is where the
// log stands that it belongs to: what a clone shares with it is there already.
func (in *ingestion) takeApart(ctx context.Context, c conn, at uint64) error {
	var seq int64
	err := c.row(ctx, `SELECT seq FROM apart_marks WHERE kiosk = ? AND epoch = ?`, []any{in.kiosk, in.epoch}, &seq)
	switch {
	case errors.Is(err, admin.ErrNotFound):
	case err != nil:
		return fmt.Errorf("read what is apart: %w", err)
	default:
		at = max(at, uint64(seq))
	}
	fresh := following(in.cells, at)
	in.mark = at + uint64(len(fresh))
	if len(fresh) == 0 {
		return nil
	}
	var kept int
	if err := c.row(ctx, `SELECT COUNT(*) FROM apart_cells WHERE kiosk = ?`, []any{in.kiosk}, &kept); err != nil {
		return fmt.Errorf("count what is apart: %w", err)
	}
	if kept+len(fresh) > maxApart {
		in.err = admin.ErrQuarantined
		return nil
	}
	if _, err := c.exec(ctx, `INSERT INTO apart_marks (kiosk, epoch, seq, since) VALUES (?, ?, ?, ?) ON CONFLICT (kiosk, epoch) DO UPDATE SET seq = excluded.seq`,
		in.kiosk, in.epoch, int64(in.mark), millis(c.now)); err != nil {
		return fmt.Errorf("keep apart: %w", err)
	}
	var rows [][]any
	for _, f := range fresh {
		rows = append(rows, []any{in.kiosk, in.epoch, int64(f.Seq), string(f.Kind), f.Day, f.Hour, f.First, f.Second, int64(f.Count)})
	}
	if err := insertRows(ctx, c, `apart_cells (kiosk, epoch, seq, kind, day, hour, first, second, count)`, "", rows); err != nil {
		return fmt.Errorf("keep apart: %w", err)
	}
	return nil
}

// DecideApart ends what is kept apart of a borne: it counts from now on, or is
// thrown away; the audit log tells who decided. It returns how many counters
// that was, admin.ErrNotFound when there is none. The borne's standing stays.
func (s *Store) DecideApart(ctx context.Context, id string, keep bool, actor string) (decided int, err error) {
	err = s.beside(ctx, func(c conn) error {
		marks, err := apartMarks(ctx, c, id)
		if err != nil {
			return err
		}
		var site string
		var standing admin.Standing
		if err := c.row(ctx, `SELECT site, standing FROM kiosks WHERE id = ?`, []any{id}, &site, &standing); err != nil {
			return fmt.Errorf("borne %q: %w", id, err)
		}
		sums, oldest, first, last := newSums(), oldestDay(c.now), "", ""
		decided = 0
		err = c.rows(ctx, `SELECT kind, day, hour, first, second, count FROM apart_cells WHERE kiosk = ?`, []any{id}, func(scan func(...any) error) error {
			var cell kiosk.Cell
			if err := scan(&cell.Kind, &cell.Day, &cell.Hour, &cell.First, &cell.Second, &cell.Count); err != nil {
				return err
			}
			decided++
			if first == "" || cell.Day < first {
				first = cell.Day
			}
			last = max(last, cell.Day)
			if cell.Day < oldest {
				*sums.refused++
				return nil
			}
			sums.add(id, site, cell)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read what is apart: %w", err)
		}
		if decided == 0 {
			return fmt.Errorf("nothing of borne %q is kept apart: %w", id, admin.ErrNotFound)
		}
		action := admin.AuditUsageDrop
		if keep {
			action = admin.AuditUsageKeep
			if standing == admin.Revoked {
				clear(sums.heard) // it is expected no more
			}
			if err := sums.write(ctx, c); err != nil {
				return err
			}
		}
		if err := goOn(ctx, c, id, marks); err != nil {
			return err
		}
		if _, err := c.exec(ctx, `DELETE FROM apart_cells WHERE kiosk = ?`, id); err != nil {
			return fmt.Errorf("end what is apart: %w", err)
		}
		return c.audit(ctx, actor, action, id, fmt.Sprintf("%d counters of %s to %s", decided, first, last))
	})
	return decided, err
}

// apartMarks reads how far the logs are that a borne brought while it was kept
// apart, and keeps other servers from adding to them.
func apartMarks(ctx context.Context, c conn, id string) (map[string]int64, error) {
	marks := map[string]int64{}
	read := func() error {
		return c.rows(ctx, `SELECT epoch, seq FROM apart_marks WHERE kiosk = ?`, []any{id}, func(scan func(...any) error) error {
			var epoch string
			var seq int64
			err := scan(&epoch, &seq)
			marks[epoch] = seq
			return err
		})
	}
	err := read()
	if err == nil && c.numbered {
		if err := lockEpochs(ctx, c, slices.Sorted(maps.Keys(marks))); err != nil {
			return nil, err
		}
		err = read()
	}
	if err != nil {
		return nil, fmt.Errorf("read what is apart: %w", err)
	}
	return marks, nil
}

// goOn lets a borne's own logs go on after what was kept apart of them.
func goOn(ctx context.Context, c conn, id string, marks map[string]int64) error {
	for _, epoch := range slices.Sorted(maps.Keys(marks)) {
		if _, err := c.exec(ctx, `INSERT INTO watermarks (epoch, kiosk, seq, since, last) VALUES (?, ?, ?, ?, ?) ON CONFLICT (epoch) DO NOTHING`,
			epoch, id, marks[epoch], millis(c.now), millis(c.now)); err != nil {
			return fmt.Errorf("go on with the usage log: %w", err)
		}
		if _, err := c.exec(ctx, `UPDATE watermarks SET seq = ?, last = ?, ahead = 0, ahead_since = 0, tail = ? WHERE epoch = ? AND kiosk = ? AND seq < ?`,
			marks[epoch], millis(c.now), []byte{}, epoch, id, marks[epoch]); err != nil {
			return fmt.Errorf("go on with the usage log: %w", err)
		}
	}
	return nil
}

// UsageLogs tells how far each usage log of a borne has come, what it lacks,
// and what of it is kept apart; the one that was last heard of stands first.
func (s *Store) UsageLogs(ctx context.Context, id string) ([]admin.UsageLog, error) {
	c := s.view()
	logs := map[string]*admin.UsageLog{}
	err := c.rows(ctx, `SELECT epoch, seq, since, last, ahead, ahead_since FROM watermarks WHERE kiosk = ?`, []any{id}, func(scan func(...any) error) error {
		var l admin.UsageLog
		var seq, since, last, ahead, missing int64
		if err := scan(&l.Epoch, &seq, &since, &last, &ahead, &missing); err != nil {
			return err
		}
		l.Held, l.Began, l.Last = uint64(seq), fromMillis(since), fromMillis(last)
		if ahead > seq+1 {
			l.MissingFrom, l.MissingTo, l.Since = uint64(seq)+1, uint64(ahead)-1, fromMillis(missing)
		}
		logs[l.Epoch] = &l
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read usage logs of borne: %w", err)
	}
	err = c.rows(ctx, `SELECT a.epoch, m.since, COUNT(*), MIN(a.day), MAX(a.day) FROM apart_cells a JOIN apart_marks m ON m.kiosk = a.kiosk AND m.epoch = a.epoch
		WHERE a.kiosk = ? GROUP BY a.epoch, m.since`, []any{id}, func(scan func(...any) error) error {
		var epoch string
		var since int64
		var a admin.Apart
		if err := scan(&epoch, &since, &a.Cells, &a.FirstDay, &a.LastDay); err != nil {
			return err
		}
		a.Since = fromMillis(since)
		if logs[epoch] == nil {
			logs[epoch] = &admin.UsageLog{Epoch: epoch, Began: a.Since, Last: a.Since}
		}
		logs[epoch].Apart = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what is apart of borne: %w", err)
	}
	out := []admin.UsageLog{}
	for _, l := range logs {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b admin.UsageLog) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Epoch, b.Epoch)) })
	return out, nil
}
