// Playing with Koe: eight keys or a MIDI keyboard, then a pause, then the answer, over which one plays on.

import { ALONE, chordAt, EightKeys, N_KEYS } from "./harmony.js";

export const PAUSE_MS = 1300; // after which Koe answers
export const FEWEST = 3; // presses that can be answered
const CHORD_MS = 2400; // for which one of the chords stands while nothing else sounds
const HELD_MS = 2500; // for which a key sounds at most that nobody lets go
const MOST_PRESSES = 400;
const VELOCITY = 82;

/** What is played and answered. `hear(presses)` gives the answer, a piece; `sound` strikes keys. */
export class Duet {
  constructor({ now, strike, hear, show }) {
    Object.assign(this, { now, strike, hear, show, keys: new EightKeys() });
    this.forget();
  }

  forget() {
    this.keys.forget();
    this.presses = []; // [pitch, down_ms, up_ms, velocity, whether it only accompanies]
    this.down = new Map(); // what is held, by its source
    this.answer = null; // the piece that sounds, and when it began
    this.asking = 0;
    this.chord = 0;
    this.chordAt = -Infinity;
    this.lastAt = 0;
  }

  /** Chord and scale at this moment: of the answer under way, else of four chords that follow each other. */
  harmony() {
    const now = this.now();
    if (this.answer && now < this.answer.startsAt + this.answer.piece.ms) {
      const { piece, startsAt } = this.answer;
      return { chord: chordAt(piece.chords, now - startsAt), scale: piece.scale, alone: false };
    }
    const [scale, chords] = [this.home?.scale ?? ALONE.scale, this.home?.chords ?? ALONE.chords];
    return { chord: chords[this.chord % chords.length].slice(1), scale, alone: true };
  }

  /** One of the eight keys goes down; `source` is the finger. */
  press(source, key) {
    const now = this.now();
    let { chord, scale, alone } = this.harmony();
    if (alone && now - this.chordAt > CHORD_MS) {
      if (Number.isFinite(this.chordAt)) this.chord += 1;
      this.chordAt = now;
      ({ chord, scale } = this.harmony());
      // Whoever plays alone has a left hand.
      this.note("bass", 36 + ((chord[0] + 12 - 36 % 12) % 12), 58, HELD_MS);
      this.note("fifth", 48 + ((chord[2] + 12 - 48 % 12) % 12), 44, HELD_MS);
    }
    this.note(source, this.keys.press(key, now, chord, scale), VELOCITY);
  }

  /** A key of a piano goes down; with a length it accompanies, and lets itself go. */
  note(source, pitch, velocity, length = 0) {
    this.release(source);
    const now = this.now();
    if (this.presses.length >= MOST_PRESSES) this.presses.shift();
    const press = [pitch, now, now + (length || HELD_MS), velocity, length > 0];
    this.presses.push(press);
    const voice = this.strike(pitch, velocity);
    if (length) voice?.end(length / 1000);
    else this.down.set(source, { press, voice });
    this.lastAt = now;
    this.show(press);
  }

  release(source) {
    const held = this.down.get(source);
    if (!held) return;
    this.down.delete(source);
    const now = this.now();
    held.press[2] = Math.min(now, held.press[2]);
    held.voice?.end(0);
    this.lastAt = now;
  }

  releaseAll() {
    for (const source of [...this.down.keys()]) this.release(source);
  }

  /** To be called often: lets go what is held too long, and asks for the answer once there is a pause. */
  async look() {
    const now = this.now();
    for (const [source, { press }] of this.down) if (now > press[1] + HELD_MS) this.release(source);
    if (this.asking || this.down.size || now - this.lastAt < PAUSE_MS) return;
    const presses = this.presses;
    if (presses.filter((press) => !press[4]).length < FEWEST) {
      if (now - this.lastAt > 4 * PAUSE_MS) this.presses = [];
      return;
    }
    this.presses = [];
    const first = presses[0][1];
    const sent = presses.map(([pitch, down, up, velocity]) => [pitch, (down - first) / 1000, (up - first) / 1000, velocity]);
    const asked = (this.asking += 1);
    let piece = null;
    try {
      piece = await this.hear(sent);
    } finally {
      if (this.asking === asked) this.asking = 0;
    }
    return piece ?? echo(presses);
  }

