package e2e_test

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
)

// TestDossier has three visitors do a whole dossier each, one after the other, on one borne with a printer and a USB key:
// two by touch alone, in French and in Arabic, and one by keyboard alone. All have large letters and listen to the voice;
// what it is told is what tells this test which screen is there.
func TestDossier(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.noUSB()
	s.settings(func(text string) string { return strings.Replace(text, "[fr, en, uk, ru]", "[fr, ar]", 1) },
		func(k kiosk.Settings) bool { return slices.Contains(k.Languages, kiosk.Arabic) })
	s.setUpPrinter()
	e := s.listenIn()
	key := s.stick()
	key.plugAs(s, false)
	for _, v := range []struct {
		name     string
		language kiosk.Language
		play     func(*visitor)
	}{
		{"fr by touch", kiosk.French, (*visitor).byTouch},
		{"ar by touch", kiosk.Arabic, (*visitor).byTouch},
		{"by keyboard alone", kiosk.French, (*visitor).byKeyboard},
	} {
		s.sub(v.name, func(s *scene) {
			s.endsHere()
			who := &visitor{scene: s, ear: e, key: key, language: v.language, screens: s.words("shell", v.language), pages: s.words("practice", v.language)}
			s.t.Cleanup(who.keepLast)
			v.play(who)
		})
	}
}

// visitor is somebody at the borne.
type visitor struct {
	*scene
	ear            *ear
	key            *fakeStick
	language       kiosk.Language
	screens, pages words
	// mark is how much the voice had said when this visitor did something last.
	mark int
	step int
	// voice is the user who speaks.
	voice string
}

// keepLast keeps a picture of where a visit failed, before it is ended.
func (v *visitor) keepLast() {
	if !v.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p, err := v.borne.Screen.Picture(ctx)
	if err == nil {
		err = p.Save(filepath.Join(v.t.ArtifactDir(), "failed.png"))
	}
	if err != nil {
		v.t.Log(err)
	}
}

// look keeps a picture.
func (v *visitor) look(name string) drive.Picture {
	v.t.Helper()
	p, err := v.borne.Screen.Settled(v.wait())
	v.must(err)
	v.step++
	v.must(p.Save(filepath.Join(v.t.ArtifactDir(), fmt.Sprintf("%02d-%s.png", v.step, name))))
	return p
}

// hears wants a screen to be said, by the id of one of its texts, since the last touch.
func (v *visitor) hears(id string) {
	v.t.Helper()
	v.hearsWords(v.screens.of(v.scene, id))
	v.look(id)
}

func (v *visitor) hearsWords(words string) {
	v.t.Helper()
	v.scene.hears(v.ear, v.mark, v.language, words)
}

// press touches the n-th button of that look, in the order of reading; a negative n counts from the last.
func (v *visitor) press(l drive.Look, n int) {
	v.t.Helper()
	var at image.Rectangle
	v.until(fmt.Sprintf("a %s button %d", l, n), func() (bool, error) {
		p, err := v.borne.Screen.Settled(v.wait())
		if err != nil {
			return false, err
		}
		found := v.inOrder(v.borne.Shell.Filled(p, l))
		i := n
		if n < 0 {
			i += len(found)
		}
		if i < 0 || i >= len(found) {
			return false, fmt.Errorf("there are %v", found)
		}
		at = found[i]
		return true, nil
	})
	v.tap(at)
}

