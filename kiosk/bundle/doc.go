// Package bundle reads, signs and keeps a borne's configuration.
//
// LoadDir reads the form that a technician writes (YAML files in a directory)
// and answers with a kiosk.Configuration, a compiled allowlist and Faults that
// say line, column and what to write instead. Pack and Open turn that
// directory into one signed archive and back. A Store keeps the archives of a
// borne on disk: the one in use, the one before, never an older one.
//
// It does not fetch bundles (kiosk/fleet does), does not choose when to apply
// one (kiosk/supervisor does), and holds no default of its own: the caller
// passes the directory that ships.
package bundle
