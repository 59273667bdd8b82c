package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

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
// goes on with its own log. A number that comes again with another content is
// admin.ErrForkedLog: two machines go by the same key, and that borne is
// quarantined too. What a borne brings while it is quarantined or revoked is
// acknowledged and kept apart (DecideApart).
func (s *Store) Ingest(ctx context.Context, id string, batch kiosk.CellBatch) (kiosk.Watermark, error) {
	in := &ingestion{kiosk: id, epoch: batch.Epoch, cells: slices.SortedStableFunc(slices.Values(batch.Cells),
		func(a, b kiosk.SequencedCell) int { return cmp.Compare(a.Seq, b.Seq) })}
	s.queue.bring(in, func(group []*ingestion) { s.ingest(ctx, group) })
	switch {
	case errors.Is(in.err, admin.ErrForeignEpoch):
		return kiosk.Watermark{}, errors.Join(in.err, s.SetStanding(ctx, id, admin.Quarantined,
			"brought the usage log of another borne", admin.ActorKiosk(id)))
	case errors.Is(in.err, admin.ErrForkedLog):
		return kiosk.Watermark{}, errors.Join(in.err, s.SetStanding(ctx, id, admin.Quarantined,
			"two machines bring its usage log", admin.ActorKiosk(id)))
	}
	if in.err != nil {
		return kiosk.Watermark{}, in.err
	}
	return kiosk.Watermark{Epoch: batch.Epoch, Seq: in.mark}, nil
}

// ingest keeps a group of batches in one transaction: all of them, or none.
func (s *Store) ingest(ctx context.Context, group []*ingestion) {
	// What was begun for many must not end with the request of one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ingestTimeout)
	defer cancel()
	// Epochs are locked, and rows written, in one order whoever brings them: servers then never wait for each other in a circle.
	slices.SortStableFunc(group, func(a, b *ingestion) int { return cmp.Compare(a.epoch, b.epoch) })
	err := s.beside(ctx, func(c conn) error {
		sums := newSums()
		logs, err := readLogs(ctx, c, group)
		if err != nil {
			return err
		}
		for _, in := range group {
			if err := in.take(ctx, c, logs, sums); err != nil {
				return err
			}
		}
		if err := logs.write(ctx, c); err != nil {
			return err
		}
		return sums.write(ctx, c)
	})
	for _, in := range group {
		if err != nil {
			in.err = err
		}
	}
}

// beside is update for transactions that add to the same rows as those of other
// servers, in one order: they wait for each other there, where serializable
// ones would have to start again.
func (s *Store) beside(ctx context.Context, f func(conn) error) error {
	if !s.dialect.numbered {
		return s.update(ctx, f)
	}
	return s.updateOnce(ctx, sql.LevelReadCommitted, f)
}

// ingestTimeout bounds the transaction of a group.
const ingestTimeout = 30 * time.Second

// take works out what is new in a batch, adds it to sums and moves the
// watermark. What is wrong with this batch alone is kept in err.
func (in *ingestion) take(ctx context.Context, c conn, logs *logs, sums sums) error {
	in.err = nil
	borne, known := logs.bornes[in.kiosk]
	if !known {
		in.err = fmt.Errorf("read borne's site: %w", admin.ErrNotFound)
		return nil
	}
	log := logs.held[in.epoch]
	if borne.standing != admin.Active {
		return in.takeApart(ctx, c, log.seq)
	}
	if log.owner != "" && log.owner != in.kiosk {
		if err := inherit(ctx, c, in.epoch, log.owner, in.kiosk); errors.Is(err, admin.ErrForeignEpoch) {
			in.err = err
			return nil
		} else if err != nil {
			return err
		}
	} else if seq := log.tail.contradicts(in.cells, log.seq); seq != 0 {
		in.err = fmt.Errorf("%w: number %d came with two contents", admin.ErrForkedLog, seq)
		return nil
	}
	fresh := following(in.cells, log.seq)
	in.mark = log.seq + uint64(len(fresh))
	ahead, since := log.ahead, log.since
	if ahead <= in.mark+1 {
		ahead, since = 0, 0
	}
	if beyond := slices.IndexFunc(in.cells, func(s kiosk.SequencedCell) bool { return s.Seq > in.mark }); beyond >= 0 && (ahead == 0 || in.cells[beyond].Seq < ahead) {
		if ahead = in.cells[beyond].Seq; since == 0 {
			since = millis(c.now)
		}
	}
	if len(fresh) == 0 && log.owner == in.kiosk && ahead == log.ahead {
		return nil
	}
	logs.move(in.epoch, held{owner: in.kiosk, seq: in.mark, ahead: ahead, since: since, tail: log.tail.with(fresh)})
	oldest := oldestDay(c.now)
	for _, cell := range fresh {
		if cell.Day < oldest {
			*sums.refused++ // acknowledged, so that the borne lets it go
			continue
		}
		sums.add(in.kiosk, borne.site, cell.Cell)
	}
	return nil
}

// Watermark returns how far an epoch of a borne is held, 0 when not at all.
func (s *Store) Watermark(ctx context.Context, id, epoch string) (kiosk.Watermark, error) {
	log, err := readLog(ctx, s.view(), epoch)
	if err != nil || log.owner != id {
		log.seq = 0
	}
	return kiosk.Watermark{Epoch: epoch, Seq: log.seq}, err
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
