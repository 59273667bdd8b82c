package kiosk

import "time"

// MaintenanceReport is what the maintenance screen shows a technician. Nothing
// of it is a visitor's, and no password is in it.
type MaintenanceReport struct {
	Links    []NetworkLink `json:"links"`
	Gateways []string      `json:"gateways,omitempty"`
	// NameServers are the machine's, by address.
	NameServers []string `json:"name_servers,omitempty"`
	// Proxy is the house's, without its password; empty for none.
	Proxy string `json:"proxy,omitempty"`
	// Server, KioskID and Name are the borne's identity, empty when it is not
	// enrolled.
	Server  string `json:"server,omitempty"`
	KioskID string `json:"kiosk_id,omitempty"`
	Name    string `json:"name,omitempty"`
	// LastContact with the central office, by its clock; zero for none since the
	// start. Problem is what went wrong last, empty for nothing.
	LastContact time.Time `json:"last_contact,omitzero"`
	Problem     string    `json:"problem,omitempty"`
	// Clock is the machine's.
	Clock         time.Time `json:"clock"`
	Versions      Versions  `json:"versions"`
	BundleVersion uint64    `json:"bundle_version"`
	Facts         []Fact    `json:"facts"`
	// Reason is why the borne was out of service, empty when it was not.
	Reason string `json:"reason,omitempty"`
}

// NetworkLink is one of the machine's network interfaces.
type NetworkLink struct {
	Name string `json:"name"`
	// Kind is empty for one that is no device of the machine's.
	Kind LinkKind `json:"kind,omitempty"`
	// Up is true when something is at the other end.
	Up        bool     `json:"up"`
	Hardware  string   `json:"hardware,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
}

// LinkKind is what a network interface is.
type LinkKind string

// The kinds.
const (
	LinkCable LinkKind = "cable"
	LinkWiFi  LinkKind = "wifi"
	// LinkMobile goes by a telephone network.
	LinkMobile LinkKind = "mobile"
)

// MaintenanceAction is what a technician has borned do, from the maintenance
// screen.
type MaintenanceAction string

// The actions.
const (
	// ActionTestPage prints a page that is nobody's.
	ActionTestPage MaintenanceAction = "test-page"
	// ActionRestartScreen starts the X server and the shell anew,
	// ActionRestartService borned with them.
	ActionRestartScreen  MaintenanceAction = "restart-screen"
	ActionRestartService MaintenanceAction = "restart-service"
	ActionReboot         MaintenanceAction = "reboot"
)

// MaintenanceActions lists every action.
func MaintenanceActions() []MaintenanceAction {
	return []MaintenanceAction{ActionTestPage, ActionRestartScreen, ActionRestartService, ActionReboot}
}
