package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"borne/admin"
	"borne/admin/api"
	"borne/admin/auth"
	"borne/admin/publish"
	"borne/admin/store"

	"github.com/goccy/go-yaml"
)

// Serve runs the central office.
type Serve struct {
	Data          `embed:"" yaml:",inline"`
	Listen        string `help:"Address for plain HTTP, behind a proxy or on this machine; empty for none." default:"127.0.0.1:8080" yaml:"listen"`
	ListenTLS     string `name:"listen-tls" help:"Address for HTTPS, when there is a certificate." default:":8443" yaml:"listen-tls"`
	TLSCert       string `name:"tls-cert" help:"Certificate chain (PEM)." placeholder:"FILE" yaml:"tls-cert"`
	TLSKey        string `name:"tls-key" help:"Private key of the certificate (PEM)." placeholder:"FILE" yaml:"tls-key"`
	MostWaiting   int    `name:"most-waiting" help:"Check-ins held open at a time; bornes beyond are told when to come again." default:"20000" yaml:"most-waiting"`
	UsageMonths   int    `name:"usage-months" help:"Months that counters are kept, 1 to 25; less than 25 is counted in whole calendar months." default:"25" yaml:"usage-months"`
	AuditMonths   int    `name:"audit-months" help:"Months that the journal of operators is kept, 6 to 36." default:"12" yaml:"audit-months"`
	Administrator string `help:"Mail of the first administrator." default:"administrateur@localhost" yaml:"administrator"`
	Verbose       bool   `help:"Log more." yaml:"verbose"`
	PrintConfig   bool   `name:"print-config" help:"Print the settings in force and stop." yaml:"-"`
}

// Validate checks the settings together.
func (s *Serve) Validate() error {
	if err := s.Data.Validate(); err != nil {
		return err
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	if s.Listen == "" && s.TLSCert == "" {
		return errors.New("nothing to listen on: give --listen, or --tls-cert and --tls-key")
	}
	return nil
}

// tidyEvery is how often expired links, sessions and commands are put away.
const tidyEvery = time.Minute

// Run serves until ctx ends, then lets requests finish.
func (s *Serve) Run(ctx context.Context) (err error) {
	if s.PrintConfig {
		// No setting is a secret: the keys' files are named, not read.
		return yaml.NewEncoder(os.Stdout).Encode(s)
	}
	level := slog.LevelInfo
	if s.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	bell := api.NewBell()
	st, err := store.Open(ctx, s.Data.Data, store.Options{Create: true, Log: log, Changed: bell.Ring, Database: s.Database,
		UsageMonths: s.UsageMonths, AuditMonths: s.AuditMonths})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	key, err := store.SigningKey(s.Data.Data)
	if err != nil {
		return err
	}
	if err := s.keepBase(); err != nil {
		return err
	}
	signIn, err := auth.New(st, secure(s.PublicURL), time.Now)
	if err != nil {
		return err
	}
	office := parts{store: st, auth: signIn, bell: bell, key: key, log: log,
		presence: api.NewPresence(st, log), publisher: publish.Publisher{Releases: st, Key: key, Now: time.Now}}
	office.mostWaiting = s.MostWaiting
	handler, err := office.handler(s.Data)
	if err != nil {
		return err
	}
	if err := s.welcome(ctx, st, signIn); err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	flush, tidy := time.NewTicker(api.FlushEvery), time.NewTicker(tidyEvery)
	defer flush.Stop()
	defer tidy.Stop()
	wg.Go(func() { office.presence.Run(background, flush.C) })
	wg.Go(func() { keepTidy(background, st, tidy.C, log) })
	return s.listen(ctx, handler, bell, log)
}

// parts are what the routes are made of.
type parts struct {
	store     *store.Store
	auth      *auth.Service
	bell      *api.Bell
	presence  *api.Presence
	publisher publish.Publisher
	// mostWaiting check-ins are held at a time.
	mostWaiting int
	key         ed25519.PrivateKey
	log         *slog.Logger
}

// handler lists every route of the central office.
func (p parts) handler(data Data) (http.Handler, error) {
	mux := http.NewServeMux()
	device := &api.Device{Store: p.store, Presence: p.presence, Bell: p.bell, Enrolments: auth.NewLimiter(120, 15*time.Minute, time.Now),
		BundleKeys: []ed25519.PublicKey{p.key.Public().(ed25519.PublicKey)}, Now: time.Now, Log: p.log, MostWaiting: p.mostWaiting,
		MaintenanceSecret: p.maintenanceSecret}
	if err := device.Register(mux); err != nil {
		return nil, err
	}
	operators := &api.Operators{Store: p.store, Auth: p.auth, Publisher: p.publisher, Now: time.Now, Log: p.log, Version: version,
		MaintenanceCode: p.maintenanceCode}
	operators.Register(mux)
	mux.HandleFunc("GET /healthz", p.health)
	// The console, at "/".
	if err := p.mountConsole(mux, data); err != nil {
		return nil, err
	}
	return auth.Guard(headers(mux, secure(data.PublicURL))), nil
}

// health tells a load balancer, and no one else anything.
func (p parts) health(w http.ResponseWriter, r *http.Request) {
	if err := p.store.Ping(r.Context()); err != nil {
		p.log.Error("store does not answer", "error", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// headers sets what every answer needs; pages add their own policy.
func headers(next http.Handler, secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// welcome makes the first administrator and prints their link, once.
func (s *Serve) welcome(ctx context.Context, st *store.Store, signIn *auth.Service) error {
	people, err := st.Operators(ctx)
	if err != nil || len(people) > 0 {
		return err
	}
	o, err := st.CreateOperator(ctx, admin.Operator{Mail: s.Administrator, Name: "Administrateur", Role: admin.Administrator}, admin.ActorLocal)
	if err != nil {
		return err
	}
	return printLink(ctx, s.Data, signIn, o.Mail)
}

func keepTidy(ctx context.Context, st *store.Store, tick <-chan time.Time, log *slog.Logger) {
	for {
		select {
		case <-tick:
			if err := st.Tidy(ctx); err != nil && ctx.Err() == nil {
				log.Error("tidy", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}
