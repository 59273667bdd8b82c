// Package headset tells when a visitor plugs a headset in, and takes it out.
//
// It is the sound card that knows: its driver has a control for each jack that
// it watches ("Headphone Jack"), beside the input device with the switch
// SW_HEADPHONE_INSERT. Watch reads the controls, through /dev/snd, which whoever
// plays sound may open anyway. Who reads the switch could read keyboards too.
//
// It knows nothing of voices and of visits, and a card that watches no jack, or
// no card at all, is no fault.
package headset
