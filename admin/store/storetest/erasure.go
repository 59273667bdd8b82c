package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// testErasure erases the account of somebody who has left: their address is
// nowhere any more, and what they did is told as one unnamed person's.
func testErasure(t *testing.T, s *store.Store, clock *Clock) {
	ctx := t.Context()
	person := func(mail string) admin.Operator {
		o, err := s.CreateOperator(ctx, admin.Operator{Mail: mail, Name: "Anne Durand", Role: admin.Technician}, "local")
		must(t, err)
		return o
	}
	anne, other := person("anne@caf.fr"), person("anne@caf.fr.example")
	k, _ := Enrol(t, s, "Accueil")
	work := func(author string) {
		_, err := s.CreateCode(ctx, admin.EnrolmentCode{Site: k.Site, Author: author, Expires: clock.T.Add(time.Hour)})
		must(t, err)
		_, err = s.CreateCommand(ctx, admin.Command{Kiosk: k.ID, Author: author, Command: kiosk.Command{Kind: kiosk.CommandClose}})
		must(t, err)
		_, err = s.Publish(ctx, author, func(uint64, string) (admin.Release, []byte, error) { return admin.Release{}, []byte{1}, nil })
		must(t, err)
		must(t, s.Audit(ctx, author, admin.AuditLogin, "", "link"))
		must(t, s.Audit(ctx, "local", admin.AuditLinkCreate, author, ""))
	}
	work(anne.Mail)
	work(other.Mail)
	must(t, s.AddSecret(ctx, admin.SecretToken, "h", anne.ID, "", clock.T.Add(time.Hour)))
	log := func() []admin.AuditEntry {
		entries, err := s.AuditLog(ctx, admin.AuditFilter{})
		must(t, err)
		return entries
	}
	before := log()
	want(t, "an open account", s.EraseOperator(ctx, anne.ID, "local"), admin.ErrConflict)
	want(t, "nobody's", s.EraseOperator(ctx, "nobody", "local"), admin.ErrNotFound)
	if fmt.Sprint(log()) != fmt.Sprint(before) {
		t.Error("what was refused changed the audit log")
	}
	must(t, s.SetOperator(ctx, anne.ID, anne.Role, true, "local"))
	must(t, s.EraseOperator(ctx, anne.ID, "local"))

	_, _, err := s.OperatorByMail(ctx, anne.Mail)
	want(t, "the account", err, admin.ErrNotFound)
	people, err := s.Operators(ctx)
	must(t, err)
	codes, err := s.Codes(ctx)
	must(t, err)
	commands, err := s.Commands(ctx, admin.CommandFilter{})
	must(t, err)
	releases, err := s.Releases(ctx)
	must(t, err)
	after := log()
	all := fmt.Sprintf("%+v %+v %+v %+v %+v", people, codes, commands, releases, after)
	if rest := strings.ReplaceAll(all, other.Mail, ""); strings.Contains(rest, anne.Mail) {
		t.Errorf("the address is there still: %s", rest)
	}
	for what, list := range map[string]string{"codes": fmt.Sprintf("%+v", codes), "commands": fmt.Sprintf("%+v", commands), "releases": fmt.Sprintf("%+v", releases), "audit log": fmt.Sprintf("%+v", after)} {
		if !strings.Contains(list, anne.Pseudonym()) || !strings.Contains(list, other.Mail) {
			t.Errorf("%s: want the pseudonym of one and the address of the other: %s", what, list)
		}
	}
	// No line went, and none says something else.
	if len(after) != len(before)+2 || after[0].Action != admin.AuditOperatorErase || after[0].Object != anne.Pseudonym() {
		t.Fatalf("the audit log had %d lines and has %d: %+v", len(before), len(after), after[0])
	}
	for i, e := range after[2:] {
		old := before[i]
		if e.Seq != old.Seq || !e.Time.Equal(old.Time) || e.Action != old.Action || e.Detail != old.Detail {
			t.Errorf("line %+v was %+v", e, old)
		}
	}
	// Who comes back is another, and the old lines stay without a name.
	if again := person(anne.Mail); again.ID == anne.ID {
		t.Error("the account is there again")
	}
}
