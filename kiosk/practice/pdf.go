package practice

import "borne/kiosk/pdfpage"

// example is the document that a visitor may attach. Both are in French, as
// official documents are, and the same for everybody.
func example() []byte {
	return pdf("Document d’exemple", "Ce document sert à s’entraîner sur la borne.", "Il ne vaut rien pour une administration.",
		"", "Vous pouvez le joindre au dossier d’entraînement,", "le voir, et l’imprimer.")
}

// receipt is what the dossier ends with.
func receipt() []byte {
	return pdf("Reçu d’entraînement", "Dossier : ENTRAÎNEMENT", "", "Vous êtes allé au bout d’un dossier d’entraînement sur la borne.",
		"Rien n’a été envoyé. Rien de ce que vous avez écrit n’a été gardé.", "Ce reçu ne vaut rien pour une administration.",
		"", "Sur un vrai site, gardez toujours le reçu : il porte le numéro", "de votre dossier et la date de l’envoi.")
}

func pdf(title string, lines ...string) []byte {
	return pdfpage.Words("fr", pdfpage.Text{Title: title, Lines: lines})
}
