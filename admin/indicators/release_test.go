package indicators

import (
	"testing"

	"borne/admin"
)

func TestRelease(t *testing.T) {
	rows := []admin.UsageRow{
		{Day: "2026-10-01", Site: "nimes", First: "caf", Count: 30}, {Day: "2026-10-02", Site: "nimes", First: "caf", Count: 30},
		{Day: "2026-10-01", Site: "nimes", First: "ants", Count: 4}, {Day: "2026-10-01", Site: "ales", First: "ants", Count: 40},
		{Day: "2026-10-01", Site: "ales", First: "caf", Count: 50}, {Day: "2026-10-01", Site: "ales", First: "ameli", Count: 90},
		{Day: "2026-10-01", Site: "nimes", First: "ameli", Count: 80},
	}
	got := map[[2]string]ReleaseRow{}
	for _, r := range Release(rows) {
		got[[2]string{r.Site, r.Service}] = r
	}
	if len(got) != 6+2+3+1 {
		t.Fatalf("%d rows: %v", len(got), got)
	}
	secret := 0
	for key, r := range got {
		if r.Secret {
			secret++
			if r.Count != 0 {
				t.Errorf("%v is secret and tells %d", key, r.Count)
			}
		}
	}
	if !got[[2]string{"nimes", "ants"}].Secret || secret != 4 {
		t.Errorf("%d are secret: %v", secret, got)
	}
	if total := got[[2]string{"", ""}]; total.Secret || total.Count != 324 {
		t.Errorf("total %+v", total)
	}
	if got := Release(nil); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}
