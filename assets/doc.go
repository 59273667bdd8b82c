// Package assets holds the files that Borne ships inside its programs.
//
// Bundle is the default configuration bundle, as a technician would write it:
// the catalogue, the allowlist and the settings that a borne uses until its
// organisation publishes its own. kiosk/bundle reads it.
//
// It imports nothing of ours and interprets nothing.
package assets
