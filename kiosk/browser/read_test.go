package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"borne/kiosk"
)

const readPage = `<!doctype html><html lang="fr-FR"><title>Titre</title>
<style>.hidden { display: none } .dots { -webkit-text-security: disc } .away { visibility: hidden } .there { visibility: visible }</style>
<header>En-tête <nav>Menu du site</nav></header>
<h1>Demander une aide</h1>
<main id="main">
 <p>Vous   êtes <b>locataire</b>&nbsp;:<br>deux papiers.</p>
 <ul><li>Un bail<li>Une facture <span lang="en">of less than three months</span></ul>
 <img alt="Un logement" src="x.png"><img alt="" src="y.png"><svg role="img" aria-label="Attention"><title>rien</title></svg>
 <form><label>Mot de passe <input type="password" name="getAttribute" value="secretpass"></label><label for="n">Nom</label>
  <input id="n" name="firstChild" value="secretname" placeholder="secrethint"><textarea>secrettext</textarea>
  <select><option selected>secretchoice</select><div contenteditable>secretedit</div><p class="dots">secretdots</p>
  <div role="textbox">secretrole</div><input type="submit" value="Envoyer"></form>
 <p class="hidden">caché</p><p aria-hidden="true">muet</p><p class="away">invisible <i class="there">visible</i></p>
 <details><summary>En savoir plus</summary>replié</details>
 <button aria-label="Fermer">X</button><div id="host"></div><iframe srcdoc="<p>Dans un cadre"></iframe>
 <script>host.attachShadow({ mode: "open" }).innerHTML = "<p>Dans l’ombre</p>"; var secretscript</script>
 <div style="height: 3000px"></div><p id="low" lang="ar">أهلا</p><p lang="de">Guten Tag</p><div style="height: 3000px"></div>
</main><footer>Pied de page</footer>`

func readSite(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages(t))
	page := func(path, html string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, html)
		})
	}
	page("/read", readPage)
	page("/question", `<p>Dessous<dialog id="d">Êtes-vous sûr ?</dialog><script>d.showModal()</script>`)
	page("/plain", `<nav>Menu</nav><p>Une page simple<footer>Pied</footer>`)
	page("/nothing", `<input value="secret" autofocus>`)
	page("/long", `<p>`+strings.Repeat("encore une phrase. ", 2000))
	page("/wide", `<body><script>for (let i = 0; i < 60000; i++) document.body.append(document.createElement("i"))</script><p>au bout`)
	page("/deep", `<body><script>let e = document.body; for (let i = 0; i < 2000; i++) { const n = document.createElement("b"); e.append(n); e = n } e.append("au fond")</script>`)
	// A page that puts its own in the place of what a script may call.
	page("/liar", `<p>vrai<img name="querySelectorAll" hidden><img name="body" hidden><script>
		for (const f of ["stringify"]) JSON[f] = () => '{"t":[["fr","faux"]]}';
		Array.prototype.push = String.prototype.trim = Element.prototype.checkVisibility = () => { throw 1 };
		Object.defineProperty(Text.prototype, "data", { get: () => "faux" })</script>`)
	return mux
}

