package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// ConverterUnitName is the unit of the process that makes printable pages of
// one document of a visit.
const ConverterUnitName = "borne-converter.service"

// converterLimit is how long one document may take.
const converterLimit = 90 * time.Second

// ConverterSpec says what reads a document.
type ConverterSpec struct {
	// Arguments is the command line; the first is the program's absolute path.
	// It finds its end of the control socket at descriptor 3 and Document at
	// descriptor 4. It sees the files under /usr and the machine's letters, and
	// no others.
	Arguments []string
	// Document is opened to be read only. The caller closes it.
	Document *os.File
}

// Converter is the running process that makes pages.
type Converter struct{ *companion }

// StartConverter starts a process that reads a document of the session, and
// ends the one before. Unit.Wipe ends it, and proves it gone.
func (u *Unit) StartConverter(ctx context.Context, spec ConverterSpec) (*Converter, error) {
	if len(spec.Arguments) == 0 || !filepath.IsAbs(spec.Arguments[0]) || spec.Document == nil {
		return nil, errors.New("converter unit: no program to run, its path is not absolute, or there is nothing to read")
	}
	c, err := u.startBlind(ctx, ConverterUnitName, func(control *os.File, user string, hidden []string) []property {
		return converterProperties(spec, user, u.sandbox.stoppedAfter, control, hidden)
	})
	if err != nil {
		return nil, err
	}
	return &Converter{c}, nil
}

// converterProperties are the reader's: two descriptors, and nothing else of
// the machine. What is set again counts last.
func converterProperties(spec ConverterSpec, user, stoppedAfter string, control *os.File, hidden []string) []property {
	ps := propertyList(readerProperties(ReaderSpec{Arguments: spec.Arguments, Device: spec.Document}, user, stoppedAfter, control, hidden))
	ps.set("Description", "Borne: what makes pages of one visitor's document")
	// Letters that a document names and does not bring.
	ps.set("BindReadOnlyPaths", []bindPath{
		{"/etc/fonts", "/etc/fonts", true, 0}, {"/var/cache/fontconfig", "/var/cache/fontconfig", true, 0}})
	ps.set("MemoryMax", uint64(384<<20)) // a scan of a page in colour takes 100 MB unpacked
	ps.set("RuntimeMaxUSec", uint64(converterLimit/time.Microsecond))
	return ps
}
