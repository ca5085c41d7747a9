// The drawing of the face and the table of places are two views of the same fields: what is typed shows on the face, a touch of the face goes to its field.
const SVG = "http://www.w3.org/2000/svg";
// How the drawing is laid out, as in present/record/face_map.py.
const EAR_X = 40, HAIRLINE_Y = 60, FACE_WIDTH = 400, FACE_HEIGHT = 480, BADGE = 17, NEAR = 26;

const section = document.querySelector("[data-face]");
const drawing = section.querySelector("svg.face-map");
const own = section.querySelector("[data-own]");
const editor = section.querySelector("[data-editor]");
const editorUnits = section.querySelector("[data-editor-units]");
const total = section.querySelector("[data-total]");
let chosen = null;

const rings = new Map([...drawing.querySelectorAll(".offered")].map((group) => {
  const ring = group.querySelector("circle");
  return [`${group.dataset.place} ${group.dataset.side}`, { x: Number(ring.getAttribute("cx")), y: Number(ring.getAttribute("cy")) }];
}));

function drawn(tag, attributes, words = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = words;
  return made;
}

// Every point that a field stands for: the field, its side, where it is, and its name.
function points() {
  const named = [...section.querySelectorAll("input[data-units]")].map((field) => ({
    field, side: field.dataset.side, at: rings.get(`${field.dataset.place} ${field.dataset.side}`), name: field.getAttribute("aria-label") }));
  const free = [...own.querySelectorAll("[data-row]")].map((row) => {
    const [x, y] = ["x", "y"].map((axis) => row.querySelector(`[name$="-${axis}"]`).value);
    const at = x && y ? { x: EAR_X + FACE_WIDTH * Number(x), y: HAIRLINE_Y + FACE_HEIGHT * Number(y) } : undefined;
    const side = row.querySelector("[name$='-side']").value;
    return { field: row.querySelector("[name$='-units']"), side, at, name: section.dataset.rowLabel, row };
  });
  return [...named, ...free];
}

const amount = (field) => Number(field.value.trim().replace(",", "."));

function draw() {
  for (const old of drawing.querySelectorAll(".given, .chosen-point")) old.remove();
  const all = points();
  for (const { field, side, at, row } of all) {
    const typed = field.value.trim();
    if (!at || (!typed && !row)) continue;
    const words = amount(field) > 0 && typed.length < 6 ? typed : "?";
    const badge = drawn("g", { class: "given" });
    const size = words.length < 4 ? 16 : 13.5;
    badge.append(drawn("circle", { cx: at.x, cy: at.y, r: BADGE, class: `f-${side || "both"}` }),
      drawn("text", { x: at.x, y: at.y + size * 0.35, class: "f-paper", "font-size": size, "font-weight": 600, "text-anchor": "middle" }, words));
    drawing.append(badge);
  }
  const marked = chosen && all.find(({ field }) => field === chosen)?.at;
  if (marked) drawing.append(drawn("circle", { cx: marked.x, cy: marked.y, r: BADGE + 4, class: "chosen-point" }));
  const known = all.map(({ field }) => amount(field)).filter((units) => units > 0);
  const sum = known.reduce((one, other) => one + other, 0);
  total.hidden = known.length === 0;
  const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 }).format(sum);
  const unknown = all.some(({ field }) => field.value.trim() === "?");
  const words = (unknown ? total.dataset.atLeast : total.dataset.exactly).replace("…", shown);
  if (total.textContent !== words) total.textContent = words;
}

function open(point) {
  chosen = point.field;
  editor.hidden = false;
  section.querySelector("[data-editor-name]").textContent = point.name;
  editorUnits.value = point.field.value;
  draw();
  editorUnits.focus({ preventScroll: true });
  editor.scrollIntoView({ block: "nearest" });
}

// A row of one's own for a place on the face: an empty one that is there, or a new one.
function newRow(x, y) {
  const blank = [...own.querySelectorAll("[data-row]")].find((row) => ["units", "muscle", "x"].every((name) => !row.querySelector(`[name$="-${name}"]`).value));
  let row = blank;
  if (!row) {
    const template = own.querySelector("template");
    const used = [...own.querySelectorAll("[data-row] [name$='-side']")].map((field) => Number(field.name.split("-")[1]));
    const copy = template.content.cloneNode(true);
    const number = Math.max(-1, ...used) + 1;
    for (const field of copy.querySelectorAll("[name]")) field.name = field.name.replace("NUMBER", number);
    row = copy.querySelector("[data-row]");
    template.before(copy);
  }
  row.querySelector("[name$='-side']").value = x < 0.5 ? "right" : "left";
  row.querySelector("[name$='-x']").value = x.toFixed(3);
  row.querySelector("[name$='-y']").value = y.toFixed(3);
  return row;
}

drawing.addEventListener("click", (event) => {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  const distance = ({ at }) => Math.hypot(at.x - place.x, at.y - place.y);
  const near = points().filter(({ at }) => at).sort((one, other) => distance(one) - distance(other))[0];
  if (near && distance(near) <= NEAR) { open(near); return; }
  const [x, y] = [(place.x - EAR_X) / FACE_WIDTH, (place.y - HAIRLINE_Y) / FACE_HEIGHT];
  if (x < 0 || x > 1 || y < 0 || y > 1) return;
  const row = newRow(x, y);
  open(points().find((point) => point.row === row));
});

editorUnits.addEventListener("input", () => { chosen.value = editorUnits.value; draw(); });
editorUnits.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); editor.hidden = true; chosen = null; draw(); } });
section.querySelector("[data-editor-clear]").addEventListener("click", () => {
  const row = chosen.closest("[data-row]");
  for (const field of row ? row.querySelectorAll("input, select") : [chosen]) field.value = "";
  editor.hidden = true;
  chosen = null;
  draw();
});
section.addEventListener("input", (event) => { if (event.target !== editorUnits) { if (event.target === chosen) editorUnits.value = chosen.value; draw(); } });
section.classList.add("live");
draw();
