package escapes_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
)

// proved is why nothing is counted for one thing that did not stay.
const proved = "the end of the visit is counted, as wipe-clean, for all of it"

// everything leaves in the browser all that a page can leave, and says what stayed for the time of the visit.
const everything = `const left = [];
	document.cookie = 'a=1; max-age=31536000; secure; samesite=lax'; if (document.cookie) left.push('cookie');
	localStorage.setItem('a', '1'); left.push('localStorage');
	sessionStorage.setItem('a', '1'); left.push('sessionStorage');
	await new Promise((ok, no) => { const r = indexedDB.open('a', 1); r.onsuccess = ok; r.onerror = no }); left.push('indexedDB');
	const c = await caches.open('a'); await c.put('/a', new Response('a')); left.push('caches');
	await navigator.serviceWorker.register('/sw.js'); left.push('serviceWorker');
	const d = await navigator.storage.getDirectory(); await d.getFileHandle('a', {create: true}); left.push('files');
	await fetch('/marque'); await fetch('/mot-de-passe', {headers: {Authorization: 'Basic YTpi'}}); left.push('httpCache');
	history.pushState(1, '', '/deuxieme'); left.push('history');
	name = 'un nom de fenêtre'; left.push('windowName');
	const t = document.createElement('textarea'); t.value = 'secret-du-visiteur'; document.body.append(t); t.select(); document.execCommand('copy'); left.push('clipboard');
	say(left.join(' '))`

