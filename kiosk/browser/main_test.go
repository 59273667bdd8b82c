package browser

import (
	"os"
	"testing"

	"borne/packaging/testhost/inside"
)

func TestMain(m *testing.M) { os.Exit(inside.Run(m)) }
