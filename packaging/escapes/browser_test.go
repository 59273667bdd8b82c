package escapes_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"borne/packaging/demo/stage"
)

const (
	permission  = "refusal/permission"
	windowOpen  = "refusal/window"
	dialog      = "refusal/dialog"
	download    = "refusal/download"
	upload      = "refusal/upload"
	certificate = "refusal/certificate"
	// noPrompt is why nothing is counted where Chromium has no question to ask.
	noPrompt = "Chromium of this version, or a policy, answers the page by itself, and tells nobody"
)

// blocker is why no window is counted.
const blocker = "one touch opens one window, a step that Retour closes; Chromium's own blocker refuses the others, and tells nobody"

// browserCases are what a page does to the visitor, and what the browser itself offers.
func browserCases() []attempt {
	return slices.Concat(permissionCases(), windowCases(), dialogCases(), downloadCases(), surfaceCases())
}

// permissionCases ask for the machine's devices and the visitor's secrets.
func permissionCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, counts, script string }{
		{"camera", "The camera", permission, "await navigator.mediaDevices.getUserMedia({video: true})"},
		{"microphone", "The microphone", permission, "await navigator.mediaDevices.getUserMedia({audio: true})"},
		{"screen-capture", "A picture of the screen", permission, "await navigator.mediaDevices.getDisplayMedia()"},
		{"geolocation", "The place where the borne is", permission, "await new Promise((ok, no) => navigator.geolocation.getCurrentPosition(ok, e => no(new Error(e.message))))"},
		{"notifications", "Notifications", "", "if (await Notification.requestPermission() !== 'granted') throw new Error('denied')"},
		{"clipboard-read", "The clipboard, read", permission, "await navigator.clipboard.readText()"},
		{"usb", "USB devices", permission, "await navigator.usb.requestDevice({filters: []})"},
		{"serial", "Serial ports", permission, "await navigator.serial.requestPort()"},
		{"hid", "Keyboards and other input devices", permission, "if ((await navigator.hid.requestDevice({filters: []})).length === 0) throw new Error('none')"},
		{"bluetooth", "Bluetooth", "", "await navigator.bluetooth.requestDevice({acceptAllDevices: true})"},
		{"midi", "Music instruments", permission, "await navigator.requestMIDIAccess({sysex: true})"},
		{"idle-detection", "Whether somebody is at the borne", permission, "if (await IdleDetector.requestPermission() !== 'granted') throw new Error('denied')"},
		{"local-fonts", "The machine's fonts", permission, "if ((await queryLocalFonts()).length === 0) throw new Error('none')"},
		{"screens", "The machine's screens", permission, "await getScreenDetails()"},
		{"file-picker", "A file of the machine, by the browser's own picker", upload, "await showOpenFilePicker()"},
		{"folder-picker", "A folder of the machine", upload, "await showDirectoryPicker()"},
		{"save-picker", "A place on the machine to write to", upload, "await showSaveFilePicker()"},
		{"keyboard-lock", "Every key for the page", permission, "await navigator.keyboard.lock()"},
		{"protocol-handler", "The page as the program for a protocol", permission, "navigator.registerProtocolHandler('web+borne', '/?%s'); throw new Error('asked')"},
		{"payment", "A payment sheet", "", "await new PaymentRequest([{supportedMethods: 'https://malin.borne.test/pay'}], {total: {label: 'x', amount: {currency: 'EUR', value: '1'}}}).show()"},
		{"passkey", "A passkey kept by the browser", "", "await navigator.credentials.create({publicKey: {challenge: new Uint8Array(16), rp: {name: 'x'}, user: {id: new Uint8Array(8), name: 'x', displayName: 'x'}, pubKeyCredParams: [{type: 'public-key', alg: -7}]}})"},
		{"picture-in-picture", "A window that stays above all others", "", "await documentPictureInPicture.requestWindow(); throw new Error('asked')"},
		{"push", "Messages to a page that is closed", "", "const r = await navigator.serviceWorker.register('/sw.js'); await r.pushManager.subscribe({userVisibleOnly: true, applicationServerKey: 'BEl62iUYgUivxIkv69yViEuiBIa40HI0DLLuxX5N9Tk'})"},
		{"sensors", "Motion and light sensors", "", "const s = new Accelerometer(); await new Promise((ok, no) => { s.onreading = ok; s.onerror = e => no(new Error(e.error.name)); s.start() })"},
	} {
		c := attempt{id: "browser." + a.name, attempt: a.attempt, counts: a.counts, quick: a.name == "camera" || a.name == "usb", run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			said := p.says("try { await within(2500, (async () => {" + a.script + "})()); say('granted') } catch (e) { say('refused: ' + e.message) }")
			p.refuses(said, "refused: ")
			p.noNewWindow(before)
		}}
		if a.counts == "" {
			c.uncounted = noPrompt
		}
		cases = append(cases, c)
	}
	return cases
}

