// Package facts says in French what a borne's health facts mean and what to do
// about them, for the console and for the borne's own maintenance screen. It is
// a table of words: what is a fact, and how bad it is, borned decides.
package facts
