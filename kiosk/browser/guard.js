// Runs in every document before its own scripts. It closes what no policy and
// no switch of Chromium closes; what it replaces behaves as if it were refused.
// It is a courtesy to visitors first: windows of their own that a page would
// open anyway are closed by the other end (steps.go).
(() => {
  "use strict";
  const binding = globalThis.borneRefused;
  delete globalThis.borneRefused;
  const told = new Set();
  const tell = (what) => {
    if (binding && !told.has(what)) {
      told.add(what); // once in a document
      binding(what);
    }
  };
  const refusal = () => new DOMException("Refusé par la borne.", "NotAllowedError");

  // replace puts another function in a method's place, when there is one.
  const replace = (owner, name, make) => {
    const before = owner && Object.getOwnPropertyDescriptor(owner, name);
    if (before && typeof before.value === "function") {
      const native = before.value;
      before.value = { [name](...args) { return make(native, this, args); } }[name];
      Object.defineProperty(owner, name, before);
    }
  };
  const method = (type, name, make) => replace(globalThis[type]?.prototype, name, make);

  // A window with features would be a window of its own, with an address and a
  // menu: it becomes a page over this one.
  replace(globalThis, "open", (native, self, args) => {
    if (args.length > 2) {
      const kept = String(args[2]).split(/[\s,]+/).filter((f) => /^(noopener|noreferrer)(=|$)/i.test(f));
      args = [args[0], args[1], kept.join(",")];
    }
    return native.apply(self, args);
  });

  // Shift, Ctrl or Alt and a click would open a window or save the page: a
  // click is a click.
  addEventListener("click", (event) => {
    if (!event.isTrusted || !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)) return;
    const follows = event.composedPath().find((e) => e instanceof Element &&
      e.matches("a[href], area[href], button, input[type=submit], input[type=image]"));
    if (follows) {
      event.preventDefault();
      event.stopImmediatePropagation();
      follows.click();
    }
  }, true);

  // A finger that rests on a link or a picture would carry it away.
  addEventListener("dragstart", (event) => {
    const carried = event.target instanceof Element && event.target.closest("a, img");
    if (carried && carried.getAttribute("draggable") !== "true") event.preventDefault();
  });

  // The keyboard on the screen takes half of the window: what is written stays
  // in sight.
  addEventListener("resize", () => {
    let field = document.activeElement;
    while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
    if (field?.matches("input, textarea, select") || field?.isContentEditable) {
      field.scrollIntoView({ block: "nearest" });
    }
  });

  // The PDF viewer is a page too. Two of its buttons do nothing here: printing
  // is not Chromium's, and a drive needs an account.
  if (location.protocol === "chrome-extension:") {
    let tries = 0;
    const hide = setInterval(() => {
      const bar = document.querySelector("pdf-viewer")?.shadowRoot?.querySelector("#toolbar")?.shadowRoot;
      const useless = bar?.querySelectorAll("#print, #save-to-drive") ?? [];
      for (const button of useless) button.style.display = "none";
      if (useless.length > 1 || ++tries > 200) clearInterval(hide);
    }, 50);
  }

  // A sheet of Chromium's own, with applications that sites bring; a window
  // above all others.
  delete globalThis.PaymentRequest;
  if (globalThis.HTMLVideoElement) delete HTMLVideoElement.prototype.requestPictureInPicture;
  for (const name of ["loadstart", "loadedmetadata", "play"]) { // nor by a video's own menu
    addEventListener(name, (event) => {
      if (event.target instanceof HTMLVideoElement) event.target.disablePictureInPicture = true;
    }, true);
  }

  // The pointer would not reach the bar, nor the keyboard's keys the page.
  method("Element", "requestPointerLock", () => { tell("permission"); return Promise.reject(refusal()); });
  method("Keyboard", "lock", () => { tell("permission"); return Promise.reject(refusal()); });

  // Chromium refuses these by policy, without a word to anybody: they are told.
  for (const [type, names] of Object.entries({
    MediaDevices: ["getUserMedia", "getDisplayMedia"],
    Geolocation: ["getCurrentPosition", "watchPosition"],
    USB: ["requestDevice"], HID: ["requestDevice"], Serial: ["requestPort"], Bluetooth: ["requestDevice"],
    Clipboard: ["read", "readText"],
    Navigator: ["requestMIDIAccess", "registerProtocolHandler"],
  })) {
    for (const name of names) {
      method(type, name, (native, self, args) => { tell("permission"); return native.apply(self, args); });
    }
  }
  for (const name of ["getScreenDetails", "queryLocalFonts"]) {
    replace(globalThis, name, (native, self, args) => { tell("permission"); return native.apply(self, args); });
  }
  for (const [type, name] of [["Notification", "requestPermission"], ["IdleDetector", "requestPermission"]]) {
    replace(globalThis[type], name, (native, self, args) => { tell("permission"); return native.apply(self, args); });
  }
})();
