package sites

import (
	"crypto/rand"
	"sync"
)

// tokens remembers values by a random name, at most max of them: the oldest is forgotten first.
type tokens[T any] struct {
	max int

	mu     sync.Mutex
	values map[string]T
	order  []string
}

func newTokens[T any](max int) *tokens[T] {
	return &tokens[T]{max: max, values: map[string]T{}}
}

// add keeps v and returns its name, 26 letters and digits that nobody can guess.
func (t *tokens[T]) add(v T) string {
	name := rand.Text()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.order) >= t.max {
		delete(t.values, t.order[0])
		t.order = t.order[1:]
	}
	t.values[name], t.order = v, append(t.order, name)
	return name
}

func (t *tokens[T]) get(name string) (v T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok = t.values[name]
	return v, ok
}

// take is get, once: the name is worth nothing afterwards.
func (t *tokens[T]) take(name string) (v T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok = t.values[name]
	delete(t.values, name)
	return v, ok
}
