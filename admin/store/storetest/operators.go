package storetest

import (
	"sync"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
)

func testOperators(t *testing.T, s *store.Store, _ *Clock) {
	o, err := s.CreateOperator(t.Context(), admin.Operator{Mail: " Anne@Caf.FR ", Role: admin.Technician}, "test")
	must(t, err)
	if o.Mail != "anne@caf.fr" || o.ID == "" {
		t.Errorf("operator %+v", o)
	}
	for what, bad := range map[string]struct {
		o   admin.Operator
		err error
	}{
		"known":       {admin.Operator{Mail: "anne@caf.fr", Role: admin.Manager}, admin.ErrConflict},
		"no role":     {admin.Operator{Mail: "b@caf.fr"}, admin.ErrInvalid},
		"no mail":     {admin.Operator{Mail: "anne", Role: admin.Manager}, admin.ErrInvalid},
		"name inside": {admin.Operator{Mail: "Anne <c@caf.fr>", Role: admin.Manager}, admin.ErrInvalid},
	} {
		_, err := s.CreateOperator(t.Context(), bad.o, "test")
		want(t, what, err, bad.err)
	}
	must(t, s.SetPassword(t.Context(), o.ID, "hash", "test"))
	got, hash, err := s.OperatorByMail(t.Context(), "ANNE@caf.fr")
	must(t, err)
	if hash != "hash" || !got.HasPassword || got.Role != admin.Technician {
		t.Errorf("operator %+v, hash %q", got, hash)
	}
	_, _, err = s.OperatorByMail(t.Context(), "nobody@caf.fr")
	want(t, "nobody", err, admin.ErrNotFound)
}

// testLastAdministrator: one administrator at least may come in, also when all
// of them are shut out at the same time.
func testLastAdministrator(t *testing.T, s *store.Store, _ *Clock) {
	person := func(mail string, role admin.Role) admin.Operator {
		o, err := s.CreateOperator(t.Context(), admin.Operator{Mail: mail, Role: role}, "test")
		must(t, err)
		return o
	}
	person("technician@caf.fr", admin.Technician)
	only := person("a@caf.fr", admin.Administrator)
	shut := func(o admin.Operator) error {
		return s.SetOperator(t.Context(), o.ID, o.Role, true, "test")
	}
	want(t, "the only one, shut out", shut(only), admin.ErrLastAdministrator)
	want(t, "the only one, another role", s.SetOperator(t.Context(), only.ID, admin.Manager, false, "test"), admin.ErrLastAdministrator)
	want(t, "the only one, as before", s.SetOperator(t.Context(), only.ID, admin.Administrator, false, "test"), nil)
	gone := person("gone@caf.fr", admin.Administrator)
	must(t, shut(gone))
	want(t, "the only one beside one who is shut out", shut(only), admin.ErrLastAdministrator)
	want(t, "one who is shut out, another role", s.SetOperator(t.Context(), gone.ID, admin.Manager, true, "test"), nil)

	all := []admin.Operator{only}
	for _, mail := range []string{"b@caf.fr", "c@caf.fr", "d@caf.fr"} {
		all = append(all, person(mail, admin.Administrator))
	}
	var refused sync.Map
	var wait sync.WaitGroup
	for _, o := range all {
		wait.Go(func() {
			if err := shut(o); err != nil {
				refused.Store(o.ID, err)
			}
		})
	}
	wait.Wait()
	n := 0
	refused.Range(func(_, err any) bool {
		n++
		want(t, "all at the same time", err.(error), admin.ErrLastAdministrator)
		return true
	})
	if n != 1 {
		t.Errorf("%d of %d administrators stay, want 1", n, len(all))
	}
}

func testSecrets(t *testing.T, s *store.Store, clock *Clock) {
	o, err := s.CreateOperator(t.Context(), admin.Operator{Mail: "anne@caf.fr", Role: admin.Technician}, "test")
	must(t, err)
	add := func(kind admin.SecretKind, hash string) {
		must(t, s.AddSecret(t.Context(), kind, hash, o.ID, "", clock.T.Add(time.Hour)))
	}
	add(admin.SecretLink, "link")
	add(admin.SecretSession, "session")
	add(admin.SecretToken, "token")
	_, err = s.SecretOwner(t.Context(), admin.SecretToken, "session")
	want(t, "another kind", err, admin.ErrNotFound)

	var wins sync.Map
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := s.TakeSecret(t.Context(), admin.SecretLink, "link"); err == nil {
				wins.Store(i, true)
			}
		})
	}
	wg.Wait()
	n := 0
	wins.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d of 8 used a single-use link, want 1", n)
	}
	must(t, s.SetPassword(t.Context(), o.ID, "hash", "test"))
	_, err = s.SecretOwner(t.Context(), admin.SecretSession, "session")
	want(t, "session after a new password", err, admin.ErrNotFound)
	got, err := s.SecretOwner(t.Context(), admin.SecretToken, "token")
	must(t, err)
	if got.ID != o.ID {
		t.Errorf("token of %+v", got)
	}
	clock.T = clock.T.Add(time.Hour)
	_, err = s.SecretOwner(t.Context(), admin.SecretToken, "token")
	want(t, "expired token", err, admin.ErrNotFound)
	clock.T = clock.T.Add(-time.Minute)
	must(t, s.SetOperator(t.Context(), o.ID, admin.Technician, true, "test"))
	_, err = s.SecretOwner(t.Context(), admin.SecretToken, "token")
	want(t, "token of a disabled operator", err, admin.ErrNotFound)
}
