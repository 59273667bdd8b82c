package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres is a PostgreSQL server of one test, on a socket that nobody else
// sees.
type Postgres struct {
	dir, bin   string
	credential *syscall.Credential
	process    *exec.Cmd
	ended      chan struct{}
	log        bytes.Buffer
	databases  int
}

// StartPostgres starts Debian's PostgreSQL and ends it with the test.
func StartPostgres(t testing.TB) *Postgres {
	t.Helper()
	p := &Postgres{bin: postgresPrograms(t)}
	var err error
	// A short name: a socket's path has 107 bytes at most.
	if p.dir, err = os.MkdirTemp("", "borne-pg"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("PostgreSQL said:\n%s", p.log.String())
		}
		os.RemoveAll(p.dir)
	})
	if os.Geteuid() == 0 {
		// PostgreSQL refuses to be root.
		p.credential = &syscall.Credential{Uid: 65534, Gid: 65534}
		if u, err := user.Lookup("postgres"); err == nil {
			p.credential.Uid, p.credential.Gid = number(u.Uid), number(u.Gid)
		}
		if err := os.Chown(p.dir, int(p.credential.Uid), int(p.credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	made := p.command("initdb", "--pgdata", p.data(), "--username", "borne", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.Start(t)
	return p
}

// Start starts the server, the first time or again.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	args := []string{"-D", p.data(), "-k", p.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	if _, measured := t.(*testing.B); !measured {
		// What a killed server had committed is in the machine's memory, where the
		// next one finds it: tests kill servers, and no machine.
		args = append(args, "-c", "fsync=off")
	}
	process := p.command("postgres", args...)
	process.Stdout, process.Stderr = &p.log, &p.log
	process.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	ended := make(chan struct{})
	p.process, p.ended = process, ended
	started := make(chan error)
	go func() {
		// The signal above comes when the thread that started it ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := process.Start()
		started <- err
		if err == nil {
			_ = process.Wait()
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, p.url("postgres"))
		if err == nil {
			conn.Close(ctx)
			return
		}
		select {
		case <-p.ended:
			t.Fatalf("PostgreSQL ended: %s", p.log.String())
		case <-ctx.Done():
			t.Fatal(errors.Join(ctx.Err(), err))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server as a power cut would: nothing more is written.
func (p *Postgres) Kill() {
	_ = p.process.Process.Signal(syscall.SIGQUIT)
	<-p.ended
}

func (p *Postgres) stop() {
	if p.process == nil || p.process.Process == nil {
		return
	}
	_ = p.process.Process.Signal(syscall.SIGINT)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.Kill()
	}
}

// Database makes an empty database and returns its address.
func (p *Postgres) Database(t testing.TB) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	p.databases++
	name := "borne" + strconv.Itoa(p.databases)
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return p.url(name)
}

func (p *Postgres) url(database string) string {
	return fmt.Sprintf("host=%s user=borne dbname=%s", p.dir, database)
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir = p.dir
	c.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.credential}
	return c
}

// postgresPrograms is the folder of the newest server that Debian installed.
func postgresPrograms(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		t.Fatal("no PostgreSQL server: install the package postgresql")
	}
	version := func(path string) uint32 { return number(strings.Split(path, "/")[4]) }
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return int(version(a)) - int(version(b)) }))
}

func number(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
