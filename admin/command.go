package admin

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// MaxArgument is the longest argument of a command, in characters: a message
// has to be read standing, in a few seconds.
const MaxArgument = 280

// DefaultCommandLife is how long a command stays valid when nobody says.
const DefaultCommandLife = time.Hour

// HelpLife is how long a command for the visitor who is there may wait for its
// borne, and what it waits when nobody says: the next visitor is another.
const HelpLife = 10 * time.Minute

// MaxCommandLife is the longest that a command may wait for its borne.
const MaxCommandLife = 30 * 24 * time.Hour

// Command is an order to a borne and where it stands.
type Command struct {
	kiosk.Command
	Kiosk  string             `json:"kiosk"`
	State  kiosk.CommandState `json:"state"`
	Author string             `json:"author"`
	// Detail is what the borne said of it.
	Detail  string    `json:"detail,omitempty"`
	Created time.Time `json:"created"`
	// Sent, Accepted and Finished are zero until they happen.
	Sent     time.Time `json:"sent,omitzero"`
	Accepted time.Time `json:"accepted,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// ForVisitor reports whether a command of that kind is for the visitor who is
// there. It is urgent by nature, and its argument is written down nowhere: what
// is typed for one person at a known time may point at that person.
func ForVisitor(k kiosk.CommandKind) bool {
	return k == kiosk.CommandAllowHost || k == kiosk.CommandProlong
}

// Needs is the permission that sending a command of that kind takes.
func Needs(k kiosk.CommandKind) Permission {
	if ForVisitor(k) {
		return HelpVisitors
	}
	return SendCommands
}

// WithDefaults gives a command the expiry of its kind when it has none, and
// makes urgent what is.
func (c Command) WithDefaults(now time.Time) Command {
	c.Urgent = c.Urgent || ForVisitor(c.Kind)
	switch {
	case !c.Expires.IsZero():
	case ForVisitor(c.Kind):
		c.Expires = now.Add(HelpLife)
	default:
		c.Expires = now.Add(DefaultCommandLife)
	}
	return c
}

// Validate checks what an operator asks for.
func (c Command) Validate(now time.Time) error {
	if c.Kind == kiosk.CommandProlong {
		if n, err := strconv.Atoi(c.Argument); err != nil || n < 1 || n > 120 {
			return fmt.Errorf("%w: %q: write how many minutes more, 1 to 120", ErrInvalid, c.Argument)
		}
	}
	if c.Kind == kiosk.CommandAllowHost {
		if err := allowlist.CanonicalVisitHost(c.Argument); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	switch {
	case !slices.Contains(kiosk.CommandKinds(), c.Kind):
		return fmt.Errorf("%w: command %q is unknown: use one of %v", ErrInvalid, c.Kind, kiosk.CommandKinds())
	case c.Argument != "" && c.Kind != kiosk.CommandMessage && !ForVisitor(c.Kind):
		return fmt.Errorf("%w: command %s takes no argument", ErrInvalid, c.Kind)
	case !utf8.ValidString(c.Argument) || utf8.RuneCountInString(c.Argument) > MaxArgument:
		return fmt.Errorf("%w: a message has at most %d characters", ErrInvalid, MaxArgument)
	case !c.Expires.After(now):
		return fmt.Errorf("%w: the command would already have expired", ErrInvalid)
	case ForVisitor(c.Kind) && c.Expires.Sub(now) > HelpLife:
		return fmt.Errorf("%w: command %s may wait %d minutes at most: the visitor is there now", ErrInvalid, c.Kind, HelpLife/time.Minute)
	case c.Expires.Sub(now) > MaxCommandLife:
		return fmt.Errorf("%w: a command may wait %d days at most", ErrInvalid, MaxCommandLife/(24*time.Hour))
	}
	return nil
}

// NextState says whether a command in state from may go to state to.
func NextState(from, to kiosk.CommandState) bool {
	if from.Final() {
		return false
	}
	switch to {
	case kiosk.CommandSent:
		return from == kiosk.CommandQueued
	case kiosk.CommandAccepted:
		return from == kiosk.CommandQueued || from == kiosk.CommandSent
	case kiosk.CommandCancelled:
		// Once accepted, it is in the borne's hands.
		return from != kiosk.CommandAccepted
	case kiosk.CommandDone, kiosk.CommandFailed, kiosk.CommandExpired:
		return true
	}
	return false
}

// CommandFilter narrows a list of commands, newest first; empty fields do not.
type CommandFilter struct {
	Kiosk string
	// Open leaves out commands in a final state.
	Open bool
	// Limit is the most to return, 0 for 200.
	Limit int
}
