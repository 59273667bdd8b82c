// Package practice serves the pages that a visitor practises on: a form, a
// dossier of four steps with an upload and a receipt, a sign-in. They look like
// official sites and are none: whatever is sent to them is judged and thrown
// away with the answer, and no page knows of another.
//
// Pages is the whole of it; Identity makes the certificate by which a browser
// takes the pages for what they are. The egress proxy runs the handler, at the
// other end of the tunnel: no socket listens for it.
//
// It is no lesson of the shell's own screens, and counts nothing.
package practice
