package kiosk

// The names under which a borne is found on its system bus.
const (
	BusName        = "org.borne.Kiosk1"
	BusPath        = "/org/borne/Kiosk1"
	BusInterface   = "org.borne.Kiosk1"
	BusErrorPrefix = "org.borne.Kiosk1.Error."
)
