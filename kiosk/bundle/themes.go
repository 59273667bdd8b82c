package bundle

import (
	"slices"
	"strings"

	"borne/kiosk"
)

// CoopThemes are the keys that a theme may have in La Coop de la médiation
// numérique: those of its "démarches administratives", then its others that a
// borne can serve.
func CoopThemes() []string {
	return []string{
		"papiers_elections_citoyennete", "famille_scolarite", "social_sante", "travail_formation", "logement",
		"transports_mobilite", "argent_impots", "justice", "etrangers_europe", "loisirs_sports_culture", "associations",
		"culture_numerique", "scolarite_et_numerique", "parentalite", "aide_aux_demarches_administratives",
	}
}

func (l *loader) themes(v value) []kiosk.Theme {
	list := v.fields("themes")["themes"]
	if list.absent() {
		list.faultf("themes is missing: write \"themes:\" and a list under it")
		return nil
	}
	var themes []kiosk.Theme
	for _, item := range list.items() {
		f := item.fields("id", "name", "coop", "icon")
		t := kiosk.Theme{
			ID:   kiosk.ThemeID(f["id"].id("id")),
			Name: f["name"].words("name", maxNameRunes),
			Coop: f["coop"].required("coop"),
			Icon: f["icon"].id("icon"),
		}
		if t.Coop != "" && !slices.Contains(CoopThemes(), t.Coop) {
			f["coop"].faultf("unknown key %q: write one of %s", t.Coop, strings.Join(CoopThemes(), ", "))
		}
		if slices.ContainsFunc(themes, func(o kiosk.Theme) bool { return o.ID == t.ID }) && t.ID != "" {
			f["id"].faultf("theme %q stands twice: take one away or give it another id", t.ID)
		}
		themes = append(themes, t)
	}
	return themes
}

// id reads a name in the form of kiosk.ValidID.
func (v value) id(name string) string {
	s := v.required(name)
	if s != "" && !kiosk.ValidID(s) {
		v.faultf("%s %q: write up to 40 lower-case letters, digits and hyphens, a letter first", name, s)
		return ""
	}
	return s
}
