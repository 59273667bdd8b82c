package auth

import (
	"net/http"

	"borne/admin"
)

// cookieName has the __Host- prefix over TLS: browsers then refuse one set by
// a sibling domain or without Secure (RFC 6265bis, section 4.1.3).
func (s *Service) cookieName() string {
	if s.secure {
		return "__Host-borne"
	}
	return "borne"
}

func (s *Service) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: maxAge, Secure: s.secure,
		HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// StartSession signs a browser in as o.
func (s *Service) StartSession(w http.ResponseWriter, r *http.Request, o admin.Operator) error {
	token := admin.NewToken()
	if err := s.store.AddSecret(r.Context(), admin.SecretSession, admin.HashToken(token), o.ID, "", s.now().Add(SessionLife)); err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(token, int(SessionLife.Seconds())))
	return nil
}

// EndSession signs a browser out.
func (s *Service) EndSession(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, s.cookie("", -1))
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil // no session, nothing to end
	}
	return s.store.DropSecret(r.Context(), admin.HashToken(c.Value))
}

// Guard refuses requests that change something and come from another site's
// page (http.CrossOriginProtection). Requests of programs, which send no
// Origin, pass: they hold a token or a signature.
func Guard(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}
