// The film goes into the record; a failure says in words what it was.

const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");

// Local time with its offset from UTC, as in 2026-11-21T14:05:30+08:00.
export function localMoment(at) {
  const offset = -at.getTimezoneOffset();
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day}T${time}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

export function fileName({ at, type }) {
  const ending = type.startsWith("video/mp4") ? "mp4" : "webm";
  return `film_${localMoment(at).slice(0, 16).replace("T", "_").replace(":", "")}.${ending}`;
}

export class Refused extends Error {
  constructor(code, words = "") { super(code); this.code = code; this.words = words; }
}

// The entry that was made; `progress` hears the share that was sent.
export function upload(film, progress) {
  const query = new URLSearchParams({
    name: fileName(film), at: localMoment(film.at), mirrored: false, task: film.steps.length ? "rest" : "", media: "film", steps: JSON.stringify(film.steps),
  });
  return new Promise((done, failed) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", `/api/recordings?${query}`);
    sending.setRequestHeader("Content-Type", film.type.split(";")[0]);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    sending.addEventListener("load", () => {
      if (sending.status < 300 && sending.response?.id) done(sending.response);
      else failed(sending.status === 401 ? new Refused("entered") : new Refused("refused", sending.response?.error ?? String(sending.status)));
    });
    sending.addEventListener("error", () => failed(new Refused("network")));
    sending.send(film.blob);
  });
}
