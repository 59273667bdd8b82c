package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"borne/admin/api"
	"borne/kiosk"
)

// stopWithin is how long requests may take to finish once we are told to
// stop; check-ins that wait are answered at once.
const stopWithin = 20 * time.Second

// listen serves on every address until ctx ends or one of them fails.
func (s *Serve) listen(ctx context.Context, handler http.Handler, bell *api.Bell, log *slog.Logger) error {
	server := newServer(handler, log)
	server.RegisterOnShutdown(bell.Close)
	failed := make(chan error, 2)
	var doors []*doorway
	serve := func(address, scheme string, config *tls.Config) error {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		log.Info("listening", "address", scheme+"://"+l.Addr().String())
		door := newDoorway(l, config, log)
		doors = append(doors, door)
		go func() { failed <- server.Serve(door) }()
		return nil
	}
	if s.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
		if err != nil {
			return fmt.Errorf("load certificate: %w", err)
		}
		// What the server sees of it is that it may speak HTTP/2.
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
		if err := serve(s.ListenTLS, "https", sparing(server.TLSConfig, bell.Waiting)); err != nil {
			return err
		}
	}
	if s.Listen != "" {
		if err := serve(s.Listen, "http", nil); err != nil {
			return errors.Join(err, server.Close())
		}
	}
	if err := notify("READY=1"); err != nil {
		log.Warn("tell systemd", "error", err)
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	if err := notify("STOPPING=1"); err != nil {
		log.Warn("tell systemd", "error", err)
	}
	log.Info("stopping")
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err = errors.Join(err, server.Shutdown(finish))
	for _, door := range doors {
		err = errors.Join(err, door.wait(finish))
	}
	return err
}

// mostOverHTTP2 is up to how many check-ins are held before those who come get
// HTTP/1.1. Over HTTP/2 net/http keeps three goroutines and their buffers for
// each, some 55 KB, and api.Door none of it, at a fifth more on the line:
// a small office has the memory, a large one has not.
const mostOverHTTP2 = 1000

// sparing is config that offers HTTP/2 to new connections while few check-ins
// are held.
func sparing(config *tls.Config, held func() int) *tls.Config {
	first := config.Clone()
	first.NextProtos = []string{"http/1.1"}
	config = config.Clone()
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if held() < mostOverHTTP2 {
			return nil, nil // as it is
		}
		return first, nil
	}
	return config
}

// newServer is the server behind every doorway.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      kiosk.MaxWait + 40*time.Second, // a check-in over HTTP/2 may wait that long
		IdleTimeout:       idleFor,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext: func(l net.Listener) context.Context {
			base := context.Background()
			if door, ok := l.(*doorway); ok {
				base = api.WithDoor(base, door)
			}
			return base
		},
	}
}

// notify tells systemd (sd_notify(3)); nothing when it does not listen.
func notify(state string) error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	if strings.HasPrefix(socket, "@") {
		socket = "\x00" + socket[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	_, err = c.Write([]byte(state))
	return errors.Join(err, c.Close())
}
