package client

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// Login gets a token for a login link's last part, or for an address and its
// password, and uses it from then on.
func (c *Client) Login(ctx context.Context, link, mail, password, label string) (token string, expires time.Time, err error) {
	in := map[string]string{"link": link, "mail": mail, "password": password, "label": label}
	for k, v := range in {
		if v == "" {
			delete(in, k)
		}
	}
	var out struct {
		Token   string    `json:"token"`
		Expires time.Time `json:"expires"`
	}
	if err := c.call(ctx, http.MethodPost, "/login", nil, in, &out); err != nil {
		return "", expires, err
	}
	c.token = out.Token
	return out.Token, out.Expires, nil
}

// Me returns whom the token stands for.
func (c *Client) Me(ctx context.Context) (o admin.Operator, err error) {
	return o, c.call(ctx, http.MethodGet, "/me", nil, nil, &o)
}

// Organisation returns the organisation and its sites.
func (c *Client) Organisation(ctx context.Context) (admin.Organisation, []admin.Site, error) {
	var out struct {
		Organisation admin.Organisation `json:"organisation"`
		Sites        []admin.Site       `json:"sites"`
	}
	err := c.call(ctx, http.MethodGet, "/organisation", nil, nil, &out)
	return out.Organisation, out.Sites, err
}

// CreateSite adds a site.
func (c *Client) CreateSite(ctx context.Context, name string) (s admin.Site, err error) {
	return s, c.call(ctx, http.MethodPost, "/sites", nil, map[string]string{"name": name}, &s)
}

// Kiosks returns a page of bornes, by id.
func (c *Client) Kiosks(ctx context.Context, f admin.KioskFilter) (kiosks []admin.Kiosk, err error) {
	q := values("site", f.Site, "group", f.Group, "text", f.Text, "after", f.After)
	number(q, "limit", f.Limit)
	return kiosks, c.call(ctx, http.MethodGet, "/kiosks", q, nil, &kiosks)
}

// Kiosk returns one borne, by id or name.
func (c *Client) Kiosk(ctx context.Context, idOrName string) (k admin.Kiosk, err error) {
	return k, c.call(ctx, http.MethodGet, "/kiosks/"+url.PathEscape(idOrName), nil, nil, &k)
}

// ChangeKiosk renames, moves and groups a borne.
func (c *Client) ChangeKiosk(ctx context.Context, idOrName, name, site string, groups []string) (k admin.Kiosk, err error) {
	in := map[string]any{"name": name, "site": site, "groups": append([]string{}, groups...)}
	return k, c.call(ctx, http.MethodPut, "/kiosks/"+url.PathEscape(idOrName), nil, in, &k)
}

// Register makes bornes of keys that the caller vouches for, at most 1 000 at
// once, and returns their ids in that order.
func (c *Client) Register(ctx context.Context, site string, bornes []admin.NewKiosk) (ids []string, err error) {
	in := map[string]any{"site": site, "kiosks": bornes}
	return ids, c.call(ctx, http.MethodPost, "/kiosks", nil, in, &ids)
}

// SetStanding quarantines or revokes a borne, or lets it back in.
func (c *Client) SetStanding(ctx context.Context, idOrName string, s admin.Standing, reason string) (k admin.Kiosk, err error) {
	in := map[string]string{"standing": string(s), "reason": reason}
	return k, c.call(ctx, http.MethodPost, "/kiosks/"+url.PathEscape(idOrName)+"/standing", nil, in, &k)
}

// UsageLogs tells how far the counters of a borne have come.
func (c *Client) UsageLogs(ctx context.Context, idOrName string) (logs []admin.UsageLog, err error) {
	return logs, c.call(ctx, http.MethodGet, "/kiosks/"+url.PathEscape(idOrName)+"/usage-logs", nil, nil, &logs)
}

// DecideApart counts what a borne brought in quarantine, or throws it away,
// and returns how many counters that was.
func (c *Client) DecideApart(ctx context.Context, idOrName string, keep bool) (cells int, err error) {
	var decided struct {
		Cells int `json:"cells"`
	}
	err = c.call(ctx, http.MethodPost, "/kiosks/"+url.PathEscape(idOrName)+"/apart", nil, map[string]bool{"keep": keep}, &decided)
	return decided.Cells, err
}

// CreateCode makes an enrolment code; a life of 0 is a day.
func (c *Client) CreateCode(ctx context.Context, site, name string, groups []string, life time.Duration) (e admin.EnrolmentCode, err error) {
	in := map[string]any{"site": site, "name": name, "hours": int((life + time.Hour - 1) / time.Hour)}
	if len(groups) > 0 {
		in["groups"] = groups
	}
	return e, c.call(ctx, http.MethodPost, "/enrolment-codes", nil, in, &e)
}