// noNewWindow fails if there is a window that was not there before.
func (p *trial) noNewWindow(before []window) {
	now, err := p.windows()
	p.must(err)
	for _, w := range now {
		if !slices.ContainsFunc(before, func(b window) bool { return b.id == w.id }) {
			p.leak("a window %q is at %v", w.class, w.place)
		}
	}
}

// onlyWords fails if there is a window that was not there before and that is more than a line of words: Chromium says
// for some seconds, over the page, that something was kept.
func (p *trial) onlyWords(before []window) {
	err := quickly(p.soon(8*time.Second), "the words to go", func() (bool, error) {
		now, err := p.windows()
		return len(now) <= len(before), err
	})
	if err != nil {
		p.noNewWindow(before)
	}
}

// windowCases open windows, or play the shell's part in one.
func windowCases() []attempt {
	return []attempt{
		{id: "browser.pop-up", attempt: "A window that the page opens by itself", uncounted: blocker, run: func(p *trial) {
			p.touch("await wait(6000); const w = open('/p'); say(w ? 'opened' : 'refused')")
			p.refuses(p.heard(), "refused")
		}},
		{id: "browser.pop-up-flood", attempt: "A hundred windows at one touch", uncounted: blocker, quick: true, run: func(p *trial) {
			p.touch("let n = 0; for (let i = 0; i < 100; i++) if (open('/p' + i)) n++; say(n)")
			if opened := p.heard(); len(opened) > 1 {
				p.leak("%s windows opened", opened)
			}
		}},
		{id: "browser.pop-under", attempt: "Forty windows that hide behind the page", uncounted: blocker, run: func(p *trial) {
			p.touch("for (let i = 0; i < 40; i++) { const w = open('/p' + i, '', 'popup,width=100,height=100,left=0,top=0'); if (w) { w.blur(); focus() } } say('done')")
			p.heard()
		}},
		{id: "browser.pop-up-place", attempt: "A small window placed over the bar", uncounted: "the window manager puts it under the bar, as every window", run: func(p *trial) {
			p.touch("open('/p', '', 'popup,width=1280,height=100,left=0,top=0'); say('opened')")
			p.heard()
			p.watch(600 * time.Millisecond)
		}},
		{id: "browser.move-window", attempt: "The page's own window moved over the bar", uncounted: "the window manager puts it under the bar, as every window", run: func(p *trial) {
			p.touch("for (let i = 0; i < 50; i++) { moveTo(0, 0); resizeTo(1280, 800) } say('moved')")
			p.heard()
			p.watch(600 * time.Millisecond)
		}},
		{id: "browser.full-screen", attempt: "A page in full screen that looks like the shell", uncounted: "it covers its own window, and not the bar", quick: true, run: func(p *trial) {
			p.touch("document.documentElement.requestFullscreen().then(() => say('full'), e => say(e.message))")
			p.note("the page was told: %s", p.heard())
			p.watch(600 * time.Millisecond)
		}},
		{id: "browser.history-flood", attempt: "A hundred steps of history, so that Retour leads nowhere", uncounted: "Accueil and Terminer do not depend on it", run: func(p *trial) {
			p.touch("for (let i = 0; i < 100; i++) history.pushState(i, '', '/h' + i); onpopstate = () => history.forward(); say('stuck')")
			p.heard()
		}},
	}
}

