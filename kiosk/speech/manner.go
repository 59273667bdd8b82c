package speech

import (
	"fmt"

	"borne/kiosk"
)

// The steps in SSIP's own measure, -100 to 100. What espeak-ng makes of a volume
// is a part of its full one, (volume + 100) / 200: here some 3 dB lie between two
// steps, and the usual leaves two above it. What it makes of a pace is 107, 130,
// 152, 174 and 230 words a minute: the usual is slower than one speaks, as one
// does to somebody who listens for the first time.
var (
	volumes = [2*kiosk.MannerSteps + 1]int{-50, -30, 0, 40, 100}
	paces   = [2*kiosk.MannerSteps + 1]int{-70, -45, -20, 2, 22}
)

func volumeOf(m kiosk.Manner) string {
	return fmt.Sprintf("SET SELF VOLUME %d", volumes[m.Louder(0).Volume+kiosk.MannerSteps])
}

func paceOf(m kiosk.Manner) string {
	return fmt.Sprintf("SET SELF RATE %d", paces[m.Faster(0).Pace+kiosk.MannerSteps])
}
