package shell

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"borne/kiosk"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Texts are the shell's sentences in every language, read from go-i18n files.
type Texts struct {
	localizers map[kiosk.Language]*i18n.Localizer
}

// LoadTexts reads texts/LANGUAGE.json of files. French must be there: it
// stands in for whatever another language lacks.
func LoadTexts(files fs.FS) (*Texts, error) {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return nil, fmt.Errorf("list texts: %w", err)
	}
	t := &Texts{localizers: map[kiosk.Language]*i18n.Localizer{}}
	for _, name := range names {
		tag := strings.TrimSuffix(path.Base(name), ".json")
		known, err := language.Parse(tag)
		if err != nil {
			return nil, fmt.Errorf("read texts %s: %w", name, err)
		}
		// Each has a bundle of its own: matched in one, a private tag such as
		// fr-x-falc is taken for French, and French for it.
		bundle := i18n.NewBundle(known)
		if _, err := bundle.LoadMessageFileFS(files, name); err != nil {
			return nil, fmt.Errorf("read texts %s: %w", name, err)
		}
		t.localizers[kiosk.Language(tag)] = i18n.NewLocalizer(bundle, tag)
	}
	if t.localizers[kiosk.French] == nil {
		return nil, fmt.Errorf("texts/fr.json is missing: French stands in for every other language")
	}
	return t, nil
}

// Has reports whether there is a file for the language.
func (t *Texts) Has(l kiosk.Language) bool { return t.localizers[l] != nil }

// in returns a text. data fills its {{.Name}} places; a "Count" among them
// also chooses the plural.
func (t *Texts) in(l kiosk.Language, id textID, data map[string]any) string {
	for _, l := range [...]kiosk.Language{l, kiosk.French} {
		if localizer := t.localizers[l]; localizer != nil {
			s, _ := localizer.Localize(&i18n.LocalizeConfig{MessageID: string(id), TemplateData: data, PluralCount: data["Count"]})
			if s != "" {
				return s
			}
		}
	}
	return string(id) // a text that is missing must be seen by the tests, not stop the borne
}
