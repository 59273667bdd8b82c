package kiosk

// Contact is somebody who helps people where the borne stands: one entry of
// "Qui peut m'aider ici ?".
type Contact struct {
	// Name is who it is, For what people come for.
	Name Text `json:"name"`
	For  Text `json:"for"`
	// Where and Hours are as said to a visitor: "Au premier étage, bureau 12".
	Where Text `json:"where,omitempty"`
	Hours Text `json:"hours,omitempty"`
	// Phone is a number as people dial it in France: "04 66 00 00 00".
	Phone string `json:"phone,omitempty"`
}
