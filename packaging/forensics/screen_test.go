package forensics_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"borne/packaging/demo/stage"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// screenHolds reads all that the X server tells to one who holds its cookie: the selections, and every property of every
// window, the root's among them.
func (s *scene) screenHolds(tell func(where string, b []byte)) error {
	cookie, err := s.Host.ReadFile(stage.XAuthority)
	if err != nil || len(cookie) < 16 {
		return fmt.Errorf("read the X cookie: %d bytes, %w", len(cookie), err)
	}
	socket, err := s.Host.Dial(s.t.Context(), "unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(stage.Display, ":"))
	if err != nil {
		return fmt.Errorf("reach the X server: %w", err)
	}
	conn, err := xgb.NewConnNetWithCookieHex(socket, hex.EncodeToString(cookie[len(cookie)-16:])) // the one entry ends in it
	if err != nil {
		return fmt.Errorf("reach the X server: %w", err)
	}
	defer conn.Close()
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	windows := []xproto.Window{root}
	for i := 0; i < len(windows); i++ {
		tree, err := xproto.QueryTree(conn, windows[i]).Reply()
		if err != nil {
			continue // it went away
		}
		windows = append(windows, tree.Children...)
		if err := properties(conn, windows[i], tell); err != nil {
			return err
		}
	}
	return selections(conn, root, tell)
}

func properties(conn *xgb.Conn, w xproto.Window, tell func(string, []byte)) error {
	list, err := xproto.ListProperties(conn, w).Reply()
	if err != nil {
		return nil // it went away
	}
	for _, atom := range list.Atoms {
		p, err := xproto.GetProperty(conn, false, w, atom, xproto.GetPropertyTypeAny, 0, 1<<16).Reply()
		if err != nil {
			continue
		}
		name, err := xproto.GetAtomName(conn, atom).Reply()
		if err != nil {
			return fmt.Errorf("name of a property: %w", err)
		}
		tell("X property "+name.Name, p.Value)
	}
	return nil
}

// selections asks each owner for its text, and tells of owners that give none.
func selections(conn *xgb.Conn, root xproto.Window, tell func(string, []byte)) error {
	atom := func(name string) xproto.Atom {
		a, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return xproto.AtomNone
		}
		return a.Atom
	}
	id, err := xproto.NewWindowId(conn)
	if err != nil {
		return err
	}
	if err := xproto.CreateWindowChecked(conn, 0, id, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil).Check(); err != nil {
		return fmt.Errorf("make a window to read selections with: %w", err)
	}
	defer xproto.DestroyWindow(conn, id)
	text, into := atom("UTF8_STRING"), atom("BORNE_RELEVE")
	for _, name := range []string{"PRIMARY", "SECONDARY", "CLIPBOARD"} {
		owner, err := xproto.GetSelectionOwner(conn, atom(name)).Reply()
		if err != nil {
			return fmt.Errorf("owner of a selection: %w", err)
		}
		if owner.Owner == xproto.WindowNone {
			continue
		}
		xproto.ConvertSelection(conn, id, atom(name), text, into, xproto.TimeCurrentTime)
		for deadline := time.Now().Add(500 * time.Millisecond); time.Now().Before(deadline); {
			event, fault := conn.PollForEvent()
			if event == nil && fault == nil {
				time.Sleep(5 * time.Millisecond)
				continue
			}
			if n, ok := event.(xproto.SelectionNotifyEvent); ok {
				if n.Property != xproto.AtomNone {
					if p, err := xproto.GetProperty(conn, true, id, into, xproto.GetPropertyTypeAny, 0, 1<<16).Reply(); err == nil {
						tell("selection "+name, p.Value)
					}
				}
				break
			}
		}
	}
	return nil
}
