// Package storetest is the contract of the central office's store: Run holds
// any engine to it. It tests behaviour, never a schema.
package storetest
