package usage

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"borne/kiosk"
)

// The test binary, started with these, is not a test but the writer that
// TestKilledWriter kills: of the log at that path, from that step on.
const (
	writerPath = "BORNE_TEST_USAGE_WRITER"
	writerStep = "BORNE_TEST_USAGE_STEP"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(writerPath); path != "" {
		step, err := strconv.ParseUint(os.Getenv(writerStep), 10, 64)
		if err == nil {
			err = writeFrom(path, step)
		}
		fmt.Fprintln(os.Stderr, "writer:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// stepClock is what o'clock it is at a step: hours and days go by.
func stepClock(step uint64) time.Time {
	return time.Date(2026, 11, 1, 8, 0, 0, 0, paris).Add(time.Duration(step) * 7 * time.Minute)
}

// stepCounts are what a step counts, always the same: two to nine counters,
// as of the end of a visit.
func stepCounts(l *Log, step uint64) map[kiosk.Key]uint64 {
	random, at := rand.New(rand.NewPCG(step, 1)), stepClock(step)
	service := []string{"caf", "ameli", "ants", "impots", kiosk.None}[random.IntN(5)]
	counts := map[kiosk.Key]uint64{
		l.Key(kiosk.CellSession, at, string(kiosk.EndButton), kiosk.DurationBands()[random.IntN(6)]): 1,
		l.Key(kiosk.CellInclusion, at, "fr", kiosk.None):                                             1,
	}
	for range random.IntN(8) {
		counts[l.Key(kiosk.CellDevice, at, []string{kiosk.DeviceRefusedNoise, kiosk.DeviceUpload, kiosk.DeviceWipeClean}[random.IntN(3)], service)] += uint64(1 + random.IntN(5))
		counts[l.Key(kiosk.CellVisit, at, service, kiosk.DurationBands()[random.IntN(6)])]++
	}
	return counts
}

// writeFrom writes step after step, says of each that it is written, closes
// what is over, sends, and starts anew, until it is killed.
func writeFrom(path string, step uint64) error {
	ctx, now := context.Background(), stepClock(step)
	o := Options{Clock: func() time.Time { return now }, ReserveBytes: -1}
	l, err := Open(path, o)
	if err != nil {
		return err
	}
	fmt.Println("opened")
	for ; ; step++ {
		now = stepClock(step)
		if err := l.Record(ctx, stepCounts(l, step)); err != nil {
			return err
		}
		fmt.Println("written", step)
		switch {
		case step%3 == 0:
			err = l.CloseElapsed(ctx, now)
		case step%23 == 0:
			err = l.CloseAll(ctx)
		case step%11 == 0:
			if err = l.Close(); err == nil {
				l, err = Open(path, o)
			}
		case step%5 == 0:
			err = sendAll(ctx, l)
		}
		if err != nil {
			return err
		}
	}
}

// sendAll sends in small batches and believes each answer, as the agent does.
func sendAll(ctx context.Context, l *Log) error {
	for {
		b, err := l.Batch(ctx, 20)
		if err != nil || len(b.Cells) == 0 {
			return err
		}
		line, err := json.Marshal(b)
		if err != nil {
			return err
		}
		fmt.Println("sent", string(line))
		if err := l.Acknowledge(ctx, kiosk.Watermark{Epoch: b.Epoch, Seq: b.Cells[len(b.Cells)-1].Seq}); err != nil {
			return err
		}
	}
}
