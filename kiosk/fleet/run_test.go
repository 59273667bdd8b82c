package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestQuietDay: a borne with nothing to say costs few requests, held long.
func TestQuietDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.cells.add(1234)
		f.run(t, time.Hour)
		if n := f.office.checks(); n < 70 || n > 74 {
			t.Errorf("%d check-ins in an hour, want one each 50 s", n)
		}
		if len(f.office.cells["e1"]) != 1234 || len(f.cells.rows) != 0 {
			t.Errorf("central office holds %d cells, %d pending", len(f.office.cells["e1"]), len(f.cells.rows))
		}
		last := f.office.checkIns[len(f.office.checkIns)-1]
		if s := f.agent.Status(); s.Problem != "" || s.LastContact.IsZero() || last.Pending != 0 || f.office.checkIns[0].Pending != 1234 {
			t.Errorf("status %+v, last check-in %+v", s, last)
		}
		if h := f.agent.Health(); len(h) != 1 || h[0].Level != kiosk.LevelOK {
			t.Errorf("health %+v", h)
		}
	})
}

// TestNextSeconds: a central office spreads its load.
func TestNextSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.office.next = 300
		f.run(t, time.Hour)
		if n := f.office.checks(); n < 9 || n > 12 {
			t.Errorf("%d check-ins in an hour, want about 10", n)
		}
	})
}

// TestEagerOffice: one that answers at once is not called in a loop.
func TestEagerOffice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		f := newField(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == kiosk.PathCheckIn {
					calls++
					return answer(200, "application/json", `{"now":"`+era().Format(time.RFC3339)+`","next_seconds":0}`), nil
				}
				return next.RoundTrip(r)
			})
		})
		f.run(t, 10*time.Minute)
		if calls > 45 {
			t.Errorf("%d check-ins in ten minutes", calls)
		}
	})
}

func TestWakeInterruptsTheLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { f.agent.Run(ctx) })
		time.Sleep(10 * time.Second)
		synctest.Wait()
		before := f.office.checks()
		f.borne.mu.Lock()
		f.borne.report.Help = kiosk.HelpCalled
		f.borne.mu.Unlock()
		f.agent.Wake()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		f.office.mu.Lock()
		n := len(f.office.checkIns)
		if last := f.office.checkIns[n-1]; n != before+1 || last.Help != kiosk.HelpCalled {
			t.Errorf("%d check-ins, was %d; last %+v", n, before, last)
		}
		f.office.mu.Unlock()
		cancel()
		wg.Wait()
	})
}

// TestOutage: attempts become rare, spread, and end soon after the outage.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []time.Time
		down := true
		f := newField(t, nil)
		f.start(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if down {
					calls = append(calls, time.Now())
					return nil, errors.New("connection refused")
				}
				return next.RoundTrip(r)
			})
		})
		f.cells.add(3)
		f.run(t, 6*time.Hour)
		if n := len(calls); n < 100 || n > 300 {
			t.Errorf("%d attempts in six hours of outage, want about 150", n)
		}
		var gaps = map[time.Duration]bool{}
		for i := 1; i < len(calls); i++ {
			gap := calls[i].Sub(calls[i-1])
			if gap < minBackoff || gap > maxBackoff+time.Second {
				t.Errorf("gap of %s", gap)
			}
			gaps[gap.Round(time.Second)] = true
		}
		if len(gaps) < 20 {
			t.Errorf("only %d different gaps: no jitter", len(gaps))
		}
		if h := f.agent.Health()[0]; h.Level != kiosk.LevelWarn || !strings.Contains(h.Detail, "cannot be reached") {
			t.Errorf("health %+v", h)
		}
		down = false
		f.run(t, maxBackoff+10*time.Second)
		if len(f.office.cells["e1"]) != 3 || f.agent.Status().Problem != "" {
			t.Errorf("after the outage: %d cells, %+v", len(f.office.cells["e1"]), f.agent.Status())
		}
	})
}

func TestRetryAfter(t *testing.T) {
	for name, value := range map[string]string{"seconds": "600", "date": "date"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var calls []time.Time
				f := newField(t, nil)
				f.start(t, func(http.RoundTripper) http.RoundTripper {
					return roundTrip(func(*http.Request) (*http.Response, error) {
						calls = append(calls, time.Now())
						res := answer(503, "application/problem+json", `{"status":503,"title":"busy","detail":"come back later"}`)
						if value == "date" {
							value = era().Add(10 * time.Minute).UTC().Format(http.TimeFormat)
						}
						res.Header.Set("Retry-After", value)
						return res, nil
					})
				})
				f.agent.again <- struct{}{} // as Enrol has just left it
				f.run(t, 9*time.Minute)
				if len(calls) != 1 {
					t.Errorf("%d calls within the ten minutes asked for", len(calls))
				}
				if p := f.agent.Status().Problem; !strings.Contains(p, "come back later") {
					t.Errorf("problem %q", p)
				}
			})
		})
	}
}

