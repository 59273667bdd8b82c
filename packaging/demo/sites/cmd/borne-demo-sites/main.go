// Command borne-demo-sites serves the demonstration's official sites over HTTPS, with certificates of a private
// authority that it makes at its first start. It is no part of the product.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"borne/packaging/demo/authority"
	"borne/packaging/demo/sites"
)

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, log, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		log.Error("stopped", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, log *slog.Logger, args []string) error {
	flags := flag.NewFlagSet("borne-demo-sites", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8443", "address for https")
	plain := flags.String("listen-http", "", "address for http, where every request counts as forbidden; empty for none")
	state := flags.String("state", "demo-ca", "folder of the private authority, made when missing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ca, err := authority.Open(*state, time.Now)
	if err != nil {
		return err
	}
	handler, err := sites.New()
	if err != nil {
		return err
	}
	secure, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	defer secure.Close()
	server := &http.Server{
		Handler:           handler,
		TLSConfig:         &tls.Config{GetCertificate: ca.GetCertificate, NextProtos: []string{"h2", "http/1.1"}},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 2)
	go func() { failed <- server.ServeTLS(secure, "", "") }()
	if *plain != "" {
		open, err := net.Listen("tcp", *plain)
		if err != nil {
			return err
		}
		defer open.Close()
		go func() { failed <- server.Serve(open) }()
	}
	log.Info("serving", "https", *listen, "http", *plain, "ca", filepath.Join(*state, authority.CertificateFile))

	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return server.Close() // long downloads are cut
	}
	return nil
}
