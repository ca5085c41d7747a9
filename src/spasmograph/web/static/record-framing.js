// Live framing: a small picture of the preview goes to this machine's Spasmograph every so often, and an advice comes back.

const QUALITY = 0.8;
const SAME = 2;

export class Framing {
  constructor(video, rules, heard) {
    this.video = video;
    this.rules = rules;
    this.heard = heard;
    this.canvas = document.createElement("canvas");
    this.timer = 0;
    this.rate = new FrameRate(video);
  }

  start(everySeconds = this.rules.every_s) {
    this.stop();
    this.last = this.said = null;
    this.times = 0;
    this.rate.start();
    const mine = (this.run = Symbol("run"));
    const again = async () => {
      await this.look(mine);
      if (this.run === mine) this.timer = setTimeout(again, 1000 * everySeconds);
    };
    again();
  }

  stop() {
    clearTimeout(this.timer);
    this.run = null;
    this.rate.stop();
  }

  async look(mine) {
    const found = await this.ask().catch(() => ({ advice: "unknown", box: null }));
    if (this.run !== mine || !found || found.advice === "busy") return;
    this.times = found.advice === this.last ? this.times + 1 : 1;
    this.last = found.advice;
    // An advice that flickers helps nobody: it is told when it was found twice running.
    if (this.times >= SAME || this.said === null) this.said = found.advice;
    this.heard({ ...found, advice: this.said });
  }

  async ask() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return null;
    const small = Math.min(1, this.rules.width_px / Math.max(width, height));
    this.canvas.width = Math.round(width * small);
    this.canvas.height = Math.round(height * small);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    const picture = await new Promise((done) => this.canvas.toBlob(done, "image/jpeg", QUALITY));
    const query = new URLSearchParams({ film_width_px: width });
    if (this.rate.hz) query.set("frame_rate_hz", this.rate.hz.toFixed(2));
    const answer = await fetch(`/api/framing?${query}`, { method: "POST", body: picture, headers: { "Content-Type": "image/jpeg" } });
    return answer.ok ? answer.json() : { advice: "unknown", box: null };
  }
}

// Pictures a second that the camera really gives, which may be fewer than it states when there is little light.
class FrameRate {
  constructor(video) { this.video = video; }

  start() {
    this.hz = 0;
    this.first = null;
    const mine = (this.run = Symbol("run"));
    const counted = (now, { presentedFrames: frames }) => {
      if (this.run !== mine) return;
      this.first ??= { now, frames };
      if (now - this.first.now > 2000) {
        this.hz = (1000 * (frames - this.first.frames)) / (now - this.first.now);
        this.first = { now, frames };
      }
      this.video.requestVideoFrameCallback(counted);
    };
    this.video.requestVideoFrameCallback?.(counted);
  }

  stop() { this.run = null; }
}
