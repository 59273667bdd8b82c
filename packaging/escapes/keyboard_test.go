package escapes_test

import (
	"fmt"
	"strings"
	"time"
)

const keyRefused = "refusal/key"

// keyboardCases press keys as a keyboard does, on the French layout and on the American one. What a key would open is a
// window, a page or a panel: none may come, and the page itself must not hear the key either.
func keyboardCases() []attempt {
	var cases []attempt
	for _, k := range []struct{ keys, attempt string }{
		{"ctrl+n", "A new window"}, {"ctrl+t", "A new tab"}, {"ctrl+shift+n", "A private window"}, {"ctrl+shift+t", "The tab that was closed last"},
		{"ctrl+m", "The page's sound"}, {"ctrl+o", "A file of the machine"}, {"ctrl+s", "The page saved"}, {"ctrl+u", "The page's source"},
		{"ctrl+j", "The list of downloads"}, {"ctrl+h", "The history"}, {"ctrl+d", "A bookmark"}, {"ctrl+l", "The address bar"},
		{"ctrl+e", "A search"}, {"ctrl+k", "A search, the other way"}, {"ctrl+p", "The print dialog"}, {"ctrl+shift+p", "The system's print dialog"},
		{"ctrl+w", "The tab closed"}, {"ctrl+shift+w", "The window closed"}, {"ctrl+shift+q", "The browser left"}, {"ctrl+f", "A search in the page"},
		{"ctrl+g", "The next one found"}, {"ctrl+Tab", "The next tab"}, {"ctrl+1", "The first tab"}, {"ctrl+plus", "A larger page, past the shell"},
		{"F1", "The browser's help"}, {"F3", "A search in the page, by its key"}, {"F7", "A caret in the page"}, {"F10", "The menu"},
		{"F11", "Full screen"}, {"F12", "The developer's tools"}, {"shift+F10", "The menu of the page"}, {"Menu", "The same, by its key"},
		{"alt+F4", "The window closed, by the system's key"}, {"alt+Home", "The home page"}, {"alt+d", "The address bar, by its letter"},
		{"alt+Left", "The page before, past the shell"}, {"alt+F", "The menu, by its letter"}, {"alt+Tab", "The next window"}, {"alt+space", "The window's menu"},
		{"shift+Escape", "The task manager"}, {"ctrl+shift+Delete", "The data of the visit"}, {"ctrl+shift+b", "The bar of bookmarks"},
		{"ctrl+shift+o", "The bookmarks"}, {"ctrl+shift+a", "The list of tabs"}, {"ctrl+shift+i", "The developer's tools, by letter"},
		{"ctrl+shift+j", "The console"}, {"ctrl+shift+c", "The element under the pointer"}, {"ctrl+shift+m", "Another profile"},
		{"ctrl+alt+F1", "A text terminal"}, {"ctrl+alt+F2", "Another one"}, {"ctrl+alt+F7", "The screen's own terminal"}, {"ctrl+alt+F12", "The last one"},
		{"ctrl+alt+BackSpace", "The X server ended (zap)"}, {"ctrl+alt+Delete", "The machine started anew"}, {"ctrl+alt+KP_Divide", "The grabs of the keyboard let go"},
		{"ctrl+alt+KP_Multiply", "The grabs closed"}, {"ctrl+alt+KP_Add", "Another resolution"}, {"alt+Sys_Req", "The kernel's keys"},
		{"super", "The system's menu"}, {"super+r", "A program by its name"}, {"Print", "A picture of the screen"}, {"Pause", "The pause key"},
		{"XF86PowerOff", "The power key, as X has it"}, {"XF86Sleep", "The sleep key, as X has it"}, {"XF86WWW", "The browser key"}, {"XF86Mail", "The mail key"},
		{"XF86HomePage", "The home key"}, {"XF86Search", "The search key"}, {"XF86Calculator", "The calculator key"}, {"XF86Back", "The back key"},
		{"XF86ClearGrab", "The grabs cleared, by their own symbol"}, {"XF86Switch_VT_2", "A terminal, by its own symbol"},
	} {
		name := strings.ToLower(strings.NewReplacer("+", "-", "_", "-").Replace(k.keys))
		c := attempt{id: "keyboard." + name, attempt: k.attempt + ": " + k.keys, counts: keyRefused,
			quick: strings.Contains(" ctrl-n ctrl-o f12 alt-f4 ctrl-alt-backspace ", " "+name+" "),
			run:   func(p *trial) { p.press(k.keys) }}
		if serversOwn(k.keys) {
			c.counts, c.uncounted = "", "the X server keeps the key to itself and does nothing with it: its configuration turns it off"
		}
		cases = append(cases, c)
	}
	return append(cases,
		attempt{id: "keyboard.azerty", attempt: "The same letters on the French layout: ctrl+o, ctrl+n, ctrl+shift+i", counts: keyRefused, quick: true, run: func(p *trial) {
			p.layout("fr")
			p.press("ctrl+o")
			p.press("ctrl+n")
			p.press("ctrl+shift+i")
		}},
		attempt{id: "keyboard.cyrillic", attempt: "The same keys on a layout without Latin letters", counts: keyRefused, run: func(p *trial) {
			p.layout("ru")
			p.press("ctrl+Cyrillic_shcha")
			p.press("ctrl+Cyrillic_te")
		}},
		attempt{id: "keyboard.lock-keys", attempt: "The same with caps lock and num lock on", counts: keyRefused, run: func(p *trial) {
			p.must(p.borne.Screen.Key(p.ctx, "Caps_Lock", "Num_Lock"))
			p.after = append(p.after, func() { p.must(p.borne.Screen.Key(p.ctx, "Caps_Lock", "Num_Lock")) })
			p.press("ctrl+o")
			p.press("ctrl+n")
		}},
		attempt{id: "keyboard.altgr", attempt: "AltGr on the French layout, which is no shortcut: @ and € are written", uncounted: "nothing is refused: people write e-mail addresses", run: func(p *trial) {
			p.layout("fr")
			p.touch("document.body.innerHTML = '<input id=i style=\"font-size:40px\">'; i.focus(); i.oninput = () => { if (i.value.length == 2) say(i.value) }")
			p.must(p.borne.Screen.Key(p.ctx, "ISO_Level3_Shift+agrave", "ISO_Level3_Shift+e"))
			if said := p.heard(); said != "@€" {
				p.fault("what was written is %q", said)
			}
		}},
		attempt{id: "keyboard.flood", attempt: "A hundred shortcuts as fast as a device types them", counts: keyRefused, run: func(p *trial) {
			p.press(strings.Fields(strings.Repeat("ctrl+n ctrl+o F1 alt+F4 ", 25))...)
		}},
	)
}

