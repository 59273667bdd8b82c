package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"borne/admin"

	"golang.org/x/crypto/argon2"
)

// The cost of a guess: OWASP's Password Storage Cheat Sheet for argon2id.
const (
	memoryKiB  = 19 * 1024
	iterations = 2
	threads    = 1
	saltBytes  = 16
	keyBytes   = 32
)

// MinPassword and MaxPassword bound a password, in characters and bytes.
// Length alone is asked for (ANSSI, 2021): no rule on kinds of character.
const (
	MinPassword = 12
	MaxPassword = 256
)

// Hash returns what is kept of a password, in PHC form;
// admin.ErrWeakPassword when it is too short or too long.
func Hash(password string) (string, error) {
	if utf8.RuneCountInString(password) < MinPassword || len(password) > MaxPassword {
		return "", admin.ErrWeakPassword
	}
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails (crypto/rand)
	key := argon2.IDKey([]byte(password), salt, iterations, memoryKiB, threads, keyBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, iterations, threads, b64(salt), b64(key)), nil
}

// Check reports whether a password fits what Hash returned; never for a hash
// that it cannot read.
func Check(password, hash string) bool {
	var version int
	var memory, rounds uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > MaxPassword {
		return false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &rounds, &lanes); err != nil || memory > 1<<20 || rounds == 0 || rounds > 64 || lanes == 0 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	key, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != keyBytes {
		return false
	}
	return subtle.ConstantTimeCompare(argon2.IDKey([]byte(password), salt, rounds, memory, lanes, keyBytes), key) == 1
}
