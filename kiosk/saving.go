package kiosk

// USB is what an organisation decides about visitors' USB keys, beside that
// documents may be taken from them. The zero value keeps nothing on them.
type USB struct {
	// Save lets visitors keep their documents of the visit on their own key.
	Save bool `json:"save,omitempty"`
}

// SaveOffer is what keeping documents on a USB key is for this visit. It is
// there only where the organisation wants it.
type SaveOffer struct {
	// Job is the last, or the present one: there is one at a time.
	Job SaveJob `json:"job,omitzero"`
}

// SaveJob is one document on its way to the visitor's USB key.
type SaveJob struct {
	// Document is its id.
	Document string    `json:"document,omitempty"`
	State    SaveState `json:"state,omitempty"`
	// Name is what it is called on the key, once it is there.
	Name string `json:"name,omitempty"`
	// Bytes is how much there is, Held how much of it the key holds.
	Bytes int64 `json:"bytes,omitempty"`
	Held  int64 `json:"held,omitempty"`
}

// SaveState is where a document stands on its way to a key.
type SaveState string

// The states of a job.
const (
	NoSave SaveState = ""
	// Saving: the key must stay where it is.
	Saving SaveState = "saving"
	// Saved: the key holds all of it, and may be taken.
	Saved SaveState = "saved"
	// SaveNoKey: there is none. The others are what is wrong with the key, or
	// with the document; nothing was kept.
	SaveNoKey      SaveState = "no-key"
	SaveFull       SaveState = "full"
	SaveReadOnly   SaveState = "read-only"
	SaveUnreadable SaveState = "unreadable"
	SaveGone       SaveState = "gone"
	SaveFailed     SaveState = "failed"
)
