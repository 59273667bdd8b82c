package stage

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"borne/admin"
	"borne/packaging/demo"
)

// centralDropIn tells the central office its address and its certificate, as its technician would.
const centralDropIn = `[Service]
ExecStart=
ExecStart=/usr/bin/borne-admin serve --data /var/lib/borne-admin --listen %s --url %s --tls-cert %s --tls-key %s
`

const (
	centralCertificate = "/etc/borne-admin/central.crt"
	centralKey         = "/etc/borne-admin/central.key"
)

// Central is the central office on the stage.
type Central struct {
	stage *Stage
	// Token is an operator's, for bornectl and the operators' API.
	Token string
	// Login is the path and query of the first-login link, as borne-admin printed it once.
	Login string
}

// InstallCentral installs the central office's package and waits until it answers.
func (s *Stage) InstallCentral(ctx context.Context, deb string) (*Central, error) {
	certificate, key, err := s.Authority.Issue(string(demo.Central))
	if err != nil {
		return nil, fmt.Errorf("install the central office: %w", err)
	}
	listen := netip.AddrPortFrom(demo.CentralAddress(), 443).String()
	dropIn := fmt.Sprintf(centralDropIn, listen, demo.Central.URL(""), centralCertificate, centralKey)
	for _, f := range []struct {
		path string
		data []byte
	}{
		{"/etc/systemd/system/borne-admin.service.d/address.conf", []byte(dropIn)},
		{centralCertificate, certificate},
		{centralKey, key},
	} {
		if err := s.Host.WriteFile(f.path, f.data, 0o644); err != nil {
			return nil, fmt.Errorf("install the central office: %w", err)
		}
	}
	if err := s.Host.Install(ctx, deb); err != nil {
		return nil, fmt.Errorf("install the central office: %w", err)
	}
	// Only now is there a user to give the key to.
	for _, command := range [][]string{
		{"chown", "-R", "borne-admin:", path.Dir(centralKey)},
		{"chmod", "0600", centralKey},
		{"systemctl", "restart", "borne-admin"},
	} {
		if _, err := s.Host.Run(ctx, command[0], command[1:]...); err != nil {
			return nil, fmt.Errorf("install the central office: %w", err)
		}
	}
	c := &Central{stage: s}
	if err := c.open(ctx); err != nil {
		return nil, fmt.Errorf("install the central office: %w", err)
	}
	return c, nil
}

var loginLink = regexp.MustCompile(`https?://[^\s"]+` + regexp.QuoteMeta(admin.LoginPath("")) + `[0-9A-Za-z]+`)

// open reads the link that borne-admin printed at its first start, and makes a token for bornectl.
func (c *Central) open(ctx context.Context) error {
	said, err := c.stage.Host.Run(ctx, "journalctl", "--unit=borne-admin", "--output=cat", "--no-pager")
	if err != nil {
		return err
	}
	link, err := url.Parse(loginLink.FindString(said))
	if err != nil || link.Path == "" {
		return fmt.Errorf("borne-admin printed no login link; it said:\n%s", said)
	}
	c.Login = link.RequestURI()
	token, err := c.stage.Host.Run(ctx, "runuser", "-u", "borne-admin", "--",
		"borne-admin", "token", "--data", "/var/lib/borne-admin")
	if err != nil {
		return err
	}
	c.Token = strings.TrimSpace(token)
	return nil
}

// Transport reaches the central office from the machine, with its certificate checked.
func (c *Central) Transport() *http.Transport {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.stage.Authority.CertificatePEM())
	return &http.Transport{
		DialContext:     c.stage.Host.Dial,
		TLSClientConfig: &tls.Config{RootCAs: roots},
		IdleConnTimeout: 10 * time.Second,
	}
}

// NewCode makes a single-use enrolment code for a borne of that name.
func (c *Central) NewCode(ctx context.Context, name string) (string, error) {
	request, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, demo.Central.URL("/api/v1/enrolment-codes"), bytes.NewReader(request))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.Token)
	transport := c.Transport()
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return "", fmt.Errorf("make an enrolment code: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return "", fmt.Errorf("make an enrolment code: %w", err)
	}
	var code admin.EnrolmentCode
	if err := json.Unmarshal(text, &code); err != nil || answer.StatusCode >= 300 || code.Code == "" {
		return "", fmt.Errorf("make an enrolment code: %s: %s", answer.Status, text)
	}
	return code.Code, nil
}

// Bornectl runs bornectl inside the host as an operator of this central office.
func (c *Central) Bornectl(ctx context.Context, args ...string) (string, error) {
	command := c.stage.Host.Command(ctx, "bornectl", args...)
	command.Env = append(command.Env, "BORNE_SERVER="+demo.Central.URL(""), "BORNE_TOKEN="+c.Token)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("bornectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return out.String(), nil
}

// Console is an http.Handler that shows the console on a loopback address of the machine, whose browser neither knows
// the demonstration's names nor trusts its authority.
func (c *Central) Console() http.Handler {
	office := &url.URL{Scheme: "https", Host: string(demo.Central)}
	return &httputil.ReverseProxy{
		Transport: c.Transport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(office)
			r.Out.Host = office.Host
			// The console checks that its forms come from itself.
			for _, header := range []string{"Origin", "Referer"} {
				if from := r.In.Header.Get(header); from != "" {
					r.Out.Header.Set(header, strings.Replace(from, "http://"+r.In.Host, office.String(), 1))
				}
			}
		},
		ModifyResponse: func(answer *http.Response) error {
			answer.Header.Del("Strict-Transport-Security")
			if to := answer.Header.Get("Location"); strings.HasPrefix(to, office.String()) {
				answer.Header.Set("Location", strings.TrimPrefix(to, office.String()))
			}
			return nil
		},
	}
}
