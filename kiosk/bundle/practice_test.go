package bundle

import (
	"strings"
	"testing"

	"borne/kiosk"
)

// No catalogue has a service by the name under which visitors practise: it would
// be opened without a network, and counted as nothing.
func TestPracticeIsNoServiceOfACatalogue(t *testing.T) {
	files := good()
	id := string(kiosk.Practice)
	files["services/"+id+".yaml"] = strings.Replace(files["services/job.yaml"], "id: job", "id: "+id, 1)
	_, _, faults := LoadDir(dirOf(files))
	if len(faults) != 1 || !strings.Contains(faults[0].String(), "practice pages: write another") || faults[0].Line != 1 {
		t.Errorf("faults %v", faults)
	}
}
