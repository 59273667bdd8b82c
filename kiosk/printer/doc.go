// Package printer speaks to the machine's own print service, CUPS, by IPP
// (RFC 8011) over its local socket.
//
// Printer says what state a queue is in (Look), takes a document (Print), says
// how far it is (Follow) and has the service drop every job (Purge). Nothing
// that it hands over says what is printed: each job has the same name, and the
// same user.
//
// It finds no printer and makes no queue, which is a technician's work with
// lpadmin(8); it counts nothing, and does not decide who may print.
package printer
