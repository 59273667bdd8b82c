package console

import (
	"net/http"

	"borne/admin"
	"borne/kiosk"
)

// moreMinutes is what one touch of the button gives. A mediator who wants more
// touches it again: each gives as much after the end that was set.
const moreMinutes = "10"

// prolong gives the visitor who is there more time.
func (c *console) prolong(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	if _, err := c.Store.CreateCommand(r.Context(), admin.Command{Kiosk: k.ID, Author: who.Author(),
		Command: kiosk.Command{Kind: kiosk.CommandProlong, Argument: moreMinutes}}); err != nil {
		return err
	}
	http.Redirect(w, r, kioskPath(k.ID)+"?fait=temps#commandes-titre", http.StatusSeeOther)
	return nil
}
