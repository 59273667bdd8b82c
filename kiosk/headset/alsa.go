package headset

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's own structures (include/uapi/sound/asound.h). A test holds them
// to that file.
type (
	// elemID is struct snd_ctl_elem_id.
	elemID struct {
		NumID             uint32
		Interface         int32
		Device, Subdevice uint32
		Name              [44]byte
		Index             uint32
	}
	// elemList is struct snd_ctl_elem_list.
	elemList struct {
		Offset, Space, Used, Count uint32
		IDs                        unsafe.Pointer
		Reserved                   [50]byte
	}
	// elemValue is struct snd_ctl_elem_value of a control with whole numbers.
	elemValue struct {
		ID       elemID
		Indirect uint32
		Values   [128]int
		Reserved [128]byte
	}
	// event is struct snd_ctl_event.
	event struct {
		Type int32
		Mask uint32
		ID   elemID
	}
)

// request makes the number of an ioctl that writes and reads size bytes (_IOWR
// of 'U', include/uapi/asm-generic/ioctl.h).
func request(number, size uintptr) uintptr {
	const writesAndReads, sound = 3 << 30, 'U' << 8
	return writesAndReads | size<<16 | sound | number
}

var (
	requestList      = request(0x10, unsafe.Sizeof(elemList{}))
	requestRead      = request(0x12, unsafe.Sizeof(elemValue{}))
	requestSubscribe = request(0x16, unsafe.Sizeof(int32(0)))
)

const (
	// onCard is SNDRV_CTL_ELEM_IFACE_CARD, where drivers put their jacks.
	onCard = 0
	// elemMost is how many controls of a card are looked at; large ones have some
	// hundreds.
	elemMost = 4096
)

// alsaCard is a card's control device.
type alsaCard struct {
	file *os.File
}

// openCard opens a control device, has it tell of changes, and finds its jacks.
func openCard(path string) (card, error) {
	// O_NONBLOCK, so that closing it ends a read.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open sound card: %w", err)
	}
	c := &alsaCard{file: f}
	on := int32(1)
	if err := c.ioctl(requestSubscribe, unsafe.Pointer(&on)); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("hear of a sound card's changes: %w", err)
	}
	return c, nil
}

func (c *alsaCard) Close() error { return c.file.Close() }

// plugged finds the jacks anew each time: a driver may add them late.
func (c *alsaCard) plugged() (in bool, err error) {
	ids, err := c.elements()
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		if !isJack(id) {
			continue
		}
		value := elemValue{ID: id}
		if err := c.ioctl(requestRead, unsafe.Pointer(&value)); err != nil {
			return false, fmt.Errorf("read a sound card's jack: %w", err)
		}
		in = in || value.Values[0] != 0
	}
	return in, nil
}

// elements lists the card's controls.
func (c *alsaCard) elements() ([]elemID, error) {
	var list elemList
	if err := c.ioctl(requestList, unsafe.Pointer(&list)); err != nil {
		return nil, fmt.Errorf("count a sound card's controls: %w", err)
	}
	if list.Count == 0 {
		return nil, nil
	}
	ids := make([]elemID, min(list.Count, elemMost))
	list = elemList{Space: uint32(len(ids)), IDs: unsafe.Pointer(&ids[0])}
	err := c.ioctl(requestList, unsafe.Pointer(&list))
	runtime.KeepAlive(ids)
	if err != nil {
		return nil, fmt.Errorf("list a sound card's controls: %w", err)
	}
	return ids[:min(int(list.Used), len(ids))], nil
}

// isJack reports whether a control tells what is in a headphone jack: "Headphone
// Jack", "Front Headphone Jack", "Headset Jack". A phantom is one that the
// hardware does not watch, and says always that something is in it; a plug in
// "Headset Mic Jack" is a microphone.
func isJack(id elemID) bool {
	name, _, _ := bytes.Cut(id.Name[:], []byte{0})
	words := strings.Fields(string(name))
	has := func(word string) bool {
		for _, w := range words {
			if w == word || strings.HasPrefix(w, word+"+") {
				return true
			}
		}
		return false
	}
	return id.Interface == onCard && has("Jack") && !has("Phantom") && (has("Headphone") || has("Headphones") || has("Headset") && !has("Mic"))
}

// wait reads until a control changes; which one does not matter.
func (c *alsaCard) wait() error {
	var events [16 * unsafe.Sizeof(event{})]byte
	_, err := c.file.Read(events[:])
	return err
}

func (c *alsaCard) ioctl(request uintptr, what unsafe.Pointer) error {
	raw, err := c.file.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	if err := raw.Control(func(fd uintptr) {
		_, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(what))
	}); err != nil {
		return err
	}
	if errno != 0 {
		return errno
	}
	return nil
}
