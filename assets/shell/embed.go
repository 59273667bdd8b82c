// Package shell holds what the visitor's screens are made of: the texts in
// every language (go-i18n files), the typeface and the icons, embedded in the
// binary so that a screen never waits for a disk.
//
// It holds files only; borne/kiosk/shell reads them.
package shell

import "embed"

// Files has texts/LANGUAGE.json, fonts/*.ttf, icons/theme/*.svg and
// icons/ui/*.svg. Their licences lie beside them in the source.
//
//go:embed texts/*.json fonts/*.ttf icons/theme/*.svg icons/ui/*.svg
var Files embed.FS
