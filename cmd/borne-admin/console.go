package main

import "net/http"

// mountConsole puts the web console under "/": until an address is one of its
// pages, it leads to the API's description.
func (p parts) mountConsole(mux *http.ServeMux, _ Data) error {
	mux.Handle("GET /{$}", http.RedirectHandler("/api/openapi.json", http.StatusSeeOther))
	return nil
}
