// Command borned is the borne's system service: it holds the visitor's
// session, its sandbox and its proxy, the usage log and the link to the
// central office, and owns org.borne.Kiosk1 on the system bus.
package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// cli is the command line.
type cli struct {
	Run       runCommand       `cmd:"" help:"Run the service (systemd does)."`
	Egress    egressCommand    `cmd:"" help:"Run the egress proxy alone, for diagnosis and measurement."`
	Worker    workerCommand    `cmd:"" name:"egress-worker" hidden:"" help:"Serve one browser (borned does)."`
	USBPolicy usbPolicyCommand `cmd:"" name:"usb-policy" help:"Let in the USB devices that are plugged in now, and sticks. For after a new keyboard or printer."`
	Reader    readerCommand    `cmd:"" name:"read-stick" hidden:"" help:"Read one USB stick (borned does)."`
	Writer    writerCommand    `cmd:"" name:"write-stick" hidden:"" help:"Keep one document on a USB stick (borned does)."`
	PAC       pacCommand       `cmd:"" name:"read-pac" hidden:"" help:"Evaluate a PAC file (borned does)."`
	Converter convertCommand   `cmd:"" name:"convert-document" hidden:"" help:"Make pages of one document (borned does)."`
	Scanner   scannerCommand   `cmd:"" name:"scan-pages" hidden:"" help:"Scan one visitor's papers (borned does)."`
	Install   installCommand   `cmd:"" help:"Install the service without the package."`
	Uninstall uninstallCommand `cmd:"" help:"Remove what install wrote."`
	Start     startCommand     `cmd:"" help:"Start the installed service."`
	Stop      stopCommand      `cmd:"" help:"Stop the installed service."`
	Status    statusCommand    `cmd:"" help:"Say whether the service runs; exit 3 when it does not."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

func (versionCommand) Run() error {
	fmt.Println(version)
	return nil
}

func main() {
	// Idle memory matters more than speed here: the machine is small and the
	// browser wants it.
	debug.SetGCPercent(50)
	if runtime.GOMAXPROCS(0) > 4 {
		runtime.GOMAXPROCS(4)
	}
	var c cli
	ctx := kong.Parse(&c, kong.Name("borned"), kong.Description("The service of a public terminal. See also bornectl(1)."),
		kong.UsageOnError())
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	ctx.FatalIfErrorf(ctx.Run(log))
}

// withoutTime drops the time of a record: the journal has it.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
