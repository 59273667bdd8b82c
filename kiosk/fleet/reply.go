package fleet

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"borne/kiosk"
)

// maxCommands is the most commands taken from one answer; the rest comes with
// the next.
const maxCommands = 32

// maxArgument bounds the argument of a command, in bytes.
const maxArgument = 4096

// idForm is what ids of bornes and commands look like; they stand in paths.
var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// decode reads one JSON value and nothing behind it. Fields that this version
// does not know are skipped, so that the central office can be newer.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w (%w)", ErrGarbage, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w (something follows the JSON)", ErrGarbage)
	}
	return nil
}

// parseCheckIn reads the answer to a check-in. Commands that make no sense are
// left out; an answer that makes none is an error.
func parseCheckIn(data []byte) (kiosk.CheckInReply, error) {
	var r kiosk.CheckInReply
	if err := decode(data, &r); err != nil {
		return kiosk.CheckInReply{}, err
	}
	if r.Now.Year() < 2020 || r.Now.Year() > 2200 {
		return kiosk.CheckInReply{}, fmt.Errorf("%w (its time is %s)", ErrGarbage, r.Now.Format(time.DateOnly))
	}
	if r.NextSeconds < 0 {
		return kiosk.CheckInReply{}, fmt.Errorf("%w (next check-in in %d s)", ErrGarbage, r.NextSeconds)
	}
	if b := r.Bundle; b != nil {
		if sum, err := hex.DecodeString(b.SHA256); err != nil || len(sum) != 32 || b.Size <= 0 || b.Size > MaxBundleBytes || b.Version == 0 {
			return kiosk.CheckInReply{}, fmt.Errorf("%w (bundle version %d of %d bytes)", ErrGarbage, b.Version, b.Size)
		}
	}
	var commands []kiosk.Command
	for _, c := range r.Commands {
		if idForm.MatchString(c.ID) && c.Kind != "" && len(c.Kind) <= 64 && len(c.Argument) <= maxArgument && len(commands) < maxCommands {
			commands = append(commands, c)
		}
	}
	r.Commands = commands
	return r, nil
}

func parseEnrolment(data []byte) (kiosk.EnrolReply, error) {
	var r kiosk.EnrolReply
	if err := decode(data, &r); err != nil {
		return kiosk.EnrolReply{}, err
	}
	if !idForm.MatchString(r.KioskID) {
		return kiosk.EnrolReply{}, fmt.Errorf("%w (it gives no identity)", ErrGarbage)
	}
	for _, k := range r.BundleKeys {
		if len(k) != ed25519.PublicKeySize {
			return kiosk.EnrolReply{}, fmt.Errorf("%w (a key of %d bytes)", ErrGarbage, len(k))
		}
	}
	if n := len(r.Maintenance); n != 0 && n != maintenanceBytes {
		return kiosk.EnrolReply{}, fmt.Errorf("%w (a secret of %d bytes)", ErrGarbage, n)
	}
	return r, nil
}

// maintenanceBytes is the length of the secret of the maintenance screen's codes.
const maintenanceBytes = 32

func parseWatermark(data []byte) (kiosk.Watermark, error) {
	var w kiosk.Watermark
	if err := decode(data, &w); err != nil {
		return kiosk.Watermark{}, err
	}
	if w.Epoch == "" {
		return kiosk.Watermark{}, fmt.Errorf("%w (a watermark without epoch)", ErrGarbage)
	}
	return w, nil
}
