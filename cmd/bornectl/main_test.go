package main

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bornectl": main})
}

// TestScripts drives the program as a technician would; each script says what
// it guards.
func TestScripts(t *testing.T) {
	system, central := startBorne(t), startOffice(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			// Scripts that speak to a borne choose this bus themselves.
			e.Setenv("BORNE_BUS", system)
			e.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+e.WorkDir+"/no-bus")
			e.Setenv("OFFICE", central.url)
			e.Setenv("OFFICE_TOKEN", central.token)
			e.Setenv("YESTERDAY", time.Now().AddDate(0, 0, -1).Format(dayLayout))
			return nil
		},
		Condition: func(name string) (bool, error) { return name == "root" && os.Getuid() == 0, nil },
	})
}
