// A recording that waits: its page becomes the page of results when it is measured.
import { watch } from "./recording-watch.js";

const waiting = document.querySelector("[data-watch]");
if (waiting) watch(waiting, () => location.reload());
