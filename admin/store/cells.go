package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// Ingest adds the cells of a batch that follow, without a gap, what is already
// held of that epoch, and answers how far it now holds. Cells seen before are
// left alone; a gap is no error, the answer tells the borne where to resume.
// The batch is applied in one transaction, so that a cell counts once whatever
// is duplicated, reordered, cut or repeated.
//
// An epoch belongs to the borne that first brought it. Brought by another, it
// is a copied log: that borne is quarantined and admin.ErrForeignEpoch
// returned, unless the first one was revoked: then a borne that enrolled anew
// goes on with its own log.
func (s *Store) Ingest(ctx context.Context, id string, batch kiosk.CellBatch) (kiosk.Watermark, error) {
	mark := kiosk.Watermark{Epoch: batch.Epoch}
	cells := slices.SortedStableFunc(slices.Values(batch.Cells), func(a, b kiosk.SequencedCell) int {
		switch {
		case a.Seq < b.Seq:
			return -1
		case a.Seq > b.Seq:
			return 1
		}
		return 0
	})
	err := s.update(ctx, func(c conn) error {
		owner, seq, err := watermark(ctx, c, batch.Epoch)
		if err != nil {
			return err
		}
		if owner != "" && owner != id {
			if err := inherit(ctx, c, batch.Epoch, owner, id); err != nil {
				return err
			}
		}
		fresh := following(cells, seq)
		mark.Seq = seq + uint64(len(fresh))
		if len(fresh) == 0 && owner == id {
			return nil
		}
		if _, err := c.exec(ctx, `INSERT INTO watermarks (epoch, kiosk, seq, since, last) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq, last = excluded.last`,
			batch.Epoch, id, int64(mark.Seq), millis(c.now), millis(c.now)); err != nil {
			return fmt.Errorf("keep watermark: %w", err)
		}
		return addCells(ctx, c, id, fresh)
	})
	if errors.Is(err, admin.ErrForeignEpoch) {
		return kiosk.Watermark{}, errors.Join(err, s.SetStanding(ctx, id, admin.Quarantined,
			"brought the usage log of another borne", admin.ActorKiosk(id)))
	}
	if err != nil {
		return kiosk.Watermark{}, err
	}
	return mark, nil
}

// Watermark returns how far an epoch of a borne is held, 0 when not at all.
func (s *Store) Watermark(ctx context.Context, id, epoch string) (kiosk.Watermark, error) {
	owner, seq, err := watermark(ctx, s.view(), epoch)
	if err != nil || owner != id {
		seq = 0
	}
	return kiosk.Watermark{Epoch: epoch, Seq: seq}, err
}

func watermark(ctx context.Context, c conn, epoch string) (owner string, seq uint64, err error) {
	var n int64
	err = c.row(ctx, `SELECT kiosk, seq FROM watermarks WHERE epoch = ?`, []any{epoch}, &owner, &n)
	if errors.Is(err, admin.ErrNotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("read watermark: %w", err)
	}
	return owner, uint64(n), nil
}

// inherit passes an epoch from a revoked borne to the one that now brings it.
func inherit(ctx context.Context, c conn, epoch, from, to string) error {
	n, err := c.exec(ctx, `UPDATE watermarks SET kiosk = ? WHERE epoch = ? AND kiosk IN (SELECT id FROM kiosks WHERE standing = 'revoked')`, to, epoch)
	if err != nil {
		return fmt.Errorf("pass on usage log: %w", err)
	}
	if n == 0 {
		return admin.ErrForeignEpoch
	}
	return c.audit(ctx, admin.ActorKiosk(to), admin.AuditKioskChange, to, "goes on with the usage log of "+from)
}

// following returns the cells, sorted by sequence number, that follow seq
// without a gap, each number once.
func following(sorted []kiosk.SequencedCell, seq uint64) []kiosk.SequencedCell {
	var fresh []kiosk.SequencedCell
	for _, cell := range sorted {
		switch {
		case cell.Seq <= seq:
		case cell.Seq == seq+1:
			fresh = append(fresh, cell)
			seq++
		default:
			return fresh
		}
	}
	return fresh
}

// siteDay is a row of the coarsest rollup.
type siteDay struct {
	kind  kiosk.CellKind
	day   string
	first string
}

// addCells adds to the borne's counters and to the rollups of its site. A
// batch holds many cells of few keys, so rollups are summed before they are
// written.
func addCells(ctx context.Context, c conn, id string, cells []kiosk.SequencedCell) error {
	if len(cells) == 0 {
		return nil
	}
	var site string
	if err := c.row(ctx, `SELECT site FROM kiosks WHERE id = ?`, []any{id}, &site); err != nil {
		return fmt.Errorf("read borne's site: %w", err)
	}
	exact := map[kiosk.Key]int64{}
	days := map[siteDay]int64{}
	for _, cell := range cells {
		exact[cell.Key] += int64(cell.Count)
		days[siteDay{cell.Kind, cell.Day, cell.First}] += int64(cell.Count)
	}
	byKiosk, bySite, byDay := make([][]any, 0, len(exact)), make([][]any, 0, len(exact)), make([][]any, 0, len(days))
	for k, n := range exact {
		byKiosk = append(byKiosk, []any{id, string(k.Kind), k.Day, k.Hour, k.First, k.Second, n})
		bySite = append(bySite, []any{string(k.Kind), k.Day, site, k.Hour, k.First, k.Second, n})
	}
	for k, n := range days {
		byDay = append(byDay, []any{string(k.kind), k.day, site, k.first, n})
	}
	if err := addRows(ctx, c, `cells (kiosk, kind, day, hour, first, second, count)`,
		`(kiosk, kind, day, hour, first, second) DO UPDATE SET count = cells.count + excluded.count`, byKiosk); err != nil {
		return fmt.Errorf("add cells: %w", err)
	}
	if err := addRows(ctx, c, `site_cells (kind, day, site, hour, first, second, count)`,
		`(kind, day, site, hour, first, second) DO UPDATE SET count = site_cells.count + excluded.count`, bySite); err != nil {
		return fmt.Errorf("add cells of site: %w", err)
	}
	if err := addRows(ctx, c, `site_days (kind, day, site, first, count)`,
		`(kind, day, site, first) DO UPDATE SET count = site_days.count + excluded.count`, byDay); err != nil {
		return fmt.Errorf("add days of site: %w", err)
	}
	return nil
}

// rowsAtOnce is how many rows one statement adds: enough to make the cost of a
// call small, few enough for every engine's limit on parameters.
const rowsAtOnce = 100

// addRows adds rows of different keys to the counters of a table.
func addRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		values := strings.TrimSuffix(strings.Repeat("("+marks(len(chunk[0]))+"), ", len(chunk)), ", ")
		if _, err := c.exec(ctx, "INSERT INTO "+into+" VALUES "+values+" ON CONFLICT "+onConflict, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}
