package console

import (
	"testing"

	"borne/kiosk"
)

// TestFactsAreToldInFrench reads what bornes say of what is wrong with them.
func TestFactsAreToldInFrench(t *testing.T) {
	for _, f := range []kiosk.Fact{
		{Name: "service", Level: kiosk.LevelFail, Detail: "the browser does not stay up: it crashed"},
		{Name: "usage", Level: kiosk.LevelWarn, Detail: "the log was corrupt and a new one was begun; the old file is /var/lib/borne/usage.db.corrupt-20261122T010203.000"},
		{Name: "usage", Level: kiosk.LevelFail, Detail: "disk read-only: 4 counters wait in memory; check the disk of /var/lib/borne, it may be failing"},
		{Name: "clock", Level: kiosk.LevelFail, Detail: "implausible: it says 1970-01-01 00:00, which has passed: set it"},
		{Name: "clock", Level: kiosk.LevelWarn, Detail: "nobody confirms it: not synchronised yet"},
		{Name: "disk", Level: kiosk.LevelFail, Detail: "3 MiB free (1 %) on /var/lib/borne"},
	} {
		if factDetail(f) == "" {
			t.Errorf("%s: %q has no French", f.Name, f.Detail)
		}
		if factWord(f.Name) == f.Name {
			t.Errorf("the fact %s has no name in French", f.Name)
		}
	}
	if said := factDetail(kiosk.Fact{Name: "disk", Level: kiosk.LevelOK, Detail: "900 MiB free (90 %) on /var/lib/borne"}); said != "900 Mio libres (90 %) sur /var/lib/borne." {
		t.Errorf("a disk that is well: %q", said)
	}
}
