package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
)

// Sweep ends a session unit that another borned left behind and searches for
// what it may have left: at start, since a power cut or a crash counts as the
// end of a session. Which user the session had is not known any more, so every
// dynamic user that no other unit holds counts as one of a session, and new
// files cannot be told from old ones.
func (s *Sandbox) Sweep(ctx context.Context) kiosk.Proof {
	release, err := s.take(ctx)
	if err != nil {
		return incomplete(err)
	}
	defer release()
	if s.current != nil {
		return incomplete(ErrBusy)
	}
	began := time.Now()
	var browser, proxy, reader, writer, converter, scanner error
	var wait sync.WaitGroup
	wait.Go(func() { browser = s.stopLeftover(ctx, UnitName) })
	wait.Go(func() { proxy = s.stopLeftover(ctx, ProxyUnitName) })
	wait.Go(func() { reader = s.stopLeftover(ctx, ReaderUnitName) })
	wait.Go(func() { writer = s.stopLeftover(ctx, WriterUnitName) })
	wait.Go(func() { converter = s.stopLeftover(ctx, ConverterUnitName) })
	wait.Go(func() { scanner = s.stopLeftover(ctx, ScannerUnitName) })
	wait.Wait()
	ended := errors.Join(browser, proxy, reader, writer, converter, scanner)
	others, err := s.otherDynamicUsers(ctx)
	if err != nil {
		return incomplete(err)
	}
	t := traces{mine: func(id uint32) bool {
		return id >= dynamicUIDMin && id <= dynamicUIDMax && !others[id]
	}}
	proof := s.settled(ctx, func() kiosk.Proof { return search(t) })
	if ended != nil {
		proof.Clean = false
		proof.Leftovers = append(proof.Leftovers, "the unit could not be ended: "+ended.Error())
	}
	s.log.Info("swept", "clean", proof.Clean, "leftovers", proof.Leftovers, "took", time.Since(began), "search", proof.Took)
	return proof
}

// otherDynamicUsers are the users of the machine's own units with DynamicUser=.
func (s *Sandbox) otherDynamicUsers(ctx context.Context) (map[uint32]bool, error) {
	var users []struct {
		UID  uint32
		Name string
	}
	if err := s.manager().CallWithContext(ctx, managerFace+".GetDynamicUsers", 0).Store(&users); err != nil {
		return nil, fmt.Errorf("list dynamic users: %w", err)
	}
	others := map[uint32]bool{}
	for _, u := range users {
		if !strings.HasPrefix(u.Name, userPrefix) {
			others[u.UID] = true
		}
	}
	return others, nil
}
