package bundle

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// The files of a bundle's directory.
const (
	settingsFile  = "settings.yaml"
	allowlistFile = "allowlist.yaml"
	themesFile    = "themes.yaml"
	servicesDir   = "services"
	readmeFile    = "README.md"
)

// maxServices bounds a catalogue; a home screen with more helps nobody.
const maxServices = 500

// LoadDir reads and checks a bundle's directory. It goes on after a fault, so
// that one run tells them all. When faults.Failed(), the configuration and the
// list are not to be used, and the list is nil. The configuration's version is
// 0: a directory has none until it is packed.
func LoadDir(dir fs.FS) (c kiosk.Configuration, list *allowlist.List, faults Faults) {
	l := loader{dir: dir, faults: &faults, places: map[spot]value{}}
	l.checkNames()
	l.read(settingsFile, func(v value) { c.Settings = l.settings(v) })
	l.read(allowlistFile, func(v value) { c.Policy = l.policy(v) })
	l.read(themesFile, func(v value) { c.Catalogue.Themes = l.themes(v) })
	c.Catalogue.Services = l.services(c.Catalogue.Themes)
	list = l.compile(c)
	faults.sort()
	if faults.Failed() {
		return kiosk.Configuration{}, nil, faults
	}
	return c, list, faults
}

type loader struct {
	dir    fs.FS
	faults *Faults
	// places remembers where a host rule stands, for faults that only show
	// when all rules are seen together.
	places map[spot]value
}

func (l *loader) at(file string) value {
	return value{r: &reader{file: file, faults: l.faults}, line: 1, column: 1}
}

// read parses one file that must be there and hands its tree to use.
func (l *loader) read(file string, use func(value)) {
	data, err := fs.ReadFile(l.dir, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.at(file).faultf("the file is missing: write it")
		return
	case err != nil:
		l.at(file).faultf("the file cannot be read: %v", err)
		return
	}
	r := &reader{file: file, faults: l.faults}
	if root, ok := r.parse(data); ok {
		use(root)
	}
}

// checkNames refuses files that nothing would read: a misspelt name must not
// pass for a service that is gone.
func (l *loader) checkNames() {
	err := fs.WalkDir(l.dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".", name == servicesDir && d.IsDir():
		case !d.IsDir() && slices.Contains([]string{settingsFile, allowlistFile, themesFile, logoFile, readmeFile}, name):
		case !d.IsDir() && path.Dir(name) == servicesDir && kiosk.ValidID(strings.TrimSuffix(path.Base(name), ".yaml")) && path.Ext(name) == ".yaml":
		default:
			l.at(name).faultf("unknown file: a bundle holds %s, %s, %s, %s and %s/ID.yaml, ID in lower-case letters, digits and hyphens", settingsFile, allowlistFile, themesFile, logoFile, servicesDir)
			if d.IsDir() {
				return fs.SkipDir
			}
		}
		return nil
	})
	if err != nil {
		l.at(".").faultf("the directory cannot be read: %v", err)
	}
}

// services reads services/*.yaml and puts them in the order of their themes,
// then of their own "order", then of their ids.
func (l *loader) services(themes []kiosk.Theme) []kiosk.Service {
	names, err := fs.Glob(l.dir, servicesDir+"/*.yaml")
	if err != nil || len(names) == 0 {
		l.at(servicesDir).faultf("no service: write %s/ID.yaml, one file a service", servicesDir)
		return nil
	}
	if len(names) > maxServices {
		l.at(servicesDir).faultf("%d services: %d at most", len(names), maxServices)
		return nil
	}
	rank := map[kiosk.ThemeID]int{}
	for i, t := range themes {
		if t.ID != "" {
			rank[t.ID] = i
		}
	}
	var found []ordered
	for _, name := range names {
		l.read(name, func(v value) {
			found = append(found, l.service(v, strings.TrimSuffix(path.Base(name), ".yaml"), rank))
		})
	}
	slices.SortStableFunc(found, func(a, b ordered) int {
		return cmp.Or(cmp.Compare(rank[a.service.Theme], rank[b.service.Theme]), cmp.Compare(a.order, b.order),
			cmp.Compare(a.service.ID, b.service.ID))
	})
	var services []kiosk.Service
	for _, o := range found {
		services = append(services, o.service)
	}
	return services
}
