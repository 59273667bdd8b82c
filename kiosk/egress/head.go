package egress

import (
	"bytes"
	"errors"
	"strings"
)

// request is the head of one request, as read off the wire.
type request struct {
	method, target string
	host           string // of the Host header
	// navigation: a browser asks for a page by itself, not for a part of one.
	navigation bool
}

var errHead = errors.New("malformed request head")

// parseHead reads a request head, its empty line included, more strictly than
// RFC 9112 §3 asks: every line ends in CR LF, no folded header, no control
// character, one Host that matches a CONNECT's target, and no body with it.
func parseHead(head []byte) (request, error) {
	text, ok := bytes.CutSuffix(head, []byte("\r\n\r\n"))
	if !ok {
		return request{}, errHead
	}
	lines := strings.Split(string(text), "\r\n")
	parts := strings.Split(lines[0], " ")
	if len(parts) != 3 || !isToken(parts[0]) || parts[1] == "" || parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0" || !visible(parts[1], false) {
		return request{}, errHead
	}
	r := request{method: parts[0], target: parts[1]}
	hosts := 0
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		if !ok || !isToken(name) || !visible(value, true) {
			return request{}, errHead
		}
		switch strings.ToLower(name) {
		case "host":
			hosts++
			r.host = value
		case "upgrade-insecure-requests": // the one header that Chromium sends over plain HTTP for pages alone
			r.navigation = value == "1"
		case "transfer-encoding":
			return request{}, errHead
		case "content-length":
			if value != "0" && r.method == "CONNECT" {
				return request{}, errHead
			}
		}
	}
	if hosts > 1 || hosts == 0 && parts[2] == "HTTP/1.1" {
		return request{}, errHead
	}
	if r.method == "CONNECT" && hosts == 1 && !sameAuthority(r.host, r.target) {
		return request{}, errHead
	}
	return r, nil
}

// sameAuthority compares a Host header with a CONNECT target; some clients
// leave the port out of the former.
func sameAuthority(host, target string) bool {
	if strings.EqualFold(host, target) {
		return true
	}
	i := strings.LastIndexByte(target, ':')
	return i >= 0 && strings.EqualFold(host, target[:i])
}

// isToken reports whether s is a token of RFC 9110 §5.6.2.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// visible reports whether s holds printable bytes only: ASCII without space
// for a target, also spaces, tabs and high bytes for a header's value.
func visible(s string, value bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 0x7f || c < 0x20 && (c != '\t' || !value) || !value && (c == ' ' || c >= 0x80) {
			return false
		}
	}
	return true
}
