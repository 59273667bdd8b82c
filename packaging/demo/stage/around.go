package stage

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// distVariable names the folder of the packages, where it is not the project's own.
const distVariable = "BORNE_DIST"

// Deb is a package that `make deb` built, seen from a folder two below the project's.
func Deb(name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv(distVariable), filepath.Join("..", "..", "dist")), name+"_*.deb"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("packages %s in dist: %v, %w (hint: make deb)", name, found, errors.Join(err, errors.New("there must be one")))
	}
	return found[0], nil
}

// Serve has a handler answer at an address of the host until Close, over TLS where config is not nil.
func (s *Stage) Serve(ctx context.Context, at netip.AddrPort, config *tls.Config, h http.Handler) error {
	l, err := s.Host.Listen(ctx, "tcp", at.String())
	if err != nil {
		return fmt.Errorf("serve at %v: %w", at, err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("a site stopped", "error", err)
		}
	}()
	return nil
}

// TLS answers for any host of the demonstration, with the authority that the borne trusts.
func (s *Stage) TLS() *tls.Config {
	return &tls.Config{GetCertificate: s.Authority.GetCertificate, NextProtos: []string{"h2", "http/1.1"}}
}

// Bus reaches the host's system bus as root, without a process for each word.
func (s *Stage) Bus() (*dbus.Conn, error) {
	conn, err := dbus.Connect("unix:path=" + dbus.EscapeBusAddressValue(s.Host.Path("/run/dbus/system_bus_socket")))
	if err != nil {
		return nil, fmt.Errorf("reach the host's bus: %w", err)
	}
	return conn, nil
}
