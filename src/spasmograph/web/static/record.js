// The page on which a person films themselves: choose, check the camera, follow the steps, keep the film or take it again.

import { cameras, closeCamera, openCamera } from "./record-camera.js";
import * as drawer from "./record-drawer.js";
import { Film } from "./record-film.js";
import { Framing } from "./record-framing.js";
import { Stopped, runSteps, waited } from "./record-steps.js";
import { fileName, upload } from "./record-upload.js";
import { Voice } from "./record-voice.js";

const $ = (id) => document.getElementById(id);
const plan = JSON.parse($("recorder").dataset.plan);
const language = document.documentElement.lang;
const SECTIONS = ["choose", "trouble", "check", "run", "review"];
// What is worth telling in the middle of a recording; the rest would only distract.
const DRIFTS = new Set(["no_face", "come_closer", "move_back", "to_the_middle", "more_light", "less_light", "one_face_only"]);
const CHOICE = "spasmograph-steps";
const wall = { now: () => performance.now() / 1000 };

let stream = null;
let device = "";
let film = null;
let recording = null;
let checking = null;
const voice = new Voice(language);
const framing = new Framing($("preview"), plan.framing, (found) => (recording ? drifted(found) : advised(found)));

// ---- words and places

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const word = (name, values = {}) => filled($("words").content.querySelector(`[data-word="${name}"]`).textContent, values);
const fill = (element, values) => { element.textContent = filled(element.dataset.fill, values); };
const clock = (seconds) => ({ minutes: Math.floor(Math.round(seconds) / 60), seconds: Math.round(seconds) % 60 });

function show(name) {
  for (const section of SECTIONS) $(section).hidden = section !== name;
  for (const part of document.querySelectorAll("body > header, body > footer, body > .skip")) part.inert = name === "run";
  $(name).querySelector("[tabindex='-1']")?.focus();
}

function troubled(error) {
  leaveCamera();
  $("trouble").querySelector("p").textContent = word(`trouble.${error.code ?? "other"}`);
  show("trouble");
  $("trouble-again").focus();
}

// ---- what to record

const chosenSteps = () => plan.steps.filter((step) => $("choice").querySelector(`input[name="task"][value="${step.task}"]`).checked);

function sumUp() {
  const steps = chosenSteps();
  try { localStorage.setItem(CHOICE, steps.map((step) => step.task).join(" ")); } catch { /* a private window */ }
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0) + plan.prepare_s * (steps.length - 1) + plan.countdown_s;
  fill($("total"), clock(seconds));
}

// The same steps as last time: recordings that are compared should be alike.
function chooseAsLast() {
  let last = [];
  try { last = (localStorage.getItem(CHOICE) ?? "").split(" "); } catch { /* a private window */ }
  const boxes = [...$("choice").querySelectorAll('input[name="task"]:not([disabled])')];
  for (const box of boxes) box.checked = last.includes(box.value);
  $("more").open = boxes.some((box) => box.checked);
}

async function offerVoice() {
  if (await voice.ready()) return;
  $("spoken").checked = false;
  $("spoken").disabled = true;
  $("voice-hint").textContent = word("voice.none");
}

async function offerLeftOver() {
  const found = await drawer.leftOver();
  if (!found) return;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(found.at);
  fill($("left-over").querySelector("p"), { when });
  $("left-over").hidden = false;
  $("left-over-look").onclick = () => review({ ...found, remarks: [word("remark.left_over")] });
  $("left-over-delete").onclick = async () => {
    await drawer.forget(found.id);
    $("left-over").hidden = true;
    $("choose-title").focus();
  };
}

// ---- the camera

async function check() {
  leaveCamera();
  const mine = (checking = Symbol("check"));
  $("start").disabled = true;
  let opened = null;
  try {
    opened = await openCamera(plan.film, { device, sound: chosenSteps().some((step) => step.sound) });
    if (checking !== mine) return closeCamera(opened);
    stream = opened;
    $("preview").srcObject = new MediaStream(stream.getVideoTracks());
    await $("preview").play();
    await offerCameras();
  } catch (error) {
    return checking === mine ? troubled(error) : closeCamera(opened);
  }
  if (checking !== mine) return closeCamera(opened);
  for (const track of stream.getTracks()) track.addEventListener("ended", lost);
  stream.getVideoTracks()[0].addEventListener("mute", () => recording?.remarks.add("muted"));
  tell("wait", $("advice").textContent);
  cameraFacts();
  show("check");
  $("start").disabled = false;
  return framing.start();
}

