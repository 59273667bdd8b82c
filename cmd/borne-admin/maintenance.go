package main

import (
	"crypto/ed25519"
	"time"

	"borne/admin"
	"borne/kiosk/onetime"
)

// maintenanceSecret is what a borne and this central office share: it is worked
// out anew from the key that signs bundles, each time, and kept nowhere. So each
// server of several makes the same codes, and a copy of the database makes none.
func (p parts) maintenanceSecret(kioskID string, borne ed25519.PublicKey) ([]byte, error) {
	return onetime.Derive(p.key, kioskID, borne)
}

// maintenanceCode is the code of a borne at a time of its clock.
func (p parts) maintenanceCode(k admin.Kiosk, at time.Time) (admin.MaintenanceCode, error) {
	secret, err := p.maintenanceSecret(k.ID, k.PublicKey)
	if err != nil {
		return admin.MaintenanceCode{}, err
	}
	return admin.MaintenanceCode{Code: onetime.Secret(secret).Code(at), Until: at.Add(onetime.Life).Truncate(time.Minute)}, nil
}
