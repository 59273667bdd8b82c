// Package pac finds the proxy of the house by its proxy auto-config file: a
// function in JavaScript, FindProxyForURL, that says by which way a host is
// reached ("PROXY a:3128; PROXY b:3128; DIRECT").
//
// A Source fetches the file, keeps the last one that was good, and gives the
// Ways to a host in the order in which to try them. The script is evaluated by
// Serve, which belongs into a process that can reach nothing (kiosk/sandbox
// makes one); Ask is the other end, and looks up the names that a script asks
// for. An answer that cannot be used is an error, never the direct way.
//
// It opens no connection but to fetch the file, and knows nothing of what the
// ways are used for.
package pac
