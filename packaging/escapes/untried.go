package escapes

// Untaken is a way out that no program can try.
type Untaken struct{ What, Why string }

// Untried lists them, with why. They are no less real for it.
func Untried() []Untaken {
	return []Untaken{
		{"An open case: another disk, a reset of the firmware, a board's debug header", "Hands and a screwdriver. A lock on the case, a password on the firmware."},
		{"Another system started from a stick, or from the firmware's boot menu", "The firmware of each model decides, and a virtual machine has another. Set its password and its boot order once, by hand."},
		{"Domain fronting: a forbidden site behind an allowed host's name, in the same content network", "It cannot be told from the allowed site without breaking TLS. It would need a real content network to try, and would succeed."},
		{"A phone plugged in as MTP, a real keystroke injector, a device that destroys ports", "A virtual machine offers storage, keyboards and network adapters, which are tried; the rest is refused by the same rule, by its class."},
		{"Sticky keys held down by hand, a keyboard with keys that no list knows", "The rule is an allowlist over key symbols and modifiers, tried by the tests of kiosk/windows for every symbol; the hand adds nothing that X events do not carry."},
		{"What the browser's window shows for a tenth of a second", "Pictures are taken some times a second."},
		{"A look over the visitor's shoulder, a camera, a screen that was photographed", "A room, not a program."},
		{"Memory read by cold boot after the end", "Needs the machine's own memory chips. `init_on_free=1` makes the kernel zero what it frees."},
		{"Tickets and cookies that the official sites keep on their side", "Theirs. The shell asks visitors to log out; the browser forgets its half, which is tried."},
	}
}
