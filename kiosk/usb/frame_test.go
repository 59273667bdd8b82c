package usb

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"borne/kiosk"
	"borne/kiosk/usb/volume"
)

// FuzzAnswer plays a reader that a hostile stick took over: whatever it says,
// the list keeps its bounds, a document is of the size that was said, and no
// name is unclean.
func FuzzAnswer(f *testing.F) {
	seed := func(frames ...frame) {
		var b bytes.Buffer
		for _, x := range frames {
			if err := writeFrame(&b, x.what, x.body); err != nil {
				f.Fatal(err)
			}
		}
		f.Add(b.Bytes())
	}
	document := Document{Name: "a.pdf", Bytes: 5, Kind: kiosk.DocumentPDF}.frame()
	end := frame{frameEnd, []byte{0, 0, 0, 1, 0}}
	seed(frame{frameDocument, document}, end, frame{frameContent, []byte("12345")}, frame{frameDone, nil})
	seed(frame{frameDocument, document}, end, frame{frameContent, []byte("123456")}, frame{frameDone, nil})
	seed(frame{frameDocument, document}, end, frame{frameContent, []byte("1234")}, frame{frameDone, nil})
	seed(frame{frameDocument, Document{Name: "../\u202ea", Bytes: 1, Kind: kiosk.DocumentPDF}.frame()}, end)
	seed(frame{frameDocument, binary.BigEndian.AppendUint64(nil, 1<<63)}, end)
	seed(frame{frameUnreadable, nil})
	seed(frame{frameDocument, document}, frame{frameUnreadable, nil})
	f.Add([]byte{frameContent, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, said []byte) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			go io.Copy(io.Discard, theirs)
			_, _ = theirs.Write(said)
		}()
		k := NewKey(ours)
		defer k.Close()
		l, err := k.List(context.Background())
		if err != nil {
			if len(l.Documents) > 0 {
				t.Error("documents beside an error")
			}
			return
		}
		if len(l.Documents) > MaxDocuments {
			t.Fatalf("%d documents", len(l.Documents))
		}
		for i, d := range l.Documents {
			if d.Bytes <= 0 || d.Kind == "" || d.Name != volume.CleanName(d.Name) || d.Name == "" {
				t.Fatalf("%+v was believed", d)
			}
			var content bytes.Buffer
			if err := k.Copy(context.Background(), i, &content); err == nil && int64(content.Len()) != d.Bytes {
				t.Fatalf("%d bytes of %d and no error", content.Len(), d.Bytes)
			} else if int64(content.Len()) > d.Bytes {
				t.Fatalf("%d bytes, more than %d", content.Len(), d.Bytes)
			}
		}
	})
}

// FuzzServe says anything to the reader.
func FuzzServe(f *testing.F) {
	image := make([]byte, 4096)
	f.Add([]byte{frameList, 0, 0, frameGet, 0, 4, 0, 0, 0, 0})
	f.Add([]byte{frameGet, 0, 4, 0xff, 0xff, 0xff, 0xff, 'Q', 0, 0})
	f.Fuzz(func(t *testing.T, asked []byte) {
		c := struct {
			io.Reader
			io.Writer
		}{bytes.NewReader(asked), io.Discard}
		_ = Serve(context.Background(), c, bytes.NewReader(image), int64(len(image)))
	})
}

// FuzzUevent reads anything as a message of the kernel.
func FuzzUevent(f *testing.F) {
	f.Add([]byte("add@/devices/pci0/usb1/1-1\x00ACTION=add\x00DEVPATH=/devices/pci0/usb1/1-1\x00SUBSYSTEM=usb\x00DEVTYPE=usb_device\x00"))
	f.Add([]byte("libudev\x00\xfe\xed\xca\xfe"))
	f.Add([]byte("ACTION=add\x00DEVTYPE=usb_device\x00DEVPATH=/devices/../../etc"))
	f.Fuzz(func(t *testing.T, message []byte) {
		if path, ok := plugged(message); ok && (bytes.Contains([]byte(path), []byte("..")) && path != "" && bytes.Contains([]byte(path), []byte("/../"))) {
			t.Errorf("%q leads out", path)
		}
	})
}