// plant is a visit that leaves all that it can, and ends.
func (s *scene) plant(ctx context.Context) error {
	if _, err := s.shell(ctx, "touch /run/borne-essai-debut"); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	uid, err := s.run(ctx, "systemctl", "show", "--property=UID", "--value", sessionUnit)
	if err != nil {
		return err
	}
	s.trap.plan(everything)
	if err := s.tap(); err != nil {
		return err
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var said string
	err = quickly(short, "the page to leave its traces", func() (bool, error) {
		words := s.trap.state().said
		if len(words) > 0 {
			said = words[0]
		}
		return len(words) > 0, nil
	})
	if err != nil {
		return err
	}
	if !strings.HasPrefix(said, "cookie ") || !strings.HasSuffix(said, " clipboard") {
		return fmt.Errorf("the visit left only %q: a search for it would prove little", said)
	}
	s.trap.plan("go('/telecharger/avis.pdf'); await wait(500); say('asked')")
	if err := s.tap(); err != nil {
		return err
	}
	err = quickly(short, "the document", func() (bool, error) {
		kept, err := s.inSession(ctx, "sh", "-c", "find /var/lib/borne/downloads -type f 2>/dev/null; true")
		return kept != "", err
	})
	if err != nil {
		return err
	}
	if left, err := s.leftOf(ctx, uid); err != nil || left == "" {
		return errors.Join(err, errors.New("a visit that is on has no process and no file: a search would prove nothing"))
	}
	if err := s.end(ctx); err != nil {
		return err
	}
	s.planted, s.ended = uid, time.Now()
	s.trap.mark()
	return nil
}

// residueCases are tried by the next visitor, after a visit that left all it could.
func residueCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, script, nothing string }{
		{"cookies", "Cookies", "say(document.cookie)", ""},
		{"local-storage", "Local storage", "say(localStorage.length)", "0"},
		{"session-storage", "Session storage", "say(sessionStorage.length)", "0"},
		{"indexed-db", "Databases of pages", "say((await indexedDB.databases()).length)", "0"},
		{"cache-api", "Caches of pages", "say((await caches.keys()).length)", "0"},
		{"service-workers", "Service workers", "say((await navigator.serviceWorker.getRegistrations()).length + ' ' + !!navigator.serviceWorker.controller)", "0 false"},
		{"page-files", "Files of pages", "const d = await navigator.storage.getDirectory(); let n = 0; for await (const k of d.keys()) n++; say(n)", "0"},
		{"window-name", "The name that a window keeps from page to page", "say(name)", ""},
		{"storage-estimate", "Storage in use", "say((await navigator.storage.estimate()).usage > 100000)", "false"},
		{"permissions", "Permissions that were answered", "say((await Promise.all(['geolocation', 'notifications', 'camera'].map(n => navigator.permissions.query({name: n})))).some(p => p.state == 'granted'))", "false"},
	} {
		cases = append(cases, attempt{id: "residue." + a.name, attempt: a.attempt + " of the visit before", uncounted: proved, before: (*scene).plant,
			quick: a.name == "cookies" || a.name == "indexed-db", run: func(p *trial) {
				if said := p.says(a.script); said != a.nothing {
					p.leak("the next visitor finds %q", said)
				}
			}})
	}
	for _, a := range []struct{ name, attempt, line string }{
		{"downloads", "Documents of the visit before", "find / -xdev -name 'avis*.pdf' -not -path '/proc/*' 2>/dev/null; true"},
		{"recent-files", "Lists of recent files, thumbnails", "find / -xdev '(' -name 'recently-used*' -o -path '*/thumbnails/*' ')' 2>/dev/null; true"},
		{"core-dumps", "Core dumps", "find /var/lib/systemd/coredump /var/crash -type f 2>/dev/null; find / -xdev -name 'core.[0-9]*' -type f 2>/dev/null; true"},
		{"journal", "The journal: hosts, titles, addresses", "journalctl --no-pager --output=cat | grep -iE 'piege|piégé|malin\\.|avis\\.pdf' | grep -vE 'bornectl|bundle|COMMAND' | head -3; true"},
		{"usage-log", "Hosts and titles in the log of counters", "grep -alE 'piege\\.borne|Site pi' /var/lib/borne/usage* 2>/dev/null; true"},
		{"temporary-files", "Files in /tmp, /var/tmp, /dev/shm and /run that are of no service", "find /tmp /var/tmp /dev/shm -user $UID_OF_VISIT 2>/dev/null; true"},
		{"user", "Processes and files of the visit's user", "ps -U $UID_OF_VISIT -o comm= 2>/dev/null; find / -xdev -uid $UID_OF_VISIT 2>/dev/null; true"},
		{"shared-memory", "Shared memory, message queues, semaphores", "ipcs -m -q -s | grep -E '^0x' | grep -v ' borne-shel' ; ls /dev/mqueue 2>/dev/null; true"},
		{"mounts", "Mounts of the visit before", "findmnt -rno TARGET | grep -iE 'session|egress-[0-9]|/media|/mnt' ; true"},
		{"print-spool", "Print spool and history", "find /var/spool/cups -type f 2>/dev/null; true"},
		{"swap", "Pages of memory in swap", "systemctl show -P MemorySwapMax borne-session.service | grep -v '^0$'; true"},
		{"shell-files", "Files that the shell wrote for itself during the visit", "find /var/lib/borne-shell /home /root/.cache -newer /run/borne-essai-debut -type f 2>/dev/null | grep -viE 'shader|mesa|\\.Xauthority|bash_history' ; true"},
	} {
		cases = append(cases, attempt{id: "residue." + a.name, attempt: a.attempt, uncounted: proved, before: (*scene).plant,
			quick: a.name == "journal" || a.name == "user", run: func(p *trial) {
				found, err := p.shell(p.ctx, "UID_OF_VISIT="+p.planted+"; "+a.line)
				p.must(err)
				if found != "" {
					p.leak("there is %s", strings.Join(strings.Fields(found), " "))
				}
			}})
	}
	return append(cases,
		attempt{id: "residue.history", attempt: "Steps of history to go back to", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			said := p.says("const before = location.href; history.go(-3); await wait(400); say(location.href == before || location.href)")
			if said != "true" && !strings.Contains(said, string(trapHost)) {
				p.leak("the next visitor goes back to %q", said)
			}
			if strings.Contains(said, "deuxieme") {
				p.leak("the next visitor goes back to a page of the visit before")
			}
		}},
		attempt{id: "residue.closed-tab", attempt: "The tab that was closed last, by its key", counts: keyRefused, before: (*scene).plant, run: func(p *trial) { p.press("ctrl+shift+t") }},
		attempt{id: "residue.http-cache", attempt: "Files that the browser kept to itself, and what identifies them", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			p.says("await fetch('/marque'); say('asked')")
			if h := p.trap.lastOf("/marque"); h == nil || h.Get("If-None-Match") != "" {
				p.leak("the browser still knows the file: %v", h)
			}
		}},
		attempt{id: "residue.http-auth", attempt: "Names and passwords of the browser's own question", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			p.says("await fetch('/mot-de-passe'); say('asked')")
			if h := p.trap.lastOf("/mot-de-passe"); h == nil || h.Get("Authorization") != "" {
				p.leak("the browser still sends a password")
			}
		}},
		attempt{id: "residue.site-session", attempt: "A session that is still open at the site", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			p.says("await fetch('/marque'); say('asked')")
			if h := p.trap.lastOf("/marque"); h == nil || h.Get("Cookie") != "" {
				p.leak("the browser still sends a cookie")
			}
		}},
		attempt{id: "residue.tls-tickets", attempt: "TLS tickets, by which a site knows a browser again", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			if p.trap.resumedFirst() {
				p.leak("the first connection of the next visit resumes one of the visit before")
			}
		}},
		attempt{id: "residue.clipboard", attempt: "The clipboard, and what was selected", uncounted: "the shell takes both before the wipe", before: (*scene).plant, quick: true, run: func(p *trial) {
			p.touch("document.body.innerHTML = '<textarea id=i style=\"width:1000px;height:500px;font-size:40px\"></textarea>'; i.focus(); i.oninput = () => { if (i.value.endsWith('z')) say(i.value) }")
			p.must(p.borne.Screen.Key(p.ctx, "ctrl+v"))
			d, err := p.display()
			p.must(err)
			defer d.conn.Close()
			p.must(d.pointer(640, 480, 2, -2))
			p.must(p.borne.Screen.Key(p.ctx, "z"))
			if said := p.heard(); said != "z" {
				p.leak("the next visitor pastes %q", said)
			}
		}},
		attempt{id: "residue.profile", attempt: "Files of the browser's profile older than the visit", uncounted: proved, before: (*scene).plant, run: func(p *trial) {
			// The profile's folder is a file system of its own, made for this visit.
			said, err := p.inSession(p.ctx, "findmnt", "-no", "FSTYPE", "/var/lib/borne")
			p.must(err)
			if !strings.HasSuffix(said, "tmpfs") {
				p.leak("the profile lies on %s", said)
			}
			old, err := p.inSession(p.ctx, "sh", "-c", fmt.Sprintf("find /var/lib/borne -type f ! -newermt @%d | head -3", p.ended.Unix()))
			p.must(err)
			if old != "" {
				p.leak("files of the visit before: %s", old)
			}
		}},
		attempt{id: "residue.crash", attempt: "A core dump of a browser that crashed", alone: true, counts: "session/browser-fault", run: func(p *trial) {
			p.must(p.open(p.ctx))
			_, err := p.shell(p.ctx, "kill -SEGV $(systemctl show -P MainPID "+sessionUnit+")")
			p.must(err)
			p.must(p.borne.WaitState(p.ctx, kiosk.Ready))
			found, err := p.shell(p.ctx, "find /var/lib/systemd/coredump /var/crash -type f 2>/dev/null; find / -xdev '(' -name 'core.[0-9]*' -o -name core ')' -type f -newer /run/borne-essai-debut 2>/dev/null; true")
			p.must(err)
			if found != "" {
				p.leak("there is %s", found)
			}
			p.usableAlone()
		}},
		attempt{id: "residue.planted", attempt: "A file left where no visit can write: the borne says so and takes nobody", alone: true, counts: "device/wipe-fault", run: func(p *trial) {
			p.must(p.open(p.ctx))
			uid, err := p.run(p.ctx, "systemctl", "show", "--property=UID", "--value", sessionUnit)
			p.must(err)
			_, err = p.run(p.ctx, "setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "sh", "-c", "echo secret > /var/tmp/oubli")
			p.must(err)
			_ = p.bus.EndSession(p.ctx, kiosk.EndStaff) // it says that the wipe is not proved
			p.must(p.borne.WaitState(p.soon(patience), kiosk.OutOfService))
			if err := p.bus.StartSession(p.ctx, "fr"); err == nil {
				p.leak("the next visitor was let in")
			}
			_, err = p.shell(p.ctx, "rm /var/tmp/oubli && systemctl restart borned.service")
			p.must(err)
			p.usableAlone()
		}},
	)
}
