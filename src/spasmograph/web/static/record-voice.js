// What is said and sounded. Only voices of this machine are used: others would send the words away to be spoken.

const READ_AS = { "zh-Hant": ["zh-TW", "zh-HK", "zh-Hant", "zh"] };

const voices = () => window.speechSynthesis?.getVoices().filter((voice) => voice.localService) ?? [];

function voiceFor(language) {
  const wished = READ_AS[language] ?? [language, language.split("-")[0]];
  const named = (voice) => voice.lang.replace("_", "-").toLowerCase();
  for (const wish of wished) {
    const found = voices().find((voice) => named(voice) === wish.toLowerCase()) ?? voices().find((voice) => named(voice).startsWith(wish.toLowerCase()));
    if (found) return found;
  }
  return null;
}

export class Voice {
  constructor(language) {
    this.language = language;
    this.spoken = this.tones = true;
  }

  // Whether this machine can speak the language; some browsers list their voices late.
  async ready(waitMs = 1500) {
    if (!window.speechSynthesis) return false;
    if (!speechSynthesis.getVoices().length) {
      await new Promise((done) => {
        speechSynthesis.addEventListener("voiceschanged", done, { once: true });
        setTimeout(done, waitMs);
      });
    }
    this.voice = voiceFor(this.language);
    return this.voice !== null;
  }

  get speaks() { return Boolean(this.spoken && this.voice); }

  // Browsers let a page sound only after something on it was pressed.
  unlock() {
    if (this.tones) this.sound ??= new AudioContext();
    this.sound?.resume();
  }

  say(words) {
    if (!this.speaks || !words) return;
    speechSynthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.voice = this.voice;
    utterance.lang = this.voice.lang;
    speechSynthesis.speak(utterance);
  }

  begin() { this.tone(660, 0, 0.25); }

  end() { this.tone(660, 0, 0.2); this.tone(440, 0.22, 0.35); }

  // For those who hear no voice: a short tone where something else is to be done.
  change() { if (!this.speaks) this.tone(520, 0, 0.12); }

  silence() { window.speechSynthesis?.cancel(); }

  tone(hertz, afterSeconds, seconds) {
    if (!this.tones || !this.sound) return;
    const start = this.sound.currentTime + afterSeconds;
    const pitch = new OscillatorNode(this.sound, { frequency: hertz });
    const loudness = new GainNode(this.sound, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.25, start + 0.02);
    loudness.gain.linearRampToValueAtTime(0, start + seconds);
    pitch.connect(loudness).connect(this.sound.destination);
    pitch.start(start);
    pitch.stop(start + seconds + 0.02);
  }
}
