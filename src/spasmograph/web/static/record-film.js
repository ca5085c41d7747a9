// The film: chunks are kept as they arrive, and time is counted from the moment at which the recorder was set going.

// H.264 first: most machines have it in hardware, and a busy one still keeps up, where VP8 and VP9 lose pictures.
const KINDS = [
  ["video/mp4;codecs=avc1.640028", "mp4a.40.2"],
  ["video/mp4;codecs=avc1.640028", "opus"],
  ["video/mp4;codecs=avc1.42E01F", "mp4a.40.2"],
  ["video/webm;codecs=vp8", "opus"],
  ["video/webm;codecs=vp9", "opus"],
];
const CHUNK_MS = 1000;

function kindFor(sound) {
  const kinds = KINDS.map(([picture, voice]) => (sound ? `${picture},${voice}` : picture));
  return [...kinds, "video/webm", "video/mp4"].find((kind) => MediaRecorder.isTypeSupported(kind));
}

export class Film {
  constructor(stream, { bitsPerSecond, onChunk = () => {} }) {
    const sound = stream.getAudioTracks().length > 0;
    // Key frames often: an MP4 file is written from one to the next, and a player can jump to them.
    this.recorder = new MediaRecorder(stream, { mimeType: kindFor(sound), videoBitsPerSecond: bitsPerSecond, videoKeyFrameIntervalDuration: CHUNK_MS });
    this.chunks = [];
    this.zero = null;
    this.recorder.addEventListener("dataavailable", ({ data }) => {
      if (!data.size) return;
      this.chunks.push(data);
      onChunk(data, this.chunks.length - 1);
    });
  }

  get type() { return this.recorder.mimeType; }

  // Resolves when the recorder runs.
  start() {
    return new Promise((done, failed) => {
      this.recorder.addEventListener("start", () => done(), { once: true });
      this.recorder.addEventListener("error", (event) => failed(event.error), { once: true });
      // The film's first picture is the first after this call; the event "start" may come more than half a second later.
      this.zero = performance.now();
      this.at = new Date();
      this.recorder.start(CHUNK_MS);
    });
  }

  // Seconds of the film, to within a picture or two.
  now() { return (performance.now() - this.zero) / 1000; }

  // The whole film, when its last chunk has arrived.
  stop() {
    if (this.recorder.state === "inactive") return Promise.resolve(this.whole());
    return new Promise((done) => {
      this.recorder.addEventListener("stop", () => done(this.whole()), { once: true });
      this.recorder.stop();
    });
  }

  whole() { return new Blob(this.chunks, { type: this.type }); }
}
