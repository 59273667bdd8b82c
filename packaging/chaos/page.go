package chaos

import "os"

// PageVariable names the page that a run writes its figures into; nothing is written where it is not set.
const PageVariable = "BORNE_RESILIENCE"

// Write puts a section into the page that the environment names.
func Write(name, text string) error {
	page := os.Getenv(PageVariable)
	if page == "" {
		return nil
	}
	before, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	after, err := Section(string(before), name, text)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(after), 0o644) // in place: its owner is not always who runs the tests
}
