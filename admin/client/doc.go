// Package client is the operators' API for Go programs: bornectl first.
//
// Client is its one type. Its answers are the vocabulary of package admin, its
// errors the sentinels of that package where there is one (errors.Is), with
// what the central office said.
package client
