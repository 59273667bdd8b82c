// Package stage sets the scene of a whole visit: a booted Debian whose network holds the demonstration's official sites
// under their names, with their private authority trusted, and, on request, a central office and an enrolled borne
// installed from the packages that the project builds, with a printer, a sound card and visitors' USB keys.
//
// Its main type is Stage. `make run` and the end-to-end tests stand on it. What it adds to the Debian is what a
// technician or the hardware would: packages, certificates, an X server that needs no graphics card. It turns no switch
// of the product.
package stage
