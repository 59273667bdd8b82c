package practice

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"borne/kiosk"
)

// texts are the sentences of one language by their ids.
type texts map[string]string

// loadTexts reads texts/LANGUAGE.json of files, which are go-i18n files without
// plurals. French must be there, and stands in for what other languages lack.
func loadTexts(files fs.FS) (map[kiosk.Language]texts, error) {
	names, err := fs.Glob(files, "texts/*.json")
	if err != nil {
		return nil, fmt.Errorf("list texts: %w", err)
	}
	all := map[kiosk.Language]texts{}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		var messages map[string]struct {
			Description, Other string
		}
		if err := json.Unmarshal(b, &messages); err != nil {
			return nil, fmt.Errorf("read texts %s: %w", name, err)
		}
		ts := texts{}
		for id, m := range messages {
			ts[id] = m.Other
		}
		all[kiosk.Language(strings.TrimSuffix(path.Base(name), ".json"))] = ts
	}
	if all[kiosk.French] == nil {
		return nil, fmt.Errorf("texts/fr.json is missing: French stands in for every other language")
	}
	return all, nil
}
