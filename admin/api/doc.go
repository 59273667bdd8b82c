// Package api is the central office over HTTP: the device API, which bornes
// speak with signed requests (kiosk/fleet.go has its messages), and the
// operators' API, which bornectl speaks, with its OpenAPI document.
//
// Device and Operators are its two main types; each registers its routes in
// one function. Bell wakes the check-ins that wait, Presence gathers what
// bornes tell and keeps it in groups.
//
// Truth is a row of the store: nothing here would be missed after a restart.
// Who asks is said by the Authenticator it is given, and what is kept by
// small interfaces declared where they are used.
package api
