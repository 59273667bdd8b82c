package peers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/packaging/demo"

	"golang.org/x/sys/unix"
)

// relayTo in the environment makes this binary the bare relay.
const relayTo = "BORNE_PEERS_RELAY"

func TestMain(m *testing.M) {
	if to := os.Getenv(relayTo); to != "" {
		fmt.Fprintln(os.Stderr, relay(os.Args[1], to))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// relay accepts, dials and copies both ways: the least that a relay can do. It returns with a fault alone.
func relay(listen, to string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			remote, err := net.Dial("tcp", to)
			if err != nil {
				return
			}
			defer remote.Close()
			go func() {
				_, _ = io.Copy(remote, client)
				_ = remote.(*net.TCPConn).CloseWrite() // its end is told by the other copy
			}()
			_, _ = io.Copy(client, remote)
		}()
	}
}

// proxy is one of those that are compared.
type proxy struct {
	name    string
	address string
	// bare is true of the relay, which is not asked for a host.
	bare bool
	pid  int
}

// maxTunnels is what each proxy is told to bear.
const maxTunnels = 4096

// peerNames are in the order of the table.
func peerNames() []string { return []string{"borne", "squid", "tinyproxy"} }

// start runs a proxy until the benchmark ends, with the same allowlist as the others.
func start(b *testing.B, name string) *proxy {
	b.Helper()
	p := &proxy{name: name, address: freeAddress(b), bare: name == "bare"}
	_, port, err := net.SplitHostPort(p.address)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	write := func(file, text string) string {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		return path
	}
	var command *exec.Cmd
	switch name {
	case "bare":
		command = exec.Command(os.Args[0], p.address)
		command.Env = append(os.Environ(), relayTo+"="+bulkAddress.String())
	case "borne":
		binary, err := filepath.Abs("../../build/bin/borned")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := os.Stat(binary); err != nil {
			b.Fatalf("%v: make build", err)
		}
		bundle := filepath.Join(dir, "bundle")
		if err := os.CopyFS(bundle, demo.Bundle()); err != nil {
			b.Fatal(err)
		}
		command = exec.Command(binary, "egress", "--bundle", bundle, "--listen", p.address)
	case "squid":
		need(b, "/usr/sbin/squid")
		hosts := write("hosts", strings.Join(hosts(), "\n")+"\n")
		command = exec.Command("/usr/sbin/squid", "-N", "-f", write("squid.conf", strings.NewReplacer("PORT", port, "HOSTS", hosts, "DIR", dir).Replace(
			`http_port 127.0.0.1:PORT
acl allowed dstdomain "HOSTS"
acl tls port 443
acl CONNECT method CONNECT
http_access deny !CONNECT
http_access deny !tls
http_access allow allowed
http_access deny all
cache deny all
cache_mem 0
memory_pools off
access_log none
cache_log DIR/cache.log
pid_filename none
coredump_dir DIR
pinger_enable off
max_filedescriptors 16384
shutdown_lifetime 0 seconds
visible_hostname peers
via off
`)))
	case "tinyproxy":
		need(b, "/usr/bin/tinyproxy")
		var patterns strings.Builder
		for _, h := range hosts() {
			fmt.Fprintf(&patterns, "^%s$\n", strings.ReplaceAll(h, ".", `\.`))
		}
		filter := write("filter", patterns.String())
		command = exec.Command("/usr/bin/tinyproxy", "-d", "-c", write("tinyproxy.conf", strings.NewReplacer("PORT", port, "FILTER", filter, "DIR", dir,
			"CLIENTS", strconv.Itoa(maxTunnels)).Replace(
			`Port PORT
Listen 127.0.0.1
Timeout 600
LogFile "DIR/log"
LogLevel Critical
MaxClients CLIENTS
ConnectPort 443
DisableViaHeader Yes
Filter "FILTER"
FilterExtended On
FilterDefaultDeny Yes
`)))
	default:
		b.Fatalf("no proxy is called %q", name)
	}
	// squid runs as another user, who must come to its files.
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o777); err != nil {
			b.Fatal(err)
		}
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := startSlack(command); err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // killed at the end, or seen below
		close(ended)
	}()
	b.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // it may have ended
		<-ended
	})
	p.pid = command.Process.Pid
	for deadline := time.Now().Add(20 * time.Second); ; {
		if conn, err := net.Dial("tcp", p.address); err == nil {
			conn.Close()
			return p
		}
		select {
		case <-ended:
			b.Fatalf("%s ended: %s", name, said.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s does not listen", name)
		}
	}
}

// startSlack starts a proxy with the timer slack that our unit has (kiosk/sandbox): a process takes it from the thread that
// starts it.
func startSlack(command *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(10*time.Millisecond), 0, 0, 0); err != nil {
		return err
	}
	defer unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // this thread's own again
	return command.Start()
}

// hosts is the allowlist of the demonstration, as names.
func hosts() []string {
	var names []string
	for _, h := range demo.SiteHosts() {
		if h != demo.Collector && h != demo.Forbidden {
			names = append(names, string(h))
		}
	}
	return names
}

func need(b *testing.B, program string) {
	b.Helper()
	if _, err := os.Stat(program); err != nil {
		b.Fatalf("%v: packaging/setup/install bench", err)
	}
}

func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// pssBytes is the memory of the process and of all below it, shared pages divided.
func (p *proxy) pssBytes(b *testing.B) int64 {
	b.Helper()
	children := map[int][]int{}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range all {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // it ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
		if err != nil || len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	var sum int64
	for queue := []int{p.pid}; len(queue) > 0; {
		pid := queue[0]
		queue = append(queue[1:], children[pid]...)
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			b.Fatalf("memory of %s: %v", p.name, err)
		}
		for line := range strings.Lines(string(raw)) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "Pss:" {
				kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
				if err != nil {
					b.Fatal(err)
				}
				sum += kilobytes << 10
			}
		}
	}
	return sum
}