function leaveCamera() {
  checking = null;
  framing.stop();
  for (const track of stream?.getTracks() ?? []) track.removeEventListener("ended", lost);
  closeCamera(stream);
  $("preview").srcObject = stream = null;
}

function lost() {
  if (recording) recording.stopping.abort("lost");
  else troubled({ code: "lost" });
}

async function offerCameras() {
  const found = await cameras();
  const used = stream.getVideoTracks()[0].getSettings().deviceId;
  const options = found.map((one, number) => new Option(one.label || word("camera.unnamed", { number: number + 1 }), one.deviceId, false, one.deviceId === used));
  $("camera-choice").hidden = found.length < 2;
  $("camera-choice").querySelector("select").replaceChildren(...options);
}

function cameraFacts() {
  const { videoWidth: width, videoHeight: height } = $("preview");
  const rate = Math.round(framing.rate.hz || stream.getVideoTracks()[0].getSettings().frameRate || 0);
  fill($("camera-facts"), { width, height, rate });
}

function advised({ advice, box }) {
  tell(advice === "good" ? "good" : "warn", word(`advice.${advice}`));
  cameraFacts();
  const drawn = $("box");
  drawn.ownerSVGElement.classList.toggle("good", advice === "good");
  ["x", "y", "width", "height"].forEach((name, at) => drawn.setAttribute(name, box ? box[at] : 0));
}

function tell(kind, words) {
  if ($("advice").textContent !== words) $("advice").textContent = words;
  $("advice").className = `advice ${kind}`;
}

// ---- the recording

const stage = {
  left(seconds) { $("count").textContent = seconds; },
  progress(share) { $("progress").value = share; },
  title(step, number, prompt, explain) {
    fill($("step-name"), { number: number + 1, all: recording.steps.length, name: step.name });
    $("prompt").textContent = prompt;
    $("explain").textContent = explain;
    $("reading").hidden = true;
    $("run").classList.remove("reads");
  },
  prepare(step, number) {
    this.title(step, number, number ? word("run.next", { name: step.name }) : word("run.first"), step.explain);
    this.say(step.speak);
  },
  begin(step, number) {
    this.title(step, number, step.cues[0].show, "");
    $("reading").textContent = step.text;
    $("reading").hidden = !step.text;
    $("run").classList.toggle("reads", Boolean(step.text));
    voice.begin();
  },
  cue(step, cue, number) {
    $("prompt").textContent = cue.show;
    if (step.cues.length === 1) return;
    const each = step.cues.length / step.repeats;
    $("explain").textContent = word("run.round", { number: Math.floor(number / each) + 1, all: step.repeats });
    this.say(cue.speak);
    if (number > 0) voice.change();
  },
  end(step, found) {
    voice.end();
    recording.done.push(found);
    drawer.put(kept(recording));
  },
  say(words) {
    voice.say(words);
    // A screen reader would speak at the same time as the voice.
    $("told").textContent = voice.speaks ? "" : words;
  },
};

const kept = ({ id, film: { at, type }, done: steps }) => ({ id, at, type, steps });

async function record() {
  voice.spoken = $("spoken").checked;
  voice.tones = $("tones").checked;
  voice.unlock();
  recording = { id: Date.now(), steps: chosenSteps(), done: [], remarks: new Set(), stopping: new AbortController(), hiddenFrom: null, hidden: 0 };
  drawer.hold(recording.id);
  stayAwake();
  stage.progress(0);
  stage.prepare(recording.steps[0], 0);
  show("run");
  framing.start(5 * plan.framing.every_s);
  try {
    await follow(recording);
  } catch (error) {
    if (!(error instanceof Stopped)) recording.stopping.abort(recording.film ? "lost" : "no_recorder");
  }
  await finish(recording);
}

async function follow(run) {
  const { signal } = run.stopping;
  await waited(wall, wall.now() + plan.countdown_s, signal, (left) => stage.left(Math.max(0, Math.ceil(left))));
  run.film = new Film(stream, { bitsPerSecond: plan.film.bits_per_s, onChunk: (chunk, number) => drawer.add(run.id, number, chunk) });
  run.film.recorder.addEventListener("error", lost);
  await run.film.start();
  drawer.put(kept(run));
  await runSteps(run.steps, { film: run.film, prepareSeconds: plan.prepare_s, stage, signal });
}

