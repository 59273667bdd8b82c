package shell

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"io/fs"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// look holds the letters and signs of the shell, read from the assets. It is
// used on the interface's goroutine only.
type look struct {
	files fs.FS
	// faces has each typeface, regular and bold.
	faces    map[face][2]fyne.Resource
	icons    map[string]fyne.Resource
	alphabet alphabet
	// images are the pictures made so far, by icon and size, and used how many
	// of each are on the screen being built. Screens share them: a picture is
	// a texture in video memory, and freeing one takes Fyne a minute.
	images map[imageKey][]*canvas.Image
	used   map[imageKey]int
	// sign is the organisation's logo, made of signData.
	sign     *canvas.Image
	signData []byte
}

// svgInside is what a sign's file holds.
var svgInside = regexp.MustCompile(`(?s)(<svg[^>]*>)(.*)</svg>`)

type imageKey struct {
	icon string
	size float32
}

func newLook(files fs.FS) (*look, error) {
	l := &look{files: files, faces: map[face][2]fyne.Resource{}, icons: map[string]fyne.Resource{}, alphabet: newAlphabet(), images: map[imageKey][]*canvas.Image{}, used: map[imageKey]int{}}
	for f, name := range map[face]string{faceLatin: "AtkinsonHyperlegibleNext", faceArabic: "NotoSansArabic", faceEthiopic: "NotoSansEthiopic"} {
		var pair [2]fyne.Resource
		for i, weight := range []string{"-Regular.ttf", "-Bold.ttf"} {
			b, err := fs.ReadFile(files, "fonts/"+name+weight)
			if err != nil {
				return nil, fmt.Errorf("read typeface: %w", err)
			}
			pair[i] = fyne.NewStaticResource(name+weight, b)
		}
		l.faces[f] = pair
	}
	if l.icon("theme/autre", ink, 24, false) == nil {
		return nil, fmt.Errorf("read icons: icons/theme/autre.svg is missing")
	}
	return l, nil
}

// again is the same look for another window: pictures are in one place each.
func (l *look) again() *look {
	if l == nil {
		return nil
	}
	return &look{files: l.files, faces: l.faces, icons: l.icons, alphabet: l.alphabet, images: map[imageKey][]*canvas.Image{}, used: map[imageKey]int{}}
}

// face returns a typeface, nil for the one that Fyne has itself.
func (l *look) face(f face, bold bool) fyne.Resource {
	pair := l.faces[f]
	if bold {
		return pair[1]
	}
	return pair[0]
}

// icon returns the sign of that name in a colour, for a size in pixels, nil
// when there is none. Fyne's SVG reader does not scale the width of strokes
// with the picture, so it is written for the size. The other way round is for
// languages from right to left.
func (l *look) icon(name string, c color.NRGBA, pixels float32, otherWay bool) fyne.Resource {
	hex := fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B)
	stroke := fmt.Sprintf("%.1f", max(pixels*1.9/24, 1.5))
	key := strings.ReplaceAll(name, "/", "-") + "-" + hex + "-" + stroke + ".svg"
	if otherWay {
		key = "turned-" + key
	}
	if r, ok := l.icons[key]; ok {
		return r
	}
	b, err := fs.ReadFile(l.files, "icons/"+name+".svg")
	if err != nil {
		return nil
	}
	svg := strings.NewReplacer("currentColor", "#"+hex, `stroke-width="2"`, `stroke-width="`+stroke+`"`).Replace(string(b))
	if otherWay {
		svg = svgInside.ReplaceAllString(svg, `$1<g transform="matrix(-1 0 0 1 24 0)">$2</g></svg>`)
	}
	r := fyne.NewStaticResource(key, []byte(svg))
	l.icons[key] = r
	return r
}

// image returns a picture of an icon that is not on the screen being built.
func (l *look) image(icon fyne.Resource, pixels float32) *canvas.Image {
	key := imageKey{icon.Name(), pixels}
	n := l.used[key]
	l.used[key]++
	if n == len(l.images[key]) {
		i := canvas.NewImageFromResource(icon)
		i.FillMode = canvas.ImageFillContain
		i.Resize(fyne.NewSquareSize(pixels))
		l.images[key] = append(l.images[key], i)
	}
	l.images[key][n].Move(fyne.Position{})
	return l.images[key][n]
}

// logo is an organisation's picture, in a room of that height. Another picture
// takes its place when the settings change.
func (l *look) logo(data []byte, room fyne.Size) *canvas.Image {
	size, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Height == 0 {
		return nil
	}
	if l.sign == nil || !bytes.Equal(l.signData, data) {
		l.signData = data
		l.sign = canvas.NewImageFromResource(fyne.NewStaticResource("logo.png", data))
		l.sign.FillMode = canvas.ImageFillContain
		l.sign.ScaleMode = canvas.ImageScaleSmooth
	}
	by := min(room.Width/float32(size.Width), room.Height/float32(size.Height))
	l.sign.Resize(fyne.NewSize(float32(size.Width)*by, float32(size.Height)*by))
	l.sign.Move(fyne.Position{})
	return l.sign
}

// reuse lets the next screen take every picture again.
func (l *look) reuse() { clear(l.used) }

// themeIcon names the sign of a theme, a neutral one where the catalogue
// names none that we have.
func (l *look) themeIcon(name string) string {
	if _, err := fs.Stat(l.files, "icons/theme/"+name+".svg"); err != nil {
		name = "autre"
	}
	return "theme/" + name
}

// appTheme gives Fyne our background; everything else is drawn by the kit.
type appTheme struct{ fyne.Theme }

func newAppTheme() fyne.Theme { return appTheme{theme.DefaultTheme()} }

func (t appTheme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNameBackground:
		return ground
	case theme.ColorNameForeground:
		return ink
	}
	return t.Theme.Color(n, theme.VariantLight)
}
