package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/auth"
)

const password = "un mot de passe assez long"

func newService(t *testing.T, secure bool) (*auth.Service, admin.Operator, *admintest.Clock) {
	t.Helper()
	clock := admintest.NewClock()
	store := admintest.OpenStore(t, clock.Now, nil)
	s, err := auth.New(store, secure, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	o, err := store.CreateOperator(t.Context(), admin.Operator{Mail: "anne@caf.fr", Role: admin.Technician}, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s, o, clock
}

func request(t *testing.T) *http.Request {
	return httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/connexion", nil)
}

func TestPasswordHash(t *testing.T) {
	hash, err := auth.Hash(password)
	if err != nil {
		t.Fatal(err)
	}
	other, err := auth.Hash(password)
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same, %v", err)
	}
	if !auth.Check(password, hash) || auth.Check(password+" ", hash) {
		t.Error("the hash does not tell the password from another")
	}
	for _, bad := range []string{"", "$argon2id$v=19$m=19456,t=2,p=1$$", hash[:len(hash)-4], strings.Replace(hash, "argon2id", "argon2i", 1),
		strings.Replace(hash, "m=19456", "m=4294967295", 1), strings.Replace(hash, "t=2", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1)} {
		if auth.Check(password, bad) {
			t.Errorf("hash %q lets in", bad)
		}
	}
	for _, weak := range []string{"", "onze caract", strings.Repeat("x", auth.MaxPassword+1)} {
		if _, err := auth.Hash(weak); !errors.Is(err, admin.ErrWeakPassword) {
			t.Errorf("password of %d bytes: %v", len(weak), err)
		}
	}
}

func TestLinkWorksOnce(t *testing.T) {
	s, o, clock := newService(t, false)
	token, _, err := s.NewLink(t.Context(), "Anne@caf.fr", "test")
	if err != nil {
		t.Fatal(err)
	}
	late, _, err := s.NewLink(t.Context(), o.Mail, "test")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.TakeLink(request(t), token); err != nil || got.ID != o.ID {
		t.Errorf("first use: %+v, %v", got, err)
	}
	if _, err := s.TakeLink(request(t), token); !errors.Is(err, admin.ErrLinkInvalid) {
		t.Errorf("second use: %v", err)
	}
	clock.Advance(auth.LinkLife)
	if _, err := s.TakeLink(request(t), late); !errors.Is(err, admin.ErrLinkInvalid) {
		t.Errorf("expired: %v", err)
	}
	if _, _, err := s.NewLink(t.Context(), "nobody@caf.fr", "test"); !errors.Is(err, admin.ErrNotFound) {
		t.Errorf("link for nobody: %v", err)
	}
}

func TestPasswordLogin(t *testing.T) {
	s, o, clock := newService(t, false)
	if _, err := s.TakePassword(request(t), o.Mail, ""); !errors.Is(err, admin.ErrBadLogin) {
		t.Errorf("no password yet: %v", err)
	}
	if err := s.SetPassword(t.Context(), o, password); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakePassword(request(t), "nobody@caf.fr", password); !errors.Is(err, admin.ErrBadLogin) {
		t.Errorf("nobody: %v", err)
	}
	if got, err := s.TakePassword(request(t), " ANNE@caf.fr ", password); err != nil || got.ID != o.ID {
		t.Errorf("right: %+v, %v", got, err)
	}
	for range 10 {
		if _, err := s.TakePassword(request(t), o.Mail, "faux"); !errors.Is(err, admin.ErrBadLogin) {
			t.Fatalf("wrong: %v", err)
		}
	}
	if _, err := s.TakePassword(request(t), o.Mail, password); !errors.Is(err, admin.ErrTooMany) {
		t.Errorf("after ten guesses: %v, want too many", err)
	}
	clock.Advance(15 * time.Minute)
	if _, err := s.TakePassword(request(t), o.Mail, password); err != nil {
		t.Errorf("a quarter of an hour later: %v", err)
	}
}

func TestSessionCookie(t *testing.T) {
	for name, secure := range map[string]bool{"borne": false, "__Host-borne": true} {
		s, o, clock := newService(t, secure)
		w := httptest.NewRecorder()
		if err := s.StartSession(w, request(t), o); err != nil {
			t.Fatal(err)
		}
		c := w.Result().Cookies()[0]
		if c.Name != name || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v", c)
		}
		r := request(t)
		r.AddCookie(c)
		if got, err := s.Authenticate(r); err != nil || got.ID != o.ID {
			t.Errorf("session: %+v, %v", got, err)
		}
		mixed := request(t)
		mixed.AddCookie(c)
		mixed.Header.Set("Authorization", "Bearer wrong")
		if _, err := s.Authenticate(mixed); !errors.Is(err, admin.ErrUnauthenticated) {
			t.Errorf("wrong token beside a right cookie: %v", err)
		}
		as := request(t)
		as.Header.Set("Authorization", "Bearer "+c.Value)
		if _, err := s.Authenticate(as); !errors.Is(err, admin.ErrUnauthenticated) {
			t.Errorf("session shown as a token: %v", err)
		}
		if err := s.EndSession(httptest.NewRecorder(), r); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(r); !errors.Is(err, admin.ErrUnauthenticated) {
			t.Errorf("after signing out: %v", err)
		}
		w = httptest.NewRecorder()
		if err := s.StartSession(w, request(t), o); err != nil {
			t.Fatal(err)
		}
		r = request(t)
		r.AddCookie(w.Result().Cookies()[0])
		clock.Advance(auth.SessionLife)
		if _, err := s.Authenticate(r); !errors.Is(err, admin.ErrUnauthenticated) {
			t.Errorf("the next morning: %v", err)
		}
	}
}

func TestGuard(t *testing.T) {
	h := auth.Guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for what, c := range map[string]struct {
		method, origin, site string
		status               int
	}{
		"another site's form": {http.MethodPost, "https://mechant.example", "cross-site", 403},
		"its own form":        {http.MethodPost, "http://example.com", "same-origin", 204},
		"a program":           {http.MethodPost, "", "", 204},
		"a link to a page":    {http.MethodGet, "", "cross-site", 204},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, "http://example.com/", nil)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", what, w.Code, c.status)
		}
	}
}

func TestLimiterForgetsInTime(t *testing.T) {
	clock := admintest.NewClock()
	l := auth.NewLimiter(2, time.Minute, clock.Now)
	for i, want := range []bool{true, true, false} {
		if l.Allow("a") != want {
			t.Errorf("attempt %d: %t, want %t", i+1, !want, want)
		}
	}
	if !l.Allow("b") {
		t.Error("another key is stopped too")
	}
	clock.Advance(time.Minute)
	if !l.Allow("a") {
		t.Error("still stopped after the window")
	}
}
