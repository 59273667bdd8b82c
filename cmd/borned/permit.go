package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

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

// errStarting is the answer in the first second of a hurried visit.
var errStarting = errors.New("the browser is still starting: try again in a few seconds")

// AllowHost lets the present visitor go to one more host, written by hand or
// pasted as an address. Errors do not quote it: they are reported, and logged.
func (p shellPort) AllowHost(ctx context.Context, typed string) error {
	host, err := p.engine.permissible(typed)
	if err != nil {
		return err
	}
	switch err = p.Ask(ctx, session.AllowHost{Host: host}); {
	case errors.Is(err, kiosk.ErrNoSession):
		return errNobody
	case errors.Is(err, kiosk.ErrNotReady):
		return errStarting
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

// rereadAfter is when the policies are written once more, for a browser that
// had not yet begun to watch them: one that just started, on a busy machine.
const rereadAfter = 2 * time.Second

// Permit lets the visit go to one more host: through the proxy, and in the
// browser, which reads its policies again. When a site is open, the host's
// first page opens over it: there is no address bar to write it in.
func (e *engine) Permit(ctx context.Context, host string) error {
	b, err := e.current()
	if err != nil {
		return err
	}
	list, opened, err := e.widen(ctx, host)
	if err != nil {
		return err
	}
	shown := make(chan error, 1)
	go func() {
		if !opened {
			shown <- nil
			return
		}
		shown <- b.Open(ctx, "https://"+host+"/")
	}()
	select {
	case <-time.After(rereadAfter):
	case <-ctx.Done():
	}
	return errors.Join(e.confirm(list), <-shown)
}

// widen puts the visit's list with one more host in force, and tells whether
// the visit has opened a site.
func (e *engine) widen(ctx context.Context, host string) (list *allowlist.List, opened bool, err error) {
	e.permitting.Lock()
	defer e.permitting.Unlock()
	if list, err = e.inForce().With(host); err != nil {
		return nil, false, errCollector
	}
	e.state.Lock()
	if e.browser == nil || ctx.Err() != nil {
		e.state.Unlock()
		return nil, false, errNoBrowser // wiped meanwhile
	}
	e.visit, e.added = list, append(e.added, host)
	opened = e.opened
	e.state.Unlock()
	if err := e.openNetwork(ctx); err != nil {
		return nil, false, err
	}
	return list, opened, e.writeVisitPolicies(list, browser.RewritePolicies)
}

// confirm writes the policies again, with a new time, unless they are another
// visit's.
func (e *engine) confirm(list *allowlist.List) error {
	e.permitting.Lock()
	defer e.permitting.Unlock()
	if e.inForce() != list {
		return nil
	}
	return e.writeVisitPolicies(list, browser.WritePolicies)
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
	if err := e.writeVisitPolicies(list, browser.WritePolicies); err != nil {
		return err
	}
	e.state.Lock()
	e.visit, e.added = nil, nil
	e.state.Unlock()
	return nil
}

// newVisitPolicies writes what a browser finds that starts now, whatever stood
// there before; authority signed for its practice pages.
func (e *engine) newVisitPolicies(authority []byte) error {
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
	e.visit, e.added, e.authority = nil, nil, authority
	list := e.list
	e.state.Unlock()
	return e.writeVisitPolicies(list, browser.WritePolicies)
}

// writeVisitPolicies replaces the file that the visitor's browser reads. The
// lock permitting is held.
func (e *engine) writeVisitPolicies(list *allowlist.List, write func(string, map[string]any) error) error {
	e.state.Lock()
	in := e.policies
	if e.authority != nil {
		in.CACertificates = append(slices.Clone(in.CACertificates), e.authority)
	}
	e.state.Unlock()
	in.AllowPatterns, in.BlockPatterns = list.URLAllowlist(), list.URLBlocklist()
	policies, err := browser.Policies(in)
	if err != nil {
		return err
	}
	return write(filepath.Join(visitPolicies, filepath.Base(browser.PolicyFile)), policies)
}

// policiesOf is what the browser's policies take from a bundle, without the
// allowlist.
func policiesOf(b *bundle.Bundle) (browser.PolicyInput, error) {
	ders, err := certificates(b.Configuration.Settings)
	if err != nil {
		return browser.PolicyInput{}, err
	}
	in := browser.PolicyInput{CACertificates: ders, Proxy: sandbox.ProxyAddress, DownloadDir: sandbox.DownloadsDir, Shown: shownFiles(),
		Own: []string{browser.Pattern(kiosk.PracticeHost, "443", "", false)}}
	for _, l := range b.Configuration.Settings.Languages {
		if web := l.Web(); !slices.Contains(in.Languages, web) {
			in.Languages = append(in.Languages, web)
		}
	}
	return in, nil
}
