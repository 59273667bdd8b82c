package storetest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// Clock is a time that a test moves.
type Clock struct{ T time.Time }

// Now is the clock's time.
func (c *Clock) Now() time.Time { return c.T }

// Start is where test clocks start.
func Start() time.Time { return time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC) }

// Open opens an empty store on a clock and closes it when the test ends.
type Open func(t testing.TB, clock *Clock) *store.Store

// Run holds what open gives to the contract.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, *store.Store, *Clock){
		"first start":        testFirstStart,
		"enrolment":          testEnrolment,
		"sites":              testSites,
		"standing":           testStanding,
		"statuses":           testStatuses,
		"commands":           testCommands,
		"command expiry":     testCommandExpiry,
		"releases":           testReleases,
		"release groups":     testReleaseGroups,
		"operators":          testOperators,
		"last administrator": testLastAdministrator,
		"secrets":            testSecrets,
		"audit":              testAudit,
		"audit expiry":       testAuditExpiry,
		"erasure":            testErasure,
		"cells":              testCells,
		"cells again":        testAgain,
		"foreign epoch":      testForeignEpoch,
		"usage":              testUsage,
		"rollups":            testRollups,
		"margins":            testMargins,
		"retention":          testRetention,
		"gaps":               testGaps,
		"apart":              testApart,
		"forked log":         testForkedLog,
		"received":           testReceived,
		"zero byte":          testZeroByte,
	} {
		t.Run(name, func(t *testing.T) {
			clock := &Clock{Start()}
			test(t, open(t, clock), clock)
		})
	}
	t.Run("cells once whatever happens", func(t *testing.T) { testCellsOnce(t, open) })
}

