// What a page does by itself: times in the reader's zone, parts that look again, new messages, keys.
"use strict";

const two = (number) => String(number).padStart(2, "0");

function inZone(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-done])")) {
    const at = new Date(time.dateTime);
    time.dataset.done = "";
    if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0) continue;
    const utc = time.textContent.trim();
    const [day, clock] = utc.split(" ");
    const here = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const fraction = clock.includes(".") ? `.${String(at.getMilliseconds()).padStart(3, "0")}` : "";
    const own = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${fraction}`;
    const beside = document.createElement("small");
    beside.textContent = `${here === day ? "" : `${day} `}${clock.slice(0, 8)} UTC`;
    time.replaceChildren(`${here} ${own} `, beside);
    time.title = utc;
  }
}

function told(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function elapsed(root = document) {
  for (const one of root.querySelectorAll("[data-since]")) {
    const seconds = (Date.now() - new Date(one.dataset.since).getTime()) / 1000;
    if (seconds >= 0) one.textContent = one.classList.contains("muted") ? `(${told(seconds)})` : told(seconds);
  }
}

// Parts with data-refresh are fetched anew so many seconds after the last time, unless somebody is busy in them.
const known = new WeakMap();

function isBusy(part) {
  const chosen = document.getSelection();
  const holds = chosen && !chosen.isCollapsed && part.contains(chosen.anchorNode);
  return holds || (part.contains(document.activeElement) && !document.activeElement.matches(".scroll"));
}

async function lookAgain() {
  const parts = [...document.querySelectorAll("[data-refresh]")];
  if (parts.length && !document.hidden) {
    try {
      const wanted = parts.map((one) => one.id).join(",");
      const answer = await fetch(location.href, { headers: { Accept: "text/html", "Waybill-Parts": wanted } });
      if (answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // What is there now has parts that this page never had.
      if (document.querySelector("[data-lacks]") && !page.querySelector("[data-lacks]")) return location.reload();
      for (const part of parts) {
        const fresh = part.id && page.getElementById(part.id);
        if (!fresh || isBusy(part)) continue;
        const html = fresh.outerHTML;
        if (known.get(part) === html) continue;
        const scrolled = [...part.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
        known.set(fresh, html);
        part.replaceWith(fresh);
        [...fresh.querySelectorAll(".scroll")].forEach((one, at) => { one.scrollLeft = scrolled[at] || 0; });
        inZone(fresh);
        elapsed(fresh);
        if (fresh.id === "records") fill(live);
        deliver();
      }
    } catch {
      // The console itself is away: the next look may find it.
    }
  }
  plan();
}

function plan() {
  const seconds = [...document.querySelectorAll("[data-refresh]")].map((one) => Number(one.dataset.refresh) || 5);
  setTimeout(lookAgain, 1000 * Math.min(5, ...seconds));
}

// New messages, the newest on top; so many stay on the page.
const MOST = 200;
const live = [];

// Puts rows on top that the table has not yet. It may have been away when they came, or be one that was fetched before.
function fill(rows) {
  const body = document.querySelector("[data-records]");
  if (!body || !rows.length) return;
  const places = new Set([...body.querySelectorAll(".place a")].map((one) => one.pathname));
  for (const html of rows) {
    const made = document.createElement("template");
    made.innerHTML = `<table><tbody>${html}</tbody></table>`;
    const row = document.importNode(made.content.querySelector("tr"), true);
    if (places.has(row.querySelector(".place a").pathname)) continue;
    body.prepend(row);
    inZone(row);
  }
  deliver();
  while (body.rows.length > MOST) body.lastElementChild.remove();
  document.querySelector("[data-no-records]")?.remove();
}

// Records that were listed as waiting, when the frontier in the table of partitions has passed them.
function deliver() {
  const frontier = new Map(
    [...document.querySelectorAll("[data-frontier]")].map((one) => [one.dataset.partition, Number(one.dataset.frontier)]));
  for (const cell of document.querySelectorAll("[data-waits]")) {
    const [partition, offset] = cell.dataset.waits.split(":");
    if (!(Number(offset) < frontier.get(partition))) continue;
    const dot = cell.querySelector(".dot");
    dot.className = "dot good";
    dot.nextSibling.textContent = "delivered";
    cell.removeAttribute("data-waits");
  }
}

function follow(view) {
  const state = view.querySelector("[data-live-state]");
  const dot = view.querySelector(".dot");
  const pause = view.querySelector("[data-live-pause]");
  let source = null;
  let at = "";
  let came = 0;
  const say = (kind, text) => { dot.className = `dot ${kind}`; state.textContent = text; };

  function put(event) {
    at = event.lastEventId;
    const { rows, left_out: leftOut } = JSON.parse(event.data);
    live.push(...rows);
    live.splice(0, live.length - MOST);
    fill(rows);
    came += rows.length + leftOut;
    say("good", `live, ${came.toLocaleString("en")} new${leftOut ? `, ${leftOut} of them not shown` : ""}`);
  }

  function open() {
    const url = new URL(view.dataset.live, location.href);
    if (at) url.searchParams.set("from", at);
    source = new EventSource(url);
    source.onopen = () => say("good", came ? `live, ${came.toLocaleString("en")} new` : "live");
    source.onmessage = put;
    source.onerror = () => say("warn", source.readyState === EventSource.CLOSED ? "live view has ended" : "looking for the console");
    source.addEventListener("silence", (event) => {
      if (JSON.parse(event.data)) say("bad", "Kafka does not answer");
      else say("good", came ? `live, ${came.toLocaleString("en")} new` : "live");
    });
    source.addEventListener("trouble", (event) => say("bad", `Kafka: ${JSON.parse(event.data).slice(0, 80)}`));
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    const isPaused = pause.getAttribute("aria-pressed") === "true";
    pause.setAttribute("aria-pressed", String(!isPaused));
    pause.textContent = isPaused ? "Pause" : "Go on";
    if (isPaused) return open();
    source.close();
    say("calm", "paused");
  });
  open();
}

// Keys, where nobody writes: / to find, g and a letter to go, p to pause.
const GO = { c: "/", t: "/topics", s: 'nav a[href^="/streams"]' };
let wasG = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const isGo = Date.now() - wasG < 1500;
  wasG = event.key === "g" ? Date.now() : 0;
  if (isGo && GO[event.key]) {
    const place = GO[event.key];
    location.assign(place.startsWith("/") ? place : document.querySelector(place)?.href ?? "/");
  } else if (event.key === "/") {
    event.preventDefault();
    document.getElementById("q")?.focus();
  } else if (event.key === "p") {
    document.querySelector("[data-live-pause]")?.click();
  }
});

inZone(document);
elapsed();
setInterval(() => elapsed(), 1000);
document.querySelectorAll("[data-live]").forEach(follow);
plan();
