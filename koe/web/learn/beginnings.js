// The same beginning for an autoencoder, which writes all of it at once, and for an LSTM, which writes on step by step.

const LENGTH = 64; // sixteenths
const MEASURE = 16;
const WRITE_MS = 150; // a sixteenth, where nothing is heard
const REST_MS = 2600; // at the end, before it begins anew

class Beginnings extends Lesson {
  get controls() {
    return [
      { key: "known", kind: "choice", values: ["1", "2", "3"], default: "2", live: true },
      { key: "who", kind: "choice", values: ["lstm", "autoencoder", "piece"], default: "lstm", live: true, kept: true },
    ];
  }

  get presets() {
    return { works: {}, fails: { known: "1" }, why: { known: "3" } };
  }

  get heard() {
    return true;
  }

  heightFor(width) {
    return 3 * (this.tallFor(width) + 30) + 8;
  }

  tallFor(width) {
    return width > 760 ? 110 : 92;
  }

  taken({ given }) {
    const sets = (roll) => roll.map((keys) => new Set(keys));
    this.rolls = {
      piece: sets(given.roll),
      autoencoder: Object.fromEntries(Object.entries(given.autoencoder).map(([known, roll]) => [known, sets(roll)])),
      lstm: Object.fromEntries(Object.entries(given.lstm).map(([known, roll]) => [known, sets(roll)])),
    };
    const all = [given.roll, ...Object.values(given.autoencoder), ...Object.values(given.lstm)].flat(2);
    [this.low, this.high] = all.length ? [Math.min(...all) - 2, Math.max(...all) + 2] : [30, 60];
  }

  get border() {
    return MEASURE * Number(this.values.known);
  }

  begin() {
    Object.assign(this, { at: this.border, since: 0, rested: 0 });
  }

  still() {
    this.at = LENGTH;
  }

  step() {
    this.at = this.at >= LENGTH ? this.border : this.at + 1;
  }

  tick(ms) {
    if (this.hearing) {
      this.at = Math.max(this.border, Math.floor(this.preview.step()) + 1);
      return;
    }
    this.since += ms;
    if (this.at >= LENGTH) {
      this.rested += ms;
      if (this.rested > REST_MS) this.begin();
    } else if (this.since >= WRITE_MS) {
      this.since = 0;
      this.step();
    }
  }

  changed(live) {
    this.begin();
    super.changed(live);
    if (this.hearing) this.preview.take(this.sounding().notes);
  }

  rollOf(who) {
    return who === "piece" ? this.rolls.piece : this.rolls[who][this.values.known];
  }

  sounding() {
    const roll = this.rollOf(this.values.who);
    return { notes: notesOf(LENGTH, (step, key) => roll[step].has(key)), nSteps: LENGTH };
  }

  // -- eyes ------------------------------------------------------------------

  draw(pen) {
    const { labels, width } = this;
    const tall = this.tallFor(width);
    ["piece", "autoencoder", "lstm"].forEach((who, i) => {
      const room = { x: 0, y: 22 + i * (tall + 30), width, height: tall };
      this.roll(pen, room, who, labels[`roll-${who}`]);
    });
    const sounds = (who) => this.rollOf(who).slice(this.border).filter((keys) => keys.size).length;
    const rest = LENGTH - this.border;
    this.figures([
      [labels.given, `${this.border} ${labels.sixteenths}`],
      [labels["sounds-autoencoder"], `${sounds("autoencoder")} / ${rest}`],
      [labels["sounds-lstm"], `${sounds("lstm")} / ${rest}`],
    ]);
  }

  roll(pen, { x, y, width, height }, who, title) {
    const { colors, low, high, border } = this;
    const [wide, tall] = [width / LENGTH, height / (high - low + 1)];
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(title, x, y - 7, width);
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(x, y, width, height);
    pen.fillRect(x + border * wide, y, width - border * wide, height);
    const roll = this.rollOf(who);
    const until = who === "lstm" ? this.at : LENGTH; // an autoencoder writes all of it at once
    for (let step = 0; step < until; step += 1)
      for (const key of roll[step]) {
        // What was given, what really followed, and what a network wrote.
        const given = step < border && who !== "autoencoder";
        pen.fillStyle = given || who === "piece" ? colors.original : colors.made;
        pen.globalAlpha = who === "piece" && step >= border ? 0.25 : 1;
        pen.fillRect(x + step * wide, y + (high - key) * tall, wide + 0.3, Math.max(tall - 0.6, 1.2));
      }
    pen.globalAlpha = 1;
    pen.strokeStyle = colors.line;
    pen.lineWidth = 1;
    for (let step = 0; step <= LENGTH; step += MEASURE) {
      pen.beginPath();
      pen.moveTo(x + step * wide, y);
      pen.lineTo(x + step * wide, y + height);
      pen.stroke();
    }
    const heard = this.hearing && this.values.who === who;
    if (!heard && who !== "lstm") return;
    pen.fillStyle = colors.text;
    pen.fillRect(x + (heard ? this.preview.step() % LENGTH : Math.min(this.at, LENGTH)) * wide - 1, y, 1.5, height);
  }
}

export default mount(Beginnings, GRACE_MS);
