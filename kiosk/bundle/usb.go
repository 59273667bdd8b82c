package bundle

import "borne/kiosk"

// usb reads what is decided about visitors' USB keys; without it nothing is
// kept on them.
func (v value) usb() (u kiosk.USB) {
	if v.absent() {
		return u
	}
	u.Save = v.fields("save")["save"].flag("save")
	return u
}
