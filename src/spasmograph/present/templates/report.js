"use strict";
// The page is whole without this script; it adds zoom, and movement to the faces. It draws nothing of its own: it moves what is there.
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const data = JSON.parse($("data").textContent);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const NOT_MEASURED = 255, UNSEEN_POINT = 65535, SHORTEST_S = 0.5;

  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const show = (element, visible) => visible ? element.removeAttribute("display") : element.setAttribute("display", "none");
  const svgElement = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return element;
  };
  const clock = (time, decimals = 1) => {
    const unit = 10 ** decimals, whole = Math.round(time * unit), rest = (whole % (60 * unit)) / unit;
    return `${Math.floor(whole / (60 * unit))}:${rest < 10 ? "0" : ""}${rest.toFixed(decimals)}`;
  };

  // ---- timeline

  document.documentElement.classList.add("live");
  const view = $("view");
  if (!view) return;
  const chart = view.querySelector("svg"), edge = data.edge;
  const height = chart.viewBox.baseVal.height, drawnWidth = chart.viewBox.baseVal.width;
  const times = Float64Array.from(new Uint32Array(bytes(data.signals.time).buffer), (tick) => tick / 10000);
  const signals = {};
  for (const name in data.signals.values) signals[name] = bytes(data.signals.values[name]);
  const spans = all("[data-t0]", chart).map((element) => ({ element, from: +element.dataset.t0, to: +element.dataset.t1, least: +(element.dataset.least || 0) }));
  const marks = all("[data-t]", chart).map((element) => ({ element, at: +element.dataset.t }));
  const traces = all("path[data-signal]", chart).map((element) => ({
    element, values: signals[element.dataset.signal], top: +element.dataset.top, inner: +element.dataset.inner,
  }));
  const bands = all("path[data-bands]", chart).map((element) => ({
    element, ends: new Uint32Array(bytes((data.bands || {})[element.dataset.bands] || "").buffer), top: element.dataset.top, height: element.dataset.height,
  }));
  const links = all("a.event", chart);
  const byNumber = new Map(links.map((link) => [link.dataset.event, link]));
  const axis = chart.querySelector(".axis"), cursor = svgElement("path", { class: "s-ink cursor", "stroke-width": 1.5, display: "none" });
  const brush = svgElement("rect", { class: "brush", y: 0, display: "none" });
  const [firstTime, lastTime] = data.span, whole = lastTime - firstTime;
  let start = firstTime, end = lastTime, width = drawnWidth, cursorTime = NaN, current = 0, waiting = false;

  const x = (time) => edge + (time - start) * (width - 2 * edge) / (end - start);
  const timeAt = (px) => start + (px - edge) * (end - start) / (width - 2 * edge);
  const firstAfter = (time) => {
    let low = 0, high = times.length;
    while (low < high) { const middle = (low + high) >> 1; if (times[middle] < time) low = middle + 1; else high = middle; }
    return low;
  };

  const tracePath = (trace, from, to) => {
    const per = Math.max(1, (to - from) / (width - 2 * edge)), parts = [];
    let pen = "M";
    const point = (index, value) => {
      parts.push(pen, x(times[index]).toFixed(1), " ", (trace.top + trace.inner * (1 - value / 254)).toFixed(1));
      pen = "L";
    };
    for (let first = from; first < to; first += per) {
      const last = Math.min(to, Math.max(Math.floor(first) + 1, Math.floor(first + per)));
      let low = NOT_MEASURED, high = -1;
      for (let index = Math.floor(first); index < last; index++) {
        const value = trace.values[index];
        if (value === NOT_MEASURED) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high < 0) { pen = "M"; continue; }
      point(Math.floor(first), low);
      if (high > low) point(Math.floor(first), high);
    }
    return parts.join("") || "M0 0";
  };

  // Bands that touch are drawn as one, so that a thousand of them cost no more than the picture is wide.
  const bandsPath = ({ ends, top, height }) => {
    const parts = [];
    let left = NaN, right = NaN;
    const close = () => { if (left === left) parts.push(`M${left.toFixed(1)} ${top}H${right.toFixed(1)}v${height}H${left.toFixed(1)}z`); };
    for (let index = 0; index < ends.length; index += 2) {
      const from = ends[index] / 10000, to = ends[index + 1] / 10000;
      if (to < start) continue;
      if (from > end) break;
      const a = x(Math.max(from, start)), b = Math.max(a + 1.5, x(Math.min(to, end)));
      if (a <= right + 0.2) right = Math.max(right, b);
      else { close(); left = a; right = b; }
    }
    close();
    return parts.join("") || "M0 0";
  };

  const drawAxis = () => {
    const top = +axis.dataset.top, step = data.steps.find((one) => one >= (end - start) * data.tick / (width - 2 * edge)) || data.steps.at(-1);
    const ground = axis.querySelector("rect"), parts = [ground];
    for (let k = Math.ceil(start / step - 1e-9); k * step <= end + 1e-9; k++) {
      const px = x(k * step), label = svgElement("text", {
        x: px.toFixed(1), y: top + 16, "font-size": 11, class: "f-muted", "text-anchor": px > width - 20 ? "end" : px < 16 ? "start" : "middle",
      });
      label.textContent = clock(k * step, step < 1 ? 1 : 0);
      parts.push(svgElement("path", { d: `M${px.toFixed(1)} ${top}v4`, class: "s-muted" }), label);
    }
    axis.replaceChildren(...parts);
  };

  const draw = () => {
    waiting = false;
    width = Math.max(240, view.clientWidth);
    chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
    chart.setAttribute("width", width);
    chart.setAttribute("height", height);
    for (const element of all("[data-span]", chart)) element.setAttribute("width", element.dataset.span === "row" ? width - 2 * edge : width);
    for (const { element, from, to, least } of spans) {
      const visible = to > start && from < end;
      show(element, visible);
      if (!visible) continue;
      const left = x(Math.max(from, start)), right = x(Math.min(to, end));
      if (element.tagName === "text") { element.setAttribute("x", (left + right) / 2); show(element, right - left > 52); continue; }
      element.setAttribute("x", left.toFixed(1));
      element.setAttribute("width", Math.max(least, right - left).toFixed(1));
    }
    for (const { element, at } of marks) {
      const visible = at >= start && at <= end;
      show(element, visible);
      if (visible) element.setAttribute("transform", `translate(${x(at).toFixed(1)} 0)`);
    }
    const from = Math.max(0, firstAfter(start) - 1), to = Math.min(times.length, firstAfter(end) + 1);
    for (const trace of traces) trace.element.setAttribute("d", tracePath(trace, from, to));
    for (const band of bands) band.element.setAttribute("d", bandsPath(band));
    drawAxis();
    drawCursor();
    drawBrush();
    $("range").textContent = `${clock(start)} to ${clock(end)}`;
  };

  const drawCursor = () => {
    const visible = cursorTime >= start && cursorTime <= end;
    show(cursor, visible);
    if (visible) cursor.setAttribute("d", `M${x(cursorTime).toFixed(1)} 0V${axis.dataset.top}`);
  };

  const overview = document.querySelector(".wide svg");
  const drawBrush = () => {
    const inner = overview.viewBox.baseVal.width - data.gutter - edge;
    show(brush, end - start < whole - 1e-6);
    brush.setAttribute("x", data.gutter + (start - firstTime) / whole * inner);
    brush.setAttribute("width", Math.max(3, (end - start) / whole * inner));
    brush.setAttribute("height", overview.viewBox.baseVal.height);
  };

  const redraw = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  const look = (from, to) => {
    const length = clamp(to - from, Math.min(SHORTEST_S, whole), whole);
    start = clamp((from + to - length) / 2, firstTime, lastTime - length);
    end = start + length;
    redraw();
  };
  const zoom = (factor, at = (start + end) / 2) => {
    const length = clamp((end - start) * factor, Math.min(SHORTEST_S, whole), whole);
    const from = at - (at - start) * length / (end - start);
    look(from, from + length);
  };
  const pan = (share) => { const by = (end - start) * share; look(start + by, end + by); };
  const spanOf = (number) => { const box = byNumber.get(String(number)).querySelector("rect"); return [+box.dataset.t0, +box.dataset.t1]; };
  const reveal = (number) => {
    const [from, to] = spanOf(number), length = end - start;
    if (from < start || to > end) look((from + to - length) / 2, (from + to + length) / 2);
  };

  const rove = (index) => {
    if (!links.length) return;
    links[current].tabIndex = -1;
    current = clamp(index, 0, links.length - 1);
    links[current].tabIndex = 0;
  };
  const stepTo = (index) => { rove(index); reveal(links[current].dataset.event); draw(); links[current].focus({ preventScroll: true }); };

  const actions = {
    left: () => pan(-0.25), right: () => pan(0.25), in: () => zoom(0.5), out: () => zoom(2), all: () => look(firstTime, lastTime),
    previous: () => step(-1), next: () => step(1),
  };
  const keys = { ArrowLeft: "left", ArrowRight: "right", "+": "in", "=": "in", "-": "out", _: "out", "−": "out", 0: "all" };
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const link = event.target.closest("a.event");
    if (link && (event.key === "ArrowLeft" || event.key === "ArrowRight")) stepTo(links.indexOf(link) + (event.key === "ArrowLeft" ? -1 : 1));
    else if (event.key === "Home") look(firstTime, firstTime + end - start);
    else if (event.key === "End") look(lastTime - (end - start), lastTime);
    else if (keys[event.key]) actions[keys[event.key]]();
    else return;
    event.preventDefault();
  };

  // One finger or the mouse pulls the timeline along; two fingers zoom about their middle.
  const held = new Map();
  let moved = 0;
  const place = (event) => event.clientX - view.getBoundingClientRect().left;
  const onDown = (event) => { if (event.button === 0) { held.set(event.pointerId, place(event)); if (held.size === 1) moved = 0; } };
  const onMove = (event) => {
    if (!held.has(event.pointerId)) return;
    const before = [...held.values()], now = place(event);
    moved += Math.abs(now - held.get(event.pointerId));
    held.set(event.pointerId, now);
    if (moved > 4 && !view.hasPointerCapture(event.pointerId)) view.setPointerCapture(event.pointerId);
    const after = [...held.values()];
    if (held.size === 1) {
      view.classList.toggle("dragging", moved > 4);
      const by = (before[0] - after[0]) * (end - start) / (width - 2 * edge);
      if (moved > 4) look(start + by, end + by);
    } else if (held.size === 2) {
      const apart = Math.abs(after[0] - after[1]);
      if (apart > 8) zoom(clamp(Math.abs(before[0] - before[1]) / apart, 0.5, 2), timeAt((after[0] + after[1]) / 2));
    }
  };
  const onUp = (event) => { held.delete(event.pointerId); view.classList.remove("dragging"); setTimeout(() => { moved = 0; }, 0); };
  const onWheel = (event) => {
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY * 0.004), timeAt(place(event)));
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) / width);
    else return;
    event.preventDefault();
  };

  // ---- replay

  const face = $("face"), moment = $("moment"), playButton = $("play");
  let replay = null, opened = 0, playing = 0, shownAt = 0;

  const decode = (packed) => {
    const values = new Uint16Array(bytes(packed.points).buffer), [left, top, right, bottom] = packed.box;
    const span = Math.max(right - left, bottom - top), points = values.length / packed.time.length;
    const coordinate = (frame, point, which) => {
      const value = values[frame * points + 2 * point + which];
      return value === UNSEEN_POINT ? NaN : (which ? top : left) + value * span / 65000;
    };
    return { ...packed, coordinate };
  };
  const ring = (parts) => {
    const mean = (which) => parts.reduce((sum, part) => sum + part[which], 0) / parts.length, [cx, cy] = [mean(0), mean(1)];
    const radius = parts.reduce((sum, [px, py]) => sum + Math.hypot(px - cx, py - cy), 0) / parts.length, r = radius.toFixed(2);
    return `M${(cx - radius).toFixed(2)} ${cy.toFixed(2)}a${r} ${r} 0 1 0 ${(2 * radius).toFixed(2)} 0a${r} ${r} 0 1 0 ${(-2 * radius).toFixed(2)} 0`;
  };
  const lineAt = ([run, closed, , lid], frame) => {
    const parts = run.map((point) => [replay.coordinate(frame, point, 0), replay.coordinate(frame, point, 1)]);
    if (!parts.length || parts.some(([px, py]) => px !== px || py !== py)) return "";
    if (lid >= 0) return ring(parts);
    return `M${parts.map(([px, py]) => `${px.toFixed(2)} ${py.toFixed(2)}`).join("L")}${closed ? "Z" : ""}`;
  };
  const frameOf = (time) => {
    let best = 0;
    replay.time.forEach((one, index) => { if (Math.abs(one - time) < Math.abs(replay.time[best] - time)) best = index; });
    return best;
  };
  const showFrame = (frame) => {
    if (!replay) return;
    const paths = all("path.now", face);
    replay.lines.forEach((line, index) => paths[index].setAttribute("d", lineAt(line, frame)));
    for (const lids of all("clipPath.moves path", face)) lids.setAttribute("d", lineAt(replay.lines[+lids.dataset.lid], frame));
    moment.value = frame;
    moment.setAttribute("aria-valuetext", `${clock(replay.time[frame], 2)}`);
    cursorTime = replay.time[frame];
    drawCursor();
  };
  const stop = () => { cancelAnimationFrame(playing); clearTimeout(playing); playing = 0; if (playButton) playButton.textContent = "Play"; };
  const tick = (now) => {
    const time = replay.time[0] + (now - shownAt) / 1000 * +$("speed").value;
    showFrame(frameOf(time));
    if (time >= replay.time.at(-1)) stop();
    else playing = requestAnimationFrame(tick);
  };
  const stepMoments = (index) => {
    showFrame(frameOf(replay.moments[index]));
    if (index < 2) playing = setTimeout(() => stepMoments(index + 1), 1000);
    else stop();
  };
  const play = () => {
    if (playing) { stop(); return; }
    if (!replay) return;
    playButton.textContent = "Pause";
    if (calm.matches) { stepMoments(0); return; }
    const frame = +moment.value >= replay.time.length - 1 ? 0 : +moment.value;
    shownAt = performance.now() - (replay.time[frame] - replay.time[0]) * 1000 / +$("speed").value;
    playing = requestAnimationFrame(tick);
  };

  const load = (number) => {
    stop();
    const packed = data.replays[number];
    replay = packed ? decode(packed) : null;
    const label = byNumber.get(String(number)).getAttribute("aria-label");
    $("player-title").textContent = replay ? label : `${label} ${data.no_replay}`;
    for (const control of all("button, input, select", $("player"))) if (!control.dataset.go) control.disabled = !replay;
    face.replaceChildren();
    if (!replay) { cursorTime = NaN; drawCursor(); return; }
    const [left, top, right, bottom] = replay.box;
    face.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
    face.setAttribute("aria-label", label);
    const first = frameOf(replay.moments[0]);
    const clip = (id, lid, name) => {
      const box = svgElement("clipPath", { id, class: name });
      box.append(svgElement("path", { d: lineAt(replay.lines[lid], first), "data-lid": lid }));
      face.append(box);
      return { "clip-path": `url(#${id})` };
    };
    replay.lines.forEach((line, index) => {
      const within = line[3] >= 0 ? clip(`lids-rest-${index}`, line[3], "rests") : {};
      face.append(svgElement("path", { class: "ghost", d: lineAt(line, first), ...within }));
    });
    replay.lines.forEach(([, , colour, lid], index) => {
      const within = lid >= 0 ? clip(`lids-now-${index}`, lid, "moves") : {};
      face.append(svgElement("path", { class: `now s-${colour}${colour === "ink" ? "" : " moving"}`, ...within }));
    });
    moment.max = replay.time.length - 1;
    showFrame(frameOf(replay.moments[1]));
  };
  const open = (number, focus = true) => {
    const [from, to] = spanOf(number), around = Math.max(2, to - from);
    opened = number;
    for (const link of links) link.classList.toggle("open", link.dataset.event === String(number));
    rove(links.indexOf(byNumber.get(String(number))));
    look(from - around, to + around);
    if (face) load(number);
    if (!focus) return;
    if (!face) {
      view.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
      links[current].focus({ preventScroll: true });
      return;
    }
    $("player").scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    playButton.focus({ preventScroll: true });
  };
  const step = (by) => {
    if (links.length) open(+links[clamp(links.indexOf(byNumber.get(String(opened))) + by, 0, links.length - 1)].dataset.event, false);
  };

  // ---- wiring

  axis.after(cursor);
  overview.append(brush);
  links.forEach((link, index) => { link.tabIndex = index ? -1 : 0; });
  view.addEventListener("keydown", onKey);
  view.addEventListener("pointerdown", onDown);
  view.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel"]) view.addEventListener(name, onUp);
  view.addEventListener("wheel", onWheel, { passive: false });
  view.addEventListener("dragstart", (event) => event.preventDefault());
  view.addEventListener("dblclick", (event) => zoom(0.5, timeAt(place(event))));
  view.addEventListener("focusin", (event) => {
    const link = event.target.closest("a.event");
    if (link) { rove(links.indexOf(link)); reveal(link.dataset.event); }
  });
  overview.addEventListener("click", (event) => {
    const box = overview.getBoundingClientRect(), scale = overview.viewBox.baseVal.width / box.width;
    const at = ((event.clientX - box.left) * scale - data.gutter) / (overview.viewBox.baseVal.width - data.gutter - edge) * whole + firstTime;
    const length = end - start > whole - 1e-6 ? whole / 6 : end - start;
    look(at - length / 2, at + length / 2);
  });
  for (const button of all("[data-do]")) button.addEventListener("click", () => actions[button.dataset.do]());
  for (const link of all("a.event, a[data-open]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (moved <= 4 || !link.classList.contains("event")) open(+(link.dataset.event || link.dataset.open));
    });
  }
  if (face) {
    playButton.addEventListener("click", play);
    moment.addEventListener("input", () => { stop(); showFrame(+moment.value); });
    for (const button of all("[data-moment]")) button.addEventListener("click", () => { stop(); showFrame(frameOf(replay.moments[+button.dataset.moment])); });
    for (const button of all("[data-go]")) button.addEventListener("click", () => step(button.dataset.go === "next" ? 1 : -1));
    $("back").addEventListener("click", (event) => {
      if (!opened) return;
      event.preventDefault();
      reveal(opened);
      draw();
      byNumber.get(String(opened)).focus();
    });
    const strongest = document.querySelector("[data-strongest]");
    if (strongest) { opened = +strongest.dataset.strongest; load(opened); }
  }
  new ResizeObserver(redraw).observe(view);
  window.addEventListener("beforeprint", () => { stop(); look(firstTime, lastTime); draw(); });
  draw();
})();
