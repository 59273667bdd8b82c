package gate

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// run relays a whole stream and returns what the server would get.
func (r *relay) run(stream []byte) ([]byte, error) {
	var out bytes.Buffer
	err := r.requests(bytes.NewReader(stream), &out)
	return out.Bytes(), err
}

// testRelay has extensions at the numbers 128 and up, in no server's order.
func testRelay(owns func(uint32) bool) *relay {
	u := upstream{extensions: map[byte]minors{}}
	number := byte(128)
	for _, name := range []string{bigRequests, "RENDER", "RANDR", "XInputExtension", "XKEYBOARD", "SHAPE", "XFIXES", "SYNC"} {
		u.extensions[number] = extensions()[name]
		number++
	}
	u.big = 128
	return &relay{server: u, judge: judge{root: 0x50, owns: owns}}
}

func request(opcode, data byte, words ...uint32) []byte {
	b := []byte{opcode, data, 0, 0}
	binary.LittleEndian.PutUint16(b[2:], uint16(1+len(words)))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

func TestRefusalsKeepTheCount(t *testing.T) {
	mine := func(id uint32) bool { return id>>20 == 2 }
	stream := bytes.Join([][]byte{
		request(8, 0, 0x200001),  // map its own window
		request(8, 0, 0x300001),  // and another's
		request(113, 0, 0),       // kill
		request(73, 2, 0x200001), // read pixels
		request(43, 0),
	}, nil)
	out, err := testRelay(mine).run(stream)
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Join([][]byte{request(8, 0, 0x200001), request(127, 0), request(127, 0), request(0, 0), request(43, 0)}, nil)
	if !bytes.Equal(out, want) {
		t.Errorf("the server got\n%x, want\n%x", out, want)
	}
}

func TestLongRequests(t *testing.T) {
	image := make([]uint32, 0x20000)
	image[0], image[1] = 0x200001, 0x200002
	long := func(opcode byte, words []uint32) []byte {
		b := []byte{opcode, 2, 0, 0}
		b = binary.LittleEndian.AppendUint32(b, uint32(len(words)+2))
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	mine := func(id uint32) bool { return id>>20 == 2 }
	stream := append(request(128, 0), long(72, image)...)
	stream = append(stream, request(43, 0)...)
	out, err := testRelay(mine).run(stream)
	if err != nil || !bytes.Equal(out, stream) {
		t.Errorf("a large image does not pass as it is (%d bytes of %d, %v)", len(out), len(stream), err)
	}
	// A short request in a long form is written short: there is one reading.
	out, err = testRelay(mine).run(append(request(128, 0), long(8, []uint32{0x200001})...))
	if want := append(request(128, 0), 8, 2, 2, 0, 1, 0, 0x20, 0); err != nil || !bytes.Equal(out, want) {
		t.Errorf("the server got %x, %v, want %x", out, err, want)
	}
}

func TestWhatTheRootTells(t *testing.T) {
	r := testRelay(func(id uint32) bool { return id>>20 == 2 })
	out, err := r.run(bytes.Join([][]byte{
		request(2, 0, 0x50, 1<<11, 0xffffffff),
		request(131, 46, 0x50, 1, 1<<16, 0xffffffff), // XISelectEvents, one mask of one word
	}, nil))
	want := bytes.Join([][]byte{request(2, 0, 0x50, 1<<11, rootEvents), request(131, 46, 0x50, 1, 1<<16, rootInputEvents)}, nil)
	if err != nil || !bytes.Equal(out, want) {
		t.Errorf("the server got\n%x, %v, want\n%x", out, err, want)
	}
}

// FuzzRelay sends anything as a browser. Whatever comes out of the gate passes
// it again unchanged, and no request that comes out is outside the rules.
func FuzzRelay(f *testing.F) {
	f.Add(request(8, 0, 0x200001))
	f.Add(append(request(128, 0), 72, 2, 0, 0, 4, 0, 0, 0, 1, 0, 0x20, 0, 2, 0, 0x20, 0))
	f.Add(request(2, 0, 0x50, 1<<11, 0xffffffff))
	f.Add(request(131, 46, 0x50, 2, 1<<16, 0xffffffff, 0, 9<<16))
	f.Add(request(98, 0, 5, 0x53455458, 'T'))
	f.Add([]byte{127, 0, 0, 0, 9, 9, 9, 9})
	mine := func(id uint32) bool { return id>>20 == 2 }
	f.Fuzz(func(t *testing.T, stream []byte) {
		out, _ := testRelay(mine).run(stream)
		again, err := testRelay(mine).run(out)
		if len(out) > 0 && out[0] != 0 && err != nil && len(again) != len(out) {
			// The end of a stream may cut a request; all before it must hold.
			if !bytes.HasPrefix(out, again) {
				t.Fatalf("out %x, again %x, %v", out, again, err)
			}
			return
		}
		if !bytes.HasPrefix(out, again) {
			t.Fatalf("what came out does not pass again:\n%x\n%x", out, again)
		}
	})
}

func FuzzSetup(f *testing.F) {
	f.Add(append([]byte{1, 0, 11, 0, 0, 0, 8, 0}, make([]byte, 64)...))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if s, err := parseSetup(answer); err != nil && s.root != 0 {
			t.Errorf("a refused setup has a root: %+v", s)
		}
	})
}
