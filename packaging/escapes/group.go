package escapes

// Group is one line of what must be tried.
type Group struct {
	// ID begins the ids of the group's attempts.
	ID string
	// Title heads its table.
	Title string
}

// Groups lists the groups in the order of the report.
func Groups() []Group {
	return []Group{
		{"addresses", "Addresses"},
		{"network", "Network"},
		{"keyboard", "Keyboard"},
		{"browser", "Browser surface"},
		{"residue", "Residue after the end"},
		{"host", "Host"},
	}
}
