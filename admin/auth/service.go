package auth

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"borne/admin"
)

// People finds operators and keeps their passwords.
type People interface {
	OperatorByMail(ctx context.Context, mail string) (o admin.Operator, passwordHash string, err error)
	SetPassword(ctx context.Context, id, hash, actor string) error
}

// Secrets keeps the hashes of links, sessions and tokens.
type Secrets interface {
	AddSecret(ctx context.Context, kind admin.SecretKind, hash, operator, label string, expires time.Time) error
	SecretOwner(ctx context.Context, kind admin.SecretKind, hash string) (admin.Operator, error)
	TakeSecret(ctx context.Context, kind admin.SecretKind, hash string) (admin.Operator, error)
	DropSecret(ctx context.Context, hash string) error
}

// Audit keeps who came in, and who tried.
type Audit interface {
	Audit(ctx context.Context, actor string, action admin.AuditAction, object, detail string) error
}

// Store is what Service needs of admin/store.
type Store interface {
	People
	Secrets
	Audit
}

// How long secrets live.
const (
	LinkLife    = 24 * time.Hour
	SessionLife = 12 * time.Hour // a working day
	TokenLife   = 90 * 24 * time.Hour
)

// Service says who is asking.
type Service struct {
	store  Store
	secure bool
	now    func() time.Time
	// byMail slows guesses at one person, byAddress at many.
	byMail, byAddress *Limiter
	// hashing bounds the memory that argon2id takes at once.
	hashing chan struct{}
	decoy   string
}

// New returns a service. secure says that browsers come over TLS, and is what
// makes cookies refuse to travel otherwise.
func New(store Store, secure bool, now func() time.Time) (*Service, error) {
	decoy, err := Hash("nobody has this password")
	if err != nil {
		return nil, err
	}
	return &Service{store: store, secure: secure, now: now,
		byMail: NewLimiter(10, 15*time.Minute, now), byAddress: NewLimiter(60, 15*time.Minute, now),
		hashing: make(chan struct{}, 2), decoy: decoy}, nil
}

// NewLink returns the token of a login link for the operator of that address;
// admin.LoginPath says where it leads. It is told once, here.
func (s *Service) NewLink(ctx context.Context, mail, actor string) (token string, o admin.Operator, err error) {
	o, _, err = s.store.OperatorByMail(ctx, mail)
	if err != nil {
		return "", o, err
	}
	token = admin.NewToken()
	if err := s.store.AddSecret(ctx, admin.SecretLink, admin.HashToken(token), o.ID, "", s.now().Add(LinkLife)); err != nil {
		return "", o, err
	}
	return token, o, s.store.Audit(ctx, actor, admin.AuditLinkCreate, o.Mail, "")
}

// TakeLink uses a login link up; admin.ErrLinkInvalid, or ErrTooMany.
func (s *Service) TakeLink(r *http.Request, token string) (admin.Operator, error) {
	if !s.byAddress.Allow(addressOf(r)) {
		return admin.Operator{}, admin.ErrTooMany
	}
	o, err := s.store.TakeSecret(r.Context(), admin.SecretLink, admin.HashToken(token))
	if errors.Is(err, admin.ErrNotFound) {
		return o, errors.Join(admin.ErrLinkInvalid, s.store.Audit(r.Context(), "", admin.AuditLoginFailed, "", "link"))
	}
	if err != nil {
		return o, err
	}
	return o, s.store.Audit(r.Context(), o.Author(), admin.AuditLogin, "", "link")
}

// TakePassword checks a password; admin.ErrBadLogin, or ErrTooMany. It takes
// as long for an unknown address as for a wrong password.
func (s *Service) TakePassword(r *http.Request, mail, password string) (admin.Operator, error) {
	ctx, key := r.Context(), strings.ToLower(strings.TrimSpace(mail))
	if !s.byAddress.Allow(addressOf(r)) || !s.byMail.Allow(key) {
		return admin.Operator{}, admin.ErrTooMany
	}
	o, hash, err := s.store.OperatorByMail(ctx, key)
	if err != nil && !errors.Is(err, admin.ErrNotFound) {
		return admin.Operator{}, err
	}
	usable := err == nil && hash != "" && !o.Disabled
	if !usable {
		hash = s.decoy
	}
	s.hashing <- struct{}{}
	fits := Check(password, hash)
	<-s.hashing
	if !usable || !fits {
		return admin.Operator{}, errors.Join(admin.ErrBadLogin, s.store.Audit(ctx, "", admin.AuditLoginFailed, o.Mail, "password"))
	}
	s.byMail.Forget(key)
	return o, s.store.Audit(ctx, o.Author(), admin.AuditLogin, "", "password")
}

// SetPassword gives an operator a password and ends their sessions.
func (s *Service) SetPassword(ctx context.Context, o admin.Operator, password string) error {
	s.hashing <- struct{}{}
	hash, err := Hash(password)
	<-s.hashing
	if err != nil {
		return err
	}
	return s.store.SetPassword(ctx, o.ID, hash, o.Author())
}

// NewToken returns a token for bornectl, told once, here.
func (s *Service) NewToken(ctx context.Context, o admin.Operator, label, actor string) (token string, expires time.Time, err error) {
	token, expires = admin.NewToken(), s.now().Add(TokenLife)
	if err := s.store.AddSecret(ctx, admin.SecretToken, admin.HashToken(token), o.ID, label, expires); err != nil {
		return "", expires, err
	}
	return token, expires, s.store.Audit(ctx, actor, admin.AuditTokenCreate, o.Mail, label)
}

// Authenticate returns who sends a request: the owner of its bearer token or
// of its session's cookie; admin.ErrUnauthenticated for nobody.
func (s *Service) Authenticate(r *http.Request) (admin.Operator, error) {
	kind, token := admin.SecretSession, ""
	if header := r.Header.Get("Authorization"); header != "" {
		// One who shows a token is judged by it, not by a cookie beside it.
		scheme, value, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return admin.Operator{}, admin.ErrUnauthenticated
		}
		kind, token = admin.SecretToken, strings.TrimSpace(value)
	} else if c, err := r.Cookie(s.cookieName()); err == nil {
		token = c.Value
	}
	if token == "" {
		return admin.Operator{}, admin.ErrUnauthenticated
	}
	o, err := s.store.SecretOwner(r.Context(), kind, admin.HashToken(token))
	if errors.Is(err, admin.ErrNotFound) {
		return admin.Operator{}, admin.ErrUnauthenticated
	}
	return o, err
}

// addressOf is the network address that a request comes from. A header that a
// proxy might set is not believed: anybody can write it.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
