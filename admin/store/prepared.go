package store

import (
	"context"
	"database/sql"
	"sync"
)

// prepared runs queries whose statements are read once: for what every
// check-in asks, where reading the statement costs more than finding the row.
type prepared struct {
	*sql.DB
	statements sync.Map // of *sql.Stmt, by query
}

// often is view for the few queries that every check-in makes. pgx remembers
// statements by itself.
func (s *Store) often() conn {
	c := s.view()
	if !s.dialect.numbered {
		c.runner = &s.prepared
	}
	return c
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if known, ok := p.statements.Load(query); ok {
		return known.(*sql.Stmt), nil
	}
	// The statement outlives the request that is the first to need it.
	made, err := p.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	if known, raced := p.statements.LoadOrStore(query, made); raced {
		_ = made.Close() // another request was as fast
		return known.(*sql.Stmt), nil
	}
	return made, nil
}

// QueryContext implements runner.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements runner.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query)
	if err != nil {
		return p.DB.QueryRowContext(ctx, query, args...) // which tells the error
	}
	return s.QueryRowContext(ctx, args...)
}
