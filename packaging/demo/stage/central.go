package stage

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
)

// centralConfiguration tells the central office its address and its certificate, as its technician would.
const centralConfiguration = `listen: ""
listen-tls: %q
public-url: %s
tls-cert: %s
tls-key: %s
`

const (
	centralFolder      = "/etc/borne-admin"
	centralData        = "/var/lib/borne-admin"
	centralCertificate = centralFolder + "/central.crt"
	centralKey         = centralFolder + "/central.key"
	// administrator is the first one, whom borne-admin makes by itself.
	administrator = "administrateur@localhost"
)

// Central is the central office on the stage.
type Central struct {
	stage *Stage
	// Token is an operator's, for bornectl and the operators' API.
	Token string
	// Login is the path of the first-login link, as borne-admin printed it once.
	Login string
}

// InstallCentral installs the central office's package and waits until it answers.
func (s *Stage) InstallCentral(ctx context.Context, deb string) (*Central, error) {
	certificate, key, err := s.Authority.Issue(string(demo.Central))
	if err != nil {
		return nil, fmt.Errorf("install the central office: %w", err)
	}
	listen := netip.AddrPortFrom(demo.CentralAddress(), 443).String()
	settings := fmt.Sprintf(centralConfiguration, listen, demo.Central.URL(""), centralCertificate, centralKey)
	// The package first: it makes the user who may read the rest.
	if err := s.Host.Install(ctx, deb); err != nil {
		return nil, fmt.Errorf("install the central office: %w", err)
	}
	for _, f := range []struct {
		path string
		data []byte
	}{
		{centralFolder + "/borne-admin.yaml", []byte(settings)},
		{centralCertificate, certificate},
		{centralKey, key},
	} {
		if err := s.Host.WriteFile(f.path, f.data, 0o600); err != nil {
			return nil, fmt.Errorf("install the central office: %w", err)
		}
	}
	for _, command := range [][]string{
		{"chown", "-R", "borne-admin:", centralFolder},
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

// loginPath is the end of the login link. What stands before it is where the office listened at its first start.
var loginPath = regexp.MustCompile(regexp.QuoteMeta(admin.LoginPath("")) + `[0-9A-Za-z]+`)

// open reads the link that borne-admin printed at its first start, and makes a token for bornectl.
func (c *Central) open(ctx context.Context) error {
	err := drive.Until(ctx, "the login link", func() (bool, error) {
		said, err := c.stage.Host.Run(ctx, "journalctl", "--unit=borne-admin", "--output=cat", "--no-pager")
		c.Login = loginPath.FindString(said)
		if err == nil && c.Login == "" {
			err = fmt.Errorf("borne-admin said:\n%s", said)
		}
		return c.Login != "", err
	})
	if err != nil {
		return err
	}
	c.Token, err = c.admin(ctx, "token", "--operator", administrator)
	return err
}

// admin runs a command of borne-admin on its data, as its own user, and returns what it printed.
func (c *Central) admin(ctx context.Context, command string, args ...string) (string, error) {
	out, err := c.stage.Host.Run(ctx, "runuser", append([]string{"-u", "borne-admin", "--",
		"borne-admin", command, "--data", centralData}, args...)...)
	return strings.TrimSpace(out), err
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
	code, err := c.admin(ctx, "enrol-code", "--name", name, "--site", "Ville-Exemple")
	if err != nil {
		return "", fmt.Errorf("make an enrolment code: %w", err)
	}
	return code, nil
}

// Usage returns this week's counters of one kind, as the central office holds them.
func (c *Central) Usage(ctx context.Context, kind kiosk.CellKind) ([]admin.UsageRow, error) {
	transport := c.Transport()
	defer transport.CloseIdleConnections()
	office, err := client.New(demo.Central.URL(""), c.Token, &http.Client{Transport: transport})
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	today := time.Now()
	rows, err := office.Usage(ctx, admin.UsageQuery{Kind: kind,
		From: today.AddDate(0, 0, -6).Format(time.DateOnly), To: today.AddDate(0, 0, 1).Format(time.DateOnly)})
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	return rows, nil
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
