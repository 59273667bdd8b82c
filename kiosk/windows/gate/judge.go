package gate

import "encoding/binary"

// verdict says what becomes of a request. The zero value refuses.
type verdict int

const (
	// refusedAloud: the server answers with an error. For requests that have
	// an answer, which the browser waits for.
	refusedAloud verdict = iota
	// refusedQuietly: the server is asked to do nothing.
	refusedQuietly
	passed
)

// instead is a request of the same count: number 0, which does not exist
// (BadRequest), or NoOperation.
func (v verdict) instead() []byte {
	if v == refusedQuietly {
		return []byte{127, 0, 1, 0}
	}
	return []byte{0, 0, 1, 0}
}

// rule says when a request passes. Offsets are in bytes from its start.
type rule struct {
	// least is the request's least length in bytes.
	least int
	// ours are where resources stand that the browser made.
	ours []int
	// seen are where windows stand that may also be the root, to look at.
	seen []int
	// none are where a resource of ours stands, or 0 for none.
	none []int
	// more, when set, looks closer, and may narrow what is asked for. whole
	// is false when the request goes on behind req.
	more func(j judge, req []byte, whole bool) bool
	// quiet: it has no answer, so that a refusal says nothing.
	quiet bool
}

// judge knows whose resources are whose.
type judge struct {
	root uint32
	owns func(id uint32) bool
}

func (j judge) apply(r rule, req []byte, whole bool) verdict {
	if j.holds(r, req, whole) {
		return passed
	}
	if r.quiet {
		return refusedQuietly
	}
	return refusedAloud
}

func (j judge) holds(r rule, req []byte, whole bool) bool {
	if len(req) < max(r.least, 4) {
		return false
	}
	at := func(offset int) (id uint32, ok bool) {
		if len(req) < offset+4 {
			return 0, false
		}
		return binary.LittleEndian.Uint32(req[offset:]), true
	}
	for _, o := range r.ours {
		if id, ok := at(o); !ok || !j.owns(id) {
			return false
		}
	}
	for _, o := range r.seen {
		if id, ok := at(o); !ok || id != j.root && !j.owns(id) {
			return false
		}
	}
	for _, o := range r.none {
		if id, ok := at(o); !ok || id != 0 && !j.owns(id) {
			return false
		}
	}
	return r.more == nil || r.more(j, req, whole)
}

func (j judge) core(req []byte, whole bool) verdict {
	if r, ok := coreRules[req[0]]; ok {
		return j.apply(r, req, whole)
	}
	if withoutAnswer[req[0]] {
		return refusedQuietly
	}
	return refusedAloud
}
