// The same four measures told in 1, 2, 4 ... 128 numbers by several models, side by side.

const STEPS_SHOWN = 64;
const NEXT_MS = 1500;
const COUNTS = ["1", "2", "4", "8", "16", "32", "64", "128"];
const TWO_ABREAST = 760;

class Squeeze extends Lesson {
  get controls() {
    return [
      { key: "count", kind: "choice", values: COUNTS, default: "16", live: true },
      { key: "ear", kind: "choice", values: ["original", "pca", "ae1", "ae3"], default: "original", live: true, kept: true },
    ];
  }

  get presets() {
    return { works: { count: "128" }, fails: { count: "4" }, why: { count: "16" } };
  }

  get heard() {
    return true;
  }

  heightFor(width) {
    return width > TWO_ABREAST ? 470 : 780;
  }

  taken({ given }) {
    this.original = given.roll.map((keys) => new Set(keys));
    this.models = given.models.map((model) => ({ ...model, rolls: model.rolls.map((roll) => roll.map((keys) => new Set(keys))) }));
    const all = given.roll.flat();
    [this.low, this.high] = all.length ? [Math.min(...all) - 3, Math.max(...all) + 3] : [30, 60];
  }

  begin() {
    this.since = 0;
  }

  set(key, value) {
    if (key === "count") this.running = false; // the hand decides now
    super.set(key, value);
  }

  preset(name) {
    super.preset(name);
    this.running = false;
    this.mark();
  }

  step() {
    this.values.count = COUNTS[(COUNTS.indexOf(this.values.count) + 1) % COUNTS.length];
    this.mark();
    this.sing();
  }

  tick(ms) {
    this.since += ms;
    if (this.since < NEXT_MS || this.hearing) return;
    this.since = 0;
    this.step();
  }

  changed(live) {
    super.changed(live);
    this.sing();
  }

  sing() {
    if (this.hearing) this.preview.take(this.sounding().notes);
  }

  /** Index of what a model makes of at most as many numbers as are chosen. */
  place(model) {
    return model.sizes.findLastIndex((size) => size <= Number(this.values.count));
  }

  sounding() {
    const model = this.models.find(({ name }) => name === this.values.ear);
    const roll = model ? model.rolls[this.place(model)] : this.original;
    return { notes: notesOf(STEPS_SHOWN, (step, key) => roll[step].has(key)), nSteps: STEPS_SHOWN };
  }

  draw(pen) {
    const { labels, width, models, colors } = this;
    const two = width > TWO_ABREAST;
    const across = two ? width / 2 - 8 : width;
    const line = 1.7 * this.fontSize;
    const tall = two ? 116 : 96;
    const rolls = [[labels.original, this.original], ...models.map((model) => {
      const at = this.place(model);
      const words = labels.told_in.replace("{n}", model.sizes[at]).replace("{f1}", Math.round(100 * model.f1[at]));
      return [`${model.title}: ${words}`, model.rolls[at]];
    })];
    rolls.forEach(([title, roll], i) => {
      const x = two ? (i % 2) * (across + 16) : 0;
      const y = (two ? Math.floor(i / 2) : i) * (tall + line + 8) + line;
      this.roll(pen, { x, y, width: across, height: tall }, roll, title, i > 0);
    });
    const rows = two ? Math.ceil(rolls.length / 2) : rolls.length;
    const y = rows * (tall + line + 8) + 2 * line;
    const room = { x: 46, y, width: width - 60, height: this.height - y - 3 * line };
    // By doublings, as the choices are.
    const curves = models.map((model, i) => [model.f1, colors.four[i], [[], [7, 4], [2, 3]][i % 3]]);
    const look = { low: 0, high: 1, nSteps: COUNTS.length, line: colors.line, text: colors.text };
    const { px } = chart(pen, room, curves, { ...look, title: labels.likeness, below: labels.counts });
    const now = px(COUNTS.indexOf(this.values.count));
    pen.strokeStyle = colors.text;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(now, y);
    pen.lineTo(now, y + room.height);
    pen.stroke();
    pen.textAlign = "left";
    let x = room.x;
    models.forEach((model, i) => {
      const at = y + room.height + 2.9 * this.fontSize;
      pen.strokeStyle = colors.four[i];
      pen.lineWidth = 2;
      pen.setLineDash([[], [7, 4], [2, 3]][i % 3]);
      pen.beginPath();
      pen.moveTo(x, at - 4);
      pen.lineTo(x + 24, at - 4);
      pen.stroke();
      pen.setLineDash([]);
      pen.fillText(model.title, x + 29, at);
      x += 46 + pen.measureText(model.title).width;
    });
    this.figures(models.map((model) => [model.title, `${model.sizes[this.place(model)]} → ${Math.round(100 * model.f1[this.place(model)])} %`]));
  }

  roll(pen, { x, y, width, height }, roll, title, compared) {
    const { colors, low, high } = this;
    const [wide, tall] = [width / STEPS_SHOWN, height / (high - low + 1)];
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(title, x, y - 6, width);
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(x, y, width, height);
    for (let step = 0; step < STEPS_SHOWN; step += 1)
      for (let key = low; key <= high; key += 1) {
        const [here, there] = [roll[step].has(key), this.original[step].has(key)];
        if (!here && !(compared && there)) continue;
        const place = [x + step * wide, y + (high - key) * tall, wide + 0.3, Math.max(tall - 0.6, 1)];
        if (here) {
          pen.fillStyle = there ? colors.original : colors.made;
          pen.fillRect(...place);
        } else {
          pen.fillStyle = colors.missed;
          pen.fillRect(place[0], place[1] + place[3] - 1.2, place[2], 1.2); // a line: what is missing
        }
      }
    if (!this.hearing) return;
    pen.fillStyle = colors.text;
    pen.fillRect(x + (this.preview.step() % STEPS_SHOWN) * wide, y, 1, height);
  }
}

export default mount(Squeeze, GRACE_MS);