// serversOwn are keys that the X server's own map gives to the server: no client ever sees them.
func serversOwn(keys string) bool {
	return strings.HasPrefix(keys, "ctrl+alt+F") || keys == "ctrl+alt+KP_Add" || strings.HasPrefix(keys, "XF86Switch_VT")
}

// layout changes the keyboard's layout for the time of this attempt.
func (p *trial) layout(name string) {
	set := func(name string) error {
		_, err := p.shell(p.ctx, fmt.Sprintf("DISPLAY=:0 XAUTHORITY=/run/borne-shell/Xauthority setxkbmap %s", name))
		return err
	}
	p.must(set(name))
	p.after = append(p.after, func() { p.must(set("us")) })
}

// press presses keys; whatever they open in other places must not come.
func (p *trial) press(keys ...string) {
	before, err := p.windows()
	p.must(err)
	p.must(p.borne.Screen.Key(p.ctx, keys...))
	deadline := time.Now().Add(120 * time.Millisecond)
	for time.Now().Before(deadline) {
		now, err := p.windows()
		p.must(err)
		for _, w := range now {
			known := false
			for _, b := range before {
				known = known || b.id == w.id
			}
			if !known {
				p.leak("a window %q comes at %v", w.class, w.place)
				return
			}
		}
	}
}
