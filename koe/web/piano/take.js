// A take: what is pressed to the beat of a metronome, shown as a small roll, and played again.
//
// Time is the browser's own clock in milliseconds, which events carry; the clicks
// are heard a little after they are due, and what is played to them is as late.

const COUNT_IN = 4; // beats
const LEAD_MS = 120; // before the first click, for all to be set
const TICKS_A_BEAT = 24;
const LEAST_PITCHES = 20; // that the roll shows, from bottom to top

class Recorder {
  constructor(qpm, measures) {
    Object.assign(this, { qpm, measures, beatMs: 60000 / qpm, presses: [], open: new Map() });
  }

  /** Start the count-in. */
  async start() {
    const ctx = await awake();
    const first = performance.now() + LEAD_MS;
    this.origin = first + COUNT_IN * this.beatMs;
    if (!ctx) return;
    const zero = ctx.currentTime + LEAD_MS / 1000;
    const beats = [...Array(COUNT_IN + 4 * this.measures).keys()];
    this.end = clicks(ctx, beats.map((beat) => [zero + (beat * this.beatMs) / 1000, beat % 4 === 0]));
  }

  get n_ticks() {
    return 4 * TICKS_A_BEAT * this.measures;
  }

  /** Milliseconds from the first beat, as the player hears it. */
  since(at) {
    return at - this.origin - 1000 * lateSec();
  }

  tick(at) {
    return (this.since(at) / this.beatMs) * TICKS_A_BEAT;
  }

  down(pitch, velocity, at) {
    const press = { pitch, velocity, down: at, up: null };
    this.presses.push(press);
    this.open.set(pitch, press);
  }

  up(pitch, at) {
    const press = this.open.get(pitch);
    if (press) press.up = at;
    this.open.delete(pitch);
  }

  /** End it; gives what was pressed as the page's own server reads it. */
  stop(at) {
    this.end?.();
    const sec = (time) => Math.round(this.since(time)) / 1000;
    const presses = this.presses.map(({ pitch, velocity, down, up }) => [pitch, sec(down), sec(Math.max(up ?? at, down)), velocity]);
    return { presses, qpm: this.qpm, measures: this.measures };
  }

  /** What has been pressed so far, as the roll draws it. */
  notes(at) {
    return this.presses
      .map(({ pitch, down, up }) => ({ pitch, onset: this.tick(down), end: this.tick(up ?? at) }))
      .filter((note) => note.end > 0 && note.onset < this.n_ticks)
      .map((note) => ({ ...note, onset: Math.max(note.onset, 0), end: Math.min(note.end, this.n_ticks) }));
  }
}

const SILENCE_MS = 700; // after which somebody has stopped playing
const LEAST_PRESSES = 3; // fewer are somebody trying out the keys

/** What is played without a metronome: over when no key has been down for a moment. */
class Phrase {
  constructor(over) {
    Object.assign(this, { over, presses: [], open: new Map() });
  }

  down(pitch, velocity, at) {
    clearTimeout(this.ending);
    this.up(pitch, at); // a key that was still held, by another finger
    clearTimeout(this.ending);
    const press = { pitch, velocity, down: at, up: null };
    this.presses.push(press);
    this.open.set(pitch, press);
  }

  up(pitch, at) {
    const press = this.open.get(pitch);
    if (!press) return;
    press.up = Math.max(at, press.down);
    this.open.delete(pitch);
    if (!this.open.size) this.ending = setTimeout(() => this.end(), SILENCE_MS);
  }

  /** Give what was pressed as the page's own server reads it, in seconds from the first key on. */
  end() {
    const { presses } = this;
    this.forget();
    if (presses.length < LEAST_PRESSES) return;
    const sec = (time) => Math.round(time - presses[0].down) / 1000;
    this.over(presses.map(({ pitch, velocity, down, up }) => [pitch, sec(down), sec(up), velocity]));
  }

  forget() {
    clearTimeout(this.ending);
    this.presses = [];
    this.open.clear();
  }
}

/** Plays a take of the server's, note by note as they come due. */
class Replay {
  constructor(take, ctx) {
    Object.assign(this, { take, ctx, next: 0, sounding: [] });
    this.ticksPerSec = (take.qpm / 60) * TICKS_A_BEAT;
    this.zero = ctx.currentTime + 0.08;
  }

  /** Where it is, in ticks. */
  tick() {
    return Math.max((this.ctx.currentTime - lateSec() - this.zero) * this.ticksPerSec, 0);
  }

  /** Set what sounds soon; gives the pitches that sound now, or null when all is over. */
  go() {
    const { onset, pitch, length, velocity, n_ticks } = this.take;
    const soon = (this.ctx.currentTime - this.zero + 0.15) * this.ticksPerSec;
    for (; this.next < onset.length && onset[this.next] <= soon; this.next += 1) {
      const i = this.next;
      const voice = strike(pitch[i], velocity[i], this.zero + onset[i] / this.ticksPerSec);
      voice?.damp(this.zero + (onset[i] + length[i]) / this.ticksPerSec);
      this.sounding.push({ voice, pitch: pitch[i], onset: onset[i], end: onset[i] + length[i] });
    }
    const now = this.tick();
    if (now > n_ticks) return null;
    this.sounding = this.sounding.filter((note) => note.end > now);
    return new Set(this.sounding.filter((note) => note.onset <= now).map((note) => note.pitch));
  }

  stop() {
    for (const { voice } of this.sounding) voice?.damp();
  }
}

/** The small roll: every note an element, places in percent, so that it fits whatever width there is. */
class Sheet {
  constructor(el) {
    this.el = el;
    this.bars = [];
  }

  draw(notes, n_ticks) {
    const { notes: box, sheet } = this.el;
    const pitches = notes.map((note) => note.pitch);
    const middle = notes.length ? (Math.min(...pitches) + Math.max(...pitches)) / 2 : 60;
    const half = Math.max(LEAST_PITCHES, notes.length ? Math.max(...pitches) - Math.min(...pitches) + 4 : 0) / 2;
    sheet.style.setProperty("--measures", n_ticks / (4 * TICKS_A_BEAT));
    while (this.bars.length < notes.length) this.bars.push(box.appendChild(document.createElement("i")));
    while (this.bars.length > notes.length) this.bars.pop().remove();
    notes.forEach((note, i) => {
      const { style } = this.bars[i];
      style.left = `${(100 * note.onset) / n_ticks}%`;
      style.width = `${(100 * (note.end - note.onset)) / n_ticks}%`;
      style.bottom = `${(100 * (note.pitch - middle + half - 0.5)) / (2 * half)}%`;
      style.height = `${100 / (2 * half)}%`;
    });
  }

  /** Draw a take of the server's, or an empty sheet. */
  show(take, measures) {
    if (!take) return this.draw([], 4 * TICKS_A_BEAT * measures);
    const { onset, pitch, length } = take;
    this.draw(onset.map((start, i) => ({ pitch: pitch[i], onset: start, end: start + length[i] })), take.n_ticks);
  }

  /** Put the line where the time is, as a share of the whole; null takes it away. */
  at(share) {
    const { cursor } = this.el;
    cursor.hidden = share === null || share < 0;
    if (!cursor.hidden) cursor.style.left = `${100 * Math.min(share, 1)}%`;
  }
}
