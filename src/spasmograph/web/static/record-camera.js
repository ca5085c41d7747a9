// Camera and microphone: asked for only when they are needed; every refusal has a name, for which the page has words.

export class Trouble extends Error {
  constructor(code) { super(code); this.code = code; }
}

const NAMES = {
  NotAllowedError: "denied", PermissionDeniedError: "denied", SecurityError: "denied",
  NotFoundError: "none", DevicesNotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "in_use", TrackStartError: "in_use", AbortError: "in_use",
};

const asked = async (wish, prefix) => {
  try {
    return await navigator.mediaDevices.getUserMedia(wish);
  } catch (error) {
    const name = NAMES[error.name] ?? "other";
    throw new Trouble(name === "other" ? name : prefix + name);
  }
};

// The camera's stream, with the microphone's track where sound is wanted; the two are asked for apart, so that a refusal says which it was.
export async function openCamera(wish, { device, sound }) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw new Trouble("insecure");
  if (!window.MediaRecorder) throw new Trouble("no_recorder");
  const video = { width: { ideal: wish.width_px }, height: { ideal: wish.height_px }, frameRate: { ideal: wish.frame_rate_hz } };
  const stream = await asked({ video: device ? { ...video, deviceId: { exact: device } } : { ...video, facingMode: "user" } }, "");
  if (!sound) return stream;
  try {
    const heard = await asked({ audio: { echoCancellation: false, noiseSuppression: false } }, "sound_");
    stream.addTrack(heard.getAudioTracks()[0]);
  } catch (trouble) {
    closeCamera(stream);
    throw trouble;
  }
  return stream;
}

export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
}
