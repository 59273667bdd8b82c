package kiosk

// Practice is the service under which a visitor tries the borne out, on pages
// that the borne itself answers and that send nothing anywhere. It is in no
// catalogue, no catalogue may have it, and no counter names it: who practises
// is counted like somebody who opens no site.
const Practice ServiceID = "practice"

// PracticeHost is the name that the practice pages go by in the browser. No
// resolver knows it (RFC 6761 §6.4): the egress proxy answers for it, and only
// while somebody practises.
const PracticeHost = "entrainement.borne.invalid"

// PracticeStart is the address that opens first.
const PracticeStart = "https://" + PracticeHost + "/"
