package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/google/renameio/v2"
)

// fileConfig resolves flags from the configuration file.
type fileConfig map[string]any

// loadConfig reads a configuration file: flags' names and their values.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c := fileConfig{}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return c, nil
}

// Validate refuses names that no flag has: a misspelt setting is otherwise a
// setting that is silently not in force.
func (c fileConfig) Validate(app *kong.Application) error {
	var known []string
	for _, node := range app.Leaves(true) {
		for _, flag := range node.Flags {
			known = append(known, flag.Name)
		}
	}
	for name := range c {
		if !slices.Contains(known, name) {
			return fmt.Errorf("configuration: %q is not a setting: see borne-admin serve --help for their names", name)
		}
	}
	return nil
}

// Resolve gives way to the environment, which kong asks before files.
func (c fileConfig) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return c[flag.Name], nil
}

// Data is where everything is kept, and how people reach it.
type Data struct {
	Data      string `help:"Data directory." required:"" type:"path" placeholder:"DIR" yaml:"data"`
	Database  string `help:"PostgreSQL database, as postgres://user@host/name or in libpq's words (host=/run/postgresql dbname=borne); passwords belong in ~/.pgpass. SQLite in the data directory when not given." placeholder:"ADDRESS" yaml:"database"`
	PublicURL string `name:"public-url" help:"Address that browsers and bornes use. By default where serve listens." placeholder:"URL" yaml:"public-url"`
}

// publicURLFile is where serve leaves its address for the other commands.
const publicURLFile = "public-url"

// checkDatabase keeps passwords off command lines, which every process reads,
// and out of configuration files, which get copied.
func checkDatabase(address string) error {
	secret := strings.Contains(address, "password=")
	if u, err := url.Parse(address); err == nil && u.User != nil {
		_, given := u.User.Password()
		secret = secret || given
	}
	if secret {
		return errors.New("the database's address holds a password: write it into the file .pgpass of borne-admin's user, or give its file in PGPASSFILE")
	}
	return nil
}

// Validate checks the addresses.
func (d Data) Validate() error {
	if err := checkDatabase(d.Database); err != nil {
		return err
	}
	if d.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(d.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return fmt.Errorf("--public-url %q: write it like https://bornes.example.fr", d.PublicURL)
	}
	return nil
}

// base is the public address: the one given, else the one that serve left.
func (d Data) base() (string, error) {
	if d.PublicURL != "" {
		return strings.TrimRight(d.PublicURL, "/"), nil
	}
	raw, err := os.ReadFile(filepath.Join(d.Data, publicURLFile))
	if err != nil {
		return "", fmt.Errorf("read public address: %w (give --public-url)", err)
	}
	return strings.TrimSpace(string(raw)), nil
}

// keepBase fills in the public address from where serve listens, and leaves
// it for the other commands.
func (s *Serve) keepBase() error {
	if s.PublicURL == "" {
		s.PublicURL = "http://" + reachable(s.Listen)
		if s.TLSCert != "" {
			s.PublicURL = "https://" + reachable(s.ListenTLS)
		}
	}
	s.PublicURL = strings.TrimRight(s.PublicURL, "/")
	if err := renameio.WriteFile(filepath.Join(s.Data.Data, publicURLFile), []byte(s.PublicURL+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep public address: %w", err)
	}
	return nil
}

// reachable turns an address to listen on into one to go to.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			host = "127.0.0.1"
		}
	}
	return net.JoinHostPort(host, port)
}

// secure says whether browsers come over TLS, here or at a proxy before us.
func secure(publicURL string) bool { return strings.HasPrefix(publicURL, "https:") }
