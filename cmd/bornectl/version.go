package main

import (
	"fmt"
	"runtime"
)

type versionCommand struct{}

func (versionCommand) Run(a *app, g *global) error {
	if g.JSON {
		return printJSON(a.stdout, map[string]string{"version": version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	fmt.Fprintln(a.stdout, "bornectl", version)
	return nil
}