func (v *visitor) tap(at image.Rectangle) {
	v.t.Helper()
	v.mark = v.ear.count()
	v.must(v.borne.Screen.Tap(v.wait(), (at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2))
}

// inOrder sorts buttons as the visitor's language reads.
func (v *visitor) inOrder(of []image.Rectangle) []image.Rectangle {
	if v.language.RightToLeft() {
		slices.SortStableFunc(of, func(a, b image.Rectangle) int {
			if d := a.Min.Y - b.Min.Y; d < -4 || d > 4 {
				return d
			}
			return cmp.Compare(b.Max.X, a.Max.X)
		})
	}
	return of
}

// The bar's signs on a page, in the order of reading. Where there is no page there is neither zoom nor keyboard.
const (
	signDocuments = 4
	signKeyboard  = 7
)

func (v *visitor) sign(n int) {
	v.t.Helper()
	v.mark = v.ear.count()
	v.must(v.borne.Shell.PressSign(v.wait(), n, v.language.RightToLeft()))
}

// onPage waits for a practice page, and for it to be seen.
func (v *visitor) onPage(id string) {
	v.t.Helper()
	v.page(v.pages.of(v.scene, id) + " - " + v.pages.of(v.scene, "mark"))
	v.must(v.borne.WaitProperty(v.wait(), "Notice", string(kiosk.NoNotice)))
	v.look(id)
}

// pressLower touches a button of the page that may be further down: it pushes the page up until pick finds it.
func (v *visitor) pressLower(l drive.Look, pick func([]image.Rectangle) (image.Rectangle, bool)) {
	v.t.Helper()
	for p := v.still(drive.Picture{}); ; {
		found := v.inOrder(v.borne.Shell.Filled(p, l))
		if at, ok := pick(found); ok {
			v.tap(at)
			return
		}
		if v.t.Failed() {
			return
		}
		v.must(v.borne.Screen.Push(v.wait(), stage.Width/2, stage.Height*3/4))
		p = v.still(p)
	}
}

// still waits until the screen is no longer as it was, and nothing moves on it: a page glides to where it is pushed.
func (v *visitor) still(was drive.Picture) (p drive.Picture) {
	v.t.Helper()
	v.until("the page to have moved", func() (bool, error) {
		first, err := v.borne.Screen.Settled(v.wait())
		if err != nil || first.Difference(was) == 0 {
			return false, err
		}
		p, err = v.borne.Screen.Settled(v.wait())
		return err == nil && p.Difference(first) == 0, err
	})
	return p
}

// last is for pressLower: the last of those that are whole.
func last(of []image.Rectangle) (image.Rectangle, bool) {
	of = slices.DeleteFunc(of, func(r image.Rectangle) bool { return r.Max.Y > stage.Height-4 })
	if len(of) == 0 {
		return image.Rectangle{}, false
	}
	return of[len(of)-1], true
}

// wide is for pressLower: one that is as wide as the page.
func wide(of []image.Rectangle) (image.Rectangle, bool) {
	return last(slices.DeleteFunc(of, func(r image.Rectangle) bool { return r.Dx() < stage.Width*3/4 }))
}

// firstScreen waits for it: what follows another's visit stays for some seconds, and has no petrol blue button.
func (v *visitor) firstScreen() {
	v.t.Helper()
	v.state(kiosk.Ready)
	_, err := v.borne.Shell.Find(v.wait(), drive.Primary, 0)
	v.must(err)
}

// begins goes from the first screen to the choice of what to do, with the voice and large letters.
func (v *visitor) begins() {
	v.t.Helper()
	v.firstScreen()
	own := *v
	own.language, own.screens = kiosk.French, v.scene.words("shell", kiosk.French) // the first screen's
	own.press(drive.Plain, 0)
	own.hears("ready_title")
	v.voice = v.property(voiceUnit, "UID")
	own.press(drive.Plain, 2)
	own.hears("aids_title")
	own.press(drive.Plain, 1)
	own.look("large")
	own.press(drive.Primary, -1) // the frames of what is chosen are petrol blue too
	own.hears("ready_title")
	if v.language == kiosk.French {
		own.press(drive.Primary, 0)
	} else {
		own.press(drive.Tile, 0)
	}
	v.mark, v.step = own.mark, own.step
	v.state(kiosk.Choosing)
	v.hears("home_title")
}

func (v *visitor) byTouch() {
	before, had := v.counted(), v.onKey("recu-entrainement")
	v.begins()
	began := v.mark
	v.press(drive.Tile, -1)
	v.onPage("home_title")
	if v.language == kiosk.French {
		v.nothingElse()
	}
	if v.language == kiosk.Arabic {
		v.form()
	}
	v.press(drive.Plain, 1)
	v.onPage("step1_title")
	v.press(drive.Plain, 0)
	v.look("field")
	v.sign(signKeyboard)
	v.look("keyboard")
	if v.language == kiosk.Arabic {
		v.keys(v.language, "letters") // the Latin ones
		v.look("latin")
	}
	v.keys(kiosk.French, "o d i l e @ a .fr")
	v.look("typed")
	v.keys(kiosk.French, "enter")
	v.onPage("step2_title")
	v.sign(signKeyboard)
	v.look("without-keyboard")
	v.press(drive.Plain, 1)
	v.pressLower(drive.Primary, last)
	v.onPage("step3_title")
	v.press(drive.Plain, 0)
	v.documents(1)
	v.look("received")
	v.pressLower(drive.Plain, wide) // the field for a file, as wide as the page
	v.hears("pick_title")
	v.press(drive.Tile, 0)
	v.onPage("step3_title")
	v.pressLower(drive.Primary, last)
	v.onPage("step4_title")
	v.pressLower(drive.Plain, last)
	v.pressLower(drive.Primary, last)
	v.onPage("dossier_done_title")
	v.pressLower(drive.Primary, last)
	v.documents(2)
	v.look("receipt")
	v.sign(signDocuments)
	v.hears("documents_title")

	i := slices.IndexFunc(v.offer().Documents, func(d kiosk.Document) bool { return d.Name == "recu-entrainement.pdf" })
	v.action(i, actionPrint)
	v.hearsWords(strings.ReplaceAll(v.screens.of(v.scene, "print_pages"), "{{.Pages}}", "1"))
	v.look("print")
	v.press(drive.Primary, 0)
	v.hears("print_done")
	v.press(drive.Plain, 0)
	v.hears("documents_title")
	v.action(i, actionKeep)
	v.hears("save_take")
	v.press(drive.Primary, 0)
	v.hears("documents_title")
	v.onlyIn(began)

	v.mark = v.ear.count()
	v.must(v.borne.Shell.PressBar(v.wait(), drive.BarEnd))
	v.hears("end_title")
	v.press(drive.Danger, 0)
	v.state(kiosk.Ready)
	v.hears("erased_title")
	v.onlyIn(began)
	v.press(drive.Plain, 0)
	v.left("recu-entrainement", had)
	// It was no visit of a site, no upload and no download.
	want := counters{"session/" + string(kiosk.EndButton): 1, "inclusion/" + string(v.language): 1, "device/" + kiosk.DeviceWipeClean: 1,
		"aid/" + string(kiosk.AidLargeText): 1, "aid/" + string(kiosk.AidSpeech): 1, "aid/" + string(kiosk.AidKeyboard): 1,
		"device/" + kiosk.DevicePages: 1, "device/" + kiosk.DeviceSaved: 1}
	if v.language == kiosk.French { // who looked for other sites
		maps.Copy(want, counters{"refusal/" + string(kiosk.ReasonHostNotListed): 4, "refusal/" + string(allowlist.Port): 1,
			"refusal/" + string(allowlist.IPLiteral): 1})
	}
	v.counts(before, want)
}

// What can be done with a document, in the order of its buttons.
const (
	actionKeep = iota + 1
	actionPrint
	actions
)

// action touches a button of the n-th document of the list.
func (v *visitor) action(n, which int) {
	v.t.Helper()
	var found []image.Rectangle
	v.until("the buttons of a document", func() (bool, error) {
		p, err := v.borne.Screen.Settled(v.wait())
		if err != nil {
			return false, err
		}
		// Neither the plates that they lie on nor what stands beside the title.
		found = slices.DeleteFunc(v.inOrder(v.borne.Shell.Filled(p, drive.Plain)), func(r image.Rectangle) bool {
			return r.Dy() > stage.Height/5 || r.Min.Y < stage.Height*3/10
		})
		return len(found) > n*actions+which, fmt.Errorf("there are %v", v.borne.Shell.Filled(p, drive.Plain))
	})
	v.tap(found[n*actions+which])
}

// onlyIn wants all that was said after the first n texts to be in the visitor's language, and heard.
func (v *visitor) onlyIn(n int) {
	v.t.Helper()
	all := v.ear.since(n)
	for _, u := range all {
		if u.language != string(v.language) {
			v.t.Errorf("said in %q: %q", u.language, u.text)
		}
		if v.language == kiosk.Arabic && !strings.ContainsFunc(u.text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
			v.t.Errorf("said, and not in Arabic: %q", u.text)
		}
	}
	if len(all) == 0 {
		v.t.Error("nothing was said")
	}
}

// onKey is how many documents of that name the key holds.
func (v *visitor) onKey(document string) int {
	v.t.Helper()
	return strings.Count(outside(v.scene, "mdir", "-b", "-i", v.key.image+"@@1M", "::/"), document)
}

// left is how this visit is found to have ended: its document on paper and on the key, which had some before, and nothing
// on the borne.
func (v *visitor) left(document string, had int) {
	v.t.Helper()
	v.silent(v.voice)
	if pages := fmt.Sprint(v.paper()); pages != "[1]" {
		v.t.Errorf("on paper are documents of %s pages, want one of one", pages)
	}
	v.run("sh", "-c", "rm -f "+printedFolder+"/*")
	v.nothingPrinted()
	if got := v.onKey(document); got != had+1 {
		v.t.Errorf("on the key are %d of %s, and were %d", got, document, had)
	}
	if kept := outside(v.scene, "mtype", "-i", v.key.image+"@@1M", "::/Facture d'électricité.pdf"); len(kept) < len(v.key.pdf)-10 {
		v.t.Errorf("the key's own document has %d bytes, want %d", len(kept), len(v.key.pdf))
	}
	for _, name := range []string{document, "exemple[.]pdf", "odile@"} {
		v.run("sh", "-c", `! journalctl --no-pager --quiet | grep -iE "$1"`, "-", name)
		v.run("sh", "-c", `! grep -rlsiE "$1" /run /tmp /var/tmp /var/lib/borne /var/log /etc/chromium`, "-", name)
	}
}

// nothingElse asks for other hosts from where the browser of somebody who practises stands: there is only the one that the
// proxy itself answers for.
func (s *scene) nothingElse() {
	s.t.Helper()
	for target, want := range map[string]allowlist.Reason{
		"https://www.caf.fr/": allowlist.HostNotListed, "https://www.impots.gouv.fr/": allowlist.HostNotListed,
		demo.Caf.URL("/"): allowlist.HostNotListed, "http://www.caf.fr/": allowlist.HostNotListed,
		"https://" + kiosk.PracticeHost + ":8443/": allowlist.Port, "https://127.0.0.1/": allowlist.IPLiteral,
		kiosk.PracticeStart: "",
	} {
		head, err := s.inSession([]string{"--net"}, "sh", "-c",
			`curl --silent --insecure --output /dev/null --dump-header - --proxy http://127.0.0.1:3128 --max-time 5 "$1" || true`, "-", target)
		s.must(err)
		status, reason := proxyAnswer(head)
		if want == "" && !strings.Contains(status, " 200 ") || want != "" && (!strings.Contains(status, " 403 ") || reason != string(want)) {
			s.t.Errorf("%s: answered %q, want %q", target, head, want)
		}
	}
	if err := s.call("AllowHost", "string:www.example.fr"); err == nil {
		s.t.Error("a host was opened to somebody who practises")
	}
}

// form fills the form in, whose first field is a name: all of it on the keyboard of the screen. The list takes the first
// letter of an answer, so that it is right only if a letter arrived as it stands on its key.
func (v *visitor) form() {
	v.t.Helper()
	v.press(drive.Plain, 0)
	v.onPage("home_form")
	v.pressLower(drive.Plain, wide)
	v.sign(signKeyboard)
	v.look("keyboard")
	v.keys(v.language, "م ر ي م next 1 5 next 3 next 1 9 5 2 next")
	v.look("name")
	v.keys(v.language, "ب next 1 2 3 4 next space")
	v.look("form")
	v.keys(v.language, "enter")
	v.onPage("form_done_title")
	v.sign(signKeyboard)
	v.sign(0)
	v.hears("home_title")
	v.press(drive.Tile, -1)
	v.onPage("home_title")
}

// keys touches keys of the keyboard on the screen, by what stands on them where it has the letters of that language.
func (v *visitor) keys(letters kiosk.Language, labels string) {
	v.t.Helper()
	var at []image.Point
	for label := range strings.FieldsSeq(labels) {
		p, ok := place(label, letters)
		if !ok {
			v.t.Fatalf("the keyboard has no key %q", label)
		}
		at = append(at, p)
	}
	v.must(v.borne.Screen.TapAll(v.wait(), at))
}

// place is where a key of the letters' page stands, at 1280 by 800.
func place(label string, l kiosk.Language) (image.Point, bool) {
	rows := [][]string{
		strings.Fields("1 2 3 4 5 6 7 8 9 0 back"),
		strings.Fields("a z e r t y u i o p é è"),
		strings.Fields("q s d f g h j k l m à ù"),
		strings.Fields("shift w x c v b n ç ê ' € ."),
		strings.Fields("signs letters @ .fr .com space . left right next . enter"),
	}
	if l == kiosk.Arabic {
		rows[1] = strings.Fields("ض ص ث ق ف غ ع ه خ ح ج د")
		rows[2] = strings.Fields("ش س ي ب ل ا ت ن م ك ط ذ")
		rows[3] = strings.Fields("ئ ء ؤ ر ى ة و ز ظ أ إ آ")
	}
	for row, keys := range rows {
		if column := slices.Index(keys, label); column >= 0 && (row < 4 || label != ".") {
			return image.Pt(4+106*column+53, 371+85*row+42), true
		}
	}
	return image.Point{}, false
}

// documents waits until the visit has received that many.
func (s *scene) documents(n int) (o kiosk.Offer) {
	s.t.Helper()
	s.until(fmt.Sprintf("%d documents", n), func() (bool, error) {
		o = s.offer()
		return len(o.Documents) == n, fmt.Errorf("there are %+v", o.Documents)
	})
	return o
}
