// Package console is the web console of the central office: pages in French,
// drawn by the server, that work without JavaScript.
//
// New is the whole of it: it checks every embedded page, and returns the
// handler to mount under "/". routes lists every address with the permission
// that it asks; each page's handler has a file of its own. Its store,
// authenticator and publisher are small interfaces declared here; it keeps
// nothing itself but the names of the last catalogue.
//
// It is no API: programs use admin/api.
package console
