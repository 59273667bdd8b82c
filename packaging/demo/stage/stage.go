package stage

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"path"
	"slices"
	"time"

	"borne/packaging/demo"
	"borne/packaging/demo/authority"
	"borne/packaging/demo/sites"
	"borne/packaging/testhost"
)

// Options of a stage. StateDir is required.
type Options struct {
	// StateDir is a folder of the machine that keeps the authority between runs.
	StateDir string
	// Host is passed to testhost.Boot; the demonstration's addresses and names are added to its own.
	Host testhost.Options
	// Log receives progress. Nil discards it.
	Log *slog.Logger
}

// Stage is a booted Debian with the demonstration around it. Close it.
type Stage struct {
	Host      *testhost.Host
	Authority *authority.Authority
	Sites     *sites.Sites

	servers []*http.Server
	sticks  []*Stick // plugged in
	log     *slog.Logger
}

// Raise boots the host, serves the sites inside its network and has the host trust their authority. When it fails,
// nothing is left.
func Raise(ctx context.Context, o Options) (*Stage, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ca, err := authority.Open(o.StateDir, time.Now)
	if err != nil {
		return nil, fmt.Errorf("raise stage: %w", err)
	}
	handler, err := sites.New()
	if err != nil {
		return nil, fmt.Errorf("raise stage: %w", err)
	}
	host := o.Host
	host.Addresses = append(demo.Addresses(), host.Addresses...)
	names := demo.Resolver()
	for name, address := range host.Hosts {
		names[name] = address
	}
	host.Hosts = names
	booted, err := testhost.Boot(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("raise stage: %w", err)
	}
	s := &Stage{Host: booted, Authority: ca, Sites: handler, log: o.Log}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("raise stage: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Stage) prepare(ctx context.Context) error {
	if err := s.serve(ctx, 443, true); err != nil {
		return err
	}
	// Also without TLS: only then does a refused http:// page prove a policy and not an empty port.
	if err := s.serve(ctx, 80, false); err != nil {
		return err
	}
	return s.trust(ctx)
}

func (s *Stage) serve(ctx context.Context, port uint16, secure bool) error {
	listener, err := s.Host.Listen(ctx, "tcp", netip.AddrPortFrom(demo.SitesAddress(), port).String())
	if err != nil {
		return fmt.Errorf("serve the sites: %w", err)
	}
	server := &http.Server{
		Handler:           s.Sites,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.servers = append(s.servers, server)
	if secure {
		listener = tls.NewListener(listener, &tls.Config{
			GetCertificate: s.Authority.GetCertificate, NextProtos: []string{"h2", "http/1.1"},
		})
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the demonstration sites stopped", "error", err)
		}
	}()
	return nil
}

// trust puts the authority into the host's own store, which borned and bornectl use. Browsers do not read that one:
// theirs comes with the bundle.
func (s *Stage) trust(ctx context.Context) error {
	file := path.Join("/usr/local/share/ca-certificates", authority.CertificateFile)
	if err := s.Host.WriteFile(file, s.Authority.CertificatePEM(), 0o644); err != nil {
		return fmt.Errorf("trust the demonstration's authority: %w", err)
	}
	if _, err := s.Host.Run(ctx, "update-ca-certificates"); err != nil {
		return fmt.Errorf("trust the demonstration's authority: %w", err)
	}
	return nil
}

// Close stops the sites and the host.
func (s *Stage) Close() error {
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	errs = append(errs, s.Host.Close())
	for _, k := range slices.Clone(s.sticks) {
		errs = append(errs, k.detach(context.Background()))
	}
	return errors.Join(errs...)
}
