package console

import "testing"

func TestTypesetPage(t *testing.T) {
	for in, want := range map[string]string{
		`<p>Prêt ? « {{.}} » : oui !</p>`:                   "<p>Prêt\u202f? «\u00a0{{.}}\u00a0»\u00a0: oui\u202f!</p>",
		`{{$p := .}}<a title="a : b">{{with .X}} ; {{end}}`: "{{$p := .}}<a title=\"a : b\">{{with .X}}\u202f; {{end}}",
		"": "",
	} {
		if got := typesetPage(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
