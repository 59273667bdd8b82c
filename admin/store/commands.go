package store

import (
	"context"
	"fmt"
	"time"

	"borne/admin"
	"borne/kiosk"
)

const commandColumns = `SELECT id, kiosk, kind, argument, urgent, state, author, detail, created, expires, sent, accepted, finished FROM commands`

// acceptedGrace is how long after its expiry a command that a borne accepted
// may still finish: it may wait for the end of a visit, or for the network.
const acceptedGrace = 24 * time.Hour

func scanCommand(scan func(...any) error, now time.Time) (c admin.Command, err error) {
	var urgent int
	var created, expires, sent, accepted, finished int64
	err = scan(&c.ID, &c.Kiosk, &c.Kind, &c.Argument, &urgent, &c.State, &c.Author, &c.Detail, &created, &expires, &sent, &accepted, &finished)
	c.Urgent = urgent != 0
	c.Created, c.Expires, c.Sent = fromMillis(created), fromMillis(expires), fromMillis(sent)
	c.Accepted, c.Finished = fromMillis(accepted), fromMillis(finished)
	// Expiry is a fact of the clock: it shows before Tidy has written it.
	if overdue(c, now) {
		c.State, c.Finished = kiosk.CommandExpired, c.Expires
	}
	return c, err
}

func overdue(c admin.Command, now time.Time) bool {
	limit := c.Expires
	if c.State == kiosk.CommandAccepted {
		limit = limit.Add(acceptedGrace)
	}
	return !c.State.Final() && !now.Before(limit)
}

func expireCommands(ctx context.Context, c conn) error {
	_, err := c.exec(ctx, `UPDATE commands SET state = 'expired', finished = expires
		WHERE state IN ('queued', 'sent') AND expires <= ? OR state = 'accepted' AND expires <= ?`,
		millis(c.now), millis(c.now.Add(-acceptedGrace)))
	if err != nil {
		return fmt.Errorf("expire commands: %w", err)
	}
	return nil
}

