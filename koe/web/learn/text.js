// The paper's text format, written by hand: what it says, how it looks, how it sounds, and the numbers that it is.

const ALL_KEYS = 88;
const FIRST = 33; // the character of the lowest key
const MOST_STEPS = 64;
const THIN = 3; // px a key
const READ_MS = 230;

/** The keys of each step of a text, as Koe reads it: a space or a new line ends a step. */
function keysOfText(text) {
  return text
    .replace(/^\ufeff/, "")
    .split(/[ \n]/)
    .slice(0, MOST_STEPS)
    .map((step) => [...step].map((one) => one.charCodeAt(0) - FIRST).filter((key) => key >= 0 && key < ALL_KEYS));
}

class ManyHot extends Lesson {
  get controls() {
    return [{ key: "text", kind: "text", longest: 400, default: "HLO HLO HLO HLO HMQ HMQ HMQ HMQ GJO GJO GJO GJO HLOT HLOT HLOT HLOT" }];
  }

  get presets() {
    return { works: {}, fails: { text: "HJL HJL HJL HJL" }, why: { text: "T T T T   T T T T" } };
  }

  get heard() {
    return true;
  }

  heightFor() {
    return 24 + ALL_KEYS * THIN + 96;
  }

  begin() {
    this.rolls = keysOfText(this.values.text).map((keys) => new Set(keys));
    this.at = this.since = 0;
    if (this.hearing) this.hear(true);
  }

  sounding() {
    return { notes: notesOf(this.rolls.length, (step, key) => this.rolls[step].has(key)), nSteps: Math.max(this.rolls.length, 4) };
  }

  step() {
    this.at = (this.at + 1) % Math.max(this.rolls.length, 1);
  }

  tick(ms) {
    if (this.hearing) {
      this.at = clamp(Math.floor(this.preview.step()), 0, Math.max(this.rolls.length - 1, 0));
      return;
    }
    this.since += ms;
    if (this.since < READ_MS) return;
    this.since = 0;
    this.step();
  }

  draw(pen) {
    const { colors, labels, width, rolls, at } = this;
    const nSteps = Math.max(rolls.length, 16);
    const one = width / nSteps;
    const top = 22;
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(labels.roll, 0, top - 7);
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(0, top, width, ALL_KEYS * THIN);
    rolls.forEach((keys, step) => {
      pen.fillStyle = step === at ? colors.made : colors.original;
      for (const key of keys) pen.fillRect(step * one, top + (ALL_KEYS - 1 - key) * THIN, one + 0.3, THIN);
    });
    pen.fillStyle = colors.line;
    pen.fillRect(at * one, top, one, ALL_KEYS * THIN);
    // The vector of this step: 88 numbers, each 0 or 1.
    const below = top + ALL_KEYS * THIN + 34;
    const cell = width / ALL_KEYS;
    pen.fillStyle = colors.text;
    pen.fillText(labels.vector, 0, below - 7, width);
    const now = rolls[at] ?? new Set();
    for (let key = 0; key < ALL_KEYS; key += 1) {
      pen.fillStyle = now.has(key) ? colors.made : "rgba(128,118,105,0.16)";
      pen.fillRect(key * cell, below, Math.max(cell - 1, 1), 26);
      if (!now.has(key)) continue;
      pen.fillStyle = colors.text;
      pen.textAlign = "center";
      pen.fillText(String.fromCharCode(FIRST + key), (key + 0.5) * cell, below + 43);
    }
    const ones = rolls.reduce((sum, keys) => sum + keys.size, 0);
    const names = [...now].sort((low, high) => low - high).map((key) => this.nameOf(key));
    this.figures([
      [labels.step, rolls.length ? at + 1 : 0],
      [labels.keys, names.join(" ") || labels.rest],
      [labels.ones, `${ones} / ${rolls.length * ALL_KEYS}`],
    ]);
  }

  nameOf(key) {
    const { names, octave } = this.data.notation;
    return names[(key + 9) % 12] + (Math.floor((key + 21) / 12) - 5 + octave);
  }
}

export default mount(ManyHot, GRACE_MS);
