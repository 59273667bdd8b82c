package main

import (
	"context"
	"encoding/pem"
	"fmt"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/session"
)

// configuration is the bundle in use and the one that waits for the present
// visitor to leave.
type configuration struct {
	store *bundle.Store
	// use puts a bundle into the proxy and the browser's policies.
	use  func(*bundle.Bundle) error
	tell func(session.Event)

	// services are the ids of every catalogue that was in use since the start: a
	// visitor's answer may come when the next one is.
	listing  sync.RWMutex
	services map[string]bool

	mu      sync.Mutex
	trust   bundle.Trust
	waiting []byte
	fault   error
}

// know takes the services of a catalogue that is put in use.
func (c *configuration) know(b *bundle.Bundle) {
	c.listing.Lock()
	defer c.listing.Unlock()
	if c.services == nil {
		c.services = map[string]bool{}
	}
	for _, s := range b.Configuration.Catalogue.Services {
		c.services[string(s.ID)] = true
	}
}

// isService tells which ids may be counted.
func (c *configuration) isService(id string) bool {
	c.listing.RLock()
	defer c.listing.RUnlock()
	return c.services[id]
}

// Current returns the configuration in use.
func (c *configuration) Current() kiosk.Configuration {
	conf := c.store.Current().Configuration
	conf.Version = c.store.Current().Manifest.Version
	return conf
}

// OfferBundle checks an archive and keeps it until no visitor is there.
func (c *configuration) OfferBundle(_ context.Context, archive []byte) error {
	if err := c.check(archive); err != nil {
		return err
	}
	// Not under the lock: the loop that hears it may be waiting for it.
	c.tell(session.BundleWaiting{})
	return nil
}

// check keeps an archive that may be used.
func (c *configuration) check(archive []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	current := c.store.Current().Manifest.Version
	_, err := bundle.Open(archive, c.trust.Keys, bundle.Options{Organisation: c.trust.Organisation, Groups: c.trust.Groups,
		Above: current, Now: time.Now()})
	c.fault = err
	if err == nil {
		c.waiting = archive
	}
	return err
}

// ApplyWaiting puts the waiting bundle in use; on error the present one stays.
func (c *configuration) ApplyWaiting() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	archive := c.waiting
	c.waiting = nil
	if archive == nil {
		return nil
	}
	b, err := c.store.Apply(archive)
	if err == nil {
		err = c.use(b)
	}
	c.fault = err
	return err
}

// setTrust takes a new identity's word of whose bundles to accept.
func (c *configuration) setTrust(t bundle.Trust) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trust = t
	c.store.SetTrust(t)
	return c.use(c.store.Current())
}

// lastFault says why the last bundle is not in use, nil when it is.
func (c *configuration) lastFault() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault != nil {
		return c.fault
	}
	return c.store.Fault()
}

// certificates decodes the PEM certificates of a bundle's settings.
func certificates(settings kiosk.Settings) ([][]byte, error) {
	var ders [][]byte
	for i, text := range settings.CACertificates {
		rest, before := []byte(text), len(ders)
		for {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			ders = append(ders, block.Bytes)
		}
		if len(ders) == before {
			return nil, fmt.Errorf("certificate %d of the settings is not PEM", i+1)
		}
	}
	return ders, nil
}
