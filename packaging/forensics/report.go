package forensics

// Versions are those of what was searched; empty ones are not told.
type Versions struct {
	Borne    string `json:"borne,omitempty"`
	Debian   string `json:"debian,omitempty"`
	Chromium string `json:"chromium,omitempty"`
	Kernel   string `json:"kernel,omitempty"`
}
