package console

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"borne/admin"
	"borne/kiosk/bundle"
)

type configurationBody struct {
	Releases []releaseRow
	Form     publishForm
	// Faults must be mended, Warnings may stay; Checked is true when a
	// directory was checked and could be published.
	Faults, Warnings bundle.Faults
	Checked          bool
	Services         int
}

type releaseRow struct {
	admin.Release
	// Newest is the one that most bornes should run; Late says that its time
	// has run out.
	Newest, Late bool
}

type publishForm struct{ Comment, Groups string }

func (c *console) configuration(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	notice := ""
	if v, err := strconv.ParseUint(r.URL.Query().Get("publiee"), 10, 64); err == nil {
		notice = fmt.Sprintf("La version %d est publiée. Chaque borne l’applique entre deux visiteurs.", v)
	}
	return c.showConfiguration(w, r, who, http.StatusOK, notice, "", configurationBody{})
}

func (c *console) showConfiguration(w http.ResponseWriter, r *http.Request, who admin.Operator, status int, notice, problem string, body configurationBody) error {
	releases, err := c.Store.Releases(r.Context())
	if err != nil {
		return err
	}
	for i, release := range releases {
		body.Releases = append(body.Releases, releaseRow{release, i == 0, c.Now().After(release.Expires)})
	}
	c.write(w, r, status, "configuration", page{Title: "Configuration", Current: "/configuration", Operator: who, Notice: notice,
		Problem: problem, Live: true, Body: body})
	return nil
}

// download gives a release back as a zip to change and publish anew; version
// 0 is the bundle that ships.
func (c *console) download(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	name, ok := strings.CutSuffix(r.PathValue("version"), ".zip")
	version, err := strconv.ParseUint(name, 10, 63)
	if !ok || err != nil {
		return admin.ErrNotFound
	}
	dir, err := c.directory(r, version)
	if err != nil {
		return err
	}
	packed, err := packZip(dir)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("configuration-%d.zip", version)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(packed))
	return nil
}

func (c *console) directory(r *http.Request, version uint64) (fs.FS, error) {
	if version == 0 {
		return c.Shipped, nil
	}
	releases, err := c.Store.Releases(r.Context())
	if err != nil {
		return nil, err
	}
	for _, release := range releases {
		if release.Version == version {
			b, err := c.names.open(r.Context(), release)
			if err != nil {
				return nil, err
			}
			return b.FS, nil
		}
	}
	return nil, admin.ErrNotFound
}
