package bundle

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"borne/kiosk"
)

// good is a small directory without a fault.
func good() map[string]string {
	return map[string]string{
		"settings.yaml":  "organisation: Caf du Gard\nsite: Nîmes\nidle_timeout: 2m\n",
		"allowlist.yaml": "groups:\n  fc:\n    navigable:\n      - {host: app.fc.test.example.org, verified: 2026-01-02}\ncollectors:\n  - '*.tracker.example'\n",
		"themes.yaml":    "themes:\n  - {id: famille, name: Famille, coop: famille_scolarite, icon: famille}\n  - {id: emploi, name: {fr: Emploi, en: Work}, coop: travail_formation, icon: emploi}\n",
		"services/caf.yaml": `id: caf
theme: famille
order: 2
name: Caf
operator: Cnaf
start: https://www.caf.example.org/
tasks:
  - fr: Demander une aide
    en: Ask for a benefit
needs: [Votre mail]
minutes: 20
own_phone: true
synonyms: [apl]
navigable:
  - {host: wwwd.caf.example.org, paths: [/aide], verified: 2026-01-02}
supporting: []
groups: [fc]
`,
		"services/aide.yaml": "id: aide\ntheme: famille\norder: 1\nname: Aide\noperator: X\nstart: https://aide.example.org/\ntasks: [Aider]\n",
		"services/job.yaml":  "id: job\ntheme: emploi\nname: Job\noperator: X\nstart: https://job.example.org/\ntasks: [Chercher]\n",
	}
}

func dirOf(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: []byte(data), Mode: 0o644}
	}
	return m
}

func TestLoadDir(t *testing.T) {
	c, list, faults := LoadDir(dirOf(good()))
	if len(faults) != 0 || list == nil {
		t.Fatalf("faults %v, list %v", faults, list)
	}
	var ids []kiosk.ServiceID
	for _, s := range c.Catalogue.Services {
		ids = append(ids, s.ID)
	}
	if want := []kiosk.ServiceID{"aide", "caf", "job"}; !slices.Equal(ids, want) {
		t.Errorf("services in order %v, want %v", ids, want)
	}
	caf, _ := c.Catalogue.Service("caf")
	if caf.Tasks[0]["en"] != "Ask for a benefit" || caf.Needs[0]["fr"] != "Votre mail" || caf.Minutes != 20 || !caf.OwnPhone ||
		caf.Name.In("ru") != "Caf" || !slices.Equal(caf.Groups, []string{"fc"}) || caf.Navigable[0].Paths[0] != "/aide" ||
		caf.PlainHTTP != kiosk.PlainHTTPRedirect {
		t.Errorf("caf was read as %+v", caf)
	}
	if s := c.Settings; s.IdleTimeout != 2*time.Minute || s.Site != "Nîmes" || s.SessionLimit != time.Hour || len(s.Languages) != len(kiosk.DefaultSettings().Languages) {
		t.Errorf("settings were read as %+v", s)
	}
	for target, want := range map[string]bool{
		"https://wwwd.caf.example.org/aide": true, "app.fc.test.example.org:443": true, "a.tracker.example:443": false, "other.example.org:443": false,
	} {
		if got := list.Explain(target).Allowed(); got != want {
			t.Errorf("%s allowed: %v, want %v", target, got, want)
		}
	}
}

