package vm_test

import (
	"fmt"
	"strings"
)

// keyboard are combinations that leave, end or uncover something on an ordinary Debian, Xorg or Chromium. The page in
// front must not take any of them either.
func keyboard() []attempt {
	var list []attempt
	add := func(id, words string, keys ...string) {
		list = append(list, attempt{id: "keyboard." + id, attempt: words, keys: keys})
	}
	for n := 1; n <= 12; n++ {
		add(fmt.Sprintf("vt-switch.f%d", n), fmt.Sprintf("Ctrl+Alt+F%d: another virtual terminal", n), fmt.Sprintf("ctrl-alt-f%d", n))
	}
	add("vt-switch.alt", "Alt+F1, Alt+F2, Alt+F3: a terminal, where a text console is in front", "alt-f1", "alt-f2", "alt-f3")
	add("zap", "Ctrl+Alt+Backspace: end the X server", "ctrl-alt-backspace")
	add("clear-grab", "Ctrl+Alt+keypad * and /: break what grabs the keyboard", "ctrl-alt-kp_multiply", "ctrl-alt-kp_divide")
	add("zoom-screen", "Ctrl+Alt+keypad + and -: another resolution", "ctrl-alt-kp_add", "ctrl-alt-kp_subtract")
	add("ctrl-alt-delete", "Ctrl+Alt+Del, seven times: start the machine again", repeat("ctrl-alt-delete", 7)...)
	for _, r := range []struct{ letter, words string }{
		{"b", "start again at once"}, {"c", "crash"}, {"e", "end every program"}, {"f", "end the largest program"},
		{"i", "kill every program"}, {"k", "kill all of this terminal"}, {"o", "power off"},
		{"r", "take the keyboard from the X server"}, {"s", "write the disks"}, {"u", "make the disks read-only"},
		{"v", "give the terminal back to the kernel"},
	} {
		add("sysrq."+r.letter, fmt.Sprintf("Alt+SysRq+%s: %s", strings.ToUpper(r.letter), r.words), "alt-sysrq-"+r.letter)
	}
	add("sticky-keys", "Shift five times, then Ctrl, Alt and F2 one by one", append(repeat("shift", 5), "ctrl", "alt", "f2")...)
	add("slow-keys", "Shift held and let go, both Shifts together", "shift-shift_r", "shift_r")
	add("super", "Super alone, Super+L, Super+R, Super+D, Super+Tab", "meta_l", "meta_l-l", "meta_l-r", "meta_l-d", "meta_l-tab")
	add("menu", "the menu key, Shift+F10", "menu", "shift-f10")
	add("print", "Print, Alt+Print, Ctrl+P, Ctrl+Shift+P", "print", "alt-print", "ctrl-p", "ctrl-shift-p")
	add("close", "Alt+F4, Ctrl+W, Ctrl+Shift+W, Ctrl+F4, Ctrl+Shift+Q", "alt-f4", "ctrl-w", "ctrl-shift-w", "ctrl-f4", "ctrl-shift-q")
	add("other-window", "Alt+Tab, Alt+Shift+Tab, Alt+Esc, Ctrl+Tab", "alt-tab", "alt-shift-tab", "alt-esc", "ctrl-tab")
	add("window-menu", "Alt+Space, Alt+F7, Alt+F8, Alt+F10", "alt-spc", "alt-f7", "alt-f8", "alt-f10")
	add("new-window", "Ctrl+N, Ctrl+T, Ctrl+Shift+N, Ctrl+Shift+T", "ctrl-n", "ctrl-t", "ctrl-shift-n", "ctrl-shift-t")
	add("open-file", "Ctrl+O: a dialog of files", "ctrl-o")
	add("save", "Ctrl+S: a dialog of files", "ctrl-s")
	add("source", "Ctrl+U: the page's source", "ctrl-u")
	add("tools", "F12, Ctrl+Shift+I, Ctrl+Shift+J, Ctrl+Shift+C", "f12", "ctrl-shift-i", "ctrl-shift-j", "ctrl-shift-c")
	add("address-bar", "Ctrl+L, Ctrl+E, Ctrl+K, Alt+D, F6", "ctrl-l", "ctrl-e", "ctrl-k", "alt-d", "f6")
	add("history", "Ctrl+H, Ctrl+J, Ctrl+D, Ctrl+Shift+Del, Ctrl+Shift+O", "ctrl-h", "ctrl-j", "ctrl-d", "ctrl-shift-delete", "ctrl-shift-o")
	add("task-manager", "Shift+Esc: the browser's own list of tasks", "shift-esc")
	add("help", "F1: the browser's help", "f1")
	add("full-screen", "F11: the page over the bar", "f11")
	add("home-page", "Alt+Home", "alt-home")
	add("caret", "F7, F10, F3, Ctrl+F, Ctrl+G", "f7", "f10", "f3", "ctrl-f", "ctrl-g")
	add("profile", "Ctrl+M, Ctrl+Shift+M, Ctrl+Shift+B, Ctrl+Shift+A, Ctrl+Shift+D", "ctrl-m", "ctrl-shift-m", "ctrl-shift-b", "ctrl-shift-a", "ctrl-shift-d")
	add("multimedia", "the keys of a web browser, of mail, of a calculator, of my computer",
		"ac_home", "ac_bookmarks", "mail", "calculator", "computer", "mediaselect")
	return list
}

// layouts are the combinations that matter most on other layouts than the one that the borne begins with.
func layouts() []attempt {
	var list []attempt
	for _, l := range []struct{ layout, words, q string }{{"fr", "AZERTY", "a"}, {"us", "QWERTY", "q"}, {"fr,ru", "AZERTY with a second, Russian layout", "a"}} {
		keys := []string{"ctrl-alt-f2", "ctrl-alt-backspace", "ctrl-alt-delete", "alt-f4", "ctrl-n", "ctrl-t", "ctrl-o", "ctrl-p",
			"ctrl-shift-i", "ctrl-" + l.q, "ctrl-z", "alt-shift", "meta_l-spc"}
		list = append(list, attempt{
			id: "keyboard.layout." + strings.ReplaceAll(l.layout, ",", "-"), attempt: "the ways out that matter most, on " + l.words,
			before: func(p *trial) { p.layout(l.layout) }, after: func(p *trial) { p.layout("fr") }, keys: keys,
		})
	}
	return list
}

// layout gives the X server another layout, as a machine that was set up for it has.
func (p *trial) layout(name string) {
	p.shell("XAUTHORITY=/run/borne-shell/Xauthority DISPLAY=:0 setxkbmap " + name)
}

func repeat(key string, n int) []string {
	var keys []string
	for range n {
		keys = append(keys, key)
	}
	return keys
}
