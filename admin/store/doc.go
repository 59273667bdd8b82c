// Package store keeps what the central office knows: in one SQLite file, with
// nothing to set up, or in a PostgreSQL database that several servers share.
//
// Store is its one type; a file of this package holds one group of its
// methods. Every change is one transaction, and writes its line of the audit
// log in it. Statements are plain SQL behind a thin layer (db.go) that
// rewrites placeholders; what differs is a dialect and a folder of migrations for
// each engine, both held to one contract by store/storetest. Counters that come
// at the same time are kept together (queue.go). Copy moves a living store from
// one engine to the other, Backup and Restore save either.
//
// It checks no right and no signature: admin/auth and admin/api do. Callers
// declare the few methods that they need as an interface of their own.
package store
