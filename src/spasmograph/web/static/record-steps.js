// The steps one after the other, on the film's own clock. What is shown, said and sounded is the page's business.

export class Stopped extends Error {}

export async function runSteps(steps, { film, prepareSeconds, stage, signal }) {
  const done = [];
  const whole = steps.reduce((sum, step) => sum + step.seconds, 0) + prepareSeconds * (steps.length - 1);
  const begun = film.now();
  const until = (end, left) => waited(film, end, signal, (seconds) => {
    stage.left(Math.max(0, Math.ceil(left(seconds))));
    stage.progress(Math.min(1, (film.now() - begun) / whole));
  });
  for (const [number, step] of steps.entries()) {
    if (number > 0) {
      stage.prepare(step, number);
      await until(film.now() + prepareSeconds, (seconds) => seconds);
    }
    stage.begin(step, number);
    const onset = film.now();
    let end = onset;
    for (const [place, cue] of step.cues.entries()) {
      stage.cue(step, cue, place);
      end += cue.seconds;
      const rest = onset + step.seconds - end;
      await until(end, (seconds) => (step.cues.length === 1 ? seconds + rest : seconds));
    }
    const found = { task: step.task, onset_s: rounded(onset), offset_s: rounded(film.now()) };
    done.push(found);
    stage.end(step, found);
  }
  return done;
}

const rounded = (seconds) => Math.round(1000 * seconds) / 1000;

// Waits until the film is that long; timers of a page in the background come late, the clock does not.
export function waited(clock, end, signal, tick) {
  return new Promise((done, failed) => {
    const look = () => {
      if (signal.aborted) return failed(new Stopped());
      const left = end - clock.now();
      tick(left);
      return left <= 0 ? done() : setTimeout(look, Math.min(100, Math.max(4, 1000 * left)));
    };
    signal.addEventListener("abort", () => failed(new Stopped()), { once: true });
    look();
  });
}
