package pac

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"borne/kiosk"
)

const (
	// refreshEvery is how often the file is read anew, and retryEvery how soon
	// after something failed.
	refreshEvery = 30 * time.Minute
	retryEvery   = time.Minute
	// answerHolds is how long the ways to a host are not asked for again.
	answerHolds = 5 * time.Minute
	fetchLimit  = 15 * time.Second
)

// Options of a Source.
type Options struct {
	Address Address
	// Keep is the file that the last good script is kept in over a restart.
	Keep string
	// Fetch reads the file from Address.URL; it goes through no proxy.
	Fetch http.RoundTripper
	// Evaluate runs a script where it can do no harm, and asks it for q.
	Evaluate func(ctx context.Context, q Question) ([]Way, error)
	// Setting is what a technician corrects: "BORNE_PROXY in /etc/…".
	Setting string
	Log     *slog.Logger
}

// Source is a PAC file that is kept fresh. Its methods may be called from any
// goroutine.
type Source struct {
	o       Options
	refresh sync.Mutex // held while the file is read

	mu      sync.Mutex
	script  string // the last good one
	fresh   string // what was read last, when that is not known to be good
	until   time.Time
	problem string
	ways    map[string]held
}

type held struct {
	ways  []Way
	until time.Time
}

// kept is the form of Options.Keep: a script of another address is not used.
type kept struct {
	Address string `json:"address"`
	Script  string `json:"script"`
}

// New makes a source. It reads the last good script, and connects to nothing.
func New(o Options) *Source {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Source{o: o, ways: map[string]held{}}
	var k kept
	if b, err := os.ReadFile(o.Keep); err == nil && json.Unmarshal(b, &k) == nil && k.Address == o.Address.String() {
		s.script = k.Script
	}
	return s
}

// Ways lists the ways to a host, in the order in which to try them. The script
// is told the host and no more of where to go.
func (s *Source) Ways(ctx context.Context, host string) ([]Way, error) {
	s.mu.Lock()
	h, ok := s.ways[host]
	s.mu.Unlock()
	if ok && time.Now().Before(h.until) {
		return h.ways, nil
	}
	s.read(ctx)
	s.mu.Lock()
	fresh, last := s.fresh, s.script
	s.mu.Unlock()
	if fresh != "" {
		ways, err := s.evaluate(ctx, fresh, host)
		if err == nil {
			s.good(fresh)
			s.hold(host, ways)
			return ways, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.fault(err.Error())
		if last == "" {
			return nil, s.explain()
		}
	}
	if last == "" {
		return nil, s.explain()
	}
	ways, err := s.evaluate(ctx, last, host)
	if err != nil {
		if ctx.Err() == nil {
			s.fault(err.Error())
		}
		return nil, s.explain()
	}
	s.hold(host, ways)
	return ways, nil
}

// Proxies is Ways for an http.Transport, with the credentials; nil entries are
// the direct way.
func (s *Source) Proxies(ctx context.Context, target *url.URL) ([]*url.URL, error) {
	ways, err := s.Ways(ctx, target.Hostname())
	if err != nil {
		return nil, err
	}
	var all []*url.URL
	for _, w := range ways {
		all = append(all, w.URL(s.o.Address.User))
	}
	return all, nil
}

// Failed says that no way was passable: the file is read anew before the next,
// once a minute at most.
func (s *Source) Failed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ways)
	if soon := time.Now().Add(retryEvery); s.until.After(soon) {
		s.until = soon
	}
}

// Fact is the file's line in the health of a borne.
func (s *Source) Fact(name string) kiosk.Fact {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := kiosk.Fact{Name: name, Level: kiosk.LevelOK, Detail: "the proxy is what " + s.o.Address.String() + " says"}
	switch {
	case s.problem == "":
	case s.script != "":
		f.Level, f.Detail = kiosk.LevelWarn, s.said()+"; the last good one stays in use"
	default:
		f.Level, f.Detail = kiosk.LevelFail, s.said()
	}
	return f
}

// said tells of the problem, and what to write instead. s.mu is held.
func (s *Source) said() string {
	return fmt.Sprintf("the PAC file %s cannot be used: %s. Correct it, or write the proxy itself: %s, as http://proxy.example:3128",
		s.o.Address, s.problem, s.o.Setting)
}

func (s *Source) explain() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.New(s.said())
}

// fault notes a problem, and logs it when it is another than before. What is
// wrong is asked again soon.
func (s *Source) fault(problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if problem != s.problem {
		s.problem = problem
		s.o.Log.Error(s.said())
	}
	s.fresh = ""
	if soon := time.Now().Add(retryEvery); s.until.After(soon) {
		s.until = soon
	}
}

// good keeps a script that gave ways.
func (s *Source) good(script string) {
	s.mu.Lock()
	changed := script != s.script
	s.script, s.fresh = script, ""
	if s.problem != "" {
		s.o.Log.Info("the PAC file can be used again")
		s.problem = ""
	}
	s.mu.Unlock()
	if !changed || s.o.Keep == "" {
		return
	}
	b, err := json.Marshal(kept{s.o.Address.String(), script})
	if err == nil {
		temporary := s.o.Keep + ".new"
		if err = os.WriteFile(temporary, b, 0o600); err == nil {
			err = os.Rename(temporary, s.o.Keep)
		}
	}
	if err != nil {
		s.o.Log.Warn("keep the PAC file for the next start", "error", err)
	}
}

func (s *Source) hold(host string, ways []Way) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ways[host] = held{ways, time.Now().Add(answerHolds)}
}

func (s *Source) evaluate(ctx context.Context, script, host string) ([]Way, error) {
	return s.o.Evaluate(ctx, Question{Script: script, Host: host, URL: "https://" + host + "/", Now: time.Now(), Own: ownAddress()})
}

// read reads the file when it is due.
func (s *Source) read(ctx context.Context) {
	s.refresh.Lock()
	defer s.refresh.Unlock()
	s.mu.Lock()
	due := !time.Now().Before(s.until)
	if due {
		s.until = time.Now().Add(refreshEvery)
	}
	s.mu.Unlock()
	if !due {
		return
	}
	script, err := s.fetch(ctx)
	if err == nil && len(script) > MaxScriptBytes {
		err = fmt.Errorf("it is larger than %d bytes", MaxScriptBytes)
	}
	if err == nil && script == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		s.fault(printable(clip(err.Error())))
		return
	}
	s.mu.Lock()
	s.fresh = script
	s.mu.Unlock()
}

func (s *Source) fetch(ctx context.Context) (string, error) {
	if s.o.Address.URL == nil {
		f, err := os.Open(s.o.Address.File)
		if err != nil {
			return "", err
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, MaxScriptBytes+1))
		return string(b), err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.o.Address.URL.String(), nil)
	if err != nil {
		return "", err
	}
	res, err := s.o.Fetch.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("its server answers %s", res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, MaxScriptBytes+1))
	return string(b), err
}
