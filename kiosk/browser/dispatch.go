package browser

import (
	"encoding/json"
)

// handlers lists every event that matters, by its name in the protocol.
var handlers = map[string]func(*Browser, message) error{
	"Target.attachedToTarget":      on((*Browser).attached),
	"Target.detachedFromTarget":    on((*Browser).detached),
	"Target.targetCrashed":         on((*Browser).crashed),
	"Page.frameNavigated":          on((*Browser).navigated),
	"Page.lifecycleEvent":          on((*Browser).lifecycle),
	"Page.javascriptDialogOpening": on((*Browser).dialogOpening),
	"Page.javascriptDialogClosed":  on((*Browser).dialogClosed),
	"Page.fileChooserOpened":       on((*Browser).chooserOpened),
	"Network.requestWillBeSent":    on((*Browser).requested),
	"Network.loadingFailed":        on((*Browser).loadFailed),
	"Network.responseReceived":     on((*Browser).answered),
	"Runtime.bindingCalled":        on((*Browser).guardTold),
	"Media.playerEventsAdded":      on((*Browser).playerEvents),
	"Log.entryAdded":               on((*Browser).logged),
	stepsNote:                      on((*Browser).stepsChanged),
	hangsNote:                      on((*Browser).pageHangs),
	answersNote:                    on((*Browser).pageAnswers),
	"Browser.downloadWillBegin":    on((*Browser).downloadBegins),
	"Browser.downloadProgress":     on((*Browser).downloadProgresses),
}

// wanted says whether an event has a handler.
func wanted(method string) bool { return handlers[method] != nil }

// on decodes the parameters that a handler takes.
func on[P any](handle func(*Browser, string, P)) func(*Browser, message) error {
	return func(b *Browser, m message) error {
		var p P
		if err := json.Unmarshal(m.Params, &p); err != nil {
			return err
		}
		handle(b, m.SessionID, p)
		return nil
	}
}

func (b *Browser) dispatch(m message) error {
	handle, ok := handlers[m.Method]
	if !ok {
		return nil
	}
	return handle(b, m)
}
