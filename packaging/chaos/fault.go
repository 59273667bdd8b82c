package chaos

// Fault is a way to break a borne, by its name.
type Fault string

// The faults of a booted host. The zero Fault breaks nothing.
const (
	Nothing        Fault = ""
	KillBorned     Fault = "kill-borned"
	KillShell      Fault = "kill-shell"
	KillXServer    Fault = "kill-x-server"
	KillBrowser    Fault = "kill-browser"
	KillRenderer   Fault = "kill-renderer"
	KillGPU        Fault = "kill-gpu-process"
	KillNetwork    Fault = "kill-browser-network"
	KillEgress     Fault = "kill-egress"
	KillBus        Fault = "kill-bus"
	RestartBus     Fault = "restart-bus"
	KillLogind     Fault = "kill-logind"
	RestartLogind  Fault = "restart-logind"
	KillOffice     Fault = "kill-office-in-sync"
	KillBornedSync Fault = "kill-borned-in-sync"
	KillAtEnd      Fault = "kill-borned-at-end"
	KillBrowserEnd Fault = "kill-browser-at-end"
	FreezeBorned   Fault = "freeze-borned"
	FreezeShell    Fault = "freeze-shell"
	FreezeXServer  Fault = "freeze-x-server"
	FreezeBrowser  Fault = "freeze-browser"
	FreezeEgress   Fault = "freeze-egress"
	HangBorned     Fault = "hang-borned"
	HangShell      Fault = "hang-shell"
	HangXServer    Fault = "hang-x-server"
	HangBrowser    Fault = "hang-browser"
	FullDisk       Fault = "full-disk"
	ReadOnlyDisk   Fault = "read-only-disk"
	CutNetwork     Fault = "cut-network"
	CorruptLog     Fault = "corrupt-usage-log"
	RestartBorned  Fault = "restart-borned"
	RestartDisplay Fault = "restart-display"
	KillPrinting   Fault = "kill-print-service"
	KillConverter  Fault = "kill-maker-of-pages"
	KillPAC        Fault = "kill-reader-of-pac"
	KillVoice      Fault = "kill-voice"
	KillWriter     Fault = "kill-writer-of-key"
)

// Kind says what a fault is and how often it is drawn.
type Kind struct {
	Fault Fault
	// Words say what is done, on one row of a table.
	Words string
	// At is the moment that the fault needs; AnyMoment draws one.
	At Moment
	// Listen has the visitor listen to the screens.
	Listen bool
	// Rare faults take half a minute and more: once in a run at most.
	Rare bool
	// Quick faults are those of a run with the tests of the packages.
	Quick bool
}

// Kinds lists all faults of a booted host.
func Kinds() []Kind {
	return []Kind{
		{Fault: KillBorned, Words: "`kill -9` of borned", Quick: true},
		{Fault: KillShell, Words: "`kill -9` of borne-shell", Quick: true},
		{Fault: KillXServer, Words: "`kill -9` of the X server"},
		{Fault: KillBrowser, Words: "`kill -9` of Chromium", Quick: true},
		{Fault: KillRenderer, Words: "`kill -9` of Chromium's renderers"},
		{Fault: KillGPU, Words: "`kill -9` of Chromium's GPU process"},
		{Fault: KillNetwork, Words: "`kill -9` of Chromium's network process"},
		{Fault: KillEgress, Words: "`kill -9` of the egress proxy", Quick: true},
		{Fault: KillBus, Words: "`kill -9` of dbus-daemon"},
		{Fault: RestartBus, Words: "`systemctl restart dbus`"},
		{Fault: KillLogind, Words: "`kill -9` of systemd-logind"},
		{Fault: RestartLogind, Words: "`systemctl restart systemd-logind`"},
		{Fault: KillOffice, Words: "`kill -9` of borne-admin while counters are sent", Quick: true},
		{Fault: KillBornedSync, Words: "`kill -9` of borned while counters are sent"},
		{Fault: KillAtEnd, Words: "`kill -9` of borned as « Terminer » is confirmed", At: AtEnd},
		{Fault: KillBrowserEnd, Words: "`kill -9` of Chromium as « Terminer » is confirmed", At: AtEnd},
		{Fault: FreezeBorned, Words: "`SIGSTOP` of borned for 3 s"},
		{Fault: FreezeShell, Words: "`SIGSTOP` of borne-shell for 3 s"},
		{Fault: FreezeXServer, Words: "`SIGSTOP` of the X server for 3 s"},
		{Fault: FreezeBrowser, Words: "`SIGSTOP` of Chromium for 3 s"},
		{Fault: FreezeEgress, Words: "`SIGSTOP` of the egress proxy for 3 s"},
		{Fault: HangBorned, Words: "`SIGSTOP` of borned, for good", Rare: true},
		{Fault: HangShell, Words: "`SIGSTOP` of borne-shell, for good", Rare: true},
		{Fault: HangXServer, Words: "`SIGSTOP` of the X server, for good", Rare: true},
		{Fault: HangBrowser, Words: "`SIGSTOP` of Chromium, for good", Rare: true, At: OnPage},
		{Fault: FullDisk, Words: "the disk of borned's state full for 3 s"},
		{Fault: ReadOnlyDisk, Words: "borned killed, its state read-only for 4 s when it comes back"},
		{Fault: CutNetwork, Words: "the network gone for 3 s", Quick: true},
		{Fault: CorruptLog, Words: "borned killed, the usage log overwritten with noise meanwhile"},
		{Fault: RestartBorned, Words: "`systemctl restart borned`"},
		{Fault: RestartDisplay, Words: "`systemctl restart borne-display`"},
		{Fault: KillPrinting, Words: "`kill -9` of cupsd while a page is printed", At: Printing, Quick: true},
		{Fault: KillConverter, Words: "`kill -9` of what makes pages for the printer", At: Printing, Quick: true},
		{Fault: KillVoice, Words: "`kill -9` of the voice, under one who listens", Listen: true},
		{Fault: KillWriter, Words: "`kill -9` of what writes the visitor's key", At: Saving},
		{Fault: KillPAC, Words: "`kill -9` of borned, and of what reads the house's PAC file for the next"},
	}
}

// Moment is a moment of a visit.
type Moment int

// The moments, in their order. AnyMoment is drawn.
const (
	AnyMoment Moment = iota
	AtFirst          // the first screen, before the first touch
	Choosing         // a language is chosen
	Opening          // « Commencer » was touched
	OnPage           // the page has found and left what it could
	Printing         // « Imprimer » was touched, in a visit that prints
	Saving           // « Sur ma clé » was touched, in a visit that keeps its document
	AtEnd            // « Terminer » is confirmed
	moments
)

// String names a moment in messages.
func (m Moment) String() string {
	return [...]string{"any moment", "first screen", "choosing", "opening", "on the page", "printing", "saving", "at the end"}[m]
}
