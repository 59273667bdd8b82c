package escapes_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// proxyAddress is where the visitor's browser finds its only way out.
const proxyAddress = "127.0.0.1:3128"

// sessionPID is the browser's main process, as the host counts.
func (s *scene) sessionPID(ctx context.Context) (string, error) {
	pid, err := s.run(ctx, "systemctl", "show", "--property=MainPID", "--value", sessionUnit)
	if err == nil && (pid == "" || pid == "0") {
		err = fmt.Errorf("%s has no process", sessionUnit)
	}
	return pid, err
}

// standing calls do where a browser that broke out of its own sandbox stands: in the session's network. What do opens
// works anywhere afterwards, since a socket belongs to the network it was made in.
func (s *scene) standing(ctx context.Context, do func() error) error {
	pid, err := s.sessionPID(ctx)
	if err != nil {
		return err
	}
	namespace, err := os.Open(s.Host.Path(filepath.Join("/proc", pid, "ns/net")))
	if err != nil {
		return fmt.Errorf("find the session's network: %w", err)
	}
	defer namespace.Close()
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread, now elsewhere, ends with the goroutine
		if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
			result <- fmt.Errorf("enter the session's network: %w", err)
			return
		}
		result <- do()
	}()
	return <-result
}

// dialInside connects from inside the session's network, to a literal address.
func (p *trial) dialInside(network, address string) (c net.Conn, err error) {
	p.must(p.standing(p.ctx, func() error {
		c, err = (&net.Dialer{Timeout: 3 * time.Second}).Dial(network, address)
		return nil
	}))
	return c, err
}

// inSession runs a command as a program that broke out of the browser's own sandbox: in the session's namespaces, as its
// user, with nothing more than that. Only the filter of system calls is not there: it is looser than the real one.
func (s *scene) inSession(ctx context.Context, command ...string) (string, error) {
	pid, err := s.sessionPID(ctx)
	if err != nil {
		return "", err
	}
	uid, err := s.run(ctx, "systemctl", "show", "--property=UID", "--value", sessionUnit)
	if err != nil {
		return "", err
	}
	args := []string{"--target", pid, "--mount", "--net", "--ipc", "--", "setpriv", "--reuid", uid, "--regid", uid, "--clear-groups",
		"--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"}
	return s.run(ctx, "nsenter", append(args, command...)...)
}

// proxy connects to the proxy, as the browser does.
func (p *trial) proxy() net.Conn {
	c, err := p.dialInside("tcp", proxyAddress)
	p.must(err)
	c.SetDeadline(time.Now().Add(25 * time.Second))
	return c
}

// ask sends a request to the proxy and returns its status line and the reason that it gives.
func (p *trial) ask(request string) (status, reason string) {
	c := p.proxy()
	defer c.Close()
	_, err := c.Write([]byte(request))
	p.must(err)
	return head(c)
}

// head reads an answer to its empty line.
func head(c io.Reader) (status, reason string) {
	lines := bufio.NewReader(c)
	for {
		line, err := lines.ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		if status == "" {
			status = line
		}
		if value, ok := strings.CutPrefix(strings.ToLower(line), "x-borne-reason:"); ok {
			reason = strings.TrimSpace(value)
		}
		if err != nil || line == "" {
			return status, reason
		}
	}
}

// asked sends a request that the proxy must refuse for the reason that this attempt counts.
func (p *trial) asked(request string) {
	status, reason := p.ask(request)
	want := strings.TrimPrefix(p.c.counts, "refusal/")
	switch {
	case status == "" && want == "limit": // it does not talk to those it has no room for
	case !strings.Contains(status, " 403 ") && !strings.Contains(status, " 400 "):
		p.leak("the proxy answers %q", status)
	case reason != want:
		p.fault("the proxy says %q", reason)
	}
}

// connect opens a tunnel to a listed host and sends the first bytes of the client's side. It returns what comes back, in
// hexadecimal figures of bytes, not content: nothing must.
func (p *trial) tunnelled(first []byte) {
	c := p.proxy()
	defer c.Close()
	_, err := fmt.Fprintf(c, "CONNECT %[1]s:443 HTTP/1.1\r\nHost: %[1]s:443\r\n\r\n", trapHost)
	p.must(err)
	if status, _ := head(c); !strings.Contains(status, " 200 ") {
		p.fault("no tunnel to a listed host: %q", status)
		return
	}
	for len(first) > 0 { // in pieces, as a network may cut them
		n := min(len(first), 700)
		if _, err := c.Write(first[:n]); err != nil {
			return // closed already: refused
		}
		first = first[n:]
	}
	answer, _ := io.ReadAll(io.LimitReader(c, 1<<16))
	if len(answer) > 7 { // a TLS alert at most
		p.leak("the far end answered %d bytes", len(answer))
	}
}
