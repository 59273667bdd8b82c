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
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      kiosk.MaxWait + 40*time.Second, // a check-in may wait that long
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(bell.Close)
	failed := make(chan error, 2)
	serve := func(address, scheme string, run func(net.Listener) error) error {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		log.Info("listening", "address", scheme+"://"+l.Addr().String())
		go func() { failed <- run(l) }()
		return nil
	}
	if s.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
		if err != nil {
			return fmt.Errorf("load certificate: %w", err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		if err := serve(s.ListenTLS, "https", func(l net.Listener) error { return server.ServeTLS(l, "", "") }); err != nil {
			return err
		}
	}
	if s.Listen != "" {
		if err := serve(s.Listen, "http", server.Serve); err != nil {
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
	return errors.Join(err, server.Shutdown(finish))
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
