package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"borne/kiosk"
)

// refetchAfter is when a bundle that was taken, or refused, and is still
// offered is fetched again.
const refetchAfter = time.Hour

// bundleState is what became of the last offer.
type bundleState struct {
	offer kiosk.BundleOffer
	// handled is when the offer was fetched and handed over.
	handled time.Time
	// fault says why it is not in use, as far as the agent knows.
	fault string
}

// fetch gets the bundle offered and hands it over, unless the borne runs it or
// just had it. An error is worth another try soon; a bundle that the borne
// refuses is none.
func (a *Agent) fetch(ctx context.Context, id *credentials, offer *kiosk.BundleOffer) (fetched bool, err error) {
	if offer == nil || offer.Version <= a.o.Borne.Report().BundleVersion {
		a.setBundle(bundleState{})
		return false, nil
	}
	a.mu.Lock()
	b := a.bundle
	a.mu.Unlock()
	if b.offer == *offer && time.Since(b.handled) < refetchAfter {
		return false, nil
	}
	data, err := a.call(ctx, id, request{method: http.MethodGet, path: kiosk.PathBundle, limit: offer.Size, anyType: true, timeout: bundleTimeout})
	if err != nil {
		a.setBundle(bundleState{fault: fmt.Sprintf("version %d could not be fetched: %s", offer.Version, clean(err.Error()))})
		return false, fmt.Errorf("fetch bundle %d: %w", offer.Version, err)
	}
	sum := sha256.Sum256(data)
	if int64(len(data)) != offer.Size || !strings.EqualFold(hex.EncodeToString(sum[:]), offer.SHA256) {
		a.setBundle(bundleState{fault: fmt.Sprintf("version %d came damaged: %d bytes of %d, or another hash", offer.Version, len(data), offer.Size)})
		return false, fmt.Errorf("fetch bundle %d: %w (not the bundle that was offered)", offer.Version, ErrGarbage)
	}
	state := bundleState{offer: *offer, handled: time.Now()}
	if err := a.o.Borne.OfferBundle(ctx, data); err != nil {
		a.log.Warn("fleet: bundle refused", "version", offer.Version, "err", err)
		state.fault = fmt.Sprintf("version %d refused: %s", offer.Version, clean(err.Error()))
	} else {
		a.log.Info("fleet: bundle taken", "version", offer.Version)
	}
	a.setBundle(state)
	a.Wake() // the central office learns of it at once
	return true, nil
}

func (a *Agent) setBundle(b bundleState) {
	a.mu.Lock()
	a.bundle = b
	a.mu.Unlock()
}