// TestRetryAfterMeetsNews: news that comes while the central office answers that it
// is busy takes nothing from the time that it asked for.
func TestRetryAfterMeetsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		f := newField(t, nil)
		f.start(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				// The second check-in is held.
				if r.URL.Path != kiosk.PathCheckIn || f.office.checks() < 1 {
					return next.RoundTrip(r)
				}
				calls++
				f.agent.Wake()
				<-r.Context().Done()
				res := answer(503, "application/problem+json", `{"status":503,"title":"busy","detail":"come back later"}`)
				res.Header.Set("Retry-After", "600")
				return res, nil
			})
		})
		f.run(t, 9*time.Minute)
		if calls != 1 {
			t.Errorf("%d calls within the ten minutes asked for", calls)
		}
	})
}

// TestWrongClock: the first request is refused, the second is not.
func TestWrongClock(t *testing.T) {
	for name, years := range map[string]int{"a year late": -1, "a year ahead": 1, "1970": -56} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newField(t, nil)
				wrong := func() time.Time { return era().AddDate(years, 0, 0) }
				var err error
				f.agent, err = New(Options{StateDir: f.dir, Borne: f.borne, Cells: f.cells, Clock: wrong, Transport: direct{f.office}})
				must(t, err)
				f.cells.add(1)
				f.office.ask(kiosk.Command{ID: "c1", Kind: kiosk.CommandClose, Expires: era().Add(time.Hour)})
				f.run(t, 10*time.Second)
				if len(f.office.cells["e1"]) != 1 || f.borne.runs() != 1 {
					t.Errorf("%d cells, %d commands", len(f.office.cells["e1"]), f.borne.runs())
				}
				if off := f.agent.ClockOffset() - era().Sub(wrong()); off.Abs() > 2*time.Second {
					t.Errorf("offset is wrong by %s", off)
				}
				h := f.agent.Health()
				if len(h) != 2 || h[1].Name != FactClock || h[1].Level != kiosk.LevelWarn {
					t.Errorf("health %+v", h)
				}
				if c := f.office.checkIns[0].Clock; !c.Before(era()) == (years < 0) {
					t.Errorf("told the clock %s", c)
				}
			})
		})
	}
}

// TestGarbage: whatever answers, it is said in health, and nothing is lost.
func TestGarbage(t *testing.T) {
	endless := func() *http.Response {
		res := answer(200, "application/json", "")
		res.Body = io.NopCloser(forever{})
		return res
	}
	cut := func() *http.Response {
		res := answer(200, "application/json", "")
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"now":"2026-1`), broken{}))
		return res
	}
	text := func(status int, kind, body string) func() *http.Response {
		return func() *http.Response { return answer(status, kind, body) }
	}
	for name, c := range map[string]struct {
		res  func() *http.Response
		want string
	}{
		"portal":           {text(200, "text/html", "<html>Connectez-vous</html>"), "text/html, not JSON"},
		"html as json":     {text(200, "application/json", "<html>"), "not a central office's"},
		"redirect":         {text(302, "text/html", ""), "302 Found"},
		"no body":          {text(200, "application/json", ""), "not a central office's"},
		"null":             {text(200, "application/json", "null"), "not a central office's"},
		"list":             {text(200, "application/json", "[]"), "not a central office's"},
		"other object":     {text(200, "application/json", `{"ok":true}`), "its time is 0001-01-01"},
		"two values":       {text(200, "application/json", `{"now":"2026-11-20T10:00:00Z"}{}`), "something follows"},
		"silly bundle":     {text(200, "application/json", `{"now":"2026-11-20T10:00:00Z","bundle":{"version":1,"sha256":"../x","size":5}}`), "bundle version 1"},
		"huge bundle":      {text(200, "application/json", `{"now":"2026-11-20T10:00:00Z","bundle":{"version":1,"sha256":"`+sha(nil)+`","size":99999999999}}`), "bundle version 1"},
		"endless":          {endless, "more than 1048576 bytes"},
		"cut":              {cut, "cannot be reached"},
		"500":              {text(500, "text/html", "<h1>Oops"), "500 Internal Server Error"},
		"refused":          {text(403, "application/problem+json", `{"title":"Forbidden","detail":"this borne is\nrevoked\u001b[31m"}`), "403 Forbidden: this borne is revoked"},
		"no content":       {text(204, "", ""), "not JSON"},
		"negative seconds": {text(200, "application/json", `{"now":"2026-11-20T10:00:00Z","next_seconds":-5}`), "next check-in in -5"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bad, calls := true, 0
				f := newField(t, nil)
				f.start(t, func(next http.RoundTripper) http.RoundTripper {
					return roundTrip(func(r *http.Request) (*http.Response, error) {
						calls++
						if bad {
							return c.res(), nil
						}
						return next.RoundTrip(r)
					})
				})
				f.cells.add(2)
				f.run(t, time.Hour)
				if p := f.agent.Health()[0]; !strings.Contains(p.Detail, c.want) || p.Level != kiosk.LevelWarn {
					t.Errorf("health %+v, want %q", p, c.want)
				}
				most := 60
				if name == "refused" {
					most = 120 // its counters are tried by themselves: they are taken from a quarantined borne
				}
				if calls < 10 || calls > most {
					t.Errorf("%d calls in an hour: not calm", calls)
				}
				if len(f.cells.rows) != 2 {
					t.Error("cells were lost")
				}
				bad = false
				f.run(t, maxBackoff+10*time.Second)
				if len(f.office.cells["e1"]) != 2 {
					t.Error("cells did not arrive afterwards")
				}
			})
		})
	}
}

