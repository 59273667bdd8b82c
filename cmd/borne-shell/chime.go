//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// The warning's sound: two soft notes, the second higher, as of a question.
// They are low enough for ears that have lost the high tones with age, and
// begin and end at nothing, so that they do not crack.
const (
	sampleRate = 48_000 // Hz, what sound cards run at
	lowNote    = 587.33 // Hz, D5
	highNote   = 880.0  // Hz, A5
	loudness   = 0.35   // of the most there is; the technician sets the mixer
	noteLasts  = 700 * time.Millisecond
	noteAfter  = 260 * time.Millisecond // the second note begins while the first fades
	noteRises  = 15 * time.Millisecond
	noteFades  = 180 * time.Millisecond // to a third
)

// chime returns the samples, one channel.
func chime() []int16 {
	at := func(d time.Duration) int { return int(d * sampleRate / time.Second) }
	wave := make([]float64, at(noteAfter+noteLasts))
	for n, pitch := range []float64{lowNote, highNote} {
		first := n * at(noteAfter)
		for i := range at(noteLasts) {
			t := float64(i) / sampleRate
			rise := math.Min(t/noteRises.Seconds(), 1)
			fall := math.Min((noteLasts.Seconds()-t)/noteRises.Seconds(), 1)
			// A little of the octave makes it a bell, not a whistle.
			tone := math.Sin(2*math.Pi*pitch*t) + 0.2*math.Sin(4*math.Pi*pitch*t)
			wave[first+i] += tone * rise * fall * math.Exp(-t/noteFades.Seconds())
		}
	}
	peak := 0.0
	for _, v := range wave {
		peak = math.Max(peak, math.Abs(v))
	}
	samples := make([]int16, len(wave))
	for i, v := range wave {
		samples[i] = int16(math.Round(v / peak * loudness * math.MaxInt16))
	}
	return samples
}

// wav puts a header before samples of one channel (RIFF, PCM of 16 bits).
func wav(samples []int16) []byte {
	const width = 2 // bytes a sample
	size := uint32(len(samples) * width)
	var b bytes.Buffer
	for _, part := range []any{
		[]byte("RIFF"), 36 + size, []byte("WAVE"),
		[]byte("fmt "), uint32(16), uint16(1), uint16(1), uint32(sampleRate), uint32(sampleRate * width), uint16(width), uint16(8 * width),
		[]byte("data"), size, samples,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	return b.Bytes()
}
