// Package sites is a small, plainly fictional French administration on the web: the "official sites" that the
// demonstration and the tests of whole visits use.
//
// Its main type is Sites, one http.Handler that answers every host of demo.SiteHosts. Each site stands for what makes
// real ones hard on a borne: a dossier in several steps with a login on another host, cookies, every kind of browser
// storage, an upload and a PDF (Caf); sub-resources from a supporting host and a login through FranceConnect (Ameli);
// links to everything that a borne must refuse (Impôts); a long text and a small form (Info-retraite). It also answers
// the hosts that a borne must never reach, and counts who did.
//
// Its element ids, page titles and the places of its large buttons (layout.go) are stable: tests rely on them. It copies
// no real site, is no part of the product, and keeps what is typed in memory only.
package sites
