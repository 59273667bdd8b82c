// Package demo names what the demonstration and the tests of whole visits share: the hosts of the demonstration's
// "official sites", and the addresses at which the test host carries them.
//
// Its main type is Host. The sites themselves are in demo/sites, their private certificate authority in
// demo/authority, the hands and eyes at the borne's screen in demo/drive, and the program of `make run` in demo/run.
// Nothing here is installed on a borne.
package demo
