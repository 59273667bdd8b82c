"use strict";
// Leaves, and looks for, everything a browser can keep of a visit. The names are in the order of the page's list.
const traces = {
  cookie: {
    leave: async () => { document.cookie = "trace=oui; max-age=86400; path=/; secure; samesite=lax"; },
    // The server's count also knows the cookies that scripts cannot see.
    found: async () => document.cookie !== "" || Number(document.body.querySelector("[data-cookies]")?.dataset.cookies) > 0,
  },
  localStorage: {
    leave: async () => localStorage.setItem("trace", "oui"),
    found: async () => localStorage.length > 0,
  },
  sessionStorage: {
    leave: async () => sessionStorage.setItem("trace", "oui"),
    found: async () => sessionStorage.length > 0,
  },
  indexedDB: {
    leave: () => new Promise((done, fail) => {
      const opening = indexedDB.open("caf-demo", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("visites").put("oui", "trace");
      opening.onsuccess = () => { opening.result.close(); done(); };
      opening.onerror = () => fail(opening.error);
    }),
    found: async () => (await indexedDB.databases()).length > 0,
  },
  cache: {
    leave: async () => (await caches.open("caf-demo")).put("/trace", new Response("oui")),
    found: async () => (await caches.keys()).length > 0,
  },
  serviceWorker: {
    leave: async () => { await navigator.serviceWorker.register("/travailleur.js"); await navigator.serviceWorker.ready; },
    found: async () => (await navigator.serviceWorker.getRegistrations()).length > 0,
  },
  httpCache: {
    leave: async () => { await (await fetch("/marque.txt")).text(); },
    found: async () => {
      try {
        return (await fetch("/marque.txt", { cache: "only-if-cached", mode: "same-origin" })).ok;
      } catch {
        return false; // nothing kept: the browser answers a network error
      }
    },
  },
};

async function leaveAll() {
  for (const trace of Object.values(traces)) await trace.leave();
}

// Titles are how tests without a way into the page read it.
async function lookForAll() {
  const present = [];
  for (const [name, trace] of Object.entries(traces)) {
    const found = await trace.found();
    const place = document.getElementById("trace-" + name);
    place.textContent = found ? "présente" : "absente";
    place.className = found ? "present" : "absent";
    if (found) present.push(name);
  }
  const result = document.getElementById("traces-resultat");
  result.textContent = present.length === 0 ? "Aucune trace d'une visite précédente."
    : "Une visite précédente a laissé des traces : " + present.join(", ") + ".";
  result.className = present.length === 0 ? "absent" : "present";
  document.title = "traces: " + (present.length === 0 ? "aucune" : present.join(","));
}
