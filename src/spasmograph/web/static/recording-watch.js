// How far an analysis is: asked anew every moment, until it is over.
const PAUSE_MS = 1000;

/** Keep what an element tells of an analysis true; `over` is called once when it is done or has failed. */
export async function watch(element, over) {
  const bar = element.querySelector("progress"), words = element.querySelector(".how-far");
  while (element.isConnected) {
    await new Promise((go) => setTimeout(go, PAUSE_MS));
    const told = await asked(element.dataset.watch);
    if (told === null) continue;
    if (told === undefined || (told.entry.state !== "waiting" && told.entry.state !== "running")) {
      over();
      return;
    }
    show(told, element, bar, words);
  }
}

/** What the app says of a recording: null where it did not answer, undefined where there is no such recording any more. */
async function asked(id) {
  try {
    const answer = await fetch(`/api/recordings/${encodeURIComponent(id)}`, { headers: { Accept: "application/json" } });
    if (answer.status === 404) return undefined;
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function show(told, element, bar, words) {
  const { done, total } = told.progress;
  if (total) {
    bar.max = total;
    bar.value = done;
    words.textContent = element.dataset.of.replace("#", String(Math.floor((100 * done) / total)));
  } else if (told.entry.state === "running" && element.dataset.state !== "running") {
    element.dataset.state = "running";
    words.textContent = element.dataset.begins;
  }
}
