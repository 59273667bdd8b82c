// Package usb is what a borne takes of USB: documents on a visitor's stick,
// and nothing else.
//
// Find sees a stick in sysfs, without udev and without mounting it; Open gives
// the descriptor of its raw bytes. Serve is the whole life of the throw-away
// process that reads them (kiosk/usb/volume); a Key is borned's end of it:
// which documents there are, and the content of one. Watch tells of devices
// that the kernel holds back, and Rules writes the policy by which USBGuard
// tells it to.
//
// It starts no process (kiosk/sandbox does), shows nothing (kiosk/shell does),
// and writes nothing to a stick.
package usb
