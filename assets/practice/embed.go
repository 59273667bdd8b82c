// Package practice holds the pages that a visitor practises on, their texts in
// several languages (go-i18n files) and their style, embedded in the binary.
//
// It holds files only; borne/kiosk/practice serves them.
package practice

import "embed"

// Files has texts/LANGUAGE.json, pages/*.html and style.css.
//
//go:embed texts/*.json pages/*.html style.css
var Files embed.FS
