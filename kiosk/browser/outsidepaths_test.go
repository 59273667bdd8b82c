package browser

import (
	"net/http"
	"testing"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// Chromium's policies know a path as so many characters: the page that begins
// like a permitted one opens, and is told as refused all the same.
func TestPageOutsideItsPathsIsRefused(t *testing.T) {
	list, faults := allowlist.Compile(kiosk.Catalogue{Services: []kiosk.Service{{ID: "s", Start: "https://" + site + "/demarches",
		Navigable: []kiosk.HostRule{{Host: site, Paths: []string{"/demarches"}, Verified: "2026-01-15"}}}}}, kiosk.Policy{})
	if list == nil {
		t.Fatal(faults)
	}
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Write([]byte("<title>page</title><p>" + r.URL.Path))
	}))
	policies := w.policies(t)
	policies["URLAllowlist"] = append([]string{"about:blank"}, list.URLAllowlist()...)
	refused := make(chan string, 10)
	r := startBrowser(t, policies, w.proxy, Control{Refuses: func(address string) bool {
		outside := list.OutsidePaths(address)
		if outside {
			refused <- address
		}
		return outside
	}})
	for _, step := range []struct {
		path    string
		refused bool
	}{{"/demarches", false}, {"/demarches-pro", true}, {"/demarches/aide?a=b", false}, {"/demarches/..;/pro", true}, {"/demarches/", false}} {
		address := "https://" + site + step.path
		if err := r.Navigate(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		if step.refused {
			f := wait(t, r.events, func(Failed) bool { return true })
			if f != (Failed{CausePolicy, address}) || len(refused) != 1 || <-refused != address {
				t.Errorf("%s failed as %+v", step.path, f)
			}
			continue
		}
		r.eventually("location.pathname + location.search + document.title", step.path+"page")
		if len(refused) != 0 {
			t.Errorf("%s was refused", step.path)
		}
	}
}
