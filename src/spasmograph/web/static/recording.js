// The film and the events are bound together: an event leads to its moment in the film, and a line follows the film over the drawing.
import { swap } from "./recording-swap.js";

const LEAD_S = 0.7, TAIL_S = 0.5;
const film = document.getElementById("film");
let until = Infinity;

const links = () => [...document.querySelectorAll(".chart.recording")].filter((one) => one.checkVisibility()).flatMap((one) => [...one.querySelectorAll("a.event")]);

function playable() {
  return film && !film.error;
}

/** Let the film play one event, with a little before and after it. */
function play(onset, offset) {
  film.currentTime = Math.max(0, onset - LEAD_S);
  until = offset + TAIL_S;
  film.play().catch(() => {});
}

function mark(key) {
  for (const one of document.querySelectorAll(".event.current")) one.classList.remove("current");
  for (const one of document.querySelectorAll(`a.event[data-key="${CSS.escape(key)}"]`)) one.classList.add("current");
  const line = document.getElementById(`event-${key}`);
  line?.classList.add("current");
  return line;
}

/** Show an event; one that is not on this part of the list is asked for. */
async function show(link) {
  const { key, onset, offset } = link.dataset;
  if (playable()) play(+onset, +offset);
  if (!mark(key) && (await swap(link.getAttribute("href").split("#")[0] || location.pathname))) mark(key);
  if (!playable()) document.getElementById(`event-${key}`)?.scrollIntoView({ block: "nearest" });
}

/** Where the film stands, over the drawing. */
function follow() {
  if (film.currentTime >= until && !film.seeking) {
    film.pause();
    until = Infinity;
  }
  for (const chart of document.querySelectorAll(".chart.recording")) {
    const { left, right, start, end } = chart.dataset;
    const share = (film.currentTime - start) / (end - start);
    const line = chart.querySelector(".playhead");
    line.setAttribute("transform", `translate(${(+left + Math.min(share, 1) * (right - left)).toFixed(1)} 0)`);
    line.setAttribute("visibility", share < 0 || share > 1.02 ? "hidden" : "visible");
  }
  if (!film.paused) requestAnimationFrame(follow);
}

/** A film that a browser recorded does not say how long it is; going to its end makes the browser find out. */
function measureLength() {
  if (film.duration !== Infinity) return;
  film.addEventListener("durationchange", () => { film.currentTime = 0; }, { once: true });
  film.currentTime = 1e9;
}

/** The browser cannot play this film; everything else works. */
function doWithout() {
  document.getElementById("no-film").hidden = false;
  film.hidden = true;
  prepare();
}

/** The time at a place of the drawing that was pressed. */
function timeAt(chart, clientX) {
  const box = chart.getBoundingClientRect(), { left, right, start, end } = chart.dataset;
  const x = ((clientX - box.left) * chart.viewBox.baseVal.width) / box.width;
  return +start + Math.min(Math.max((x - left) / (right - left), 0), 1) * (end - start);
}

/** Only one event of a drawing is reached by Tab; the arrow keys go on from there. */
function rove() {
  for (const chart of document.querySelectorAll(".chart.recording")) {
    chart.querySelectorAll("a.event").forEach((link, place) => link.setAttribute("tabindex", place ? "-1" : "0"));
  }
}

function step(link, way) {
  const all = links(), next = all[Math.min(Math.max(all.indexOf(link) + way, 0), all.length - 1)];
  link.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

function prepare() {
  rove();
  for (const button of document.querySelectorAll(".from-film")) button.hidden = !playable();
  if (film) follow();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.event, a.play");
  const chart = event.target.closest(".chart.recording"), button = event.target.closest(".from-film"), swapped = event.target.closest("a[data-swap]");
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link) {
    event.preventDefault();
    await show(link);
    prepare();
  } else if (chart && playable()) {
    until = Infinity;
    film.currentTime = timeAt(chart, event.clientX);
  } else if (button) {
    button.closest("form").elements[button.dataset.fill].value = film.currentTime.toFixed(2);
  } else if (swapped) {
    event.preventDefault();
    const address = swapped.getAttribute("href").split("#")[0] || location.pathname;
    if (!(await swap(address))) location.assign(swapped.href);
    prepare();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  if (!(await swap(form.action, { method: "POST", body }))) location.reload();
  prepare();
});

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("a.event");
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!link || !way) return;
  event.preventDefault();
  step(link, way);
});

if (film) {
  film.addEventListener("play", () => requestAnimationFrame(follow));
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) film.addEventListener(name, follow);
  film.addEventListener("loadedmetadata", measureLength);
  film.addEventListener("error", doWithout);
  if (film.error) doWithout();
  if (film.readyState) measureLength();
}
prepare();
