package kiosk

// ServiceID names a service in the catalogue, in lower-case ASCII with
// hyphens: "caf", "france-travail".
type ServiceID string

// ThemeID names a life event under which services are grouped: "famille".
type ThemeID string

// Theme is a life event, a tile of the home screen.
type Theme struct {
	ID   ThemeID `json:"id" yaml:"id"`
	Name Text    `json:"name" yaml:"name"`
	// Coop is the key of the theme in La Coop de la médiation numérique, which
	// managers' indicators use.
	Coop string `json:"coop" yaml:"coop"`
	// Icon is the file name, without extension, under assets/icons.
	Icon string `json:"icon" yaml:"icon"`
}

// Service is an official site where procedures are done, and the hosts that
// it needs.
type Service struct {
	ID       ServiceID `json:"id" yaml:"id"`
	Theme    ThemeID   `json:"theme" yaml:"theme"`
	Name     Text      `json:"name" yaml:"name"`
	Operator string    `json:"operator" yaml:"operator"`
	// Start is the https address that opens first.
	Start string `json:"start" yaml:"start"`
	// Tasks say in plain words what people come to do.
	Tasks []Text `json:"tasks" yaml:"tasks"`
	// Needs lists what the person must have at hand: "Il vous faut".
	Needs []Text `json:"needs" yaml:"needs"`
	// Minutes is how long the procedure usually takes, 0 when unknown.
	Minutes int `json:"minutes" yaml:"minutes"`
	// OwnPhone is true when the person's own phone is needed to sign in.
	OwnPhone bool `json:"own_phone" yaml:"own_phone"`
	// Synonyms are other names that people search for: "pole-emploi".
	Synonyms []string `json:"synonyms" yaml:"synonyms"`
	// Navigable hosts may be visited; supporting hosts serve sub-resources
	// only; groups name entries of Policy.Groups. The start's own host is
	// navigable without being listed.
	Navigable  []HostRule `json:"navigable" yaml:"navigable"`
	Supporting []HostRule `json:"supporting" yaml:"supporting"`
	Groups     []string   `json:"groups" yaml:"groups"`
	// PlainHTTP says what becomes of an unencrypted request for a navigable
	// host; empty is PlainHTTPRedirect.
	PlainHTTP PlainHTTP `json:"plain_http,omitempty" yaml:"plain_http"`
}

// PlainHTTP is the answer to a request without TLS. It is never forwarded.
type PlainHTTP string

// Sites still print "http://" on their letters, so a page is by default sent
// on to its encrypted form. A service refuses when one of its hosts serves
// something else there.
const (
	PlainHTTPRedirect PlainHTTP = "redirect"
	PlainHTTPRefuse   PlainHTTP = "refuse"
)

// Catalogue is what the shell offers, in the order that it offers it.
type Catalogue struct {
	Themes   []Theme   `json:"themes" yaml:"themes"`
	Services []Service `json:"services" yaml:"services"`
}

// Service returns the service of that id; ok is false when there is none.
func (c Catalogue) Service(id ServiceID) (s Service, ok bool) {
	for _, s := range c.Services {
		if s.ID == id {
			return s, true
		}
	}
	return Service{}, false
}
