package egress

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"borne/kiosk"
)

// TestPageSpeaksAsTheShell: a visitor must recognise the screen and the
// buttons that the page speaks of.
func TestPageSpeaksAsTheShell(t *testing.T) {
	for _, l := range kiosk.Languages() {
		b, err := os.ReadFile("../../assets/shell/texts/" + string(l) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var shell map[string]map[string]string
		if err := json.Unmarshal(b, &shell); err != nil {
			t.Fatal(err)
		}
		for name, id := range map[string]string{"TITLE": "blocked_title", "LISTED": "blocked_text"} {
			if got, want := pageTexts[name][l], shell[id]["other"]; got != want {
				t.Errorf("%s: the page says %q, the shell %q", l, got, want)
			}
		}
		for _, id := range []string{"bar_back", "bar_home", "bar_help"} {
			if button := "*" + shell[id]["other"] + "*"; !strings.Contains(pageTexts["NEXT"][l], button) {
				t.Errorf("%s: %q does not name %s", l, pageTexts["NEXT"][l], button)
			}
		}
	}
}