// watch fails if the bar is covered at any time.
func (p *trial) watch(d time.Duration) {
	for until := time.Now().Add(d); time.Now().Before(until); {
		windows, err := p.windows()
		p.must(err)
		for _, w := range windows {
			if w.place.Min.Y < barHeight-8 {
				p.leak("a window %q lies over the bar at %v", w.class, w.place)
				return
			}
		}
		if shown, err := p.barShown(p.ctx); !shown {
			p.leak("the bar is covered: %v", err)
			return
		}
	}
}

// dialogCases hold the visitor with questions.
func dialogCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, script string }{
		{"alert-loop", "Messages without end", "for (let i = 0; i < 40; i++) alert('Votre session a expiré ' + i); say('over')"},
		{"confirm-loop", "Questions without end", "for (let i = 0; i < 40; i++) confirm('Continuer ?'); say('over')"},
		{"prompt-loop", "Questions for a password without end", "for (let i = 0; i < 40; i++) prompt('Mot de passe'); say('over')"},
		{"alert-frames", "The same from a hundred frames", "for (let i = 0; i < 100; i++) { const f = document.createElement('iframe'); document.body.append(f); f.contentWindow.alert(i) } say('over')"},
	} {
		cases = append(cases, attempt{id: "browser." + a.name, attempt: a.attempt, counts: dialog, quick: a.name == "alert-loop", run: func(p *trial) {
			p.touch(a.script)
			// The visitor closes the first ones, with Enter as it stands on the button.
			for range 4 {
				_ = quickly(p.soon(400*time.Millisecond), "an end", func() (bool, error) { return len(p.trap.state().said) > 0, nil })
				p.must(p.borne.Screen.Key(p.ctx, "Return"))
			}
			err := quickly(p.soon(8*time.Second), "an end to the questions", func() (bool, error) { return len(p.trap.state().said) > 0, nil })
			if err != nil {
				p.fault("the questions do not end")
			}
		}})
	}
	return append(cases,
		attempt{id: "browser.before-unload", attempt: "A page that asks whether it may really be left", uncounted: "the answer is always yes", quick: true, run: func(p *trial) {
			p.touch("onbeforeunload = e => { e.preventDefault(); return 'x' }; say('set')")
			p.heard()
			p.must(p.fresh(p.ctx))
		}},
		attempt{id: "browser.print-loop", attempt: "A page that prints itself without end", uncounted: "printing is off: print() does nothing", run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			p.touch("for (let i = 0; i < 100; i++) print(); say('over')")
			p.heard()
			p.noNewWindow(before)
		}},
		attempt{id: "browser.basic-auth", attempt: "The browser's own question for a name and a password", uncounted: "", counts: dialog, run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			p.touch("go('/auth')")
			p.waitWindowOrNotice()
			p.noNewWindow(before)
		}},
		attempt{id: "browser.certificate", attempt: "A listed site whose certificate nobody signed, and the word that lets one pass typed blindly", counts: certificate, quick: true, run: func(p *trial) {
			p.touch("go('https://" + string(expiredHost) + "/')")
			p.blocked()
			p.must(p.borne.Screen.Type(p.ctx, "thisisunsafe"))
			p.waitWindowOrNotice()
		}},
	)
}

// downloadCases fetch what is no document.
func downloadCases() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, file string }{
		{"download-html", "A page saved as a file", "page.html"},
		{"download-desktop", "A program's starter", "jeu.desktop"},
		{"download-program", "A program", "jeu"},
		{"download-exe", "A program for another system, named as a document", "facture.pdf.exe"},
		{"download-extension", "An extension of the browser", "x.crx"},
		{"download-huge", "A hundred gigabytes", "enorme.pdf"},
		{"download-svg", "A picture that holds scripts", "image.svg"},
	} {
		cases = append(cases, attempt{id: "browser." + a.name, attempt: a.attempt, counts: download, quick: a.name == "download-exe", run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			p.touch("go('/telecharger/" + a.file + "'); await wait(900); say('asked')")
			p.heard()
			p.onlyWords(before)
			var kept string
			err = quickly(p.soon(5*time.Second), "what began to go", func() (bool, error) {
				var err error
				kept, err = p.inSession(p.ctx, "sh", "-c", "find /var/lib/borne/downloads -type f -name '"+strings.TrimSuffix(a.file, ".exe")+"*' -printf '%f %s bytes\\n' 2>/dev/null; true")
				return kept == "", err
			})
			if err != nil {
				p.leak("it is kept: %s", kept)
			}
		}})
	}
	return append(cases, attempt{id: "browser.download-flood", attempt: "Two hundred files at once", counts: download, run: func(p *trial) {
		p.touch("for (let i = 0; i < 200; i++) { const f = document.createElement('iframe'); f.src = '/telecharger/n' + i + '.pdf'; document.body.append(f) } await wait(3000); say('asked')")
		p.heard()
		kept, err := p.inSession(p.ctx, "sh", "-c", "find /var/lib/borne/downloads -type f -name 'n*' | wc -l")
		p.must(err)
		n, err := strconv.Atoi(kept)
		if err != nil || n >= 200 {
			p.leak("%s files are kept", kept)
		}
		p.note("%d kept; small ones that are whole before the limit's word reaches Chromium stay until the end, within the visit's own room", n)
	}})
}

