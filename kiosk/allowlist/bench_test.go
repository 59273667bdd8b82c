package allowlist

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkDecide asks a list of growing size for hosts all over it: equal to
// a rule, under a wildcard, and not listed, one third each.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l, targets := bigList(n)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				l.Decide(targets[i&(len(targets)-1)])
				i++
			}
		})
	}
}

func BenchmarkExplain(b *testing.B) {
	l, _ := bigList(10_000)
	b.ReportAllocs()
	for b.Loop() {
		l.Explain("https://www.site-42.service.gouv.fr/accueil?x=1")
	}
}

func bigList(n int) (*List, []Target) {
	random := rand.New(rand.NewPCG(1, 2))
	var rules []compiled
	for i := range n {
		r := Rule{Host: fmt.Sprintf("site-%d.service%d.fr", i, i%97), Port: DefaultPort, Wildcard: i%2 == 0}
		rules = append(rules, compiled{Rule: r, use: use(1 + i%2), text: r.String()})
	}
	targets := make([]Target, 1024)
	for i := range targets {
		r := rules[random.IntN(n)]
		host := r.Host
		switch {
		case i%3 == 0:
			host = fmt.Sprintf("site-%d.elsewhere.fr", i)
		case r.Wildcard:
			host = "www." + host
		}
		targets[i] = Target{Host: host, Port: DefaultPort, Path: "/"}
	}
	return newList(rules), targets
}

// Decide must not allocate: it stands in the path of every connection.
func TestDecideAllocatesNothing(t *testing.T) {
	l, targets := bigList(1000)
	i := 0
	if n := testing.AllocsPerRun(1000, func() { l.Decide(targets[i&1023]); i++ }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
