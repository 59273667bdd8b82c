package search_test

import (
	"testing"

	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/search"
)

func shipped(t testing.TB) (kiosk.Catalogue, *search.Index) {
	t.Helper()
	config, list, faults := bundle.LoadDir(assets.Bundle())
	if list == nil {
		t.Fatal(faults)
	}
	return config.Catalogue, search.New(config.Catalogue)
}

// TestQueries is what people type at a desk, with the slips they make, and the
// service that they mean.
func TestQueries(t *testing.T) {
	_, index := shipped(t)
	for _, c := range []struct {
		l     kiosk.Language
		query string
		want  kiosk.ServiceID
	}{
		{"fr", "caf", "caf"},
		{"fr", "CAF", "caf"},
		{"fr", "la caf", "caf"},
		{"fr", "kaf", "caf"},
		{"fr", "demande apl", "caf"},
		{"fr", "apl", "caf"},
		{"fr", "rsa", "caf"},
		{"fr", "prime d'activité", "caf"},
		{"fr", "prime activite", "caf"},
		{"fr", "alocation familiale", "caf"},
		{"fr", "allocs", "caf"},
		{"fr", "alocs", "caf"},
		{"fr", "aide au logment", "caf"},
		{"fr", "rentree scolaire", "caf"},
		{"fr", "pole emploi", "france-travail"},
		{"fr", "pole emplois", "france-travail"},
		{"fr", "pôlemploi", "france-travail"},
		{"fr", "anpe", "france-travail"},
		{"fr", "assedic", "france-travail"},
		{"fr", "chomage", "france-travail"},
		{"fr", "chomaje", "france-travail"},
		{"fr", "m'actualiser", "france-travail"},
		{"fr", "actualisassion", "france-travail"},
		{"fr", "france travaille", "france-travail"},
		{"fr", "carte vitalle", "ameli"},
		{"fr", "carte vital", "ameli"},
		{"fr", "sécu", "ameli"},
		{"fr", "secu", "ameli"},
		{"fr", "securite social", "ameli"},
		{"fr", "sekurité sociale", "ameli"},
		{"fr", "cmu", "ameli"},
		{"fr", "c2s", "ameli"},
		{"fr", "cpam", "ameli"},
		{"fr", "ameli", "ameli"},
		{"fr", "remboursment", "ameli"},
		{"fr", "pasport", "france-titres"},
		{"fr", "passeport", "france-titres"},
		{"fr", "carte d'identite", "france-titres"},
		{"fr", "carte identité", "france-titres"},
		{"fr", "refaire ma carte d’identité", "france-titres"},
		{"fr", "cni", "france-titres"},
		{"fr", "ants", "france-titres"},
		{"fr", "carte grise", "france-titres-vehicule"},
		{"fr", "carte griz", "france-titres-vehicule"},
		{"fr", "permi de conduire", "france-titres-vehicule"},
		{"fr", "vendre voiture", "france-titres-vehicule"},
		{"fr", "titre de séjour", "anef"},
		{"fr", "titre sejour renouvelement", "anef"},
		{"fr", "carte de sejour", "anef"},
		{"fr", "recepisse", "anef"},
		{"fr", "retrete", "info-retraite"},
		{"fr", "retraite", "info-retraite"},
		{"fr", "carsat", "assurance-retraite"},
		{"fr", "aspa", "assurance-retraite"},
		{"fr", "minimum vieillesse", "assurance-retraite"},
		{"fr", "retraite complementaire", "agirc-arrco"},
		{"fr", "agirc arco", "agirc-arrco"},
		{"fr", "logment social", "logement-social"},
		{"fr", "hlm", "logement-social"},
		{"fr", "garant", "visale"},
		{"fr", "cheque energie", "cheque-energie"},
		{"fr", "chèque énérgie", "cheque-energie"},
		{"fr", "impots", "impots"},
		{"fr", "impot", "impots"},
		{"fr", "inpot", "impots"},
		{"fr", "declaration revenus impots", "impots"},
		{"fr", "timbre fiscal", "impots"},
		{"fr", "avis d imposition", "impots"},
		{"fr", "aah", "mdph-en-ligne"},
		{"fr", "handicapé", "mdph-en-ligne"},
		{"fr", "mdph", "mdph-en-ligne"},
		{"fr", "acte de naissance", "service-public"},
		{"fr", "acte naisance", "service-public"},
		{"fr", "changement adresse", "service-public"},
		{"fr", "casier judiciaire", "service-public"},
		{"fr", "cpf", "mon-compte-formation"},
		{"fr", "bourse", "messervices-etudiant"},
		{"fr", "parcoursup", "parcoursup"},
		{"fr", "parcour sup", "parcoursup"},
		{"fr", "nounou", "pajemploi"},
		{"fr", "femme de menage", "cesu"},
		{"fr", "aide juridictionelle", "justice"},
		{"fr", "avocat", "justice"},
		{"fr", "amende", "antai"},
		{"fr", "violance conjugale", "arretons-les-violences"},
		{"fr", "119", "allo119"},
		{"fr", "demarches simplifiées", "demarche-numerique"},
		{"fr", "auto entrepreneur", "autoentrepreneur"},
		{"fr", "autoentreprenneur", "autoentrepreneur"},
		{"fr", "espace santé", "mon-espace-sante"},
		{"fr", "quelles aides pour moi", "mes-droits-sociaux"},
		{"en", "residence permit", "anef"},
		{"en", "driving licence", "france-titres-vehicule"},
		{"en", "social housing", "logement-social"},
		{"en", "pole emploi", "france-travail"},
		{"ar", "تصريح الاقامة", "anef"},
		{"ar", "جواز سفر", "france-titres"},
		{"ar", "سكن اجتماعي", "logement-social"},
		{"ar", "caf", "caf"},
		{"uk", "паспорт", "france-titres"},
		{"ru", "вид на жительство", "anef"},
		{"es", "tarjeta vitale", "ameli"},
		{"es", "vivienda social", "logement-social"},
		{"tr", "oturma izni", "anef"},
		{"tr", "OTURMA İZNİ", "anef"},
		{"ro", "pasaport", "france-titres"},
		{"pt", "carta de conducao", "france-titres-vehicule"},
		{"fa-af", "پاسپورت", "france-titres"},
		{"ps", "پاسپورت", "france-titres"},
		{"ti", "ፓስፖርት", "france-titres"},
		{"fr-x-falc", "chercher un travail", "france-travail"},
	} {
		t.Run(string(c.l)+" "+c.query, func(t *testing.T) {
			got := index.Find(c.query, c.l, 4)
			if len(got) == 0 || got[0].Service != c.want {
				t.Errorf("found %v, want %s first", got, c.want)
			}
		})
	}
}
