package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type manCommand struct{}

// Run writes the manual page in man(7), from the grammar and the prose below.
func (manCommand) Run(a *app) error {
	model, err := grammar(a)
	if err != nil {
		return err
	}
	m := manual{a.stdout}
	m.head(model)
	m.section("COMMANDS")
	for _, n := range model.Leaves(true) {
		m.command(n)
	}
	m.section("OPTIONS OF EVERY COMMAND")
	for _, f := range model.Flags {
		m.flag(f)
	}
	m.tail()
	return nil
}

// manual writes man(7) requests. Every text goes through roff.
type manual struct{ w io.Writer }

func (m manual) line(format string, args ...any) { fmt.Fprintf(m.w, format+"\n", args...) }
func (m manual) section(name string)             { m.line(".SH %s", roff(name)) }
func (m manual) text(paragraphs ...string) {
	for i, p := range paragraphs {
		if i > 0 {
			m.line(".PP")
		}
		m.line("%s", roff(p))
	}
}

func (m manual) item(name, text string) {
	m.line(".TP")
	m.line("%s", name)
	m.line("%s", roff(text))
}

func (m manual) head(model *kong.Application) {
	m.line(`.TH BORNECTL 1 "" "Borne %s" "Borne"`, roff(version))
	m.section("NAME")
	m.line(`bornectl \- the command line of Borne, a public terminal`)
	m.section("SYNOPSIS")
	m.line(`.B bornectl`)
	m.line(`.I COMMAND`)
	m.line(`.RI [ OPTIONS ]`)
	m.section("DESCRIPTION")
	m.text("bornectl checks and explains allowlists anywhere (policy), speaks to the borne that it runs on over the system bus (local), and to the central office over its API (kiosk, usage, bundle, command, simulate).",
		"What a borne may reach is its bundle: a directory of YAML files that policy check reads, bundle publish has signed, and every borne of its audience applies between two visitors.")
}

func (m manual) command(n *kong.Node) {
	m.line(".SS bornectl %s", roff(commandPath(n)))
	synopsis := `.B bornectl ` + roff(commandPath(n))
	m.line("%s", synopsis)
	for _, f := range n.Flags {
		m.line(".RI [ %s ]", roffQuoted(flagForm(f)))
	}
	for _, p := range n.Positional {
		name := strings.ToUpper(p.Name)
		if p.IsCumulative() {
			name += "..."
		}
		if p.Required {
			m.line(".I %s", roff(name))
		} else {
			m.line(".RI [ %s ]", roff(name))
		}
	}
	m.line(".PP")
	m.text(n.Help)
	m.detail(n.Detail)
	for _, p := range n.Positional {
		m.item(`\fI`+roff(strings.ToUpper(p.Name))+`\fR`, p.Help)
	}
	for _, f := range n.Flags {
		m.flag(f)
	}
}

// detail writes a command's own help: paragraphs, and examples set in.
func (m manual) detail(text string) {
	for _, paragraph := range strings.Split(text, "\n\n") {
		switch {
		case paragraph == "":
		case strings.HasPrefix(paragraph, " "):
			m.line(".PP\n.in +4n\n.EX")
			for _, l := range strings.Split(paragraph, "\n") {
				m.line("%s", roff(strings.TrimSpace(l)))
			}
			m.line(".EE\n.in")
		default:
			m.line(".PP")
			m.text(paragraph)
		}
	}
}

func (m manual) flag(f *kong.Flag) {
	help := f.Help
	for _, env := range f.Envs {
		help += " Also read from " + env + "."
	}
	m.item(`\fB`+roff(flagForm(f))+`\fR`, help)
}

func flagForm(f *kong.Flag) string {
	s := "--" + f.Name
	if f.Short != 0 {
		s = "-" + string(f.Short) + ", " + s
	}
	if !f.IsBool() {
		s += "=" + f.FormatPlaceHolder()
	}
	return s
}

func (m manual) tail() {
	m.section("OUTPUT OF POLICY EXPLAIN")
	m.text("One line a target, its four fields separated by tabs: the target, allow or deny, the reason, and the rule that decided, or a hyphen.")
	m.section("EXIT STATUS")
	m.item("0", "What was asked is done; every target was evaluated.")
	m.item("1", "It failed, or the bundle has faults.")
	m.item("2", "The call itself was wrong.")
	m.section("ENVIRONMENT")
	m.item("BORNE_SERVER, BORNE_TOKEN", "The central office's address and the operator's token, instead of --server and --token.")
	m.section("EXAMPLES")
	for _, e := range []struct{ what, call string }{
		{"Check a bundle before it is published:", "bornectl policy check --bundle nimes/"},
		{"Ask why a page does not open:", "bornectl policy explain --bundle nimes/ https://www.caf.fr/aides www.example.org:443"},
		{"On a borne, free it for the next visitor:", "bornectl local end-session"},
		{"Show a message on a borne and wait until it is there:", `bornectl command send --wait Nimes-2 message "De retour à 14 h"`},
	} {
		m.line(".PP")
		m.text(e.what)
		m.line(".PP")
		m.line(".in +4n\n.EX\n%s\n.EE\n.in", roff(e.call))
	}
	m.section("SEE ALSO")
	m.line(`.BR systemctl (1),`)
	m.line(`.BR busctl (1)`)
}

// roff takes the meaning of special characters away.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

// roffQuoted is one argument of a request.
func roffQuoted(s string) string {
	return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"`
}
