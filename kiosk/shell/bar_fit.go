package shell

import "fyne.io/fyne/v2"

// modestScale is how much the letters beside the words of a screen grow at most,
// and the bar's where there is no room for more.
const modestScale = 1.25

// barWords is how the bar's are set.
var barWords = words{size: sizeSmall, bold: true, align: fyne.TextAlignCenter}

// barRows sets the bar's buttons in one row, or in two where they do not fit, would
// have small words for who reads large ones, or the screen is tall: help and the
// end in the second, with what is for the page and the time left. Words grow no
// further than these rows have room, for the page needs the height; a keyboard
// over it leaves one row.
func (s *Shell) barRows(k kit, v view) (rows [][]barItem, in kit) {
	all := s.barItems(k, v)
	if !k.portrait() {
		widest := all
		if v.screen != screenPage { // the same letters on each screen
			widest = s.barItems(k, view{screen: screenTheme})
		}
		in, ok := k.grown(1, v, widest)
		if !ok {
			in, ok = k.tightened(all, v)
		}
		if ok && (v.keyboard || in.barGrowth() >= min(k.barGrowth(), leastGrowth)) {
			return [][]barItem{all}, in
		}
	}
	first := len(all) - 2 - barTools(all)
	rows = [][]barItem{all[:first], all[first:]}
	modest := k.modest()
	if in, ok := k.grown(modest.scale, v, rows...); ok {
		return rows, in
	}
	for range 8 {
		if modest.fitsBar(v, rows...) {
			break
		}
		modest.factor *= 0.93
	}
	return rows, modest
}

// leastGrowth is from which growth of its words on one row is enough.
const leastGrowth = 1.2

// barGrowth is how much larger than usual the words of the bar are.
func (k kit) barGrowth() float32 {
	usual := k
	usual.scale = 1
	return k.letters(barWords) / usual.letters(barWords)
}

// barTools is how many of the bar's buttons are for the page: they stand before
// help and the end.
func barTools(all []barItem) (n int) {
	for _, item := range all {
		if item.forPage {
			n++
		}
	}
	return n
}

// tightened finds how tight buttons with usual letters stand in one row, and whether they do at all.
func (k kit) tightened(all []barItem, v view) (kit, bool) {
	k.scale = 1
	for _, tight := range []float32{0.5, 0.4} { // many buttons: their margins give way first
		if k.tight = tight; k.fitsBar(v, all) {
			return k, true
		}
	}
	return k, false
}

// grown finds the largest letters that rows have room for, not under least.
func (k kit) grown(least float32, v view, rows ...[]barItem) (kit, bool) {
	for ; k.scale >= least; k.scale -= 0.05 {
		for _, tight := range []float32{1, 0.8, 0.6} {
			if k.tight = tight; k.fitsBar(v, rows...) {
				return k, true
			}
		}
	}
	return k, false
}

// fitsBar reports whether rows of buttons fit the window, the last with the time.
func (k kit) fitsBar(v view, rows ...[]barItem) bool {
	gap := k.px(barGap)
	for n, items := range rows {
		width := gap
		for _, item := range items {
			width += k.barWidth(item.text) + gap
		}
		if n == len(rows)-1 {
			width += k.clockWidth(v)
		}
		if width > k.size.Width {
			return false
		}
	}
	return true
}

// barGap is what stands between two buttons of the bar.
const barGap = 6

// barWidth is that of a button.
func (k kit) barWidth(text textID) float32 {
	return max(k.measure(k.say(text), barWords).Width+k.px(20)*k.tight, k.target(sizeTarget))
}

// barHeight is that of the bar alone.
func (s *Shell) barHeight(k kit, v view) float32 {
	rows, in := s.barRows(k, v)
	return in.barRow() * float32(len(rows))
}

// barRow is the height of one row.
func (k kit) barRow() float32 {
	usual := k
	usual.scale = 1
	word := k.say(textBarHome)
	return k.target(barHeight) + k.measure(word, barWords).Height - usual.measure(word, barWords).Height
}
