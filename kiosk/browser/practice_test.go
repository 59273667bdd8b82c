package browser

import (
	"net"
	"strings"
	"testing"

	practiceassets "borne/assets/practice"
	"borne/kiosk"
	"borne/kiosk/egress"
	"borne/kiosk/practice"
)

// TestPractice: a real Chromium under our policies takes the practice pages,
// which the proxy answers for by itself, for what they are: it fills a form in,
// goes to the end of the dossier, receives the receipt, and reaches nothing
// else.
func TestPractice(t *testing.T) {
	identity, err := practice.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	read, err := practice.New(practiceassets.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- egress.Work(t.Context(), theirs, l, egress.Options{Practice: read.Handler}) }()
	t.Cleanup(func() {
		ours.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	remote, err := egress.Attach(t.Context(), ours, egress.Setup{Practice: &egress.Identity{Certificate: identity.Certificate, Key: identity.Key}}, egress.Told{})
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Open(t.Context(), egress.Visit{Language: kiosk.French, Practice: true}); err != nil {
		t.Fatal(err)
	}
	policies, err := Policies(PolicyInput{AllowPatterns: []string{Pattern(site, "443", "", false)}, Own: []string{Pattern(kiosk.PracticeHost, "443", "", false)},
		CACertificates: [][]byte{identity.Authority}, Proxy: l.Addr().String(), DownloadDir: downloads})
	if err != nil {
		t.Fatal(err)
	}
	r := startBrowser(t, policies, l.Addr().String(), Control{})
	title := func(want string) {
		t.Helper()
		r.eventually(`document.readyState == "complete" && document.title.split(" - ")[0]`, want)
	}
	if err := r.Navigate(t.Context(), kiosk.PracticeStart); err != nil {
		t.Fatal(err)
	}
	wait[Painted](t, r.events, nil)
	title("S’entraîner")
	r.click("a[href='/formulaire']")
	title("Remplir un formulaire")
	r.evaluate(`for (const [f, v] of Object.entries({name: "Marie", day: 15, month: 3, year: 1952, list: "list_couple", secret: "1234"})) document.getElementById(f).value = v; box.checked = true; box.scrollIntoView()`)
	r.evaluate(`document.querySelector("button").click()`)
	title("Bravo, le formulaire est rempli")
	if err := r.Navigate(t.Context(), kiosk.PracticeStart+"dossier/3"); err != nil {
		t.Fatal(err)
	}
	title("Votre document")
	r.evaluate(`{ const d = new DataTransfer(); d.items.add(new File(["%PDF-1.7\n" + "x".repeat(3e6)], "x.pdf")); file.files = d.files; document.querySelector("button").click() }`)
	title("Envoyer")
	if err := r.Navigate(t.Context(), kiosk.PracticeStart+"dossier/fini"); err != nil {
		t.Fatal(err)
	}
	title("Bravo, votre dossier est fini")
	r.click("a.do")
	wait(t, r.events, func(d Download) bool { return d.State == DownloadFinished })
	if err := r.Navigate(t.Context(), "https://"+site+"/"); err != nil {
		t.Fatal(err)
	}
	if f := wait[Failed](t, r.events, nil); f.Cause != CauseProxy || !strings.Contains(f.URL, site) {
		t.Errorf("a site opened otherwise than the proxy allows: %+v", f)
	}
}
