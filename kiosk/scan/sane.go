package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// saneProgram is SANE's, by where Debian has it. Our folder tells its backends
// that nothing is to be searched for on the network (packaging/sane).
const (
	saneProgram = "/usr/bin/scanimage"
	saneFolders = "/usr/lib/borne/sane"
)

// pageLimit is how long a scanner may take for a page: an old one warms its
// lamp first.
const pageLimit = 3 * time.Minute

// sane is a scanner, as SANE's scanimage(1) reaches it.
type sane struct{ program, folders, name string }

// wishes are what is asked of a scanner, the best first: not every one has
// colour, or lets itself be told.
var wishes = [][]string{
	{"--mode", "Color", "--resolution", strconv.Itoa(dpi), "-l", "0", "-t", "0", "-x", "210", "-y", "297"},
	{"--mode", "Gray", "--resolution", strconv.Itoa(dpi), "-l", "0", "-t", "0", "-x", "210", "-y", "297"},
	{"--resolution", strconv.Itoa(dpi)},
}

// errWish: the scanner does not know an option.
var errWish = errors.New("an option that the scanner lacks")

// page scans one, of dpi at most.
func (s sane) page(ctx context.Context, progress func(percent int)) (*page, error) {
	err := errWish
	for _, wish := range wishes {
		var m *image.RGBA
		var fine int
		if m, fine, err = s.scanned(ctx, wish, progress); errors.Is(err, errWish) {
			continue
		} else if err != nil {
			return nil, err
		}
		if fine > dpi {
			m = shrunk(m, m.Bounds().Dx()*dpi/fine, m.Bounds().Dy()*dpi/fine)
		}
		return &page{whole: m}, nil
	}
	return nil, fmt.Errorf("%w: %w", ErrFailed, err)
}

// scanned runs the program once, and returns how finely it scanned.
func (s sane) scanned(ctx context.Context, wish []string, progress func(percent int)) (m *image.RGBA, fine int, err error) {
	cmd := exec.CommandContext(ctx, s.program, append([]string{"--device-name=" + s.name, "--format=pnm", "--progress"}, wish...)...)
	cmd.Env = []string{"LC_ALL=C", "HOME=/tmp", "SANE_CONFIG_DIR=" + s.folders}
	said := &words{progress: progress, fine: dpi}
	cmd.Stderr = said
	cmd.WaitDelay = time.Second
	pixels, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	m, read := readPNM(pixels)
	_, _ = io.Copy(io.Discard, pixels)
	if err := cmd.Wait(); err != nil {
		return nil, 0, said.why(err)
	}
	if read != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrFailed, read)
	}
	return m, said.fine, nil
}

// words is what the program says meanwhile.
type words struct {
	progress func(percent int)
	fine     int
	last     int
	rest     []byte
	// noScanner is true when it did not reach any, noOption when the scanner
	// lacks what was asked of it.
	noScanner, noOption bool
}

var (
	saysPercent = regexp.MustCompile(`^Progress: ([0-9]{1,3})[.,]`)
	saysFine    = regexp.MustCompile(`rounded value of resolution from [0-9]+ to ([0-9]{1,5})`)
)

// Write takes lines that end with a carriage return, or with a new line.
func (w *words) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for {
		i := bytes.IndexAny(w.rest, "\r\n")
		if i < 0 {
			if len(w.rest) > bufio.MaxScanTokenSize {
				w.rest = nil // no line of a scanner's is that long
			}
			return len(b), nil
		}
		w.line(string(w.rest[:i]))
		w.rest = w.rest[i+1:]
	}
}

func (w *words) line(text string) {
	if m := saysPercent.FindStringSubmatch(text); m != nil {
		if percent, err := strconv.Atoi(m[1]); err == nil && percent > w.last && percent <= 100 {
			w.last = percent
			w.progress(percent)
		}
		return
	}
	if m := saysFine.FindStringSubmatch(text); m != nil {
		if fine, err := strconv.Atoi(m[1]); err == nil && fine > 0 {
			w.fine = fine
		}
	}
	w.noScanner = w.noScanner || strings.Contains(text, "open of device") || strings.Contains(text, "no SANE devices found")
	w.noOption = w.noOption || strings.Contains(text, "option")
}

// What scanimage(1) ends with are SANE's own states (sane/sane.h).
const (
	saneBusy  = 3
	saneCover = 8
	saneIO    = 9
)

// why says which failure it was.
func (w *words) why(err error) error {
	var ended *exec.ExitError
	code := -1
	if errors.As(err, &ended) {
		code = ended.ExitCode()
	}
	switch {
	case w.noScanner, code == saneBusy, code == saneIO:
		return fmt.Errorf("%w: %w", ErrAway, err)
	case code == saneCover:
		return fmt.Errorf("%w: %w", ErrCover, err)
	case code == 1 && w.noOption:
		return fmt.Errorf("%w: %w", errWish, err)
	}
	return fmt.Errorf("%w: %w", ErrFailed, err)
}
