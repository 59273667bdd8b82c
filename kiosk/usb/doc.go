// Package usb is what a borne takes of USB: a visitor's stick, from which
// documents are taken and on which those of the visit are kept, and nothing
// else.
//
// Find sees a stick in sysfs, without udev and without mounting it; Open gives
// the descriptor of its raw bytes. Serve is the whole life of the throw-away
// process that reads them (kiosk/usb/volume); a Key is borned's end of it:
// which documents there are, and the content of one. OpenToSave, ServeSave and
// Save are the same for the process that keeps one document on it. Watch tells
// of devices that the kernel holds back, and Rules writes the policy by which
// USBGuard tells it to.
//
// It starts no process (kiosk/sandbox does) and shows nothing (kiosk/shell
// does).
package usb
