// A light synthesizer that plays four measures over and over while a hand moves them.
//
// It renders nothing beforehand: a clock looks a little ahead and strikes what comes next, so other notes
// sound at once. FluidSynth's sound takes over when the hand lets go.

const AHEAD_SEC = 0.08;
const LOOK_MS = 25;
const MOST_VOICES = 24;
const PARTIALS = [0, 1, 0.45, 0.22, 0.12, 0.07, 0.04, 0.02];
const LETTING_GO_SEC = 0.05;

let context; // one for the page; browsers allow few

class Preview {
  constructor() {
    Object.assign(this, { on: false, voices: new Map(), notes: [], level: 1, rate: 8, place: 0 });
  }

  /** Begin at a step of the grid; gives when that is heard, and 0 where the browser has no sound. */
  start(step, stepsPerSec, nSteps = 64) {
    try {
      context ??= new AudioContext();
      context.resume();
      this.wave ??= context.createPeriodicWave(new Float32Array(PARTIALS.length), new Float32Array(PARTIALS));
      if (!this.out) {
        this.out = context.createGain();
        const press = context.createDynamicsCompressor();
        this.out.connect(press).connect(context.destination);
      }
    } catch {
      return 0;
    }
    Object.assign(this, { on: true, rate: stepsPerSec, nSteps, from: step, began: context.currentTime + 0.01 });
    this.next = Math.floor(step) + 1; // first boundary of the grid that is yet to come, counted without the loop
    this.loud(this.level);
    this.sound(this.began, Math.floor(step) % nSteps);
    clearInterval(this.looking);
    this.looking = setInterval(() => this.look(), LOOK_MS);
    this.look();
    return this.heardAt(this.began);
  }

  /** When what happens at a time of the audio clock leaves the speakers, by the page's clock. */
  heardAt(time) {
    const late = (context.baseLatency || 0) + (context.outputLatency || 0);
    return performance.now() + 1000 * (time - context.currentTime + late);
  }

  stop() {
    if (!this.on) return;
    this.on = false;
    clearInterval(this.looking);
    for (const pitch of [...this.voices.keys()]) this.release(pitch, context.currentTime);
  }

  loud(level) {
    this.level = level;
    this.out?.gain.setTargetAtTime(0.4 * level, context.currentTime, 0.01);
  }

  /** Where it is, in steps, smooth and within the loop. */
  step() {
    return this.on ? (this.from + Math.max(context.currentTime - this.began, 0) * this.rate) % this.nSteps : this.place;
  }

  /** Other notes: those that are gone fall silent, those that should sound begin, all at once; gives when. */
  take(notes) {
    this.notes = notes;
    if (!this.on) return 0;
    const now = context.currentTime + 0.005;
    this.sound(now, (this.next - 1 + this.nSteps) % this.nSteps, 0.6);
    return this.heardAt(now);
  }

  look() {
    const late = context.currentTime - this.timeOf(this.next);
    if (late > 0.3) this.next = Math.ceil(this.from + (context.currentTime - this.began) * this.rate); // the tab slept
    for (; this.timeOf(this.next) < context.currentTime + AHEAD_SEC; this.next += 1) {
      const step = this.next % this.nSteps;
      const time = Math.max(this.timeOf(this.next), context.currentTime);
      for (const note of this.notes) if (note.onset === step) this.release(note.pitch, time);
      this.sound(time, step);
    }
  }

  timeOf(boundary) {
    return this.began + (boundary - this.from) / this.rate;
  }

  /** Let exactly those keys sound that should at a step. */
  sound(time, step, softer = 1) {
    const wanted = new Set();
    for (const note of this.notes) if (note.onset <= step && step < note.onset + note.length) wanted.add(note.pitch);
    for (const pitch of [...this.voices.keys()]) if (!wanted.has(pitch)) this.release(pitch, time);
    for (const pitch of wanted) if (!this.voices.has(pitch)) this.strike(pitch, time, softer);
  }

  strike(pitch, time, softer) {
    if (this.voices.size >= MOST_VOICES) return;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.setPeriodicWave(this.wave);
    tone.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    gain.gain.setValueAtTime(0, time);
    gain.gain.linearRampToValueAtTime(0.3 * softer, time + 0.006);
    gain.gain.setTargetAtTime(0, time + 0.006, 0.25 + (108 - pitch) / 70); // low strings ring longer
    tone.connect(gain).connect(this.out);
    tone.start(time);
    this.voices.set(pitch, { tone, gain, time });
  }

  release(pitch, time) {
    const voice = this.voices.get(pitch);
    if (!voice) return;
    this.voices.delete(pitch);
    if (voice.time > time) voice.gain.gain.cancelScheduledValues(time); // it has not begun yet
    voice.gain.gain.setTargetAtTime(0, time, LETTING_GO_SEC);
    voice.tone.stop(time + 8 * LETTING_GO_SEC);
  }
}
