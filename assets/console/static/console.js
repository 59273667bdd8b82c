// Refreshes the parts of a page that tell what is happening now. Without this
// script a page works the same and is refreshed by hand. The person can stop
// it (RGAA 13.8), and nothing is replaced under the keyboard's focus.
"use strict";
(() => {
  const everyMs = 5000;
  const live = document.querySelectorAll("[data-live][id]");
  const bar = document.getElementById("actualisation");
  if (!live.length || !bar) return;

  let paused = false;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  const told = document.createElement("span");
  told.className = "soft small";
  const show = (text) => { told.textContent = text; };
  const label = () => { button.textContent = paused ? "Reprendre l’actualisation" : "Suspendre l’actualisation"; };
  button.addEventListener("click", () => { paused = !paused; label(); show(paused ? "Page figée." : ""); });
  label();
  bar.append(button, told);

  const refresh = async () => {
    if (paused || document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (!answer.ok) throw new Error("status " + answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of live) {
        const fresh = next.getElementById(part.id);
        if (fresh && !part.contains(document.activeElement) && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
      }
      show("");
    } catch {
      show("Le serveur ne répond pas. La page n’est plus à jour.");
    }
  };
  setInterval(refresh, everyMs);
})();
