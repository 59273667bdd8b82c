// Package auth says who is asking: passwords (argon2id), login links used
// once, a browser's session, bornectl's tokens, and how often one may try.
//
// Service is its main type; Limiter counts attempts. What an operator may do
// is admin.Role's matter, and the bornes' own identity is kiosk/httpsig's.
package auth
