// Package visit plays whole visits by itself: it taps through the real shell and the demonstration sites as a person
// would, keeps a numbered picture of every step, and fails at the first step that does not hold.
//
// Its main type is Player; Play is the demonstration's own visit and the end-to-end tests compose others from the same
// steps. It calls no method of the product: what it does comes from a finger, and what it checks is seen on the screen,
// read from the public state of the borne, or counted by the sites.
package visit
