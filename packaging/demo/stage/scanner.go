package stage

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// Scanner is one of the house's network, which speaks eSCL (the Mopria Alliance's specification, 2.97) as far as SANE
// asks: a glass without colours of its own, on which lies whatever page is put there.
type Scanner struct {
	mu   sync.Mutex
	page func(width, height int) image.Image
	// Width and height of what was ordered, in pixels, until it was fetched.
	width, height int
}

// InstallScanner has a scanner answer at an address of the host, and returns it with the setting that names it.
func (s *Stage) InstallScanner(ctx context.Context, at netip.Addr) (*Scanner, string, error) {
	scanner := &Scanner{}
	if err := s.Serve(ctx, netip.AddrPortFrom(at, 80), nil, scanner); err != nil {
		return nil, "", fmt.Errorf("install a scanner: %w", err)
	}
	return scanner, "http://" + at.String() + "/eSCL", nil
}

// Lay puts a page on the glass: what it looks like, in that many pixels.
func (s *Scanner) Lay(page func(width, height int) image.Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = page
}

// Capabilities and state, in eSCL's words.
const (
	names        = `xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm" xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"`
	capabilities = `<?xml version="1.0" encoding="UTF-8"?><scan:ScannerCapabilities ` + names + `><pwg:Version>2.6</pwg:Version>
<pwg:MakeAndModel>Essai</pwg:MakeAndModel><scan:Platen><scan:PlatenInputCaps><scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>
<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3510</scan:MaxHeight><scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes><scan:DocumentFormats><pwg:DocumentFormat>image/png</pwg:DocumentFormat>
<scan:DocumentFormatExt>image/png</scan:DocumentFormatExt></scan:DocumentFormats><scan:SupportedResolutions><scan:DiscreteResolutions><scan:DiscreteResolution>
<scan:XResolution>200</scan:XResolution><scan:YResolution>200</scan:YResolution></scan:DiscreteResolution></scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles></scan:PlatenInputCaps></scan:Platen></scan:ScannerCapabilities>`
	status = `<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus ` + names + `><pwg:Version>2.6</pwg:Version><pwg:State>Idle</pwg:State></scan:ScannerStatus>`
	job    = "/eSCL/ScanJobs/1"
)

// ServeHTTP answers one who scans.
func (s *Scanner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch what := strings.TrimPrefix(r.URL.Path, "/eSCL"); {
	case what == "/ScannerCapabilities":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, capabilities)
	case what == "/ScannerStatus":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, status)
	case what == "/ScanJobs" && r.Method == http.MethodPost:
		s.order(w, r)
	case r.URL.Path == job+"/NextDocument":
		s.next(w)
	case r.URL.Path == job: // to be forgotten
	default:
		http.NotFound(w, r)
	}
}

// order takes a page's size, which eSCL says in 300ths of an inch.
func (s *Scanner) order(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Regions struct {
			Region struct{ Width, Height int } `xml:"ScanRegion"`
		} `xml:"ScanRegions"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.width, s.height = wanted.Regions.Region.Width*200/300, wanted.Regions.Region.Height*200/300
	w.Header().Set("Location", "http://"+r.Host+job)
	w.WriteHeader(http.StatusCreated)
}

// next sends the page, once.
func (s *Scanner) next(w http.ResponseWriter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == nil || s.width < 1 || s.height < 1 {
		http.Error(w, "no more pages", http.StatusNotFound)
		return
	}
	var b bytes.Buffer
	packed := png.Encoder{CompressionLevel: png.NoCompression}
	if err := packed.Encode(&b, s.page(s.width, s.height)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.width, s.height = 0, 0
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(b.Bytes()) // one that leaves is no fault
}
