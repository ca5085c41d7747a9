// Files are handed in one after the other, as they are; the list tells how far each analysis is.
import { exchange } from "./recording-swap.js";
import { watch } from "./recording-watch.js";

const EMG = /\.(edf|bdf|xdf|txt|csv|tsv|h5|hdf5|npy|npz)$/i;
const form = document.getElementById("upload"), list = document.getElementById("sending"), files = document.getElementById("files");

/** A moment as this machine's clock showed it, with its offset from UTC. */
function local(ms) {
  const at = new Date(ms), offset = -at.getTimezoneOffset(), two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const shown = new Date(ms + offset * 60000).toISOString().slice(0, 19);
  return `${shown}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

function address(file) {
  const said = {
    name: file.name,
    at: local(file.lastModified),
    media: EMG.test(file.name) ? "emg" : "film",
    mirrored: document.getElementById("mirrored").checked,
    task: form.elements.task.value,
  };
  return `/api/recordings?${new URLSearchParams(said)}`;
}

/** Send one file; its line in the list tells how much of it has arrived, and what became of it. */
function send(file) {
  const line = document.createElement("li"), words = document.createElement("span"), bar = document.createElement("progress");
  bar.setAttribute("aria-label", file.name);
  words.textContent = `${file.name}: ${form.dataset.sending} `;
  line.append(words, bar);
  list.append(line);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const end = (text, bad) => {
      bar.remove();
      words.textContent = text;
      if (bad) line.setAttribute("role", "alert");
      done(!bad);
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) [bar.max, bar.value] = [event.total, event.loaded];
    });
    request.addEventListener("load", () => {
      if (request.status === 201) end(`${file.name} ${form.dataset.new}.`);
      else if (request.status === 200) end(`${file.name} ${form.dataset.known}.`);
      else end(`${file.name} ${form.dataset.failed}: ${reason(request)}`, true);
    });
    request.addEventListener("error", () => end(`${file.name}: ${form.dataset.lost}.`, true));
    request.open("POST", address(file));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    return request.responseText || `HTTP ${request.status}`;
  }
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const focused = exchange(await answer.text());
  if (focused) document.getElementById(focused)?.focus();
  attend();
}

function attend() {
  for (const element of document.querySelectorAll("#list [data-watch]")) watch(element, refresh);
}

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = [...files.files], button = form.querySelector("button");
  if (!chosen.length) {
    files.focus();
    return;
  }
  button.disabled = true;
  list.replaceChildren();
  let all = true;
  for (const file of chosen) all = (await send(file)) && all;
  button.disabled = false;
  if (all) files.value = "";
  await refresh();
});
attend();
