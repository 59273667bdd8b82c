// Package admin is the vocabulary of the central office: who looks after
// bornes (Organisation, Site, Operator), what it knows of them (Kiosk,
// UsageRow), what it asks of them (Command, Release) and what it remembers of
// itself (AuditEntry).
//
// It imports kiosk and the standard library only, and does no input or
// output: admin/store keeps these values, admin/auth says who is asking,
// admin/api and admin/console show them.
package admin
