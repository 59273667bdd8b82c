// Package store keeps what the central office knows, in one SQLite file today.
//
// Store is its one type; a file of this package holds one group of its
// methods. Every change is one transaction, and writes its line of the audit
// log in it. Statements are plain SQL behind a thin layer (db.go) that
// rewrites placeholders, so that another engine is a dialect and a folder of
// migrations, held to the same contract by store/storetest.
//
// It checks no right and no signature: admin/auth and admin/api do. Callers
// declare the few methods that they need as an interface of their own.
package store
