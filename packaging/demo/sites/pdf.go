package sites

import (
	"fmt"
	"net/http"
	"strconv"

	"borne/kiosk/pdfpage"
)

// pdf is a document of one page: a title and lines of text.
func pdf(title string, lines ...string) []byte {
	return pdfpage.Words("fr", pdfpage.Text{Title: title, Lines: lines})
}

// download answers with a document that the browser saves under name.
func download(w http.ResponseWriter, name string, document []byte) {
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	_, _ = w.Write(document) // a visitor who left is no fault of ours
}
