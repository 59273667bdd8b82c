// Package paper turns what a visitor received into pages that can be printed:
// a PDF that holds pages and nothing else, and how many they are.
//
// The document is hostile until proved otherwise. So Serve, which reads it,
// runs in a process that is thrown away (kiosk/sandbox, StartConverter) and
// leaves the reading of PDF to poppler's programs; Receive, in borned, takes a
// number and bytes from it. The print service then gets what cairo drew, not
// what a site sent: no script, no form, no attachment, and A4.
//
// It prints nothing, and knows nothing of visits.
package paper
