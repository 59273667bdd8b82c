package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run draws the script from the grammar itself, so that it names exactly the
// commands and flags that are.
func (c *completionCommand) Run(a *app) error {
	model, err := grammar(a)
	if err != nil {
		return err
	}
	switch c.Shell {
	case "bash":
		bashCompletion(a.stdout, model)
	case "zsh":
		// zsh understands bash's functions, once told so.
		fmt.Fprint(a.stdout, "#compdef bornectl\nautoload -U +X bashcompinit && bashcompinit\n")
		bashCompletion(a.stdout, model)
	case "fish":
		fishCompletion(a.stdout, model)
	}
	return nil
}

// grammar returns the model of the command line, apart from the one in use.
func grammar(a *app) (*kong.Application, error) {
	var c cli
	k, err := newParser(&c, a, func(int) {})
	if err != nil {
		return nil, fmt.Errorf("read the command line's grammar: %w", err)
	}
	return k.Model, nil
}

// commandPath returns "local status" of a command, "" of the program.
func commandPath(n *kong.Node) string {
	if n.Type != kong.CommandNode {
		return ""
	}
	return strings.TrimSpace(commandPath(n.Parent) + " " + n.Name)
}

// flagsOf lists the flags that may stand after n.
func flagsOf(n *kong.Node) []*kong.Flag {
	var out []*kong.Flag
	for _, level := range n.AllFlags(true) {
		out = append(out, level...)
	}
	return out
}

// walk calls use for n and every command below.
func walk(n *kong.Node, use func(*kong.Node)) {
	use(n)
	for _, c := range n.Children {
		if !c.Hidden {
			walk(c, use)
		}
	}
}

// wordsAfter lists what may follow a command: its own commands, the values of
// its first argument, and flags.
func wordsAfter(n *kong.Node) (words []string) {
	for _, c := range n.Children {
		if !c.Hidden {
			words = append(words, c.Name)
		}
	}
	for _, p := range n.Positional {
		if p.Enum != "" {
			words = append(words, strings.Split(p.Enum, ",")...)
		}
	}
	for _, f := range flagsOf(n) {
		words = append(words, "--"+f.Name)
	}
	return words
}

// takesPath reports whether a flag or argument names a directory.
func takesPath(v *kong.Value) bool { return v.Tag != nil && v.Tag.Type == directoryType }

func bashCompletion(w io.Writer, model *kong.Application) {
	fmt.Fprint(w, `# Completion of bornectl, printed by "bornectl completion".
_bornectl() {
    local word path="" i
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        case " $path $word" in
`)
	walk(model.Node, func(n *kong.Node) {
		if p := commandPath(n); p != "" {
			sep := " "
			if !strings.Contains(p, " ") {
				sep = "  "
			}
			fmt.Fprintf(w, "        %q) path=%q ;;\n", sep+p, p)
		}
	})
	fmt.Fprint(w, "        esac\n    done\n    case \"$prev\" in\n")
	dirs := map[string]bool{}
	walk(model.Node, func(n *kong.Node) {
		for _, f := range n.Flags {
			if takesPath(f.Value) && !dirs[f.Name] {
				dirs[f.Name] = true
				fmt.Fprintf(w, "    --%s) compopt -o dirnames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n", f.Name)
			}
		}
	})
	fmt.Fprint(w, "    esac\n    case \"$path\" in\n")
	walk(model.Node, func(n *kong.Node) {
		fmt.Fprintf(w, "    %q)\n        COMPREPLY=($(compgen -W %q -- \"$cur\"))\n", commandPath(n), strings.Join(wordsAfter(n), " "))
		for _, p := range n.Positional {
			if takesPath(p) {
				fmt.Fprint(w, "        [[ $cur == -* ]] || COMPREPLY+=($(compgen -d -- \"$cur\"))\n")
			}
		}
		fmt.Fprint(w, "        ;;\n")
	})
	fmt.Fprint(w, "    esac\n}\ncomplete -F _bornectl bornectl\n")
}

func fishCompletion(w io.Writer, model *kong.Application) {
	fmt.Fprint(w, `# Completion of bornectl, printed by "bornectl completion".
complete -c bornectl -f
# True when the words typed so far are exactly these commands, flags aside.
function __bornectl_at
    set -l typed (commandline -opc | string match -v -- '-*')
    test (count $argv) -eq (math (count $typed) - 1); or return 1
    for i in (seq (count $argv))
        test $argv[$i] = $typed[(math $i + 1)]; or return 1
    end
end
`)
	walk(model.Node, func(n *kong.Node) {
		at := strings.TrimSpace("__bornectl_at " + commandPath(n))
		for _, c := range n.Children {
			if !c.Hidden {
				fmt.Fprintf(w, "complete -c bornectl -n '%s' -a %s -d %s\n", at, c.Name, fishQuote(c.Help))
			}
		}
		for _, p := range n.Positional {
			if p.Enum != "" {
				fmt.Fprintf(w, "complete -c bornectl -n '%s' -a '%s'\n", at, strings.ReplaceAll(p.Enum, ",", " "))
			}
			if takesPath(p) {
				fmt.Fprintf(w, "complete -c bornectl -n '%s' -a '(__fish_complete_directories)'\n", at)
			}
		}
		for _, f := range n.Flags {
			seen := "__fish_seen_subcommand_from " + n.Name
			if n.Type != kong.CommandNode {
				seen = "true"
			}
			arguments := ""
			switch {
			case takesPath(f.Value):
				arguments = " -r -a '(__fish_complete_directories)'"
			case !f.IsBool():
				arguments = " -r"
			}
			fmt.Fprintf(w, "complete -c bornectl -n '%s' -l %s%s -d %s\n", seen, f.Name, arguments, fishQuote(f.Help))
		}
	})
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
