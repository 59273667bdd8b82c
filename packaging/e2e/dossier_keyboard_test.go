package e2e_test

import (
	"strings"

	"borne/kiosk"
	"borne/packaging/demo/sites"
)

// byKeyboard does the Caf's dossier with Tab, Return, Space and F6 alone, by ear: which button the keyboard has come to is
// what the voice says, as for a person who does not see the screen.
func (v *visitor) byKeyboard() {
	before, had := v.counted(), v.onKey("attestation-caf-demonstration")
	v.firstScreen()
	v.strike("Tab", "Return") // the first of all buttons is "Écouter"
	v.hears("ready_title")
	v.voice = v.property(voiceUnit, "UID")
	v.choose("bar_aids", "aids_title")
	v.choose("aids_size_large", "")
	v.choose("aids_done", "ready_title")
	v.choose("language_name", "home_title")
	v.tabTo("Famille")
	v.strike("Return")
	v.hears("needs_title")
	v.tabTo(v.screens.of(v.scene, "needs_start"))
	v.strike("Return")

	v.pageKeys(cafTitle, "Tab", "Tab", "Return")
	v.pageTyped("Connexion à la Caf", sites.CafNumber+"\t"+sites.CafPassword)
	v.strike("Return")
	v.pageKeys("Mon espace Caf, prêt", "Tab", "Tab", "Tab", "Return")
	v.pageKeys("Étape 1 sur 3", "Tab", "Tab", "space", "Return")
	v.pageKeys("Étape 2 sur 3", "Tab", "Tab", "space", "Tab", "2", "Return")
	v.pageKeys("Étape 3 sur 3", "Tab", "Tab", "space")
	v.hears("pick_title")
	v.tabTo("Facture d'électricité.pdf")
	v.strike("Return")
	v.pageKeys("Pièce choisie", "Tab", "Tab", "Return")
	v.pageKeys("Récapitulatif", "Tab", "Tab", "Tab", "Return")
	v.pageKeys("Votre déclaration est envoyée", "Tab", "Tab", "Tab", "Tab", "Return")
	name := v.documents(1).Documents[0].Name
	v.strike("F6")
	v.choose("bar_documents", "documents_title")

	v.tabTo(v.screens.of(v.scene, "documents_print") + " – " + name)
	v.strike("Return")
	v.hearsWords(strings.ReplaceAll(v.screens.of(v.scene, "print_pages"), "{{.Pages}}", "1"))
	v.choose("documents_print", "print_done")
	v.choose("documents_title", "documents_title")
	v.tabTo(v.screens.of(v.scene, "save_button") + " – " + name)
	v.strike("Return")
	v.hears("save_take")
	v.choose("documents_title", "documents_title")
	v.choose("bar_end", "leave_title")
	v.choose("leave_end", "")
	v.state(kiosk.Ready)
	for range 3 {
		p := v.look("question")
		v.strike("Tab", "Return")
		v.still(p)
	}
	v.hears("erased_title")
	v.choose("erased_start", "")
	v.left("attestation-caf-demonstration", had)
	v.counts(before, counters{"session/" + string(kiosk.EndButton): 1, "inclusion/fr": 1, "visit/caf": 1,
		"outcome/caf": 1, "satisfaction/caf": 1, "autonomy/caf": 1,
		"aid/" + string(kiosk.AidLargeText): 1, "aid/" + string(kiosk.AidSpeech): 1,
		"device/" + kiosk.DeviceUpload: 1, "device/" + kiosk.DeviceDownload: 1, "device/" + kiosk.DevicePages: 1,
		"device/" + kiosk.DeviceSaved: 1, "device/" + kiosk.DeviceWipeClean: 1})
}

// strike presses keys, and marks what is heard from then on.
func (v *visitor) strike(keys ...string) {
	v.t.Helper()
	v.mark = v.ear.count()
	v.must(v.borne.Screen.Key(v.wait(), keys...))
}

// choose comes to a button by its words, presses it, and hears the screen that it leads to, by one of its texts.
func (v *visitor) choose(button, next string) {
	v.t.Helper()
	v.tabTo(v.screens.of(v.scene, button))
	v.strike("Return")
	if next != "" {
		v.hears(next)
	}
}

// tabTo presses Tab until the voice says that button.
func (v *visitor) tabTo(label string) {
	v.t.Helper()
	var all []string
	for range 60 {
		v.strike("Tab")
		v.until("a button to be said", func() (bool, error) { return v.ear.count() > v.mark, nil })
		for _, u := range v.ear.since(v.mark) {
			// Its name, and that it is a button, or chosen.
			if name, _, ok := strings.Cut(u.text, "\n"); ok && strings.Count(u.text, "\n") == 1 && strings.TrimSuffix(name, ".") == label {
				return
			}
			all = append(all, u.text)
		}
	}
	v.t.Fatalf("the keyboard does not come to %q, but to %q", label, all)
}

// pageKeys presses keys on a page of that title, once it is seen.
func (v *visitor) pageKeys(title string, keys ...string) {
	v.t.Helper()
	v.page(title)
	v.must(v.borne.WaitProperty(v.wait(), "Notice", string(kiosk.NoNotice)))
	v.look(title)
	v.strike(keys...)
}

func (v *visitor) pageTyped(title, text string) {
	v.t.Helper()
	v.pageKeys(title, "Shift_L")
	v.must(v.borne.Screen.Type(v.wait(), text))
}
