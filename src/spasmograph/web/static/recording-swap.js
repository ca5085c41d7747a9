// Parts of the page are exchanged for what the app answers, so that the film beside them goes on undisturbed.

/** Exchange every part for the one of the same name in a whole page; the focus stays where it was, or goes where the page says. */
export function exchange(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = fresh.getElementById(part.id);
    if (other) part.replaceWith(document.adoptNode(other));
  }
  return focused;
}

/** Ask for a page and exchange its parts; false where that did not work and the browser should go there itself. */
export async function swap(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { Accept: "text/html" } });
  } catch {
    return false;
  }
  if (!(answer.headers.get("Content-Type") || "").startsWith("text/html") || ![200, 409, 422].includes(answer.status)) return false;
  const focused = exchange(await answer.text());
  settle(focused, new URL(answer.url).searchParams.get("event"));
  return true;
}

/** Where the focus goes: to what needs another look, to the form that was opened, back to where it was, or to the event that was judged. */
function settle(focused, key) {
  const wanted = document.querySelector("[data-part] [autofocus]");
  const again = (focused && document.getElementById(focused)) || (key && document.querySelector(`[id="event-${CSS.escape(key)}"] .judge button`));
  const place = wanted || again;
  place?.focus({ preventScroll: !wanted });
  if (wanted) wanted.scrollIntoView({ block: "nearest" });
}
