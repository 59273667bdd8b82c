package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/klauspost/compress/zstd"

	"borne/kiosk"
)

// errNoProgress: the central office answers without keeping what it is sent.
var errNoProgress = errors.New("the central office does not keep the cells that it is sent")

// Flush sends every closed cell now and returns how many the central office
// acknowledged. It returns kiosk.ErrNotEnrolled when there is no office.
func (a *Agent) Flush(ctx context.Context) (sent uint64, err error) {
	id := a.credentials()
	if id == nil {
		return 0, fmt.Errorf("send usage: %w", kiosk.ErrNotEnrolled)
	}
	a.sending.Lock()
	defer a.sending.Unlock()
	sent, err = a.sendAll(ctx, id)
	if err != nil {
		return sent, fmt.Errorf("send usage: %w", err)
	}
	return sent, nil
}

// sendAll sends batches until nothing is pending. The log keeps each cell
// until the watermark passes it, so it may stop anywhere.
func (a *Agent) sendAll(ctx context.Context, id *credentials) (sent uint64, err error) {
	for stuck := 0; ; {
		batch, err := a.o.Cells.Batch(ctx, kiosk.MaxBatchCells)
		if err != nil {
			return sent, err
		}
		if len(batch.Cells) == 0 {
			return sent, nil
		}
		w, err := a.sendBatch(ctx, id, batch)
		if err != nil {
			return sent, err
		}
		if err := a.o.Cells.Acknowledge(ctx, w); err != nil {
			return sent, err
		}
		first, last := batch.Cells[0].Seq, batch.Cells[len(batch.Cells)-1].Seq
		if w.Seq >= first {
			sent += min(w.Seq, last) - first + 1
		}
		// A watermark below the batch's end asks for more from there on; a
		// central office that keeps asking is not one to go on with now.
		if w.Seq >= last {
			stuck = 0
		} else if stuck++; stuck == 3 {
			return sent, errNoProgress
		}
	}
}

func (a *Agent) sendBatch(ctx context.Context, id *credentials, batch kiosk.CellBatch) (kiosk.Watermark, error) {
	data, err := json.Marshal(batch)
	if err != nil {
		return kiosk.Watermark{}, err
	}
	// On a 4G line a batch's bytes cost more than its time.
	packed, err := pack(data, zstd.SpeedBetterCompression)
	if err != nil {
		return kiosk.Watermark{}, err
	}
	answer, err := a.call(ctx, id, request{method: http.MethodPost, path: kiosk.PathCells, body: packed,
		contentType: "application/json", contentEncoding: coding, limit: maxReplyBytes})
	if err != nil {
		return kiosk.Watermark{}, err
	}
	return parseWatermark(answer)
}