func TestReadPage(t *testing.T) {
	w := newWorld(t, readSite(t))
	r := startBrowser(t, w.policies(t), w.proxy, Control{})
	read := func(path string) kiosk.PageText {
		t.Helper()
		if path != "" {
			r.open(path)
		}
		text, err := r.ReadPage(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return text
	}
	want := func(got kiosk.PageText, texts ...kiosk.Utterance) {
		t.Helper()
		if fmt.Sprint(got.Said) != fmt.Sprint(texts) {
			t.Errorf("got\n%q, want\n%q", got.Said, texts)
		}
	}
	fr := func(lines ...string) kiosk.Utterance {
		return kiosk.Utterance{Language: kiosk.French, Text: strings.Join(lines, "\n")}
	}
	end := []kiosk.Utterance{{Language: kiosk.Arabic, Text: "أهلا."}, {Text: "Guten Tag."}}
	want(read("/read"), append([]kiosk.Utterance{
		fr("Demander une aide.", "Vous êtes locataire :", "deux papiers.", "Un bail.", "Une facture."),
		{Language: kiosk.English, Text: "of less than three months."},
		fr("Un logement Attention.", "Mot de passe Nom.", "Envoyer.", "visible.", "En savoir plus.", "Fermer.", "Dans l’ombre.", "Dans un cadre.")}, end...)...)
	r.evaluate(`low.scrollIntoView()`)
	want(read(""), end...)
	r.evaluate(`n.value = "tapé"; n.setAttribute("value", "tapé"); scrollTo(0, 0)`)
	if text := fmt.Sprint(read("").Said); strings.Contains(text, "tapé") || strings.Contains(text, "secret") {
		t.Errorf("what is in a field is said: %s", text)
	}
	want(read("/question"), kiosk.Utterance{Text: "Êtes-vous sûr ?"})
	want(read("/plain"), kiosk.Utterance{Text: "Une page simple."})
	want(read("/nothing"))
	want(read("/liar"), kiosk.Utterance{Text: "vrai."})
	if long := read("/long"); !long.More || total(long) < kiosk.MaxPageText*9/10 {
		t.Errorf("a long page: more %v, %d characters", long.More, total(long))
	}
	want(read("/deep"))
	// Too much to look at is given up, or too slow.
	r.open("/wide")
	if text, err := r.ReadPage(t.Context()); err == nil && (len(text.Said) > 0 || !text.More) {
		t.Errorf("a page without end: %+v", text)
	}
	r.conn.tell(r.front().session, "Runtime.evaluate", map[string]any{"expression": "for (;;);"})
	before := time.Now()
	if _, err := r.ReadPage(t.Context()); err == nil || time.Since(before) > 2*readLimit {
		t.Errorf("a page that hangs: %v after %v", err, time.Since(before))
	}
	if err := r.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func total(text kiosk.PageText) (n int) {
	for _, u := range text.Said {
		n += utf8.RuneCountInString(u.Text)
	}
	return n
}

func TestReadPageOfNoBrowser(t *testing.T) {
	b := &Browser{}
	if _, err := b.ReadPage(context.Background()); err == nil {
		t.Error("no page says something")
	}
}

// Whatever comes in the place of the script's answer, it becomes words: few
// enough, in passages, and nothing that is not said.
func FuzzPageText(f *testing.F) {
	long, _ := json.Marshal(map[string]any{"t": [][]string{{"fr", strings.Repeat("mot, ", 9000)}, {"en", strings.Repeat("x", 9000)}}})
	for _, seed := range []string{`{"t":[["fr","Bonjour"],["FR_be","là."],["xx-very-long","é\u0000\u202e\ue001\r\n.\r\nQUIT"]],"m":true}`,
		`{"t":[["fr"]]}`, `{"t":[[]],"m":1}`, `{}`, `[]`, ``, `{"t":[["","` + strings.Repeat("a", 700) + `"]]}`, string(long)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		text, err := pageText(answer)
		if err != nil && (text.Said != nil || text.More) {
			t.Fatalf("half of it: %+v", text)
		}
		characters := 0
		for _, u := range text.Said {
			n := utf8.RuneCountInString(u.Text)
			if n == 0 || n > passage+1 || !utf8.ValidString(u.Text) || strings.TrimSpace(u.Text) != u.Text {
				t.Fatalf("a passage of %d characters: %q", n, u.Text)
			}
			characters += n - strings.Count(u.Text, "\n")
			for _, r := range u.Text {
				if r != '\n' && r != '\u200c' && r != '\u200d' && !unicode.IsPrint(r) {
					t.Fatalf("%q has no sound", r)
				}
			}
			if u.Language != "" && kiosk.LanguageOfWeb(u.Language.Web()) != u.Language {
				t.Fatalf("no language: %q", u.Language)
			}
		}
		if most := kiosk.MaxPageText * 2; characters > most { // each block may get a stop
			t.Fatalf("%d characters", characters)
		}
	})
}
