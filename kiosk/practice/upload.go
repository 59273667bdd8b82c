package practice

import (
	"errors"
	"io"
	"net/http"

	"borne/kiosk"
)

// uploadMost is how much of an upload is read at all, in bytes: one that is too
// large is read to its end, so that the browser hears why it is refused.
const uploadMost = 4 * kiosk.MaxUploadBytes

// judgeUpload reads the document of a multipart request, keeps none of it, and
// says what is wrong with it. It returns an error when the request is not what
// the page sends.
func judgeUpload(w http.ResponseWriter, r *http.Request) ([]fault, error) {
	r.Body = http.MaxBytesReader(w, r.Body, uploadMost)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	wrong := []fault{{"file", "file_none"}}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return wrong, nil
		}
		if err != nil {
			return nil, err
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		head := make([]byte, kiosk.DocumentHeadBytes)
		n, err := io.ReadFull(part, head)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		rest, err := io.Copy(io.Discard, part)
		if err != nil {
			return nil, err
		}
		switch {
		case int64(n)+rest > kiosk.MaxUploadBytes:
			wrong = []fault{{"file", "file_large"}}
		case kiosk.KindOf(head[:n]) == "":
			wrong = []fault{{"file", "file_kind"}}
		default:
			wrong = nil
		}
	}
}
