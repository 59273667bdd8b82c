package pac

import (
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"
)

var (
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
)

// moment takes a last argument "GMT" off, and is the time to compare with.
func (h *helpers) moment(c goja.FunctionCall) (now time.Time, args []any) {
	for _, v := range c.Arguments {
		args = append(args, v.Export())
	}
	now = h.question.Now
	if n := len(args); n > 0 && args[n-1] == "GMT" {
		return now.UTC(), args[:n-1]
	}
	return now, args
}

// within is true for a value in the range, which may go round: ("FRI", "MON").
func within(low, now, high []int) bool {
	if slices.Compare(low, high) <= 0 {
		return slices.Compare(low, now) <= 0 && slices.Compare(now, high) <= 0
	}
	return slices.Compare(low, now) <= 0 || slices.Compare(now, high) <= 0
}

// weekdayRange is ("MON") or ("MON", "FRI").
func (h *helpers) weekdayRange(c goja.FunctionCall) goja.Value {
	now, args := h.moment(c)
	var days [][]int
	for _, a := range args {
		name, _ := a.(string)
		days = append(days, []int{slices.Index(weekdays, strings.ToUpper(name))})
	}
	if len(days) < 1 || len(days) > 2 || slices.ContainsFunc(days, func(d []int) bool { return d[0] < 0 }) {
		return h.vm.ToValue(false)
	}
	return h.vm.ToValue(within(days[0], []int{int(now.Weekday())}, days[len(days)-1]))
}

// dateRange is one or two of: day, month, year, day and month, month and year,
// or all three.
func (h *helpers) dateRange(c goja.FunctionCall) goja.Value {
	now, args := h.moment(c)
	half := max(1, len(args)/2)
	if len(args) == 0 || len(args) > 6 || len(args) > 1 && len(args)%2 != 0 {
		return h.vm.ToValue(false)
	}
	low, today, ok := dateFields(args[:half], now)
	high, _, also := dateFields(args[len(args)-half:], now)
	return h.vm.ToValue(ok && also && len(low) == len(high) && within(low, today, high))
}

// dateFields sorts a date's parts from the year down, beside the same parts of
// now.
func dateFields(args []any, now time.Time) (fields, today []int, ok bool) {
	year, month, day := -1, -1, -1
	for _, a := range args {
		switch v := a.(type) {
		case string:
			month = slices.Index(months, strings.ToUpper(v)) + 1
			if month == 0 {
				return nil, nil, false
			}
		case int64:
			if v > 31 {
				year = int(v)
			} else {
				day = int(v)
			}
		default:
			return nil, nil, false
		}
	}
	for _, f := range []struct{ value, now int }{{year, now.Year()}, {month, int(now.Month())}, {day, now.Day()}} {
		if f.value >= 0 {
			fields, today = append(fields, f.value), append(today, f.now)
		}
	}
	return fields, today, len(fields) == len(args)
}

// timeRange is an hour, two hours, two of hour and minute, or two of hour,
// minute and second.
func (h *helpers) timeRange(c goja.FunctionCall) goja.Value {
	now, args := h.moment(c)
	var n []int
	for _, a := range args {
		v, ok := a.(int64)
		if !ok {
			return h.vm.ToValue(false)
		}
		n = append(n, int(v))
	}
	clock := []int{now.Hour(), now.Minute(), now.Second()}
	switch len(n) {
	case 1:
		return h.vm.ToValue(n[0] == clock[0])
	case 2, 4, 6:
		half := len(n) / 2
		return h.vm.ToValue(within(n[:half], clock[:half], n[half:]))
	}
	return h.vm.ToValue(false)
}
