package pac

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/dop251/goja"
)

// Bounds of one evaluation. What it may take of memory is the unit's to bound.
const (
	// MaxScriptBytes of a file: browsers take 1 MiB.
	MaxScriptBytes = 1 << 20
	evaluateLimit  = 2 * time.Second
	maxCallDepth   = 256
	maxAnswerBytes = 8 << 10
	// maxNames is how many names one evaluation may have looked up: more are a
	// fault.
	maxNames = 16
)

// Question is one evaluation of a script.
type Question struct {
	Script string `json:"script"`
	// URL and Host are what the script is told of where to go: for https the
	// host alone, as browsers do ("https://host/").
	URL  string `json:"url"`
	Host string `json:"host"`
	// Now is the machine's time in its zone, for timeRange and its like.
	Now time.Time `json:"now"`
	// Own is the machine's address towards the network, for myIpAddress.
	Own netip.Addr `json:"own,omitzero"`
	// Names are those that were looked up so far; none for one without address.
	Names map[string][]netip.Addr `json:"names,omitempty"`
}

// Reply is the answer to a Question: exactly one of its fields is there.
type Reply struct {
	// Answer is what the script returned.
	Answer string `json:"answer,omitempty"`
	// Wants is a name to look up; then the question is asked again.
	Wants string `json:"wants,omitempty"`
	// Fault says what is wrong with the script.
	Fault string `json:"fault,omitempty"`
}

// evaluate runs a script. It never panics and ends within evaluateLimit, save
// where a regular expression does not: the caller must be able to kill it.
func evaluate(q Question) (r Reply) {
	vm := goja.New()
	vm.SetMaxCallStackSize(maxCallDepth)
	vm.SetTimeSource(func() time.Time { return q.Now })
	stop := time.AfterFunc(evaluateLimit, func() { vm.Interrupt("it takes too long") })
	defer stop.Stop()
	h := &helpers{question: q}
	defer func() {
		// The engine turns its own errors into values; what is left is ours.
		if fault := recover(); fault != nil {
			r = Reply{Fault: clip(fmt.Sprint(fault))}
		}
	}()
	if err := h.define(vm); err != nil {
		return Reply{Fault: err.Error()}
	}
	_, err := vm.RunScript("proxy.pac", q.Script)
	if h.wants != "" {
		return Reply{Wants: h.wants}
	}
	if err != nil {
		return Reply{Fault: clip(explain(err))}
	}
	find, ok := goja.AssertFunction(vm.Get("FindProxyForURL"))
	if !ok {
		if find, ok = goja.AssertFunction(vm.Get("FindProxyForURLEx")); !ok {
			return Reply{Fault: "it has no function FindProxyForURL"}
		}
	}
	v, err := find(goja.Undefined(), vm.ToValue(q.URL), vm.ToValue(q.Host))
	switch {
	case h.wants != "": // also when the script caught what stopped it
		return Reply{Wants: h.wants}
	case err != nil:
		return Reply{Fault: clip(explain(err))}
	}
	answer, ok := v.Export().(string)
	if !ok || answer == "" || len(answer) > maxAnswerBytes {
		return Reply{Fault: "FindProxyForURL returned no text like \"PROXY proxy.example:3128\""}
	}
	return Reply{Answer: answer}
}

// explain keeps the line and leaves the stack out.
func explain(err error) string {
	var thrown *goja.Exception
	if errors.As(err, &thrown) {
		return thrown.Error()
	}
	var stopped *goja.InterruptedError
	if errors.As(err, &stopped) {
		return fmt.Sprint(stopped.Value())
	}
	return err.Error()
}

// clip bounds what a script may make a technician read.
func clip(s string) string {
	if len(s) > 300 {
		s = s[:300] + "…"
	}
	return s
}

// errWants stops a script that needs a name.
var errWants = errors.New("a name is looked up")

// lookUp returns the addresses of a host that was looked up, or stops the
// script to have it looked up.
func (h *helpers) lookUp(host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}
	}
	if addrs, known := h.question.Names[host]; known || !isName(host) {
		return addrs
	}
	h.wants = host
	panic(h.vm.NewGoError(errWants))
}

// own is the machine's address; the loopback when it has none, as browsers say.
func (h *helpers) own() string {
	if h.question.Own.IsValid() {
		return h.question.Own.String()
	}
	return "127.0.0.1"
}

func inNet(a netip.Addr, pattern, mask string) bool {
	network, err := netip.ParseAddr(pattern)
	m := net.ParseIP(mask).To4()
	a = a.Unmap()
	if err != nil || m == nil || !network.Is4() || !a.Is4() {
		return false
	}
	x, y := a.As4(), network.As4()
	for i := range x {
		if x[i]&m[i] != y[i]&m[i] {
			return false
		}
	}
	return true
}
