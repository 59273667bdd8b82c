package bundle

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of one YAML file. A catalogue's largest file is a few kilobytes; the
// parser's time grows with the square of the nesting.
const (
	MaxYAMLBytes = 64 << 10
	maxNesting   = 20
)

// A reader collects the faults of one file. Values are read one by one from
// the syntax tree rather than decoded at once, so that a technician sees every
// fault of a file in one run, each where it stands.
type reader struct {
	file   string
	faults *Faults
}

// value is one node of the tree with its place; a zero node is a value that
// was left out.
type value struct {
	r    *reader
	node ast.Node
	// line and column of what to point at: the node, or its key if it is empty.
	line, column int
}

// parse reads a whole file; ok is false when it has no usable tree.
func (r *reader) parse(data []byte) (root value, ok bool) {
	at := value{r: r, line: 1, column: 1}
	switch {
	case len(data) > MaxYAMLBytes:
		at.faultf("the file has %d bytes: split it, %d at most", len(data), MaxYAMLBytes)
		return at, false
	case !utf8.Valid(data):
		at.faultf("the file is not UTF-8: save it as UTF-8")
		return at, false
	}
	if line, column, deep := nesting(string(data)); deep {
		at.line, at.column = line, column
		at.faultf("more than %d levels: a bundle needs fewer than ten", maxNesting)
		return at, false
	}
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		var ye yaml.Error
		message := err.Error()
		if errors.As(err, &ye) && ye.GetToken() != nil && ye.GetToken().Position != nil {
			at.line, at.column = ye.GetToken().Position.Line, ye.GetToken().Position.Column
			message = ye.GetMessage()
		}
		at.faultf("not YAML: %s", message)
		return at, false
	}
	if len(f.Docs) == 0 || f.Docs[0].Body == nil {
		at.faultf("the file is empty")
		return at, false
	}
	if len(f.Docs) > 1 {
		at.faultf("the file holds %d documents: write one, without \"---\"", len(f.Docs))
		return at, false
	}
	return at.child(f.Docs[0].Body, f.Docs[0].Body), true
}

// nesting finds where a text opens more levels than maxNesting, by brackets
// or by "- - -", without building the tree.
func nesting(src string) (line, column int, deep bool) {
	flow, dashes, dashLine := 0, 0, 0
	for _, tk := range lexer.Tokenize(src) {
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			if tk.Position.Line != dashLine {
				dashes, dashLine = 0, tk.Position.Line
			}
			dashes++
		}
		if flow > maxNesting || dashes > maxNesting || tk.Position.IndentLevel > maxNesting {
			return tk.Position.Line, tk.Position.Column, true
		}
	}
	return 0, 0, false
}

// child returns node as a value, placed at itself, or at its key when the
// parser gives it no place of its own.
func (v value) child(node, key ast.Node) value {
	c := value{r: v.r, node: node, line: v.line, column: v.column}
	for _, n := range []ast.Node{key, node} {
		if _, empty := n.(*ast.NullNode); empty || n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
			continue
		}
		p := n.GetToken().Position
		// A block mapping's own token is the colon of its first pair.
		if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
			p = m.Values[0].Key.GetToken().Position
		}
		c.line, c.column = p.Line, p.Column
	}
	return c
}

func (v value) faultf(format string, args ...any) {
	*v.r.faults = append(*v.r.faults, Fault{File: v.r.file, Line: v.line, Column: v.column, Message: fmt.Sprintf(format, args...)})
}

func (v value) warn(message string, unverified bool) {
	*v.r.faults = append(*v.r.faults, Fault{File: v.r.file, Line: v.line, Column: v.column, Message: message, Warning: true, Unverified: unverified})
}

// absent reports whether the value was left out or left empty.
func (v value) absent() bool {
	if v.node == nil {
		return true
	}
	_, null := v.node.(*ast.NullNode)
	return null
}

// pair is one entry of a mapping.
type pair struct {
	name string
	key  value
	value
}

// pairs reads a mapping with free keys, in the order of the file.
func (v value) pairs() []pair {
	if v.absent() {
		return nil
	}
	m, ok := v.node.(*ast.MappingNode)
	if !ok {
		v.faultf("expected \"name: value\" lines, found %s", describe(v.node))
		return nil
	}
	var out []pair
	for _, mv := range m.Values {
		key := v.child(mv.Key, mv.Key)
		name, ok := mv.Key.(*ast.StringNode)
		if !ok {
			key.faultf("%s may not be a name here: write plain words", describe(mv.Key))
			continue
		}
		out = append(out, pair{name.Value, key, v.child(mv.Value, mv.Key)})
	}
	return out
}

// fields reads a mapping whose keys are fixed. Those left out come back as
// absent values that point at the mapping.
func (v value) fields(names ...string) map[string]value {
	out := map[string]value{}
	for _, n := range names {
		out[n] = value{r: v.r, line: v.line, column: v.column}
	}
	for _, p := range v.pairs() {
		if !slices.Contains(names, p.name) {
			p.key.faultf("unknown field %q: write one of %s", p.name, strings.Join(names, ", "))
			continue
		}
		out[p.name] = p.value
	}
	return out
}

// items reads a list.
func (v value) items() []value {
	if v.absent() {
		return nil
	}
	s, ok := v.node.(*ast.SequenceNode)
	if !ok {
		v.faultf("expected a list (lines that start with \"- \"), found %s", describe(v.node))
		return nil
	}
	var out []value
	for _, n := range s.Values {
		out = append(out, v.child(n, nil))
	}
	return out
}

// text reads a scalar as it is written: "no" is the word, 2026-01-02 the date.
func (v value) text() (string, bool) {
	switch n := v.node.(type) {
	case nil, *ast.NullNode:
		return "", false
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	default:
		v.faultf("expected a text, found %s", describe(v.node))
		return "", false
	}
}

// required reads a text that may not be left out.
func (v value) required(name string) string {
	s, ok := v.text()
	if v.absent() || ok && strings.TrimSpace(s) == "" {
		v.faultf("%s is missing: write it", name)
		return ""
	}
	return s
}

// number reads a whole number between low and high; 0 when left out.
func (v value) number(name string, low, high int) int {
	s, ok := v.text()
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		v.faultf("%s is %q: write a whole number from %d to %d", name, s, low, high)
		return 0
	}
	return n
}

// flag reads true or false; false when left out.
func (v value) flag(name string) bool {
	s, ok := v.text()
	if ok && s != "true" && s != "false" {
		v.faultf("%s is %q: write true or false", name, s)
	}
	return s == "true"
}

// quote returns the width of the opening quote of a quoted text.
func (v value) quote() int {
	if n, ok := v.node.(*ast.StringNode); ok && (n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType) {
		return 1
	}
	return 0
}

func describe(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "\"name: value\" lines"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode:
		return "an anchor or an alias, which a bundle does not use: write the value out"
	case *ast.TagNode:
		return "a tag, which a bundle does not use: write the value alone"
	case *ast.NullNode, nil:
		return "nothing"
	default:
		return "a single value"
	}
}