func TestOpening(t *testing.T) {
	files := good()
	files["settings.yaml"] += "opening:\n  week:\n    lundi: [09:00-12:30, 13:30-17:00]\n    mardi: []\n    dimanche: ['00:00-24:00']\n  closed: [2026-12-25]\n"
	c, _, faults := LoadDir(dirOf(files))
	if len(faults) != 0 {
		t.Fatal(faults)
	}
	h := c.Settings.Opening
	want := kiosk.OpeningHours{Closed: []string{"2026-12-25"}}
	want.Week[time.Monday] = []kiosk.Period{{From: 9 * 60, To: 12*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
	want.Week[time.Sunday] = []kiosk.Period{{From: 0, To: 24 * 60}}
	if !reflect.DeepEqual(h, want) {
		t.Errorf("opening hours were read as %+v", h)
	}
}

func TestDirectory(t *testing.T) {
	files := good()
	files["settings.yaml"] += "directory:\n  - name: Accueil\n    for: {fr: Vous orienter, en: Show you the way}\n    where: Au rez-de-chaussée\n    hours: Du lundi au vendredi\n    phone: '04 66 00 00 00'\n" +
		"  - {name: Impôts, for: Vos impôts, phone: '0809 401 401'}\n"
	c, _, faults := LoadDir(dirOf(files))
	if len(faults) != 0 {
		t.Fatal(faults)
	}
	want := []kiosk.Contact{
		{Name: kiosk.Text{"fr": "Accueil"}, For: kiosk.Text{"fr": "Vous orienter", "en": "Show you the way"}, Where: kiosk.Text{"fr": "Au rez-de-chaussée"},
			Hours: kiosk.Text{"fr": "Du lundi au vendredi"}, Phone: "04 66 00 00 00"},
		{Name: kiosk.Text{"fr": "Impôts"}, For: kiosk.Text{"fr": "Vos impôts"}, Phone: "0809 401 401"},
	}
	if got := c.Settings.Directory; !reflect.DeepEqual(got, want) {
		t.Errorf("the directory was read as %+v", got)
	}
}

// Each case spoils one file and names the fault that must be told.
func TestFaults(t *testing.T) {
	cases := map[string]struct {
		file     string
		old, new string // old "" replaces the whole file
		want     string // prefix
	}{
		"unknown field":        {"settings.yaml", "site:", "sight:", `settings.yaml:2:1: unknown field "sight": write one of organisation, site,`},
		"duration":             {"settings.yaml", "2m", "2", `settings.yaml:3:15: idle_timeout is "2": write a number with its unit`},
		"duration bound":       {"settings.yaml", "2m", "30s", `settings.yaml:3:15: idle_timeout is 30s: write between 1m0s and 1h0m0s`},
		"warning above limit":  {"settings.yaml", "idle_timeout: 2m", "idle_warning: 5m", "settings.yaml:3:15: idle_warning (5m0s) is not shorter"},
		"language":             {"settings.yaml", "idle_timeout: 2m", "languages: [fr, xx]", `settings.yaml:3:17: unknown language "xx": write one of fr, fr-x-falc, en, ar`},
		"no French":            {"settings.yaml", "idle_timeout: 2m", "languages: [en]", `settings.yaml:3:12: languages has no fr`},
		"day in English":       {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    monday: [09:00-12:00]", `settings.yaml:5:5: unknown day "monday": write one of lundi, mardi,`},
		"period":               {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    lundi: [9h-12h]", `settings.yaml:5:13: period "9h-12h": write it as 09:00-12:30`},
		"period over midnight": {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    lundi: [22:00-02:00]", `settings.yaml:5:13: period "22:00-02:00": write it as 09:00-12:30, the end after`},
		"periods overlap":      {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    lundi: [09:00-12:00, 11:00-17:00]", `settings.yaml:5:26: period 11:00-17:00 does not begin after 09:00-12:00 ends`},
		"hours are one text":   {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    lundi: 09:00-12:00", `settings.yaml:5:12: expected a list`},
		"nobody's name":        {"settings.yaml", "idle_timeout: 2m", "directory:\n  - for: Vous aider", `settings.yaml:4:5: name is missing`},
		"nobody's place":       {"settings.yaml", "idle_timeout: 2m", "directory:\n  - {name: Accueil, for: Vous aider}", `settings.yaml:4:5: nothing says where to find`},
		"phone":                {"settings.yaml", "idle_timeout: 2m", "directory:\n  - {name: Accueil, for: Vous aider, phone: 04.66}", `settings.yaml:4:45: phone "04.66": write it in quotes`},
		"somebody twice":       {"settings.yaml", "idle_timeout: 2m", "directory:\n  - {name: A, for: B, where: C}\n  - {name: A, for: B, where: C}", `settings.yaml:5:12: "A" stands twice in the directory`},
		"directory in French":  {"settings.yaml", "idle_timeout: 2m", "directory:\n  - {name: A, for: {en: Help}, where: C}", `settings.yaml:4:20: for has no French`},
		"never open":           {"settings.yaml", "idle_timeout: 2m", "opening:\n  week:\n    lundi: []", `settings.yaml:5:5: week has no hours, so the borne would never open`},
		"closed without hours": {"settings.yaml", "idle_timeout: 2m", "opening:\n  closed: [2026-12-25]", `settings.yaml:4:3: week is missing`},
		"closed day":           {"settings.yaml", "idle_timeout: 2m", "opening:\n  week: {lundi: [09:00-12:00]}\n  closed: [25/12/2026]", `settings.yaml:5:12: closed day "25/12/2026": write year, month and day`},
		"closed day twice":     {"settings.yaml", "idle_timeout: 2m", "opening:\n  week: {lundi: [09:00-12:00]}\n  closed: [2026-12-25, 2026-12-25]", `settings.yaml:5:24: closed day 2026-12-25 stands twice`},
		"no such day":          {"settings.yaml", "idle_timeout: 2m", "opening:\n  week: {lundi: [09:00-12:00]}\n  closed: [2026-02-30]", `settings.yaml:5:12: closed day "2026-02-30"`},
		"certificate":          {"settings.yaml", "idle_timeout: 2m", "ca_certificates: [abc]", `settings.yaml:3:19: not a PEM certificate`},
		"empty file":           {"settings.yaml", "", "", "settings.yaml:1:1: the file is empty"},
		"not YAML":             {"settings.yaml", "", "a: [1\nb: 2\n", "settings.yaml:2:1: not YAML"},
		"twice the same key":   {"settings.yaml", "site: Nîmes", "organisation: X", "settings.yaml:2:1: not YAML: mapping key"},
		"not UTF-8":            {"settings.yaml", "", "site: \xff\n", "settings.yaml:1:1: the file is not UTF-8"},
		"two documents":        {"settings.yaml", "", "a: b\n---\nc: d\n", "settings.yaml:1:1: the file holds 2 documents"},
		"alias":                {"settings.yaml", "", "organisation: &a X\nsite: *a\n", "settings.yaml:1:15: expected a text, found an anchor"},
		"deep":                 {"settings.yaml", "", strings.Repeat("[", 50000), "settings.yaml:1:21: more than 20 levels"},
		"list for a mapping":   {"settings.yaml", "", "- a\n", `settings.yaml:1:1: expected "name: value" lines, found a list`},
		"scheme in a host":     {"allowlist.yaml", "app.fc.test.example.org", "https://app.fc.example.org", `allowlist.yaml:4:16: "https://app.fc.example.org": a rule has no scheme: write "app.fc.example.org"`},
		"upper case in a host": {"allowlist.yaml", "app.fc", "app.FC", `allowlist.yaml:4:20: "app.FC.test.example.org": upper case: write "app.fc.test.example.org"`},
		"wildcard inside":      {"allowlist.yaml", "'*.tracker", "'a.*.tracker", `allowlist.yaml:6:8: `},
		"group name":           {"allowlist.yaml", "  fc:", "  F c:", `allowlist.yaml:2:3: group "F c": write`},
		"evidence":             {"allowlist.yaml", "verified: 2026", "evidence: z, verified: 2026", `allowlist.yaml:4:51: evidence "z"`},
		"verified":             {"allowlist.yaml", "2026-01-02", "yesterday", `allowlist.yaml:4:51: "yesterday" is not a day`},
		"coop":                 {"themes.yaml", "famille_scolarite", "familles", `themes.yaml:2:40: unknown key "familles": write one of`},
		"theme twice":          {"themes.yaml", "id: emploi", "id: famille", `themes.yaml:3:10: theme "famille" stands twice`},
		"theme id":             {"themes.yaml", "id: famille", "id: Famille", `themes.yaml:2:10: id "Famille": write up to 40`},
		"unknown theme":        {"services/job.yaml", "emploi", "emplois", `services/job.yaml:2:8: unknown theme "emplois": write one of emploi, famille`},
		"id is not the file":   {"services/job.yaml", "id: job", "id: jobs", `services/job.yaml:1:5: id "jobs" in job.yaml: write "job"`},
		"http":                 {"services/job.yaml", "https://", "http://", `services/job.yaml:5:8: start "http://job.example.org/" is not encrypted: write "https://job.example.org/"`},
		"no scheme":            {"services/job.yaml", "https://", "", `services/job.yaml:5:8: start "job.example.org/": write a whole address`},
		"address as start":     {"services/job.yaml", "job.example.org", "192.0.2.1", `services/job.yaml:5:8: "https://192.0.2.1/"`},
		"no task":              {"services/job.yaml", "[Chercher]", "[]", `services/job.yaml:6:8: tasks is empty`},
		"no name":              {"services/job.yaml", "name: Job\n", "", `services/job.yaml:1:1: name is missing`},
		"text without French":  {"services/job.yaml", "name: Job", "name: {en: Job}", `services/job.yaml:3:7: name has no French`},
		"text language":        {"services/job.yaml", "name: Job", "name: {fr: Job, de: Job}", `services/job.yaml:3:17: unknown language "de"`},
		"text too long":        {"services/job.yaml", "name: Job", "name: " + strings.Repeat("é", 61), `services/job.yaml:3:7: name has 61 characters: 60 at most`},
		"right-to-left mark":   {"services/job.yaml", "name: Job", "name: \"a\u202eb\"", `services/job.yaml:3:7: name holds a line break or a control`},
		"minutes":              {"services/caf.yaml", "minutes: 20", "minutes: vingt", `services/caf.yaml:11:10: minutes is "vingt": write a whole number`},
		"own_phone":            {"services/caf.yaml", "own_phone: true", "own_phone: oui", `services/caf.yaml:12:12: own_phone is "oui": write true or false`},
		"plain_http":           {"services/caf.yaml", "own_phone: true", "own_phone: true\nplain_http: forward", `services/caf.yaml:13:13: plain_http "forward": write redirect, or refuse`},
		"unknown group":        {"services/caf.yaml", "[fc]", "[fcc]", `services/caf.yaml:17:10: no group "fcc" in the policy`},
		"path":                 {"services/caf.yaml", "[/aide]", "[/ok, aide]", `services/caf.yaml:15:47: "aide": a path starts with a slash: write "/aide"`},
		"paths on supporting":  {"services/caf.yaml", "supporting: []", "supporting: [{host: cdn.example.org, paths: [/a], verified: 2026-01-02}]", `services/caf.yaml:16:46: `},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := good()
			if c.old == "" {
				files[c.file] = c.new
			} else {
				if !strings.Contains(files[c.file], c.old) {
					t.Fatalf("%q is not in %s", c.old, c.file)
				}
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			config, list, faults := LoadDir(dirOf(files))
			errs, _ := faults.Split()
			// A fault may bring others with it, where a name is no more known.
			if len(errs) > 3 || !slices.ContainsFunc(errs, func(f Fault) bool { return strings.HasPrefix(f.String(), c.want) }) {
				t.Fatalf("faults:\n%v\nwant, with two others at most:\n%s…", lines(errs), c.want)
			}
			if list != nil || len(config.Catalogue.Services) != 0 {
				t.Error("a faulty directory gave a configuration")
			}
		})
	}
}

func TestMissingAndUnknownFiles(t *testing.T) {
	for name, want := range map[string]string{
		"settings.yaml": "settings.yaml:1:1: the file is missing", "themes.yaml": "themes.yaml:1:1: the file is missing",
		"allowlist.yaml": "allowlist.yaml:1:1: the file is missing",
	} {
		files := good()
		delete(files, name)
		_, _, faults := LoadDir(dirOf(files))
		if !slices.ContainsFunc(faults, func(f Fault) bool { return strings.HasPrefix(f.String(), want) }) {
			t.Errorf("without %s: %v", name, lines(faults))
		}
	}
	for _, name := range []string{"service/a.yaml", "services/a.yml", "services/A.yaml", "services/sub/a.yaml", "setings.yaml", "services/caf.yaml~"} {
		files := good()
		files[name] = "x"
		_, _, faults := LoadDir(dirOf(files))
		if !slices.ContainsFunc(faults, func(f Fault) bool { return !f.Warning && strings.Contains(f.Message, "unknown file") }) {
			t.Errorf("%s passed: %v", name, lines(faults))
		}
	}
}

// Several faults are told in one run, in the order of files and lines.
func TestEveryFaultAtOnce(t *testing.T) {
	files := good()
	files["services/job.yaml"] = strings.Replace(strings.Replace(files["services/job.yaml"], "emploi", "nowhere", 1), "https", "ftp", 1)
	files["settings.yaml"] += "colour: blue\n"
	_, _, faults := LoadDir(dirOf(files))
	got := lines(faults)
	if len(faults) != 3 || !strings.HasPrefix(got, "services/job.yaml:2:") || !slices.IsSortedFunc(faults, func(a, b Fault) int {
		return strings.Compare(a.File, b.File)
	}) {
		t.Errorf("faults:\n%s", got)
	}
}

func TestUnverifiedHostIsAWarning(t *testing.T) {
	files := good()
	files["allowlist.yaml"] = strings.Replace(files["allowlist.yaml"], "2026-01-02", "no", 1)
	_, list, faults := LoadDir(dirOf(files))
	if faults.Failed() || len(faults) != 1 || list == nil || !strings.HasPrefix(faults[0].String(), "allowlist.yaml:4:16: warning: ") {
		t.Errorf("faults %v", lines(faults))
	}
}

func lines(faults Faults) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.String())
	}
	return strings.Join(out, "\n")
}
