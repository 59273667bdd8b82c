// Runs in a world of its own, where nothing that the page's scripts did to
// functions holds, and answers what the page says from where it is scrolled:
// {t: [[language, text], …], m: true when there is more}. It looks at so many
// nodes, takes so many characters and so long, and no more.
//
// Fields are passed over whole: what a visitor wrote is not the page's to say.
((mostText, mostNodes, mostTime) => {
  "use strict";
  // A form's fields and a document's pictures take the place of its properties
  // by their names, in this world too: so the prototypes' own are called.
  const getter = (type, name) => {
    const get = Object.getOwnPropertyDescriptor(type.prototype, name).get;
    return (of) => get.call(of);
  };
  const method = (type, name) => {
    const f = type.prototype[name];
    return (of, ...args) => f.apply(of, args);
  };
  const firstChild = getter(Node, "firstChild"), nextSibling = getter(Node, "nextSibling"), kind = getter(Node, "nodeType");
  const nameOf = getter(Element, "localName"), shadow = getter(Element, "shadowRoot"), attribute = method(Element, "getAttribute");
  const visible = method(Element, "checkVisibility"), place = method(Element, "getBoundingClientRect"), within = method(Element, "querySelector");
  const query = method(Document, "querySelectorAll"), bodyOf = getter(Document, "body"), rootOf = getter(Document, "documentElement");
  const editable = getter(HTMLElement, "isContentEditable");

  const end = performance.now() + mostTime;
  const range = new Range();
  let blocks, run, tongue, length, nodes = 0, more, framed;

  const begin = () => { blocks = []; run = ""; tongue = ""; length = 0; more = false; framed = 0; };
  const full = () => {
    if (length >= mostText || nodes > mostNodes || performance.now() > end) more = true;
    return more;
  };
  const flush = () => {
    const text = run.replace(/\s+/g, " ").trim();
    if (text) blocks.push([tongue, text]);
    run = "";
  };
  const add = (text, lang) => {
    if (lang !== tongue) flush();
    tongue = lang;
    const taken = text.slice(0, mostText - length);
    run += taken;
    if (taken.trim()) length += taken.length;
    if (taken.length < text.length) more = true;
  };
  // What is scrolled out above is behind the visitor.
  const passed = (rect) => !framed && rect.bottom <= 0;

  const never = new Set(["script", "style", "noscript", "template", "textarea", "select", "datalist", "option", "canvas", "video",
    "audio", "object", "embed", "meter", "progress", "nav", "head", "title", "rp"]);
  const fields = new Set(["textbox", "searchbox", "combobox", "spinbutton", "slider", "listbox", "navigation"]);
  const named = new Set(["a", "button"]), namedRoles = new Set(["img", "link", "button"]);

  const label = (e, text, lang) => { if (text && visible(e, { visibilityProperty: true }) && !passed(place(e))) add(" " + text + " ", lang); };

  const walkAll = (first, lang, depth, whole) => {
    for (let n = first; n && !full(); n = nextSibling(n)) walk(n, lang, depth, whole);
  };
  const walk = (n, lang, depth, whole) => {
    nodes++;
    if (kind(n) === Node.TEXT_NODE) {
      const text = n.data;
      if (!/\S/.test(text)) { run += " "; return; }
      range.selectNodeContents(n);
      if (!passed(range.getBoundingClientRect())) add(text, lang);
      return;
    }
    if (kind(n) !== Node.ELEMENT_NODE || depth > 400) return;
    const name = nameOf(n), role = attribute(n, "role");
    if (never.has(name) || fields.has(role) || whole && (name === "footer" || role === "contentinfo")) return;
    if (attribute(n, "aria-hidden") === "true" || attribute(n, "inert") !== null) return;
    if (n instanceof HTMLElement && editable(n)) return;
    const style = getComputedStyle(n);
    if (style.display === "none" || (style.webkitTextSecurity || "none") !== "none") return;
    lang = (attribute(n, "lang") || lang).slice(0, 35);
    const block = name === "button" || !style.display.startsWith("inline") && style.display !== "contents";
    if (block || name === "br") flush();
    const own = attribute(n, "aria-label");
    if (name === "input") {
      const type = (attribute(n, "type") || "").toLowerCase();
      // A button's words, as they were written in the page.
      const says = { image: "alt", submit: "value", reset: "value", button: "value" }[type];
      if (says) { flush(); label(n, attribute(n, says), lang); flush(); }
    } else if (name === "img" || name === "area") {
      label(n, attribute(n, "alt"), lang);
    } else if (own && (named.has(name) || namedRoles.has(role))) {
      label(n, own, lang);
    } else if (name === "svg") {
      label(n, own, lang);
    } else if (name === "iframe" || name === "frame") {
      let inside = null;
      try { inside = n.contentDocument && bodyOf(n.contentDocument); } catch { /* another site's */ }
      if (inside && visible(n, { visibilityProperty: true }) && !passed(place(n))) {
        framed++;
        flush();
        walk(inside, lang, depth + 1, whole);
        flush();
        framed--;
      }
    } else if (name === "details" && attribute(n, "open") === null) {
      for (let c = firstChild(n); c; c = nextSibling(c)) {
        if (kind(c) === Node.ELEMENT_NODE && nameOf(c) === "summary") { walk(c, lang, depth + 1, whole); break; }
      }
    } else if (name === "slot") {
      const given = n.assignedNodes();
      if (given.length) for (const g of given) { if (full()) break; walk(g, lang, depth + 1, whole); }
      else walkAll(firstChild(n), lang, depth + 1, whole);
    } else if (visible(n, {}) || style.display === "contents") {
      // What is hidden may hold what is not: only its own words are left out.
      if (style.visibility === "visible") walkAll(firstChild(shadow(n) || n), lang, depth + 1, whole);
      else for (let c = firstChild(n); c && !full(); c = nextSibling(c)) if (kind(c) === Node.ELEMENT_NODE) walk(c, lang, depth + 1, whole);
    }
    if (block) flush();
  };

  const read = (root, whole) => {
    if (root) walk(root, languageAt(root), 0, whole);
    flush();
  };
  const languageAt = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const lang = attribute(at, "lang");
      if (lang) return lang.slice(0, 35);
    }
    return "";
  };
  const shown = (selector) => [...query(document, selector)].filter((e) => visible(e, { visibilityProperty: true }));

  begin();
  if (!rootOf(document)) return JSON.stringify({ t: [], m: false });
  const dialog = shown("dialog:modal, [aria-modal=true]").at(-1);
  if (dialog) read(dialog, false);
  if (!blocks.length) {
    begin();
    const main = shown("main, [role=main]")[0];
    if (main) {
      const title = within(main, "h1") ? null : shown("h1")[0];
      if (title && !main.contains(title)) read(title, false);
      read(main, false);
    }
  }
  if (!blocks.length) {
    begin();
    read(bodyOf(document), true);
  }
  return JSON.stringify({ t: blocks, m: more });
})
