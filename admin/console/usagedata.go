package console

import (
	"context"
	"net/http"

	"borne/admin"
)

type dataBody struct {
	usageHead
	Exports []exportLink
	// Months may be published; Reports may be printed for any of Past.
	Months []choice
}

type exportLink struct{ Path, Name, Text string }

func (c *console) usageData(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/donnees", "donnees", "Rapports et données – Usages", func(_ context.Context, p usagePeriod, head usageHead) (any, error) {
		b := dataBody{usageHead: head, Months: releasable(c.today())}
		for _, e := range exports() {
			b.Exports = append(b.Exports, exportLink{"/usages/" + e.name + ".csv" + head.Query, e.title, typeset(e.text)})
		}
		return b, nil
	})
}
