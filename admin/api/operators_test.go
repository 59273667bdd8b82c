package api_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/client"
	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/bundle"
)

// as returns a client for a new operator of a role.
func (o *office) as(t testing.TB, role admin.Role) *client.Client {
	t.Helper()
	who, err := o.store.CreateOperator(t.Context(), admin.Operator{Mail: string(role) + "@caf.fr", Role: role}, "test")
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := o.auth.NewToken(t.Context(), who, "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(o.url, token, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTechniciansDay(t *testing.T) {
	o := newOffice(t)
	c := o.as(t, admin.Technician)
	ctx := t.Context()
	me, err := c.Me(ctx)
	if err != nil || me.Mail != "technician@caf.fr" {
		t.Fatalf("me %+v, %v", me, err)
	}
	site, err := c.CreateSite(ctx, "Nîmes")
	if err != nil {
		t.Fatal(err)
	}
	code, err := c.CreateCode(ctx, "Nîmes", "Accueil gauche", []string{"gard"}, 0)
	if err != nil || code.Code == "" || !code.Expires.Equal(o.clock.Now().Add(24*time.Hour)) {
		t.Fatalf("code %+v, %v", code, err)
	}
	b := newBorne(t, o, code.Code)
	kiosks, err := c.Kiosks(ctx, admin.KioskFilter{Site: "Nîmes", Group: "gard"})
	if err != nil || len(kiosks) != 1 || kiosks[0].ID != b.ID || kiosks[0].SiteName != "Nîmes" {
		t.Fatalf("bornes %+v, %v", kiosks, err)
	}
	k, err := c.ChangeKiosk(ctx, "Accueil gauche", "Accueil droite", site.ID, nil)
	if err != nil || k.Name != "Accueil droite" || len(k.Groups) != 0 {
		t.Fatalf("changed %+v, %v", k, err)
	}
	cmd, err := c.CreateCommand(ctx, "Accueil droite", kiosk.CommandMessage, "Bonjour", false, 2*time.Minute)
	if err != nil || cmd.State != kiosk.CommandQueued || cmd.Author != me.Mail || !cmd.Expires.Equal(o.clock.Now().Add(2*time.Minute)) {
		t.Fatalf("command %+v, %v", cmd, err)
	}
	if cmd, err = c.CancelCommand(ctx, cmd.ID); err != nil || cmd.State != kiosk.CommandCancelled {
		t.Fatalf("cancelled %+v, %v", cmd, err)
	}
	if _, err = c.CancelCommand(ctx, cmd.ID); !errors.Is(err, admin.ErrConflict) {
		t.Errorf("cancelled twice: %v", err)
	}
	if list, err := c.Commands(ctx, admin.CommandFilter{Kiosk: "Accueil droite"}); err != nil || len(list) != 1 {
		t.Errorf("commands %+v, %v", list, err)
	}
	packed, err := bundle.PackFiles(assets.Bundle())
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Publish(ctx, packed, []string{"gard", "isère"}, "Ajout d'un service", 30)
	if err != nil || r.Version != 1 || len(r.Groups) != 2 || r.Comment != "Ajout d'un service" || r.Author != me.Mail ||
		!r.Expires.Equal(o.clock.Now().Add(30*24*time.Hour)) {
		t.Fatalf("release %+v, %v", r, err)
	}
	if list, err := c.Releases(ctx); err != nil || len(list) != 1 || list[0].SHA256 != r.SHA256 {
		t.Errorf("releases %+v, %v", list, err)
	}
	if k, err = c.SetStanding(ctx, b.ID, admin.Revoked, "volée"); err != nil || k.Standing != admin.Revoked {
		t.Errorf("revoked %+v, %v", k, err)
	}
	entries, err := c.Audit(ctx, admin.AuditFilter{Actor: me.Mail})
	if err != nil {
		t.Fatal(err)
	}
	var did []string
	for _, e := range entries {
		did = append(did, string(e.Action))
	}
	want := "kiosk.revoke release.publish command.cancel command.create kiosk.change enrolment-code.create site.create"
	if got := strings.Join(did, " "); got != want {
		t.Errorf("audit %q, want %q", got, want)
	}
}

func TestUsageReport(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	cells := []kiosk.SequencedCell{{Seq: 1, Cell: kiosk.Cell{Count: 3, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}}}
	if _, err := b.Cells(t.Context(), kiosk.CellBatch{Epoch: "e", Cells: cells}); err != nil {
		t.Fatal(err)
	}
	c := o.as(t, admin.Manager)
	rows, err := c.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-30", Kiosk: "Accueil", BySecond: true})
	if err != nil || len(rows) != 1 || rows[0].First != "caf" || rows[0].Second != "0-5" || rows[0].Count != 3 {
		t.Errorf("rows %+v, %v", rows, err)
	}
	if _, err := c.Usage(t.Context(), admin.UsageQuery{From: "2026-09-31", To: "2026-09-30"}); !errors.Is(err, admin.ErrInvalid) {
		t.Errorf("no such day: %v", err)
	}
	if _, err := c.Usage(t.Context(), admin.UsageQuery{From: "2026-09-01", To: "2026-09-30", Sites: []string{"Alès"}}); !errors.Is(err, admin.ErrNotFound) {
		t.Errorf("no such site: %v", err)
	}
}

// TestEveryOperationIsGuarded goes through the OpenAPI document, so that an
// operation added later cannot be forgotten.
func TestEveryOperationIsGuarded(t *testing.T) {
	o := newOffice(t)
	manager := o.as(t, admin.Manager)
	resp, err := http.Get(o.url + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	n := 0
	for path, methods := range document.Paths {
		for method := range methods {
			if path == "/api/v1/login" {
				continue
			}
			n++
			req, err := http.NewRequest(strings.ToUpper(method), o.url+path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s without a token: status %d, want 401", method, path, resp.StatusCode)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d operations in the document", n)
	}
	_, err = manager.CreateCommand(t.Context(), "x", kiosk.CommandRestart, "", false, 0)
	_, err2 := manager.Audit(t.Context(), admin.AuditFilter{})
	_, err3 := manager.CreateCode(t.Context(), "", "", nil, 0)
	_, err4 := manager.Publish(t.Context(), []byte("x"), nil, "", 0)
	for i, err := range []error{err, err2, err3, err4} {
		if !errors.Is(err, admin.ErrForbidden) {
			t.Errorf("call %d as a manager: %v, want forbidden", i, err)
		}
	}
}

func TestPublishTellsEveryFault(t *testing.T) {
	o := newOffice(t)
	c := o.as(t, admin.Technician)
	packed, err := bundle.PackFiles(fstest.MapFS{"settings.yaml": {Data: []byte("organisation: 3\nnonsense: 1\n")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Publish(t.Context(), packed, nil, "", 0)
	faults, ok := client.IsFaults(err)
	if !ok || len(faults) < 2 || faults[0].File == "" || !errors.Is(err, admin.ErrInvalid) {
		t.Errorf("faults %+v, %v", faults, err)
	}
	if _, err := c.Publish(t.Context(), []byte("not an archive"), nil, "", 0); !errors.Is(err, admin.ErrInvalid) {
		t.Errorf("not an archive: %v", err)
	}
	if _, err := c.Publish(t.Context(), make([]byte, bundle.MaxArchiveBytes+1), nil, "", 0); err == nil || !strings.Contains(err.Error(), "413") {
		t.Errorf("too long: %v, want 413", err)
	}
}

func TestLogin(t *testing.T) {
	o := newOffice(t)
	who, err := o.store.CreateOperator(t.Context(), admin.Operator{Mail: "anne@caf.fr", Role: admin.Technician}, "test")
	if err != nil {
		t.Fatal(err)
	}
	link, _, err := o.auth.NewLink(t.Context(), "anne@caf.fr", "test")
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(o.url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Me(t.Context()); !errors.Is(err, admin.ErrUnauthenticated) {
		t.Errorf("before: %v", err)
	}
	if _, _, err := c.Login(t.Context(), link, "", "", "portable"); err != nil {
		t.Fatal(err)
	}
	if me, err := c.Me(t.Context()); err != nil || me.ID != who.ID {
		t.Errorf("after: %+v, %v", me, err)
	}
	if _, _, err := c.Login(t.Context(), link, "", "", ""); !errors.Is(err, admin.ErrUnauthenticated) {
		t.Errorf("the same link again: %v", err)
	}
	if err := o.auth.SetPassword(t.Context(), who, "un mot de passe assez long"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Login(t.Context(), "", "Anne@caf.fr", "un mot de passe assez long", ""); err != nil {
		t.Errorf("password: %v", err)
	}
	if _, _, err := c.Login(t.Context(), "", "anne@caf.fr", "un autre mot de passe", ""); !errors.Is(err, admin.ErrUnauthenticated) {
		t.Errorf("wrong password: %v", err)
	}
}

// TestRegisterKeys: bornes whose keys were made elsewhere speak without a code.
func TestRegisterKeys(t *testing.T) {
	o := newOffice(t)
	c := o.as(t, admin.Technician)
	a, b := admintest.NewBorne(o.url, o.clock.Now), admintest.NewBorne(o.url, o.clock.Now)
	public := func(b *admintest.Borne) ed25519.PublicKey { return b.Key.Public().(ed25519.PublicKey) }
	ids, err := c.Register(t.Context(), "", []admin.NewKiosk{{Name: "Accueil", PublicKey: public(a)}, {Groups: []string{"gard"}, PublicKey: public(b)}})
	if err != nil || len(ids) != 2 {
		t.Fatalf("ids %v, %v", ids, err)
	}
	for i, borne := range []*admintest.Borne{a, b} {
		borne.ID = ids[i]
		if _, err := borne.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, 0); err != nil {
			t.Errorf("borne %d: %v", i, err)
		}
	}
	if k, err := c.Kiosk(t.Context(), ids[1]); err != nil || !strings.HasPrefix(k.Name, "borne-") || len(k.Groups) != 1 {
		t.Errorf("registered %+v, %v", k, err)
	}
	third := admintest.NewBorne(o.url, o.clock.Now)
	if _, err := c.Register(t.Context(), "", []admin.NewKiosk{{PublicKey: public(third)}, {PublicKey: public(a)}}); !errors.Is(err, admin.ErrConflict) {
		t.Errorf("a key that another holds: %v", err)
	}
	if list, err := c.Kiosks(t.Context(), admin.KioskFilter{}); err != nil || len(list) != 2 {
		t.Errorf("%d bornes after a call that failed, %v: want 2", len(list), err)
	}
	if _, err := c.Register(t.Context(), "", []admin.NewKiosk{{PublicKey: public(a)[:5]}}); !errors.Is(err, admin.ErrInvalid) {
		t.Errorf("half a key: %v", err)
	}
	if _, err := o.as(t, admin.Manager).Register(t.Context(), "", []admin.NewKiosk{{PublicKey: public(third)}}); !errors.Is(err, admin.ErrForbidden) {
		t.Errorf("a manager: %v", err)
	}
}
