package api

import (
	"context"
	"net/http"
	"time"

	"borne/admin"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// LoginRequest is a login link's token, or an address and its password.
type LoginRequest struct {
	Link     string `json:"link,omitempty" maxLength:"64" doc:"The last part of a login link, which is used up"`
	Mail     string `json:"mail,omitempty" maxLength:"120"`
	Password string `json:"password,omitempty" maxLength:"256"`
	Label    string `json:"label,omitempty" maxLength:"120" doc:"What the token is for, such as a machine's name"`
}

// LoginReply is a token to show as "Authorization: Bearer".
type LoginReply struct {
	Token    string         `json:"token"`
	Expires  time.Time      `json:"expires"`
	Operator admin.Operator `json:"operator"`
}

// resolver hands the HTTP request to an operation.
type resolver struct{ request *http.Request }

// Resolve keeps the request.
func (r *resolver) Resolve(ctx huma.Context) []error {
	r.request, _ = humago.Unwrap(ctx)
	return nil
}

func (o *Operators) registerLogin(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/api/v1/login",
		Summary: "Get a token", Metadata: map[string]any{metaPublic: true}, Security: []map[string][]string{}, Errors: []int{401, 422, 429}},
		func(ctx context.Context, in *struct {
			resolver
			Body LoginRequest
		}) (*body[LoginReply], error) {
			take := func() (admin.Operator, error) {
				if in.Body.Link != "" {
					return o.Auth.TakeLink(in.request, in.Body.Link)
				}
				return o.Auth.TakePassword(in.request, in.Body.Mail, in.Body.Password)
			}
			who, err := take()
			if err != nil {
				return nil, o.fail(err)
			}
			token, expires, err := o.Auth.NewToken(ctx, who, in.Body.Label, who.Author())
			return answer(o, LoginReply{token, expires, who}, err)
		})
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/me", "me", "Who I am"),
		func(ctx context.Context, _ *struct{}) (*body[admin.Operator], error) {
			return answer(o, operatorOf(ctx), nil)
		})
}
