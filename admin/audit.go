package admin

import "time"

// AuditEntry is one line of the audit log, which only ever grows.
type AuditEntry struct {
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	// Actor is an operator's mail, or their pseudonym once their account was
	// erased, "borne:ID", or "local" for the machine's
	// own administrator at the command line.
	Actor string `json:"actor"`
	// Action is what was done: "command.create".
	Action AuditAction `json:"action"`
	// Object is what it was done to: a borne's or a release's id.
	Object string `json:"object,omitempty"`
	// Detail never holds a secret nor anything of a visitor.
	Detail string `json:"detail,omitempty"`
}

// AuditAction names what was done.
type AuditAction string

// The actions that the audit log keeps.
const (
	AuditLogin           AuditAction = "login"
	AuditLoginFailed     AuditAction = "login.failed"
	AuditLogout          AuditAction = "logout"
	AuditLinkCreate      AuditAction = "login-link.create"
	AuditTokenCreate     AuditAction = "token.create"
	AuditPasswordSet     AuditAction = "password.set"
	AuditOperatorCreate  AuditAction = "operator.create"
	AuditOperatorChange  AuditAction = "operator.change"
	AuditOperatorErase   AuditAction = "operator.erase" // object: the pseudonym
	AuditCodeCreate      AuditAction = "enrolment-code.create"
	AuditEnrol           AuditAction = "kiosk.enrol"
	AuditRegister        AuditAction = "kiosk.register"
	AuditKioskChange     AuditAction = "kiosk.change"
	AuditKioskQuarantine AuditAction = "kiosk.quarantine"
	AuditKioskRevoke     AuditAction = "kiosk.revoke"
	AuditMaintenanceCode AuditAction = "maintenance-code.create"
	AuditCommandCreate   AuditAction = "command.create"
	AuditCommandCancel   AuditAction = "command.cancel"
	AuditReleasePublish  AuditAction = "release.publish"
	AuditSiteCreate      AuditAction = "site.create"
	AuditSiteChange      AuditAction = "site.change"
	AuditOrganisation    AuditAction = "organisation.change"
	AuditBackup          AuditAction = "backup"
	AuditRestore         AuditAction = "restore"
	AuditUsageExpire     AuditAction = "usage.expire" // object: the first day that is kept
	AuditUsageRefuse     AuditAction = "usage.refuse"
	AuditExpire          AuditAction = "audit.expire" // object: the first day that is kept
	AuditUsageKeep       AuditAction = "usage.keep"   // what came in quarantine counts
	AuditUsageDrop       AuditAction = "usage.drop"   // what came in quarantine is thrown away
)

// ActorLocal is the actor of commands run on the central office's machine.
const ActorLocal = "local"

// ActorKiosk is the actor that a borne is.
func ActorKiosk(id string) string { return "borne:" + id }

// AuditFilter narrows the audit log, newest first; empty fields do not.
type AuditFilter struct {
	Actor  string
	Object string
	// Before is the Seq above the first entry wanted, 0 for the newest.
	Before int64
	// Limit is the most to return, 0 for 200.
	Limit int
}
