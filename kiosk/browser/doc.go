// Package browser is what Borne knows of Chromium: its command line
// (Arguments), its managed policies (Policies) and its control over an
// inherited pipe (Attach, Browser).
//
// Control speaks the DevTools protocol at page level, through the two
// descriptors of --remote-debugging-pipe: no port, and Chromium leaves when
// our end closes. What happens in the browser comes as Events: pages that
// failed and why, files that a page gives (Downloads) or wants (GiveFile), and
// what was refused beside a page. guard.js, in every document, closes what no
// policy does; it helps visitors, and holds nobody: each way past it ends at a
// policy or at inWindow.
//
// It starts no process (kiosk/sandbox does), decides nothing about hosts
// (kiosk/allowlist and kiosk/egress do) and places no window (kiosk/windows
// does). It never logs an address, a host, a title or a file's name.
package browser