// Enrol adds a borne whose key is made of name.
func Enrol(t testing.TB, s *store.Store, name string, groups ...string) (admin.Kiosk, ed25519.PrivateKey) {
	t.Helper()
	code, err := s.CreateCode(t.Context(), admin.EnrolmentCode{KioskName: name, Groups: groups, Author: "test", Expires: Start().Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	seed := sha256.Sum256([]byte(name))
	key := ed25519.NewKeyFromSeed(seed[:])
	k, err := s.Enrol(t.Context(), code.Code, key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return k, key
}

func want(t *testing.T, what string, got, target error) {
	t.Helper()
	if !errors.Is(got, target) || (target == nil && got != nil) {
		t.Errorf("%s: error %v, want %v", what, got, target)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func testFirstStart(t *testing.T, s *store.Store, _ *Clock) {
	o, err := s.Organisation(t.Context())
	must(t, err)
	if o.ID == "" || o.Name != store.FirstOrganisation {
		t.Errorf("organisation %+v", o)
	}
	sites, err := s.Sites(t.Context())
	must(t, err)
	if len(sites) != 1 || sites[0].Name != store.FirstSite {
		t.Errorf("sites %+v", sites)
	}
	must(t, s.RenameOrganisation(t.Context(), "  Caf   du Gard ", "test"))
	after, err := s.Organisation(t.Context())
	must(t, err)
	if after.Name != "Caf du Gard" || after.ID != o.ID {
		t.Errorf("renamed to %+v, want the same id and a clean name", after)
	}
	want(t, "empty name", s.RenameOrganisation(t.Context(), " ", "test"), admin.ErrInvalid)
}

func testSites(t *testing.T, s *store.Store, _ *Clock) {
	site, err := s.CreateSite(t.Context(), "Nîmes", "test")
	must(t, err)
	_, err = s.CreateSite(t.Context(), "Nîmes", "test")
	want(t, "same name", err, admin.ErrConflict)
	want(t, "rename to a taken name", s.RenameSite(t.Context(), site.ID, store.FirstSite, "test"), admin.ErrConflict)
	want(t, "rename none", s.RenameSite(t.Context(), "none", "Alès", "test"), admin.ErrNotFound)
	must(t, s.RenameSite(t.Context(), site.ID, "Alès", "test"))
	found, err := s.FindSite(t.Context(), "Alès")
	must(t, err)
	if found.ID != site.ID {
		t.Errorf("found %+v", found)
	}
	first, err := s.FindSite(t.Context(), "")
	must(t, err)
	if first.Name != store.FirstSite {
		t.Errorf("default site %+v", first)
	}
}

func testEnrolment(t *testing.T, s *store.Store, clock *Clock) {
	k, key := Enrol(t, s, "Accueil", "b", "a", "a")
	if k.Name != "Accueil" || k.SiteName != store.FirstSite || k.Standing != admin.Active || fmt.Sprint(k.Groups) != "[a b]" {
		t.Errorf("enrolled %+v", k)
	}
	got, err := s.DeviceKey(t.Context(), k.ID)
	must(t, err)
	if !key.Public().(ed25519.PublicKey).Equal(got) {
		t.Error("another key came back")
	}
	_, err = s.DeviceKey(t.Context(), "nobody")
	want(t, "unknown borne", err, admin.ErrUnknownKey)

	code, err := s.CreateCode(t.Context(), admin.EnrolmentCode{Author: "test", Expires: clock.T.Add(time.Hour)})
	must(t, err)
	fresh := ed25519.NewKeyFromSeed([]byte(strings.Repeat("z", 32))).Public().(ed25519.PublicKey)
	_, err = s.Enrol(t.Context(), code.Code, key.Public().(ed25519.PublicKey))
	want(t, "key of another borne", err, admin.ErrConflict)
	_, err = s.Enrol(t.Context(), "0000-0000-0000", fresh)
	want(t, "wrong code", err, admin.ErrCodeUnknown)
	_, err = s.Enrol(t.Context(), code.Code, fresh[:31])
	want(t, "short key", err, admin.ErrInvalid)
	first, err := s.Enrol(t.Context(), strings.ToLower(code.Code), fresh)
	must(t, err)
	again, err := s.Enrol(t.Context(), code.Code, fresh)
	must(t, err)
	if again.ID != first.ID {
		t.Error("the same borne asking again got another identity")
	}
	_, err = s.Enrol(t.Context(), code.Code, ed25519.NewKeyFromSeed([]byte(strings.Repeat("y", 32))).Public().(ed25519.PublicKey))
	want(t, "used code", err, admin.ErrCodeUsed)

	late, err := s.CreateCode(t.Context(), admin.EnrolmentCode{Author: "test", Expires: clock.T.Add(time.Hour)})
	must(t, err)
	clock.T = clock.T.Add(time.Hour)
	_, err = s.Enrol(t.Context(), late.Code, ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))).Public().(ed25519.PublicKey))
	want(t, "expired code", err, admin.ErrCodeExpired)
	codes, err := s.Codes(t.Context())
	must(t, err)
	for _, c := range codes {
		if c.Code != "" {
			t.Error("a code came back in clear")
		}
	}
}

func testStanding(t *testing.T, s *store.Store, _ *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	must(t, s.SetStanding(t.Context(), k.ID, admin.Quarantined, "seen twice", "test"))
	_, err := s.DeviceKey(t.Context(), k.ID)
	want(t, "quarantined", err, admin.ErrQuarantined)
	must(t, s.SetStanding(t.Context(), k.ID, admin.Active, "", "test"))
	must(t, s.SetStanding(t.Context(), k.ID, admin.Revoked, "stolen", "test"))
	_, err = s.DeviceKey(t.Context(), k.ID)
	want(t, "revoked", err, admin.ErrRevoked)
	want(t, "back from revoked", s.SetStanding(t.Context(), k.ID, admin.Active, "", "test"), admin.ErrNotFound)
	want(t, "no such standing", s.SetStanding(t.Context(), k.ID, "friendly", "", "test"), admin.ErrInvalid)
}

func testStatuses(t *testing.T, s *store.Store, clock *Clock) {
	a, _ := Enrol(t, s, "Accueil", "gard")
	b, _ := Enrol(t, s, "Étage 100%")
	in := kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "0.1"}, Health: []kiosk.Fact{{Name: "disk", Level: kiosk.LevelWarn, Detail: "7 %"}},
		BundleVersion: 3, Pending: 12, Clock: clock.T.Add(90 * time.Second)}
	must(t, s.SaveStatuses(t.Context(), map[string]admin.Status{a.ID: admin.StatusOf(in, clock.T)}))
	old := in
	old.State = kiosk.Closed
	must(t, s.SaveStatuses(t.Context(), map[string]admin.Status{a.ID: admin.StatusOf(old, clock.T.Add(-time.Minute))}))
	got, err := s.Kiosk(t.Context(), a.ID)
	must(t, err)
	if st := got.Status; st.State != kiosk.Ready || st.Pending != 12 || st.BundleVersion != 3 || st.ClockOffset != 90*time.Second ||
		st.HealthLevel() != kiosk.LevelWarn || !got.Online(clock.T) || got.Online(clock.T.Add(admin.OfflineAfter)) {
		t.Errorf("status %+v", st)
	}
	for _, c := range []struct {
		f admin.KioskFilter
		n int
	}{{admin.KioskFilter{}, 2}, {admin.KioskFilter{Group: "gard"}, 1}, {admin.KioskFilter{Text: "0%"}, 1}, {admin.KioskFilter{Text: "_"}, 0},
		{admin.KioskFilter{Site: a.Site}, 2}, {admin.KioskFilter{Site: "none"}, 0}, {admin.KioskFilter{Limit: 1}, 1}, {admin.KioskFilter{After: max(a.ID, b.ID)}, 0}} {
		list, err := s.Kiosks(t.Context(), c.f)
		must(t, err)
		if len(list) != c.n {
			t.Errorf("%+v: %d bornes, want %d", c.f, len(list), c.n)
		}
	}
	must(t, s.UpdateKiosk(t.Context(), b.ID, "Étage", "", []string{"x"}, "test"))
	found, err := s.FindKiosk(t.Context(), "Étage")
	must(t, err)
	if found.ID != b.ID || fmt.Sprint(found.Groups) != "[x]" {
		t.Errorf("found %+v", found)
	}
}

