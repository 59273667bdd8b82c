package simulate

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"borne/kiosk"
)

// errDown is what a borne meets while the line is down.
var errDown = errors.New("the line is down")

// network is the line of every borne; it goes down for all at once.
type network struct {
	totals *totals
	dialer net.Dialer

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]struct{}
}

func newNetwork(t *totals) *network { return &network{totals: t, conns: map[net.Conn]struct{}{}} }

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if n.isDown() {
		return nil, errDown
	}
	c, err := n.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	n.totals.dials.Add(1)
	counted := &conn{Conn: c, network: n}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return nil, errors.Join(errDown, c.Close())
	}
	n.conns[counted] = struct{}{}
	return counted, nil
}

func (n *network) isDown() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.down
}

// set takes the line down, cutting what is under way, or up again.
func (n *network) set(down bool) {
	n.mu.Lock()
	n.down = down
	var cut []net.Conn
	for c := range n.conns {
		if down {
			cut = append(cut, c)
		}
	}
	n.mu.Unlock()
	for _, c := range cut {
		_ = c.Close() // what is cut has no last word
	}
}

// conn counts the bytes of a connection, as TCP carries them.
type conn struct {
	net.Conn
	network *network
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.network.totals.received.Add(int64(n))
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.network.totals.sent.Add(int64(n))
	return n, err
}

func (c *conn) Close() error {
	c.network.mu.Lock()
	delete(c.network.conns, c)
	c.network.mu.Unlock()
	return c.Conn.Close()
}

// meter is one borne's way to the central office, with a watch.
type meter struct {
	next   http.RoundTripper
	totals *totals
	// heard is called for each check-in that went well.
	heard func()
	// until is when Retry-After lets the borne ask again, by path.
	mu    sync.Mutex
	until map[string]time.Time
}

// tolerance is how much too early a borne may come after Retry-After, for the
// roundness of its seconds.
const tolerance = time.Second

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	isCheckIn := r.URL.Path == kiosk.PathCheckIn
	hold := time.Duration(0)
	if isCheckIn {
		hold = holdOf(r.URL)
	}
	m.asks(r.URL.Path)
	if hold > 0 {
		m.totals.holding.Add(1)
	}
	began := time.Now()
	res, err := m.next.RoundTrip(r)
	took := time.Since(began)
	if hold > 0 {
		m.totals.holding.Add(-1)
	}
	m.totals.requests.Add(1)
	if err != nil {
		m.totals.failed(r, err)
		return nil, err
	}
	if res.StatusCode/100 != 2 {
		m.refused(r.URL.Path, res)
		return res, nil
	}
	switch {
	case r.URL.Path == kiosk.PathCells:
		m.totals.cells.add(took)
	case isCheckIn && hold == 0:
		m.totals.checkIn.add(took)
	case isCheckIn && took >= hold:
		m.totals.late.add(took - hold)
	}
	if isCheckIn {
		m.totals.checkIns.Add(1)
		m.heard()
	}
	return res, nil
}

func holdOf(u *url.URL) time.Duration {
	n, err := strconv.Atoi(u.Query().Get("wait"))
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// failed counts a request that got no answer. Those of the end of the
// simulation, and those woken to tell news, are no fault.
func (t *totals) failed(r *http.Request, err error) {
	switch {
	case errors.Is(r.Context().Err(), context.Canceled):
		return
	case errors.Is(err, errDown):
		t.wrong("line down")
	case errors.Is(err, net.ErrClosed):
		t.wrong("line cut")
	case errors.Is(err, context.DeadlineExceeded):
		t.wrong("timeout")
	default:
		t.wrong("connection: " + kindOf(err))
	}
}

// kindOf is the innermost error's text, which holds no address.
func kindOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// retries is what became of the wishes to come later.
type retries struct {
	mu                     sync.Mutex
	asked, heeded, ignored int
}

// refused counts an answer other than 2xx.
func (m *meter) refused(path string, res *http.Response) {
	m.totals.wrong("status " + strconv.Itoa(res.StatusCode))
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil {
		return
	}
	m.totals.retry.mu.Lock()
	m.totals.retry.asked++
	m.totals.retry.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until == nil {
		m.until = map[string]time.Time{}
	}
	m.until[path] = time.Now().Add(time.Duration(seconds) * time.Second)
}

// asks checks that a borne that was told to wait has waited.
func (m *meter) asks(path string) {
	m.mu.Lock()
	until, told := m.until[path]
	delete(m.until, path)
	m.mu.Unlock()
	if !told {
		return
	}
	m.totals.retry.mu.Lock()
	defer m.totals.retry.mu.Unlock()
	if time.Until(until) > tolerance {
		m.totals.retry.ignored++
	} else {
		m.totals.retry.heeded++
	}
}