// Codes returns the codes made lately.
func (c *Client) Codes(ctx context.Context) (codes []admin.EnrolmentCode, err error) {
	return codes, c.call(ctx, http.MethodGet, "/enrolment-codes", nil, nil, &codes)
}

// CreateCommand asks something of a borne, named by id or name; a life of 0 is
// an hour.
func (c *Client) CreateCommand(ctx context.Context, idOrName string, kind kiosk.CommandKind, argument string, urgent bool, life time.Duration) (cmd admin.Command, err error) {
	in := map[string]any{"kiosk": idOrName, "kind": kind, "argument": argument, "urgent": urgent, "life_seconds": int(life.Seconds())}
	return cmd, c.call(ctx, http.MethodPost, "/commands", nil, in, &cmd)
}

// Commands returns commands, newest first.
func (c *Client) Commands(ctx context.Context, f admin.CommandFilter) (cmds []admin.Command, err error) {
	q := values("kiosk", f.Kiosk)
	boolean(q, "open", f.Open)
	number(q, "limit", f.Limit)
	return cmds, c.call(ctx, http.MethodGet, "/commands", q, nil, &cmds)
}

// MaintenanceCode returns a code that opens the maintenance screen of a borne,
// by id or name, once. at is the borne's own clock, zero when it is right.
func (c *Client) MaintenanceCode(ctx context.Context, idOrName string, at time.Time) (code admin.MaintenanceCode, err error) {
	in := struct {
		At time.Time `json:"at,omitzero"`
	}{at}
	return code, c.call(ctx, http.MethodPost, "/kiosks/"+url.PathEscape(idOrName)+"/maintenance-code", nil, in, &code)
}

// Command returns where a command stands.
func (c *Client) Command(ctx context.Context, id string) (cmd admin.Command, err error) {
	return cmd, c.call(ctx, http.MethodGet, "/commands/"+url.PathEscape(id), nil, nil, &cmd)
}

// CancelCommand takes back a command not yet accepted.
func (c *Client) CancelCommand(ctx context.Context, id string) (cmd admin.Command, err error) {
	return cmd, c.call(ctx, http.MethodDelete, "/commands/"+url.PathEscape(id), nil, nil, &cmd)
}

// Publish publishes a bundle from what bundle.PackFiles made of its directory;
// 0 days is a year. IsFaults tells the faults of one that is refused.
func (c *Client) Publish(ctx context.Context, packed []byte, groups []string, comment string, days int) (r admin.Release, err error) {
	q := values("comment", comment)
	if len(groups) > 0 {
		q["groups"] = groups
	}
	number(q, "days", days)
	return r, c.send(ctx, http.MethodPost, "/releases", q, "application/zstd", bytes.NewReader(packed), &r)
}

// Releases returns releases, newest first.
func (c *Client) Releases(ctx context.Context) (releases []admin.Release, err error) {
	return releases, c.call(ctx, http.MethodGet, "/releases", nil, nil, &releases)
}

// Usage returns anonymous counters; sites and the borne by id or name.
func (c *Client) Usage(ctx context.Context, q admin.UsageQuery) (rows []admin.UsageRow, err error) {
	v := values("kind", string(q.Kind), "from", q.From, "to", q.To, "kiosk", q.Kiosk)
	if len(q.Sites) > 0 {
		v["site"] = q.Sites
	}
	boolean(v, "by_site", q.BySite)
	boolean(v, "by_second", q.BySecond)
	return rows, c.call(ctx, http.MethodGet, "/usage", v, nil, &rows)
}

// Audit returns lines of the audit log, newest first.
func (c *Client) Audit(ctx context.Context, f admin.AuditFilter) (entries []admin.AuditEntry, err error) {
	q := values("actor", f.Actor, "object", f.Object)
	if f.Before > 0 {
		q.Set("before", strconv.FormatInt(f.Before, 10))
	}
	number(q, "limit", f.Limit)
	return entries, c.call(ctx, http.MethodGet, "/audit", q, nil, &entries)
}

// values makes a query of the pairs that have a value.
func values(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

func number(q url.Values, name string, n int) {
	if n > 0 {
		q.Set(name, strconv.Itoa(n))
	}
}

func boolean(q url.Values, name string, b bool) {
	if b {
		q.Set(name, "true")
	}
}