// TestThroughFaults: on a line that drops, repeats, cuts and lies, commands
// are carried out once, cells arrive once, and the bundle arrives.
func TestThroughFaults(t *testing.T) {
	for seed := range uint64(25) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex
			bad := true
			between := func(next http.RoundTripper) http.RoundTripper {
				return roundTrip(func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					fault := rng.IntN(10)
					if !bad {
						fault = -1
					}
					mu.Unlock()
					return faulty(next, r, fault)
				})
			}
			f := newField(t, nil)
			f.start(t, between)
			f.office.bundle, f.office.version = []byte("archive"), 7
			var ids []string
			restarts := rng.IntN(4)
			for i := range 4 {
				f.cells.add(rng.IntN(900))
				id := "c" + string(rune('a'+i))
				ids = append(ids, id)
				f.office.ask(kiosk.Command{ID: id, Kind: kiosk.CommandMessage, Argument: "Bonjour", Expires: era().Add(24 * time.Hour)})
				f.run(t, time.Duration(rng.IntN(600)+1)*time.Second)
				if i < restarts {
					f.start(t, between)
				}
			}
			mu.Lock()
			bad = false
			mu.Unlock()
			f.run(t, 15*time.Minute)

			var sum uint64
			for _, c := range f.office.cells["e1"] {
				sum += c.Count
			}
			if sum != f.cells.added || len(f.cells.rows) != 0 {
				t.Errorf("seed %d: sum %d, want %d; %d pending", seed, sum, f.cells.added, len(f.cells.rows))
			}
			times := map[string]int{}
			for _, c := range f.borne.executed {
				times[c.ID]++
			}
			for _, id := range ids {
				states := f.office.history(id)
				if times[id] != 1 || len(states) == 0 || states[len(states)-1] != kiosk.CommandDone {
					t.Errorf("seed %d: command %s was carried out %d times, states %v", seed, id, times[id], states)
				}
			}
			if len(f.borne.archives) == 0 || string(f.borne.archives[0]) != "archive" {
				t.Errorf("seed %d: bundle %q", seed, f.borne.archives)
			}
		})
	}
}

// faulty carries a request with one of nine faults.
func faulty(next http.RoundTripper, r *http.Request, fault int) (*http.Response, error) {
	switch fault {
	case 0: // never arrives
		return nil, errors.New("connection reset")
	case 1: // arrives, the answer does not
		if res, err := next.RoundTrip(r); err == nil {
			res.Body.Close()
		}
		return nil, io.ErrUnexpectedEOF
	case 2: // arrives twice
		again := r.Clone(r.Context())
		again.Body, _ = r.GetBody()
		if res, err := next.RoundTrip(again); err == nil {
			res.Body.Close()
		}
		return next.RoundTrip(r)
	case 3:
		return answer(502, "text/html", "<html>Bad gateway"), nil
	case 4:
		return answer(200, "text/html", "<html>portail"), nil
	case 5, 6: // cut half-way
		res, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, _ := io.ReadAll(res.Body)
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(body[:len(body)/2])), broken{}))
		return res, nil
	case 7: // ends early without an error
		res, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, _ := io.ReadAll(res.Body)
		res.Body = io.NopCloser(strings.NewReader(string(body[:len(body)/2])))
		return res, nil
	}
	return next.RoundTrip(r)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, kind, body string) *http.Response {
	h := http.Header{}
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