// CreateCommand queues a command from its Kiosk, Kind, Argument, Urgent,
// Expires and Author. The argument of one for the visitor who is there is kept
// in memory alone: commands that are read back do not have it, and only this
// process hands it on.
func (s *Store) CreateCommand(ctx context.Context, cmd admin.Command) (admin.Command, error) {
	cmd.ID, cmd.State = admin.NewID(), kiosk.CommandQueued
	return cmd, s.announce(ctx, cmd.Kiosk, func(c conn) error {
		cmd = cmd.WithDefaults(c.now)
		if err := cmd.Validate(c.now); err != nil {
			return err
		}
		cmd.Created = c.now
		var standing admin.Standing
		if err := c.row(ctx, `SELECT standing FROM kiosks WHERE id = ?`, []any{cmd.Kiosk}, &standing); err != nil {
			return fmt.Errorf("borne %q: %w", cmd.Kiosk, err)
		}
		if standing == admin.Revoked {
			return fmt.Errorf("%w: the borne is revoked", admin.ErrConflict)
		}
		argument := cmd.Argument
		if admin.ForVisitor(cmd.Kind) {
			// Before the row is there for a borne to take.
			s.unwritten.keep(cmd, c.now)
			argument = ""
		}
		if _, err := c.exec(ctx, `INSERT INTO commands (id, kiosk, kind, argument, urgent, state, author, created, expires)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, cmd.ID, cmd.Kiosk, string(cmd.Kind), argument, flag(cmd.Urgent),
			string(cmd.State), cmd.Author, millis(c.now), millis(cmd.Expires)); err != nil {
			return fmt.Errorf("queue command: %w", err)
		}
		return c.audit(ctx, cmd.Author, admin.AuditCommandCreate, cmd.Kiosk, string(cmd.Kind)+" "+cmd.ID)
	})
}

// Command returns one command; admin.ErrNotFound when there is none.
func (s *Store) Command(ctx context.Context, id string) (admin.Command, error) {
	return command(ctx, s.view(), id)
}

func command(ctx context.Context, c conn, id string) (admin.Command, error) {
	cmd, err := scanCommand(func(into ...any) error {
		return c.row(ctx, commandColumns+` WHERE id = ?`, []any{id}, into...)
	}, c.now)
	if err != nil {
		return cmd, fmt.Errorf("command %q: %w", id, err)
	}
	return cmd, nil
}

// Commands returns commands, newest first.
func (s *Store) Commands(ctx context.Context, f admin.CommandFilter) ([]admin.Command, error) {
	c := s.view()
	query, args := commandColumns+` WHERE 1 = 1`, []any{}
	if f.Kiosk != "" {
		query, args = query+` AND kiosk = ?`, append(args, f.Kiosk)
	}
	if f.Open {
		query += ` AND state IN ('queued', 'sent', 'accepted')`
	}
	query, args = query+` ORDER BY created DESC, id LIMIT ?`, append(args, limitOr(f.Limit, 200, 5000))
	cmds := []admin.Command{}
	err := c.rows(ctx, query, args, func(scan func(...any) error) error {
		cmd, err := scanCommand(scan, c.now)
		if !f.Open || !cmd.State.Final() {
			cmds = append(cmds, cmd)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list commands: %w", err)
	}
	return cmds, nil
}

// Outstanding returns the commands that a borne has not yet accepted, oldest
// first: those queued, and those sent in an answer that may have been lost.
func (s *Store) Outstanding(ctx context.Context, id string) ([]admin.Command, error) {
	c := s.often()
	var cmds []admin.Command
	err := c.rows(ctx, commandColumns+` WHERE kiosk = ? AND state IN ('queued', 'sent') AND expires > ? ORDER BY created, id LIMIT 50`,
		[]any{id, millis(c.now)}, func(scan func(...any) error) error {
			cmd, err := scanCommand(scan, c.now)
			if admin.ForVisitor(cmd.Kind) {
				var known bool
				if cmd.Argument, known = s.unwritten.of(cmd.ID); !known {
					return err // it expires
				}
			}
			cmds = append(cmds, cmd)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read commands of %s: %w", id, err)
	}
	return cmds, nil
}

// MarkSent notes that queued commands are on their way.
func (s *Store) MarkSent(ctx context.Context, ids []string) error {
	return s.update(ctx, func(c conn) error {
		for _, id := range ids {
			if _, err := c.exec(ctx, `UPDATE commands SET state = 'sent', sent = ? WHERE id = ? AND state = 'queued'`, millis(c.now), id); err != nil {
				return fmt.Errorf("mark command sent: %w", err)
			}
		}
		return nil
	})
}

// ReportCommand keeps what a borne says of its own command. Saying the same
// again changes nothing; admin.ErrCommandClosed when it had already ended
// otherwise.
func (s *Store) ReportCommand(ctx context.Context, kioskID, id string, r kiosk.CommandReport) error {
	return s.update(ctx, func(c conn) error {
		cmd, err := command(ctx, c, id)
		if err != nil {
			return err
		}
		if cmd.Kiosk != kioskID {
			return fmt.Errorf("command %q: %w", id, admin.ErrNotFound)
		}
		column := "finished"
		switch r.State {
		case kiosk.CommandAccepted:
			column = "accepted"
		case kiosk.CommandDone, kiosk.CommandFailed:
		default:
			return fmt.Errorf("%w: a borne does not report %q", admin.ErrInvalid, r.State)
		}
		if cmd.State == r.State {
			return nil
		}
		if !admin.NextState(cmd.State, r.State) {
			return admin.ErrCommandClosed
		}
		s.unwritten.forget(id)
		_, err = c.exec(ctx, `UPDATE commands SET state = ?, detail = ?, `+column+` = ? WHERE id = ?`, string(r.State), r.Detail, millis(c.now), id)
		if err != nil {
			return fmt.Errorf("keep report: %w", err)
		}
		return nil
	})
}

// CancelCommand takes back a command that its borne has not accepted yet;
// admin.ErrCommandClosed when it is too late.
func (s *Store) CancelCommand(ctx context.Context, id, actor string) error {
	return s.update(ctx, func(c conn) error {
		cmd, err := command(ctx, c, id)
		if err != nil {
			return err
		}
		if !admin.NextState(cmd.State, kiosk.CommandCancelled) {
			return admin.ErrCommandClosed
		}
		s.unwritten.forget(id)
		if _, err := c.exec(ctx, `UPDATE commands SET state = 'cancelled', finished = ? WHERE id = ?`, millis(c.now), id); err != nil {
			return fmt.Errorf("cancel command: %w", err)
		}
		return c.audit(ctx, actor, admin.AuditCommandCancel, cmd.Kiosk, string(cmd.Kind)+" "+id)
	})
}
