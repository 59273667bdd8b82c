package bundle

import (
	"regexp"

	"borne/kiosk"
)

// queueName is what lpadmin(8) takes for the name of a queue, without what
// would be more than one element of a path.
var queueName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,127}$`)

// printing reads what is decided about paper; without it nothing is printed.
func (v value) printing() (p kiosk.Printing) {
	if v.absent() {
		return p
	}
	f := v.fields("enabled", "printer", "cents_per_page", "max_pages", "colour", "two_sided")
	p.MaxPages = kiosk.DefaultMaxPages
	p.Enabled, p.Colour, p.TwoSided = f["enabled"].flag("enabled"), f["colour"].flag("colour"), f["two_sided"].flag("two_sided")
	if name, ok := f["printer"].text(); ok && name != "" {
		if p.Printer = name; !queueName.MatchString(name) || name == "." || name == ".." {
			f["printer"].faultf("printer %q is no name of a queue: write it as lpstat -e does, or leave it out for the default one", name)
		}
	}
	if !f["cents_per_page"].absent() {
		p.CentsPerPage = f["cents_per_page"].number("cents_per_page", 0, 500)
	}
	if !f["max_pages"].absent() {
		p.MaxPages = f["max_pages"].number("max_pages", 1, 200)
	}
	return p
}
