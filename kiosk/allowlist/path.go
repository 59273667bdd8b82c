package allowlist

import "strings"

// cleanPath returns the path of "/a/b?q#f" with dot segments resolved, plain
// or escaped, and the rest escaped, as Chromium does it. A back-slash, which
// a browser turns into a slash, is refused.
func cleanPath(s string) (string, bool) {
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	if s == "" {
		return "/", true
	}
	if strings.Contains(s, `\`) {
		return "", false
	}
	s = escapePath(s)
	if !strings.Contains(s, ".") && !strings.Contains(s, "%") {
		return s, true
	}
	segments := strings.Split(s[1:], "/")
	var out []string
	for i, seg := range segments {
		last := i == len(segments)-1
		switch dots(seg) {
		case 1:
		case 2:
			out = out[:max(0, len(out)-1)]
		default:
			out = append(out, seg)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/"), true
}

// escapePath escapes what may not stand in a path: the path percent-encode
// set of the WHATWG URL standard and the vertical bar, which Chromium adds.
func escapePath(s string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= 0x20 || c >= 0x7f || strings.IndexByte("\"<>^`{|}", c) >= 0 {
			if b == nil {
				b = append(make([]byte, 0, len(s)+32), s[:i]...)
			}
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else if b != nil {
			b = append(b, c)
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}

// dots returns 1 for a "." segment, 2 for "..", 0 for any other; %2e counts
// as a dot.
func dots(seg string) int {
	if len(seg) > len("%2e%2e") {
		return 0
	}
	switch strings.ReplaceAll(strings.ToLower(seg), "%2e", ".") {
	case ".":
		return 1
	case "..":
		return 2
	}
	return 0
}

// underPrefix reports whether path is prefix or lies below it, by whole
// segments. A path whose segments a server might cut otherwise (an escaped
// slash, back-slash, percent sign, dot or NUL, an empty segment) is under none.
func underPrefix(path, prefix string) bool {
	if !strings.HasPrefix(path, prefix) || ambiguous(path) {
		return false
	}
	return len(path) == len(prefix) || strings.HasSuffix(prefix, "/") || path[len(prefix)] == '/'
}

func ambiguous(path string) bool {
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && i+1 < len(path) && path[i+1] == '/' {
			return true
		}
		if path[i] != '%' {
			continue
		}
		if i+2 >= len(path) {
			return true
		}
		hi, ok1 := hexDigit(path[i+1])
		lo, ok2 := hexDigit(path[i+2])
		if !ok1 || !ok2 {
			return true
		}
		switch hi<<4 | lo {
		case '/', '\\', '%', '.', 0, ';', '?', '#':
			return true
		}
	}
	// A path parameter ("/a/..;/b") moves some servers up a segment.
	return strings.Contains(path, "..;") || strings.Contains(path, "/.;")
}