async function finish(run) {
  const { reason } = run.stopping.signal;
  if (run.hiddenFrom !== null) run.hidden += wall.now() - run.hiddenFrom;
  const blob = await run.film?.stop();
  recording = null;
  wakeLock?.release();
  framing.stop();
  $("drift").textContent = "";
  if (reason === "stop" || !blob?.size) {
    voice.silence();
    await drawer.forget(run.id);
    await (reason === "stop" ? check() : troubled({ code: reason ?? "lost" }));
    return;
  }
  if (reason === "lost") run.remarks.add("lost");
  else voice.say(word("run.end"));
  leaveCamera();
  review({ ...kept(run), blob, remarks: remarksOf(run) });
}

function remarksOf(run) {
  const told = [...run.remarks].map((name) => word(`remark.${name}`));
  if (run.hidden >= 0.5) told.push(word("remark.hidden", { seconds: Math.ceil(run.hidden) }));
  if (!run.done.length) told.push(word("remark.no_step"));
  return told;
}

function drifted({ advice }) {
  const words = DRIFTS.has(advice) ? word(`advice.${advice}`) : "";
  if ($("drift").textContent !== words) $("drift").textContent = words;
}

let wakeLock = null;

async function stayAwake() {
  wakeLock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
}

document.addEventListener("visibilitychange", () => {
  if (!recording?.film) return;
  if (document.hidden) {
    recording.hiddenFrom = wall.now();
  } else if (recording.hiddenFrom !== null) {
    recording.hidden += wall.now() - recording.hiddenFrom;
    recording.hiddenFrom = null;
    stayAwake();
  }
});

// ---- the film

function review(found) {
  film = found;
  film.address = URL.createObjectURL(film.blob);
  $("film").src = film.address;
  $("film").onloadedmetadata = $("film").ondurationchange = knowLength;
  $("remarks").replaceChildren(...film.remarks.map(notice));
  $("save").href = film.address;
  $("save").download = fileName(film);
  $("failed").hidden = $("sending").hidden = true;
  $("decide").hidden = false;
  show("review");
}

// A film that was just recorded does not say how long it is until its end was looked for.
function knowLength() {
  const shown = $("film");
  if (!Number.isFinite(shown.duration)) {
    shown.currentTime = Number.MAX_SAFE_INTEGER;
    return;
  }
  if (shown.currentTime > shown.duration / 2) shown.currentTime = 0;
  fill($("film-facts"), { ...clock(shown.duration), size: Math.max(1, Math.round(film.blob.size / 1e6)) });
}

function notice(words) {
  const paragraph = document.createElement("p");
  paragraph.className = "notice warn";
  paragraph.textContent = words;
  return paragraph;
}

async function keep() {
  $("decide").hidden = $("failed").hidden = true;
  $("sending").hidden = false;
  $("sent").value = 0;
  try {
    const entry = await upload(film, (share) => { $("sent").value = share; });
    await drawer.forget(film.id);
    film = null;
    location.assign(`/recordings/${encodeURIComponent(entry.id)}`);
  } catch (error) {
    $("sending").hidden = true;
    $("failed").querySelector("p").textContent = word(`failed.${error.code ?? "network"}`, { words: error.words });
    $("failed").hidden = $("decide").hidden = false;
    $("retry").focus();
  }
}

async function again() {
  await drawer.forget(film.id);
  $("film").removeAttribute("src");
  $("film").load();
  URL.revokeObjectURL(film.address);
  film = null;
  await check();
}

addEventListener("beforeunload", (event) => { if (film || recording?.film) event.preventDefault(); });

// ---- what can be pressed

$("choice").addEventListener("change", sumUp);
$("choice").addEventListener("submit", (event) => { event.preventDefault(); check(); });
$("trouble-again").addEventListener("click", check);
$("trouble-back").addEventListener("click", () => show("choose"));
$("back").addEventListener("click", () => { leaveCamera(); show("choose"); });
$("start").addEventListener("click", record);
$("stop").addEventListener("click", () => recording?.stopping.abort("stop"));
$("keep").addEventListener("click", keep);
$("retry").addEventListener("click", keep);
$("again").addEventListener("click", again);
$("camera-choice").querySelector("select").addEventListener("change", ({ target }) => { device = target.value; check(); });
navigator.mediaDevices?.addEventListener("devicechange", () => { if (stream && !recording) offerCameras(); });

chooseAsLast();
sumUp();
offerVoice();
await offerLeftOver();
document.documentElement.dataset.ready = "record";
