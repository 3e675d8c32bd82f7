// Enhancement only: every page works without this file. Nothing here is needed, nothing here asks another site.
"use strict";

(() => {
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // What is wrong is read out first.
  document.querySelector(".fault-list")?.focus();

  // Leaving puts nothing into the history. Three presses of Shift within 1.5 seconds leave as well; never Escape.
  const way = document.querySelector("[data-leave]");
  const leave = () => location.replace(way.href);
  if (way) {
    way.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      leave();
    });
    let presses = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift") { presses = []; return; }
      if (event.repeat) return;
      const now = Date.now();
      presses = [...presses.filter((then) => now - then < 1500), now];
      if (presses.length >= 3) leave();
    });
  }

  // A page that comes back from the browser's memory after signing out is asked for again.
  const viewer = document.documentElement.dataset.viewer;
  const remember = (act) => { try { return act(sessionStorage); } catch { return viewer; } };
  if (viewer) {
    remember((memory) => memory.setItem("viewer", viewer));
    all('form[action="/sign-out"]', (form) => form.addEventListener("submit", () => remember((memory) => memory.removeItem("viewer"))));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && remember((memory) => memory.getItem("viewer")) !== viewer) location.reload();
    });
  }

  // A second press within 3 seconds is one press.
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - (sent.get(event.target) ?? 0) < 3000) event.preventDefault();
    else sent.set(event.target, now);
  }, true);

  // A password can be looked at.
  all("[data-show-password]", (button) => {
    const field = document.getElementById(button.dataset.showPassword);
    if (!field) return;
    const words = [button.textContent, button.dataset.hide];
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      button.textContent = words[show ? 1 : 0];
    });
    field.form?.addEventListener("submit", () => { field.type = "password"; });
  });

  // Today and yesterday are said in words, by the zone that the page uses; the title keeps the whole date.
  const days = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  all("time[datetime*='T']", (time) => {
    const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)([+-])(\d\d):(\d\d)$/.exec(time.dateTime);
    if (!parts) return;
    const offset = (parts[3] === "-" ? -1 : 1) * (Number(parts[4]) * 60 + Number(parts[5])) * 60000;
    const today = new Date(Date.now() + offset).toISOString().slice(0, 10);
    const ago = Math.round((Date.parse(today) - Date.parse(parts[1])) / 86400000);
    if (ago !== 0 && ago !== 1) return;
    time.title = time.textContent;
    time.textContent = `${days.format(-ago, "day")}, ${parts[2]}`;
  });

  // What somebody types is kept, 2 seconds after the last key and when the page is left.
  all("form[data-draft]", (form) => {
    const status = form.querySelector("[data-draft-status]");
    let timer = 0;
    let isSubmitted = false;
    let isOnItsWay = false;
    // The whole form, with the mark of the account that has this page: the words never go to another one.
    const words = () => {
      const fields = new FormData(form);
      fields.delete("kept_at");
      return new URLSearchParams(fields).toString();
    };
    let kept = words();
    const keep = async () => {
      clearTimeout(timer);
      const body = words();
      if (isSubmitted || body === kept) return;
      // One after the other: the next one names when this one was kept. Whoever leaves does not wait.
      if (isOnItsWay && document.visibilityState === "visible") { timer = setTimeout(keep, 500); return; }
      isOnItsWay = true;
      kept = body;
      let isKept = false;
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST", body: `${body}&kept_at=${form.elements.kept_at.value}`, keepalive: body.length < 60000, redirect: "error",
          headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
        });
        // Nothing else says that it is kept: not the page to sign in, nor one that a network puts in between.
        isKept = answer.status === 204;
        // So that the next words replace these, and never what another window has kept meanwhile.
        if (isKept) form.elements.kept_at.value = answer.headers.get("kept-at") ?? "";
      } catch { /* said below */ }
      isOnItsWay = false;
      if (!isKept && kept === body) kept = "";
      if (status) status.textContent = isKept ? status.dataset.kept : status.dataset.notKept;
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 2000); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
    form.addEventListener("submit", () => { isSubmitted = true; clearTimeout(timer); });
    window.addEventListener("pageshow", () => { isSubmitted = false; });
  });
})();
