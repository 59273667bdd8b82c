package store

import (
	"cmp"
	"slices"
)

// names are numbers for the texts of a group of batches: few texts come many
// times, and what is summed and put in order by numbers is so many times faster.
// "" is number 0.
type names struct {
	numbers map[string]int32
	texts   []string
}

func newNames() *names { return &names{map[string]int32{"": 0}, []string{""}} }

func (n *names) number(text string) int32 {
	if at, known := n.numbers[text]; known {
		return at
	}
	at := int32(len(n.texts))
	n.numbers[text], n.texts = at, append(n.texts, text)
	return at
}

// ordered are names in the order of their texts.
type ordered struct {
	places []int32 // of each number
	texts  []any   // by place
}

func (n *names) order() ordered {
	numbers := make([]int32, len(n.texts))
	for i := range numbers {
		numbers[i] = int32(i)
	}
	slices.SortFunc(numbers, func(a, b int32) int { return cmp.Compare(n.texts[a], n.texts[b]) })
	o := ordered{make([]int32, len(numbers)), make([]any, len(numbers))}
	for place, number := range numbers {
		o.places[number], o.texts[place] = int32(place), n.texts[number]
	}
	return o
}
