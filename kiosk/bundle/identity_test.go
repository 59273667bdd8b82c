package bundle

import (
	"bytes"
	"image"
	"image/png"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func logoOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestIdentityIsChecked(t *testing.T) {
	base := dirOf(good())
	whole := logoOf(t, 200, 80)
	for name, tt := range map[string]struct {
		colour string
		logo   []byte
		want   string
	}{
		"nothing":    {"", nil, ""},
		"both":       {"colour: '#0b4f6c'", whole, ""},
		"too light":  {"colour: '#ffcc00'", nil, "write a darker one, such as '#"},
		"no colour":  {"colour: bleu", nil, "six hexadecimal digits"},
		"no picture": {"", []byte("<svg/>"), "logo.png:1:1"},
		"too large":  {"", bytes.Repeat([]byte{0}, maxLogoBytes+1), "48 kB at most"},
		"too wide":   {"", logoOf(t, 2000, 20), "2000 by 20 pixels"},
		"cut short":  {"", whole[:len(whole)-20], "damaged"},
	} {
		dir := maps.Clone(base)
		settings := *dir[settingsFile]
		settings.Data = append(bytes.Clone(settings.Data), []byte("\n"+tt.colour+"\n")...)
		dir[settingsFile] = &settings
		if tt.logo != nil {
			dir[logoFile] = &fstest.MapFile{Data: tt.logo}
		}
		c, _, faults := LoadDir(dir)
		said := ""
		for _, f := range faults {
			said += f.String() + "\n"
		}
		if tt.want == "" {
			if faults.Failed() || (len(c.Settings.Logo) > 0) != (tt.logo != nil) || (c.Settings.Colour != "") != (tt.colour != "") {
				t.Errorf("%s: %s %+v", name, said, c.Settings.Colour)
			}
			continue
		}
		if !faults.Failed() || !strings.Contains(said, tt.want) {
			t.Errorf("%s: told %q, want %q", name, said, tt.want)
		}
	}
}
