package bundle

import (
	"strings"

	"borne/kiosk"
)

// maxContacts bounds the directory: who looks for help reads three pages at
// most.
const maxContacts = 12

// directory reads who helps people in the house.
func (v value) directory() (contacts []kiosk.Contact) {
	seen := map[string]bool{}
	for _, item := range v.items() {
		if len(contacts) == maxContacts {
			item.faultf("more than %d entries in the directory: keep those whom people ask for most", maxContacts)
			return contacts
		}
		f := item.fields("name", "for", "where", "hours", "phone")
		c := kiosk.Contact{Name: f["name"].words("name", maxNameRunes), For: f["for"].words("for", maxSentenceRunes), Phone: f["phone"].phone()}
		if !f["where"].absent() {
			c.Where = f["where"].words("where", maxSentenceRunes)
		}
		if !f["hours"].absent() {
			c.Hours = f["hours"].words("hours", maxSentenceRunes)
		}
		if f["where"].absent() && f["phone"].absent() {
			item.faultf("nothing says where to find this person: write where: or phone:")
		}
		if name := c.Name[kiosk.French]; name != "" && seen[name] {
			f["name"].faultf("%q stands twice in the directory: take one away", name)
		}
		seen[c.Name[kiosk.French]] = true
		contacts = append(contacts, c)
	}
	return contacts
}

// phone reads a telephone number, "" when it is left out.
func (v value) phone() string {
	s, ok := v.text()
	if !ok || s == "" {
		return ""
	}
	digits := strings.ReplaceAll(strings.TrimPrefix(s, "+"), " ", "")
	if len(digits) < 2 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		v.faultf("phone %q: write it in quotes as people dial it, digits and single spaces, such as '04 66 00 00 00' or '3949'", s)
		return ""
	}
	return s
}
