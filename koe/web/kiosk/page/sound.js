// The grand piano, played note by note: cut out of one sound that Koe made, tuned to the keys between.
//
// What plays follows the page's clock, so that picture and sound agree; how the context's clock runs beside it is
// found again all the time, smoothed, since a browser counts sound in blocks.

const AHEAD_MS = 180; // notes are handed over so early
const LATE_MS = 90; // and left out where they would come later than this
const SMOOTH = 0.03;
const JUMP_SEC = 0.08; // by which the clocks differ only after a sleep
const DAMPER_SEC = 0.09;
const MOST_VOICES = 64;
const PEAK = 0.3; // of one loud note
const STALLS = 4; // looks at a clock that stands still until the context is made anew

export class Piano {
  constructor(now) {
    this.now = now; // milliseconds
    this.notes = []; // { pitch, velocity, buffer }
    this.voices = new Set();
    this.loudness = 1;
    this.stalls = 0;
    this.open();
  }

  open() {
    try {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.master = this.context.createGain();
      const limiter = this.context.createDynamicsCompressor();
      Object.assign(limiter.threshold, { value: -10 });
      Object.assign(limiter.ratio, { value: 6 });
      limiter.attack.value = 0.003;
      this.master.connect(limiter).connect(this.context.destination);
      this.master.gain.value = this.loudness;
    } catch {
      this.context = null; // no sound here; the picture moves all the same
    }
    this.offset = null;
    this.lastTime = -1;
  }

  get sounds() {
    return this.context?.state === "running" && this.notes.length > 0;
  }

  /** Read the sound of `koe.web.kiosk.piano`; rows of `layout` say where which note lies. */
  async load(data, layout) {
    const whole = await this.context.decodeAudioData(data);
    const rate = whole.sampleRate;
    let peak = 0;
    const notes = layout.map(([pitch, velocity, at, seconds]) => {
      const [from, length] = [Math.round(at * rate), Math.round((seconds + 0.4) * rate)];
      const buffer = new AudioBuffer({ length, numberOfChannels: whole.numberOfChannels, sampleRate: rate });
      for (let channel = 0; channel < whole.numberOfChannels; channel += 1) {
        const part = whole.getChannelData(channel).subarray(from, from + length);
        buffer.copyToChannel(part, channel);
        for (let index = 0; index < part.length; index += 7) peak = Math.max(peak, Math.abs(part[index]));
      }
      return { pitch, velocity, buffer };
    });
    this.gain = PEAK / (peak || 1);
    this.notes = notes;
  }

  /** How loud all of it is, 0 to 1, as people hear it. */
  setLoudness(value) {
    this.loudness = value ** 2 * 1.6;
    if (this.context) this.master.gain.setTargetAtTime(this.loudness, this.context.currentTime, 0.1);
  }

  wake() {
    if (this.context && this.context.state !== "running") this.context.resume().catch(() => {});
  }

  /** Look whether there is still a context that runs; where its clock stands still, make another one. */
  watch() {
    this.wake();
    const time = this.context ? this.context.currentTime : -1;
    this.stalls = this.context?.state === "running" && time === this.lastTime ? this.stalls + 1 : 0;
    this.lastTime = time;
    if (this.context?.state === "closed" || this.stalls >= STALLS) {
      this.stalls = 0;
      this.context?.close().catch(() => {});
      this.open();
      this.onnew?.();
    }
  }

  /** The context's time at a moment of the page's clock. */
  timeAt(ms) {
    const measured = this.context.currentTime - this.now() / 1000;
    const apart = this.offset === null ? Infinity : measured - this.offset;
    this.offset = Math.abs(apart) > JUMP_SEC ? measured : this.offset + SMOOTH * apart;
    return ms / 1000 + this.offset + 0.02;
  }

  /** A group of notes that fade together. */
  group(level = 1) {
    if (!this.context) return null;
    const gain = this.context.createGain();
    gain.gain.value = level;
    gain.connect(this.master);
    return gain;
  }

  /** Strike a key now or at a time of the context, silent from `end` on; gives what ends it. */
  strike(pitch, velocity, at = 0, end = Infinity, into = this.master) {
    if (!this.context || !this.notes.length) return null;
    const start = Math.max(at, this.context.currentTime);
    let best = this.notes[0];
    const distance = (one) => Math.abs(one.pitch - pitch) + Math.abs(one.velocity - velocity) / 400;
    for (const one of this.notes) if (distance(one) < distance(best)) best = one;
    const [source, gain] = [this.context.createBufferSource(), this.context.createGain()];
    source.buffer = best.buffer;
    source.playbackRate.value = 2 ** ((pitch - best.pitch) / 12);
    gain.gain.value = this.gain * Math.min(Math.max((velocity / best.velocity) ** 2, 0.06), 2.2);
    source.connect(gain).connect(into);
    source.start(start);
    const voice = { stop: (when) => damp(this.context, source, gain, when) };
    if (Number.isFinite(end)) voice.stop(Math.max(end, start + 0.03));
    this.voices.add(voice);
    source.onended = () => {
      this.voices.delete(voice);
      gain.disconnect();
    };
    if (this.voices.size > MOST_VOICES) {
      const oldest = this.voices.values().next().value;
      this.voices.delete(oldest);
      oldest.stop(start);
    }
    return voice;
  }
}

function damp(context, source, gain, when) {
  const at = Math.max(when, context.currentTime);
  gain.gain.setTargetAtTime(0, at, DAMPER_SEC);
  source.stop(at + 6 * DAMPER_SEC);
}

/** One piece that plays, from a millisecond of it on. */
export class Playing {
  constructor(piano, piece, { level = 1, from = 0, startsAt = piano.now() + 120 - from } = {}) {
    Object.assign(this, { piano, piece, level, startsAt });
    this.next = piece.notes.findIndex((note) => note[0] >= from - 5);
    if (this.next < 0) this.next = piece.notes.length;
    this.gain = piano.group(level);
    this.stopped = false;
  }

  get position() {
    return this.piano.now() - this.startsAt;
  }

  get isOver() {
    return this.stopped || this.position > this.piece.ms + 400;
  }

  /** Hand over what is to sound soon; to be called often. Gives the notes that begin now, for the eye. */
  pump() {
    if (this.stopped) return;
    const { piano, piece } = this;
    if (this.gain && this.gain.context !== piano.context) this.gain = piano.group(this.level); // it was made anew
    const position = this.position;
    while (this.next < piece.notes.length && piece.notes[this.next][0] < position + AHEAD_MS) {
      const [on, , ring, pitch, velocity] = piece.notes[this.next];
      this.next += 1;
      if (!piano.sounds || on < position - LATE_MS) continue;
      const at = piano.timeAt(this.startsAt + on);
      piano.strike(pitch, velocity, at, at + (ring - on) / 1000, this.gain);
    }
  }

  setLevel(level) {
    this.level = level;
    if (this.gain) this.gain.gain.setTargetAtTime(level, this.piano.context.currentTime, 0.15);
  }

  /** Let it fade away. */
  stop(seconds = 0.3) {
    if (this.stopped) return;
    this.stopped = true;
    this.stoppedAt = this.piano.now();
    const { gain } = this;
    if (!gain) return;
    const now = gain.context.currentTime;
    gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0, now, seconds / 3);
    setTimeout(() => gain.disconnect(), 1000 * seconds + 400);
  }
}
