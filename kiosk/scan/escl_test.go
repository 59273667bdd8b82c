package scan

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// escl is a scanner on the network as Mopria's eSCL specification has it, as
// far as one page needs: it is spoken to by Debian's sane-airscan.
type escl struct {
	page  atomic.Pointer[[]byte]
	asked atomic.Int64 // pages that were handed out
}

const capabilities = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Double</pwg:MakeAndModel>
<scan:Platen><scan:PlatenInputCaps>
<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>600</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>900</scan:MaxHeight>
<scan:MaxScanRegions>1</scan:MaxScanRegions>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>
<scan:DiscreteResolution><scan:XResolution>200</scan:XResolution><scan:YResolution>200</scan:YResolution></scan:DiscreteResolution>
<scan:DiscreteResolution><scan:XResolution>300</scan:XResolution><scan:YResolution>300</scan:YResolution></scan:DiscreteResolution>
</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
</scan:PlatenInputCaps></scan:Platen>
</scan:ScannerCapabilities>`

const status = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.63</pwg:Version><pwg:State>Idle</pwg:State></scan:ScannerStatus>`

func (e *escl) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/eSCL/ScannerCapabilities":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, capabilities)
	case r.URL.Path == "/eSCL/ScannerStatus":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, status)
	case r.URL.Path == "/eSCL/ScanJobs" && r.Method == http.MethodPost:
		w.Header().Set("Location", "http://"+r.Host+"/eSCL/ScanJobs/1")
		w.WriteHeader(http.StatusCreated)
	case strings.HasSuffix(r.URL.Path, "/NextDocument"):
		if e.asked.Add(1)%2 == 0 { // one page a job
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(*e.page.Load())
	default:
		http.NotFound(w, r)
	}
}

// TestScannerOnTheNetwork: a page comes over eSCL, by sane-airscan and our
// packaged settings of it; and one that nobody can read is no page.
func TestScannerOnTheNetwork(t *testing.T) {
	if found, _ := filepath.Glob("/usr/lib/*/sane/libsane-airscan.so.1"); len(found) == 0 {
		t.Skip("sane-airscan is not installed")
	}
	folder, err := filepath.Abs("../../packaging/sane")
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := jpeg.Encode(&page, noise(400, 600), &jpeg.Options{Quality: 5}); err != nil {
		t.Fatal(err)
	}
	scanner, whole, none := &escl{}, page.Bytes(), []byte("\xff\xd8\xff\xe0 not a picture")
	scanner.page.Store(&whole)
	server := httptest.NewServer(scanner)
	defer server.Close()
	name := "airscan:escl:Borne:" + server.URL + "/eSCL"
	g := served(t, sane{program: saneProgram, folders: folder, name: name})
	v, err := g.Page(t.Context(), nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if v.Width != 400 || v.Height != 600 {
		t.Errorf("it looks like %+v", v)
	}
	if said := poppler(t, keep(t, g, 2_000_000)); !strings.Contains(said, "Page size:       144 x 216") {
		t.Errorf("the document is %s", said)
	}
	scanner.page.Store(&none)
	if _, err := g.Page(t.Context(), nil, io.Discard); err == nil {
		t.Error("a page that cannot be read is shown")
	}
	server.Close()
	if _, err := g.Page(t.Context(), nil, io.Discard); !errors.Is(err, ErrAway) {
		t.Errorf("a scanner that was switched off: %v", err)
	}
}
