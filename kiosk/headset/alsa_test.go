package headset

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

func named(iface int32, name string) elemID {
	id := elemID{Interface: iface}
	copy(id.Name[:], name)
	return id
}

func TestIsJack(t *testing.T) {
	for _, name := range []string{"Headphone Jack", "Front Headphone Jack", "Headphone Front Jack", "Dock Headphone Jack", "Headset Jack",
		"Headphone Mic Jack", "Headphones Jack", "Headphone+LO Jack"} {
		if !isJack(named(onCard, name)) {
			t.Errorf("%q is no headphone jack", name)
		}
	}
	for _, name := range []string{"", "Headphone", "Headphone Playback Switch", "Headphone Phantom Jack", "Speaker Phantom Jack", "Mic Jack",
		"Headset Mic Jack", "Headset Mic Phantom Jack", "HDMI/DP,pcm=3 Jack", "Line Out Jack", "Jack", "Headphonejack", strings.Repeat("x", 44)} {
		if isJack(named(onCard, name)) {
			t.Errorf("%q is a headphone jack", name)
		}
	}
	if isJack(named(2, "Headphone Jack")) { // a mixer's
		t.Error("a mixer's control is a jack")
	}
}

// TestTheKernelsStructures holds ours to the kernel's header, as its compiler
// lays it out.
func TestTheKernelsStructures(t *testing.T) {
	compiler, err := exec.LookPath("gcc")
	if _, there := os.Stat("/usr/include/sound/asound.h"); err != nil || there != nil {
		t.Skip("no gcc, or no sound/asound.h: apt install gcc linux-libc-dev")
	}
	program := filepath.Join(t.TempDir(), "layout")
	cmd := exec.Command(compiler, "-x", "c", "-o", program, "-")
	cmd.Stdin = strings.NewReader(`
		#include <stddef.h>
		#include <stdio.h>
		#include <sys/ioctl.h>
		#include <sys/time.h>
		#include <time.h>
		#include <sound/asound.h>
		int main(void) {
			printf("%zu %zu %zu %zu\n", sizeof(struct snd_ctl_elem_id), sizeof(struct snd_ctl_elem_list), sizeof(struct snd_ctl_elem_value), sizeof(struct snd_ctl_event));
			printf("%zu %zu %zu %zu\n", offsetof(struct snd_ctl_elem_id, iface), offsetof(struct snd_ctl_elem_id, name), offsetof(struct snd_ctl_elem_id, index), offsetof(struct snd_ctl_elem_list, pids));
			printf("%zu %zu\n", offsetof(struct snd_ctl_elem_value, value), offsetof(struct snd_ctl_event, data.elem.id));
			printf("%lx %lx %lx %d\n", (unsigned long)SNDRV_CTL_IOCTL_ELEM_LIST, (unsigned long)SNDRV_CTL_IOCTL_ELEM_READ, (unsigned long)SNDRV_CTL_IOCTL_SUBSCRIBE_EVENTS, SNDRV_CTL_ELEM_IFACE_CARD);
		}`)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	theirs, err := exec.Command(program).Output()
	if err != nil {
		t.Fatal(err)
	}
	var id elemID
	var list elemList
	var value elemValue
	var e event
	ours := fmt.Sprintf("%d %d %d %d\n%d %d %d %d\n%d %d\n%x %x %x %d\n",
		unsafe.Sizeof(id), unsafe.Sizeof(list), unsafe.Sizeof(value), unsafe.Sizeof(e),
		unsafe.Offsetof(id.Interface), unsafe.Offsetof(id.Name), unsafe.Offsetof(id.Index), unsafe.Offsetof(list.IDs),
		unsafe.Offsetof(value.Values), unsafe.Offsetof(e.ID), requestList, requestRead, requestSubscribe, onCard)
	if ours != string(theirs) {
		t.Errorf("ours:\n%stheirs:\n%s", ours, theirs)
	}
}

// A card of this machine's, if there is one, answers; what is no card is said to
// be none.
func TestOpenCard(t *testing.T) {
	cards, err := filepath.Glob(filepath.Join(Cards, "controlC*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range cards {
		c, err := openCard(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if _, err := c.plugged(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(cards) == 0 {
		t.Log("this machine has no sound card")
	}
	if c, err := openCard(os.DevNull); err == nil {
		t.Errorf("nothing is a card: %v", c)
	}
}
