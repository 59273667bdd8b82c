package bundle

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"slices"
)

// floor is the highest version that was ever in use under a trust, so that
// the loss of a bundle does not let an older one in.
type floor struct {
	Organisation string              `json:"organisation"`
	Keys         []ed25519.PublicKey `json:"keys"`
	Version      uint64              `json:"version"`
}

// holds reports whether the floor speaks of this trust. Another central
// office, with keys of its own, numbers its bundles from 1 again; a rotation
// leaves one key in common.
func (f floor) holds(t Trust) bool {
	return f.Organisation == t.Organisation && slices.ContainsFunc(f.Keys, func(k ed25519.PublicKey) bool {
		return slices.ContainsFunc(t.Keys, func(o ed25519.PublicKey) bool { return bytes.Equal(k, o) })
	})
}

// readFloor returns 0 when none is kept for the present trust. An unreadable
// file counts as none: the bundles themselves still carry their versions.
func (s *Store) readFloor() uint64 {
	data, err := s.read(floorFile)
	if err != nil {
		return 0
	}
	var f floor
	if json.Unmarshal(data, &f) != nil || !f.holds(s.trust) {
		return 0
	}
	return f.Version
}

func (s *Store) raiseFloor(version uint64) error {
	s.floor = max(s.floor, version)
	data, err := json.Marshal(floor{s.trust.Organisation, s.trust.Keys, s.floor})
	if err != nil {
		return err
	}
	return s.write(floorFile, data)
}
