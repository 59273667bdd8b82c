package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/browser"
	"borne/kiosk/bundle"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"
)

// visitPolicies is the folder that the visitor's browser sees in the place of
// Debian's: in memory, since a mediator may add to it what one person needs,
// and no disk is to hold that.
const visitPolicies = "/run/borne/policies"

// errCollector is the answer for a host that no one may add.
var errCollector = errors.New("this site follows visitors from page to page: it is never opened")

// errNobody is the answer of an empty borne.
var errNobody = fmt.Errorf("%w: nobody is at the borne, and a site is opened for the person who is there", kiosk.ErrNoSession)

// AllowHost lets the present visitor go to one more host, written by hand or
// pasted as an address. Errors do not quote it: they are reported, and logged.
func (p shellPort) AllowHost(ctx context.Context, typed string) error {
	host, err := p.engine.permissible(typed)
	if err != nil {
		return err
	}
	err = p.Ask(ctx, session.AllowHost{Host: host})
	if errors.Is(err, kiosk.ErrNoSession) {
		return errNobody
	}
	return err
}

// permissible reads a host that may be added.
func (e *engine) permissible(typed string) (string, error) {
	host, err := allowlist.VisitHost(typed)
	if err != nil {
		return "", fmt.Errorf("%w: %w", kiosk.ErrBadArgument, err)
	}
	if _, err := e.inForce().With(host); err != nil {
		// Its name is sound: what is left is a collector.
		return "", fmt.Errorf("%w: %w", kiosk.ErrBadArgument, errCollector)
	}
	return host, nil
}

// inForce is the allowlist of the present visit.
func (e *engine) inForce() *allowlist.List {
	e.state.Lock()
	defer e.state.Unlock()
	if e.visit != nil {
		return e.visit
	}
	return e.list
}

// Permit lets the visit go to one more host: through the proxy, and in the
// browser, which reads its policies again.
func (e *engine) Permit(_ context.Context, host string) error {
	if _, err := e.current(); err != nil {
		return err
	}
	e.permitting.Lock()
	defer e.permitting.Unlock()
	list, err := e.inForce().With(host)
	if err != nil {
		return errCollector
	}
	e.state.Lock()
	if e.browser == nil {
		e.state.Unlock()
		return errNoBrowser
	}
	e.visit, e.added = list, append(e.added, host)
	e.openNetwork()
	e.state.Unlock()
	return e.writeVisitPolicies(list)
}

// forgetVisit puts the allowlist back that every visitor has. When it cannot,
// the next call tries again.
func (e *engine) forgetVisit() error {
	e.permitting.Lock()
	defer e.permitting.Unlock()
	e.state.Lock()
	widened, list := e.visit != nil, e.list
	e.state.Unlock()
	if !widened {
		return nil
	}
	if err := e.writeVisitPolicies(list); err != nil {
		return err
	}
	e.state.Lock()
	e.visit, e.added = nil, nil
	e.state.Unlock()
	return nil
}

// newVisitPolicies writes what a browser finds that starts now, whatever stood
// there before.
func (e *engine) newVisitPolicies() error {
	if err := os.MkdirAll(visitPolicies, 0o755); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	// The umask may have taken from the mode what the browser's user needs.
	if err := os.Chmod(visitPolicies, 0o755); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	e.permitting.Lock()
	defer e.permitting.Unlock()
	e.state.Lock()
	e.visit, e.added = nil, nil
	list := e.list
	e.state.Unlock()
	return e.writeVisitPolicies(list)
}

// writeVisitPolicies replaces the file that the visitor's browser reads. The
// lock permitting is held.
func (e *engine) writeVisitPolicies(list *allowlist.List) error {
	e.state.Lock()
	in := e.policies
	e.state.Unlock()
	in.AllowPatterns, in.BlockPatterns = list.URLAllowlist(), list.URLBlocklist()
	policies, err := browser.Policies(in)
	if err != nil {
		return err
	}
	return browser.RewritePolicies(filepath.Join(visitPolicies, filepath.Base(browser.PolicyFile)), policies)
}

// policiesOf is what the browser's policies take from a bundle, without the
// allowlist.
func policiesOf(b *bundle.Bundle) (browser.PolicyInput, error) {
	ders, err := certificates(b.Configuration.Settings)
	if err != nil {
		return browser.PolicyInput{}, err
	}
	in := browser.PolicyInput{CACertificates: ders, Proxy: sandbox.ProxyAddress, DownloadDir: sandbox.DownloadsDir}
	for _, l := range b.Configuration.Settings.Languages {
		in.Languages = append(in.Languages, string(l))
	}
	return in, nil
}
