package admin

import (
	"slices"
	"time"
)

// Role says what an operator may do.
type Role string

// The roles.
const (
	// Manager reads what bornes were used for.
	Manager Role = "manager"
	// Technician looks after bornes.
	Technician Role = "technician"
	// Mediator helps the visitors of bornes.
	Mediator Role = "mediator"
	// Administrator does all of it, and says who may.
	Administrator Role = "administrator"
)

// Roles lists every role.
func Roles() []Role { return []Role{Manager, Mediator, Technician, Administrator} }

// Valid reports whether r is a role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Permission is one thing that a role may do.
type Permission string

// The permissions.
const (
	ReadKiosks      Permission = "read-kiosks"
	ReadUsage       Permission = "read-usage"
	ReadAudit       Permission = "read-audit"
	SendCommands    Permission = "send-commands"
	HelpVisitors    Permission = "help-visitors" // what a command does for the visitor who is there
	EnrolKiosks     Permission = "enrol-kiosks"  // and revoke them
	PublishBundles  Permission = "publish-bundles"
	ManageOperators Permission = "manage-operators" // and the organisation
)

var permissions = map[Role][]Permission{
	Manager:    {ReadKiosks, ReadUsage},
	Mediator:   {ReadKiosks, HelpVisitors},
	Technician: {ReadKiosks, ReadUsage, ReadAudit, SendCommands, HelpVisitors, EnrolKiosks, PublishBundles},
	Administrator: {ReadKiosks, ReadUsage, ReadAudit, SendCommands, HelpVisitors, EnrolKiosks, PublishBundles,
		ManageOperators},
}

// May reports whether the role has a permission; an unknown role has none.
func (r Role) May(p Permission) bool { return slices.Contains(permissions[r], p) }

// Operator is a person who works at the central office.
type Operator struct {
	ID   string `json:"id"`
	Mail string `json:"mail"`
	Name string `json:"name"`
	Role Role   `json:"role"`
	// Disabled operators cannot come in; their name stays in the audit log
	// until the account is erased.
	Disabled bool      `json:"disabled,omitempty"`
	Created  time.Time `json:"created"`
	// HasPassword is false until the person has chosen one.
	HasPassword bool `json:"has_password"`
}

// May reports whether the operator has a permission.
func (o Operator) May(p Permission) bool { return o.ID != "" && !o.Disabled && o.Role.May(p) }

// Author is how an operator is named in commands, releases and the audit log.
func (o Operator) Author() string { return o.Mail }

// Pseudonym stands for an operator in the audit log once the account is erased.
func (o Operator) Pseudonym() string { return "person-" + o.ID }
