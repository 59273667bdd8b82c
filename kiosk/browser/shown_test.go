package browser

import "testing"

// Of all files, a real Chromium opens those that are shown, and no other, however
// their address is written.
func TestOnlyTheShownFilesOpen(t *testing.T) {
	const shown = "/var/lib/borne/shown/document.pdf"
	policies, err := Policies(PolicyInput{AllowPatterns: []string{"https://www.caf.fr"}, Proxy: deadProxy, Shown: []string{shown}})
	if err != nil {
		t.Fatal(err)
	}
	r := startBrowser(t, policies, deadProxy, Control{Handle: func(Event) {}})
	hidden := r.front().session
	if _, err := r.newPage(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.visit(hidden, "file://"+shown); !got.through {
		t.Errorf("the document itself: %+v", got)
	}
	for _, address := range []string{
		"file:///etc/hostname", "file:///", "file:///var/lib/borne/shown/", "file:///var/lib/borne/shown/document.png", "file:///var/lib/borne/downloads/document.pdf",
		"file://" + shown + "/../../profile/Default/Preferences", "file://" + shown + "/%2e%2e/%2e%2e/profile", "file:///var/lib/borne/shown/../profile/",
		"file://localhost/etc/hostname", "file://www.caf.fr" + shown + "/../x", "FILE:///etc/hostname", "view-source:file:///etc/hostname",
		"filesystem:file:///temporary/x", "file:/etc/hostname", "file:etc/hostname",
	} {
		if got := r.visit(hidden, address); got.through && got.reading != "" {
			t.Errorf("%s opens: %+v", address, got)
		}
	}
}
