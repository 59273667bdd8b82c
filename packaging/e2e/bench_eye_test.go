package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"borne/packaging/testhost"
)

// eye sees and touches a screen of TigerVNC's X server through its socket,
// with the remote framebuffer protocol (RFC 6143), as a visitor's finger and
// eye in noVNC would. The server sends a change at most one frame (1/60 s)
// after it was drawn.
type eye struct {
	conn  net.Conn
	in    *bufio.Reader
	pixel int // bytes
	seed  maphash.Seed
	send  sync.Mutex

	mu     sync.Mutex
	region image.Rectangle
	pixels []byte // written by read alone
	frames []frame
	failed error
}

// screenSeed makes the sums of two screens comparable.
var screenSeed = maphash.MakeSeed()

// frame is what the region showed from a moment on.
type frame struct {
	at  time.Time
	sum uint64
}

func openEye(ctx context.Context, t *testing.T, host *testhost.Host, socket string) *eye {
	t.Helper()
	conn, err := host.Dial(ctx, "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	e := &eye{conn: conn, in: bufio.NewReaderSize(conn, 1<<20), seed: screenSeed}
	if err := e.handshake(); err != nil {
		conn.Close()
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(e.read)
	t.Cleanup(func() { conn.Close(); done.Wait() })
	return e
}

// handshake is sections 7.1 to 7.3 of the RFC, without authentication, which
// the socket's mode replaces.
func (e *eye) handshake() error {
	version := make([]byte, 12)
	if _, err := io.ReadFull(e.in, version); err != nil {
		return err
	}
	if _, err := e.conn.Write([]byte("RFB 003.008\n")); err != nil {
		return err
	}
	types, err := e.in.ReadByte()
	if err != nil {
		return err
	}
	if _, err := e.in.Discard(int(types)); err != nil {
		return err
	}
	if _, err := e.conn.Write([]byte{1}); err != nil { // None
		return err
	}
	var result uint32
	if err := binary.Read(e.in, binary.BigEndian, &result); err != nil || result != 0 {
		return errors.Join(fmt.Errorf("the screen answers %d", result), err)
	}
	if _, err := e.conn.Write([]byte{1}); err != nil { // shared
		return err
	}
	var init struct {
		Width, Height uint16
		BitsPerPixel  uint8
		Format        [15]byte
		Name          uint32
	}
	if err := binary.Read(e.in, binary.BigEndian, &init); err != nil {
		return err
	}
	if _, err := e.in.Discard(int(init.Name)); err != nil {
		return err
	}
	e.pixel = int(init.BitsPerPixel / 8)
	_, err = e.conn.Write([]byte{2, 0, 0, 1, 0, 0, 0, 0}) // raw pixels and nothing else
	return err
}

// look begins to watch a region, and forgets what was seen before.
func (e *eye) look(region image.Rectangle) error {
	e.mu.Lock()
	e.region, e.frames = region, nil
	e.pixels = make([]byte, region.Dx()*region.Dy()*e.pixel)
	e.mu.Unlock()
	return e.ask(region, false)
}

func (e *eye) ask(r image.Rectangle, incremental bool) error {
	request := struct {
		Type, Incremental uint8
		X, Y, W, H        uint16
	}{3, 0, uint16(r.Min.X), uint16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy())}
	if incremental {
		request.Incremental = 1
	}
	e.send.Lock()
	defer e.send.Unlock()
	return binary.Write(e.conn, binary.BigEndian, request)
}

// tap touches the screen and returns the moment at which the finger came down.
func (e *eye) tap(p image.Point) (time.Time, error) {
	at := func(mask byte) []byte {
		return []byte{5, mask, byte(p.X >> 8), byte(p.X), byte(p.Y >> 8), byte(p.Y)}
	}
	e.send.Lock()
	defer e.send.Unlock()
	if _, err := e.conn.Write(at(0)); err != nil {
		return time.Time{}, err
	}
	began := time.Now()
	_, err := e.conn.Write(append(at(1), at(0)...))
	return began, err
}

// read follows the server's messages until the socket closes.
func (e *eye) read() {
	for {
		if err := e.message(); err != nil {
			e.mu.Lock()
			e.failed = err
			e.mu.Unlock()
			return
		}
	}
}

func (e *eye) message() error {
	kind, err := e.in.ReadByte()
	if err != nil {
		return err
	}
	switch kind {
	case 0:
		return e.update()
	case 2: // a bell
		return nil
	case 3: // a clipboard
		var m struct {
			_    [3]byte
			Size uint32
		}
		if err := binary.Read(e.in, binary.BigEndian, &m); err != nil {
			return err
		}
		_, err := e.in.Discard(int(m.Size))
		return err
	}
	return fmt.Errorf("the screen sends message %d", kind)
}

// update draws what changed into the region and notes what it now shows.
func (e *eye) update() error {
	var head struct {
		_ uint8
		N uint16
	}
	if err := binary.Read(e.in, binary.BigEndian, &head); err != nil {
		return err
	}
	e.mu.Lock()
	region, pixels := e.region, e.pixels
	e.mu.Unlock()
	for range head.N {
		var r struct {
			X, Y, W, H uint16
			Encoding   int32
		}
		if err := binary.Read(e.in, binary.BigEndian, &r); err != nil {
			return err
		}
		if r.Encoding != 0 {
			return fmt.Errorf("the screen sends encoding %d", r.Encoding)
		}
		row := make([]byte, int(r.W)*e.pixel)
		for y := range int(r.H) {
			if _, err := io.ReadFull(e.in, row); err != nil {
				return err
			}
			// One that was asked for before look may lie elsewhere.
			if p := image.Pt(int(r.X), int(r.Y)+y); p.In(region) && p.X+int(r.W) <= region.Max.X {
				copy(pixels[((p.Y-region.Min.Y)*region.Dx()+p.X-region.Min.X)*e.pixel:], row)
			}
		}
	}
	now, sum := time.Now(), maphash.Bytes(e.seed, pixels)
	e.mu.Lock()
	if n := len(e.frames); &pixels[0] == &e.pixels[0] && (n == 0 || e.frames[n-1].sum != sum) {
		e.frames = append(e.frames, frame{now, sum})
	}
	e.mu.Unlock()
	return e.ask(region, true)
}

// changeLimit is how long the screen may take to show the effect of a touch.
const changeLimit = 20 * time.Second

// still waits until the region has changed after since, if that is a moment,
// and then has not changed for calm. It returns since when the region looks as
// it does.
func (e *eye) still(ctx context.Context, since time.Time, calm time.Duration) (shown frame, err error) {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	for {
		e.mu.Lock()
		failed, frames := e.failed, e.frames
		e.mu.Unlock()
		if failed != nil {
			return frame{}, fmt.Errorf("watch the screen: %w", failed)
		}
		if n := len(frames); n > 0 && frames[n-1].at.After(since) && time.Since(frames[n-1].at) >= calm {
			// What moves may come back to what was there before: the first time
			// counts.
			for _, f := range frames {
				if f.sum == frames[n-1].sum && f.at.After(since) {
					return f, nil
				}
			}
		}
		select {
		case <-ctx.Done():
			return frame{}, fmt.Errorf("wait for a screen that changed and is still: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// seen waits until the region has looked like sum after since, and returns
// when it first did. Where it never does, the picture of what it shows instead
// is kept in dir.
func (e *eye) seen(ctx context.Context, since time.Time, sum uint64, dir string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, changeLimit)
	defer cancel()
	for {
		e.mu.Lock()
		failed, frames := e.failed, e.frames
		e.mu.Unlock()
		if failed != nil {
			return time.Time{}, fmt.Errorf("watch the screen: %w", failed)
		}
		for _, f := range frames {
			if f.sum == sum && f.at.After(since) {
				return f.at, nil
			}
		}
		select {
		case <-ctx.Done():
			return time.Time{}, errors.Join(fmt.Errorf("the page is not seen: %w (picture in %s)", ctx.Err(), dir), e.picture(dir))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// picture keeps what the region shows, in the order of colours that X servers
// on little-endian machines have.
func (e *eye) picture(dir string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	shown := image.NewRGBA(image.Rect(0, 0, e.region.Dx(), e.region.Dy()))
	for i := 0; e.pixel == 4 && i < len(shown.Pix); i += 4 {
		copy(shown.Pix[i:], []byte{e.pixels[i+2], e.pixels[i+1], e.pixels[i], 0xff})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, shown); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "seen-instead.png"), out.Bytes(), 0o644)
}