  /** An answer begins to sound. */
  answered(piece, startsAt) {
    this.answer = { piece, startsAt };
    this.home = { scale: piece.scale, chords: piece.chords.slice(0, 4) };
    this.chordAt = -Infinity;
  }
}

/** What is heard where Koe cannot be reached: the same once more, an octave lower, softer. */
export function echo(presses) {
  const first = presses[0][1];
  const notes = presses.map(([pitch, down, up, velocity]) => {
    const lower = pitch - 12 >= 33 ? pitch - 12 : pitch;
    return [down - first, up - first, up - first, lower, Math.round(velocity * 0.75)];
  });
  return { id: "", mood: "", ms: Math.max(...notes.map((note) => note[1])), notes, ...ALONE };
}

/** Draw the eight keys into a box, and tell of fingers on them: several at once, and gliding from key to key. */
export function drawKeys(box, { press, release }) {
  const buttons = [];
  for (let key = 0; key < N_KEYS; key += 1) {
    const button = document.createElement("button");
    button.style.setProperty("--n", key);
    button.setAttribute("aria-label", String(key + 1));
    box.append(button);
    buttons.push(button);
  }
  const fingers = new Map();
  const put = (id, key) => {
    if (fingers.get(id) === key) return;
    lift(id);
    if (key < 0) return;
    fingers.set(id, key);
    buttons[key].classList.add("down");
    press(id, key);
  };
  const lift = (id) => {
    const key = fingers.get(id);
    if (key === undefined) return;
    fingers.delete(id);
    if (![...fingers.values()].includes(key)) buttons[key].classList.remove("down");
    release(id);
  };
  const under = (event) => buttons.indexOf(document.elementFromPoint(event.clientX, event.clientY));
  box.addEventListener("pointerdown", (event) => {
    event.target.releasePointerCapture?.(event.pointerId); // a finger may glide
    put(event.pointerId, under(event));
  });
  addEventListener("pointermove", (event) => fingers.has(event.pointerId) && put(event.pointerId, under(event)));
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => lift(event.pointerId));
  box.addEventListener("keydown", (event) => {
    const key = buttons.indexOf(event.target);
    if (["Enter", " "].includes(event.key) && !event.repeat && key >= 0) put("keyboard", key);
  });
  box.addEventListener("keyup", () => lift("keyboard"));
  return () => [...fingers.keys()].forEach(lift);
}

/** Let a melody be drawn above the keys: the higher the finger the higher the key, another one wherever it comes by. */
export function drawMelody(box, keys, { press, release }) {
  const fingers = new Map();
  const put = (event) => {
    const height = keys.getBoundingClientRect().top;
    const key = Math.min(Math.max(Math.floor((1 - event.clientY / height) * N_KEYS), 0), N_KEYS - 1);
    if (fingers.get(event.pointerId) === key) return;
    fingers.set(event.pointerId, key);
    press(`line ${event.pointerId}`, key);
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".keys, button")) return;
    event.target.releasePointerCapture?.(event.pointerId);
    put(event);
  });
  addEventListener("pointermove", (event) => fingers.has(event.pointerId) && put(event));
  for (const name of ["pointerup", "pointercancel"])
    addEventListener(name, (event) => fingers.delete(event.pointerId) && release(`line ${event.pointerId}`));
}

/** Listen to MIDI keyboards where that is allowed already: a stranger is never asked. One may come and go. */
export async function listenToMidi({ note, release, releaseAll }) {
  try {
    const allowed = await navigator.permissions.query({ name: "midi" });
    if (allowed.state !== "granted") return;
    const access = await navigator.requestMIDIAccess();
    const connect = () => {
      releaseAll(); // one that was pulled out never lets its keys go
      for (const input of access.inputs.values())
        input.onmidimessage = ({ data: [status, pitch, velocity] }) => {
          const [kind, source] = [status & 0xf0, `${input.id} ${pitch}`];
          if (kind === 0x90 && velocity) note(source, pitch, velocity);
          else if (kind === 0x80 || kind === 0x90) release(source);
        };
    };
    access.onstatechange = connect;
    connect();
  } catch {
    // There is none.
  }
}
