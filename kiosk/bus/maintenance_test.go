package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

func (b *borne) AskMaintenance(context.Context) error { return b.did("ask maintenance") }
func (b *borne) OpenMaintenance(_ context.Context, code string) error {
	return b.did("open maintenance %s", code)
}
func (b *borne) LeaveMaintenance(context.Context) error { return b.did("leave maintenance") }
func (b *borne) MaintenanceCode(context.Context) (string, time.Time, error) {
	return "12345678", time.Unix(1_800_000_000, 0), b.did("maintenance code")
}
func (b *borne) MaintenanceReport(context.Context) (kiosk.MaintenanceReport, error) {
	return kiosk.MaintenanceReport{Gateways: []string{"192.0.2.1"}}, b.did("maintenance report")
}
func (b *borne) Maintain(_ context.Context, a kiosk.MaintenanceAction) error {
	return b.did("maintain %s", a)
}
func (b *borne) EnrolHere(_ context.Context, server, code string) (string, error) {
	return "Accueil 1", b.did("enrol here %s %s", server, code)
}

func TestMaintenance(t *testing.T) {
	b := &borne{}
	_, address := serve(t, b, uint32(os.Getuid()))
	c, ctx := NewClient(connect(t, address)), t.Context()
	for _, err := range []error{c.AskMaintenance(ctx), c.OpenMaintenance(ctx, "87654321"), c.Maintain(ctx, kiosk.ActionTestPage), c.LeaveMaintenance(ctx)} {
		if err != nil {
			t.Error(err)
		}
	}
	if r, err := c.MaintenanceReport(ctx); err != nil || !slices.Equal(r.Gateways, []string{"192.0.2.1"}) {
		t.Errorf("report %+v: %v", r, err)
	}
	if name, err := c.EnrolHere(ctx, "https://b.test", "AAAA"); err != nil || name != "Accueil 1" {
		t.Errorf("enrolled as %q: %v", name, err)
	}
	want := []string{"ask maintenance", "open maintenance 87654321", "maintain test-page", "leave maintenance", "maintenance report", "enrol here https://b.test AAAA"}
	if got := b.called(); !slices.Equal(got, want) {
		t.Errorf("calls %q", got)
	}
	if err := c.Maintain(ctx, "format-disk"); !errors.Is(err, kiosk.ErrBadArgument) {
		t.Errorf("an action that there is none of: %v", err)
	}
	b.fail(fmt.Errorf("%w 40 s", kiosk.ErrCodeWait))
	if err := c.OpenMaintenance(ctx, "1"); !errors.Is(err, kiosk.ErrCodeWait) || err.Error() != "too many wrong codes: wait 40 s" {
		t.Errorf("a code too soon: %v", err)
	}
}