// surfaceCases look for what the browser shows of its own.
func surfaceCases() []attempt {
	pointer := func(x, y int, hold time.Duration, buttons ...int) func(p *trial) {
		return func(p *trial) {
			p.must(p.fresh(p.ctx))
			before, err := p.windows()
			p.must(err)
			d, err := p.display()
			p.must(err)
			defer d.conn.Close()
			for i, b := range buttons {
				p.must(d.pointer(x+40*i, y-120*i, b))
				p.watch(hold)
			}
			p.noNewWindow(before)
		}
	}
	quiet := func(name, what, why, script string) attempt {
		return attempt{id: "browser." + name, attempt: what, uncounted: why, run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			p.touch(script)
			p.watch(1200 * time.Millisecond)
			p.noNewWindow(before)
		}}
	}
	return []attempt{
		{id: "browser.context-menu", attempt: "The menu of a right click", uncounted: "there is none to open", quick: true, run: pointer(stage.Width/2, stage.Height/2, 300*time.Millisecond, 3, -3)},
		{id: "browser.long-press", attempt: "The menu of a long touch", uncounted: "there is none to open", run: pointer(stage.Width/2, stage.Height/2, 900*time.Millisecond, 1, -1)},
		{id: "browser.middle-click", attempt: "The middle button, which pastes and opens", uncounted: "it opens nothing", run: pointer(stage.Width/2, stage.Height/2, 300*time.Millisecond, 2, -2)},
		{id: "browser.drag-out", attempt: "Something dragged out of the page, over the bar", uncounted: "nothing takes it", run: pointer(stage.Width/2, 300, 250*time.Millisecond, 1, -1)},
		{id: "browser.pdf-buttons", attempt: "The buttons of the PDF viewer", uncounted: "saving keeps a document in the visit's folder; printing is off", run: func(p *trial) {
			before, err := p.windows()
			p.must(err)
			p.touch("go('/doc.pdf')")
			p.watch(900 * time.Millisecond)
			for _, x := range []int{stage.Width - 30, stage.Width - 75, stage.Width - 120, 30} {
				p.must(p.tapAt(x, barHeight+28))
				p.watch(200 * time.Millisecond)
			}
			p.onlyWords(before)
		}},
		quiet("save-password", "The browser's offer to keep a password", "a policy: it does not offer", `document.body.innerHTML = '<form action="/ok" method=post><input name=u autocomplete=username value=nom><input type=password name=p autocomplete=current-password value=secret><button id=b></button></form>'; b.click()`),
		quiet("translate-bubble", "The browser's offer to translate", "a policy: it does not offer", "go('/japonais')"),
		quiet("install-app", "The page installed as a program", "a policy: it does not offer", "go('/app')"),
		quiet("autofill", "The browser's offer to fill in what another typed", "a policy: it does not offer", `document.body.innerHTML = '<form><input id=a name=cc-number autocomplete=cc-number><input name=email autocomplete=email></form>'; a.focus()`),
		quiet("file-drop", "A file dragged in from nowhere", "there is nothing to drag it from", `document.body.innerHTML = '<input type=file id=f style="width:900px;height:400px">'`),
	}
}
