// Package vm runs a borne in a whole virtual machine: Debian's own kernel, Xorg on a graphics card, a seat, keys that
// come from a keyboard, USB devices that are plugged in and pulled out, and power that is cut. What a test host
// (packaging/testhost), which shares the machine's kernel, cannot show is tried here.
//
// Build makes the disk from packages, once for each content; Boot starts a Machine on it and returns when the borne
// waits for a visitor. The machine is emulated in software: no /dev/kvm is needed, and everything takes its time. Its
// only network is a cable to this process, which serves the demonstration's sites at the other end.
//
// It is no part of the product, and it turns no switch of it: what it adds to the Debian is the hardware, the network's
// names, the demonstration's configuration, and an agent through which tests look inside.
package vm
