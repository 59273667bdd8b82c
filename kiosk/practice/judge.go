package practice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the exercises ask to copy. They protect nothing.
const (
	account  = "borne"
	password = "soleil7"
	secret   = "1234"
)

// The judges say what is to be corrected in the answers of one page.

func judgeForm(a url.Values) (wrong []fault) {
	if strings.TrimSpace(a.Get("name")) == "" {
		wrong = append(wrong, fault{"name", "name_error"})
	}
	if !isDate(a.Get("day"), a.Get("month"), a.Get("year")) {
		wrong = append(wrong, fault{"day", "date_error"})
	}
	if !slices.Contains([]string{"list_alone", "list_couple", "list_family", "list_other"}, a.Get("list")) {
		wrong = append(wrong, fault{"list", "list_error"})
	}
	if a.Get("secret") != secret {
		wrong = append(wrong, fault{"secret", "secret_error"})
	}
	if a.Get("box") == "" {
		wrong = append(wrong, fault{"box", "box_error"})
	}
	return wrong
}

// isDate reports whether three fields make a day of the calendar.
func isDate(day, month, year string) bool {
	number := func(s string) int {
		n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
		if err != nil {
			return 0
		}
		return int(n)
	}
	d, m, y := number(day), number(month), number(year)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return y >= 1900 && y <= 2100 && t.Year() == y && int(t.Month()) == m && t.Day() == d
}

func judgeMail(a url.Values) []fault {
	mail := strings.TrimSpace(a.Get("mail"))
	before, after, found := strings.Cut(mail, "@")
	if !found || before == "" || after == "" || strings.ContainsAny(mail, " \t") || strings.Contains(after, "@") {
		return []fault{{"mail", "mail_error"}}
	}
	return nil
}

func judgeAsk(a url.Values) []fault {
	if !slices.Contains([]string{"ask_housing", "ask_card", "ask_other"}, a.Get("ask")) {
		return []fault{{"ask", "ask_error"}}
	}
	return nil
}

func judgeSure(a url.Values) []fault {
	if a.Get("sure") == "" {
		return []fault{{"sure", "box_error"}}
	}
	return nil
}

func judgeAccount(a url.Values) []fault {
	if strings.TrimSpace(a.Get("id")) != account || a.Get("password") != password {
		return []fault{{"id", "account_error"}}
	}
	return nil
}
