package indicators

// NoTheme is the key of what has no theme: no service was told, or no
// catalogue holds it any more.
const NoTheme = ""

// Themes lists the keys of themes as La Coop de la médiation numérique writes
// them, in its order: its eleven administrative themes, then that of learning
// to use the digital, which a catalogue may have too.
func Themes() []string {
	return []string{"papiers_elections_citoyennete", "famille_scolarite", "social_sante", "travail_formation", "logement",
		"transports_mobilite", "argent_impots", "justice", "etrangers_europe", "loisirs_sports_culture", "associations",
		"culture_numerique"}
}
