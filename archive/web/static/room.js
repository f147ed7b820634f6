// Everything works without this file: it copies citations, follows runs, shows the tab one is at, keeps the address clean, and lets months be chosen by dragging.
"use strict";

for (const text of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain copier";
  button.textContent = text.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = text.dataset.copied;
    setTimeout(() => { button.textContent = text.dataset.copy; }, 2000);
  });
  text.after(button);
}

// The ticket of who waited for slow work has done its part: the address that is sent on is the page's own.
if (/[?&]wait=/.test(location.search)) {
  history.replaceState(null, "", location.href.replace(/([?&])wait=[^&#]*&?/, "$1").replace(/[?&](?=#|$)/, ""));
}

for (const here of document.querySelectorAll(".tabs [aria-current], .top [aria-current]")) {
  const line = here.closest(".tabs, .top");
  if (line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - line.clientWidth / 2;
}

const live = document.querySelector("[data-live]");
if (live) {
  const events = new EventSource(live.dataset.live);
  events.addEventListener("runs", (event) => {
    const told = new Map(JSON.parse(event.data).map((run) => [run.run, run]));
    const rows = [...live.querySelectorAll("[data-run]")];
    const begun = live.hasAttribute("data-all") && rows.length !== told.size;
    if (begun || !rows.every((row) => told.has(row.dataset.run))) { location.reload(); return; }
    for (const row of rows) {
      const run = told.get(row.dataset.run);
      for (const cell of row.querySelectorAll("[data-state]")) {
        cell.textContent = cell.dataset.state === "all" ? run.captures : run.states[cell.dataset.state] || 0;
      }
    }
  });
}

const bars = document.querySelector("[data-drag] .plot");
if (bars) {
  const form = document.querySelector("form.span");
  let from = null;
  const period = (event) => event.target.closest("[data-period]")?.dataset.period;
  const ordered = (to) => [from, to].sort().map((one, at) => one.split("..").at(-at));
  const mark = (to) => {
    const [first, last] = ordered(to);
    for (const bar of bars.querySelectorAll("[data-period]")) {
      bar.classList.toggle("dragged", bar.dataset.period >= first && bar.dataset.period.slice(0, 7) <= last);
    }
  };
  bars.addEventListener("dragstart", (event) => event.preventDefault());
  bars.addEventListener("pointerdown", (event) => { from = period(event) || null; });
  bars.addEventListener("pointermove", (event) => { if (from && period(event)) mark(period(event)); });
  window.addEventListener("pointerup", (event) => {
    const to = bars.contains(event.target) && period(event);
    if (from && to && from !== to) {
      event.preventDefault();
      [form.elements.from.value, form.elements.to.value] = ordered(to);
      bars.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
      form.requestSubmit();
    }
    from = null;
  });
}
