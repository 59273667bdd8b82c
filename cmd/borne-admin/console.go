package main

import (
	"crypto/ed25519"
	"net/http"
	"time"

	"borne/admin/console"
	"borne/assets"
)

// mountConsole puts the web console under "/", below the more exact addresses
// of the APIs.
func (p parts) mountConsole(mux *http.ServeMux, data Data) error {
	pages, err := console.New(console.Options{Store: p.store, Auth: p.auth, Publisher: p.publisher,
		BundleKeys: []ed25519.PublicKey{p.key.Public().(ed25519.PublicKey)}, Shipped: assets.Bundle(),
		MaintenanceCode: p.maintenanceCode, PublicURL: data.PublicURL, Now: time.Now, Log: p.log, Version: version})
	if err != nil {
		return err
	}
	mux.Handle("/", pages)
	return nil
}