func testReleases(t *testing.T, s *store.Store, _ *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	_, err := s.WantedRelease(t.Context(), k.ID)
	want(t, "no release", err, admin.ErrNotFound)
	var previous []string
	for range 2 {
		r, err := s.Publish(t.Context(), "test", func(v uint64, p string) (admin.Release, []byte, error) {
			previous = append(previous, p)
			return admin.Release{SHA256: fmt.Sprint("sum", v), Size: 3, ManifestSHA256: fmt.Sprint("manifest", v), Expires: Start().Add(time.Hour)}, []byte("abc"), nil
		})
		must(t, err)
		if int(r.Version) != len(previous) {
			t.Errorf("version %d after %d", r.Version, len(previous)-1)
		}
	}
	if fmt.Sprint(previous) != "[ manifest1]" {
		t.Errorf("previous manifests %q", previous)
	}
	_, err = s.Publish(t.Context(), "test", func(uint64, string) (admin.Release, []byte, error) {
		return admin.Release{}, nil, admin.ErrInvalid
	})
	want(t, "refused content", err, admin.ErrInvalid)
	r, err := s.WantedRelease(t.Context(), k.ID)
	must(t, err)
	if r.Version != 2 || r.SHA256 != "sum2" {
		t.Errorf("wanted %+v", r)
	}
	archive, err := s.Archive(t.Context(), 2)
	must(t, err)
	if string(archive) != "abc" {
		t.Errorf("archive %q", archive)
	}
	_, err = s.Archive(t.Context(), 3)
	want(t, "no archive", err, admin.ErrNotFound)
}

func testReleaseGroups(t *testing.T, s *store.Store, clock *Clock) {
	gard, _ := Enrol(t, s, "Gard", "gard")
	other, _ := Enrol(t, s, "Autre")
	publish := func(groups ...string) {
		_, err := s.Publish(t.Context(), "test", func(uint64, string) (admin.Release, []byte, error) {
			return admin.Release{Groups: groups}, []byte("abc"), nil
		})
		must(t, err)
	}
	publish()
	publish("gard", "isère")
	must(t, s.SaveStatuses(t.Context(), map[string]admin.Status{other.ID: {Seen: clock.T, BundleVersion: 1}, gard.ID: {Seen: clock.T, BundleVersion: 1}}))
	for id, v := range map[string]uint64{gard.ID: 2, other.ID: 1} {
		r, err := s.WantedRelease(t.Context(), id)
		must(t, err)
		k, err := s.Kiosk(t.Context(), id)
		must(t, err)
		if r.Version != v || k.BundleWanted != v || k.BundleLate() != (v == 2) {
			t.Errorf("%s: wanted %d and %d, want %d", k.Name, r.Version, k.BundleWanted, v)
		}
	}
	list, err := s.Releases(t.Context())
	must(t, err)
	if len(list) != 2 || fmt.Sprint(list[0].Groups) != "[gard isère]" || list[0].Wanted != 1 || list[0].Applied != 0 || list[1].Wanted != 1 || list[1].Applied != 1 {
		t.Errorf("releases %+v", list)
	}
}

func testAudit(t *testing.T, s *store.Store, _ *Clock) {
	for i := range 5 {
		must(t, s.Audit(t.Context(), "a@b.fr", admin.AuditLogin, fmt.Sprint(i), ""))
	}
	last, err := s.AuditLog(t.Context(), admin.AuditFilter{Limit: 2})
	must(t, err)
	if len(last) != 2 || last[0].Object != "4" || !last[0].Time.Equal(Start()) {
		t.Fatalf("audit %+v", last)
	}
	rest, err := s.AuditLog(t.Context(), admin.AuditFilter{Before: last[1].Seq, Actor: "a@b.fr"})
	must(t, err)
	if len(rest) != 3 {
		t.Errorf("%d lines before, want 3", len(rest))
	}
}
