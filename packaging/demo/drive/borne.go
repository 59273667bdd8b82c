package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"borne/kiosk"
)

// Borne is what a borne says of itself on its system bus.
type Borne struct{ host Host }

// NewBorne returns the borne that runs on the host.
func NewBorne(host Host) *Borne { return &Borne{host} }

// Property reads one property of org.borne.Kiosk1, as busctl shows it to a technician.
func (b *Borne) Property(ctx context.Context, name string) (string, error) {
	command := b.host.Command(ctx, "busctl", "--json=short", "get-property",
		kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, name)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("read property %s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return "", fmt.Errorf("read property %s: %w", name, err)
	}
	var text string
	if err := json.Unmarshal(answer.Data, &text); err != nil {
		return string(answer.Data), nil // a number is told as it is written
	}
	return text, nil
}

// State is what the borne is doing.
func (b *Borne) State(ctx context.Context) (kiosk.State, error) {
	s, err := b.Property(ctx, "State")
	return kiosk.State(s), err
}

// WaitState returns once the borne is in one of the states.
func (b *Borne) WaitState(ctx context.Context, states ...kiosk.State) error {
	return Until(ctx, fmt.Sprintf("state %v", states), func() (bool, error) {
		s, err := b.State(ctx)
		if err == nil && !slices.Contains(states, s) {
			err = fmt.Errorf("state is %q", s)
		}
		return err == nil, err
	})
}

// WaitProperty returns once a property has the value.
func (b *Borne) WaitProperty(ctx context.Context, name, value string) error {
	return Until(ctx, fmt.Sprintf("%s %q", name, value), func() (bool, error) {
		got, err := b.Property(ctx, name)
		if err == nil && got != value {
			err = fmt.Errorf("it is %q", got)
		}
		return err == nil, err
	})
}
