// A tiny autoencoder learns a visitor's four measures, sixteenth by sixteenth, in front of their eyes and ears.

const N_STEPS = 64;
const N_TRAIN = 48; // three measures to learn from; the fourth is kept secret
const BATCH = 16;
const SOUNDS = 0.5; // from which probability on a key sounds
const WORK_MS = 9; // of a frame
const SLOW_MS = 45; // an epoch at first takes at least so long, so that eyes can follow
const LAST = { plain: 2500, transposed: 260 }; // epochs
const LESSON_SEED = 7;
const ROOMY = 760;

class Training extends Lesson {
  get controls() {
    return [
      { key: "numbers", kind: "range", low: 1, high: 16, step: 1, default: 4 },
      { key: "speed", kind: "range", low: 0.0005, high: 0.2, log: true, default: 0.01 },
      { key: "optimizer", kind: "choice", values: METHODS, default: "adam" },
      { key: "dropout", kind: "switch", default: false },
      { key: "transposed", kind: "switch", default: false },
    ];
  }

  get presets() {
    return { works: { transposed: true, numbers: 8, speed: 0.003 }, fails: {}, why: { dropout: true } };
  }

  get heard() {
    return true;
  }

  heightFor(width) {
    return width > ROOMY ? 420 : 560;
  }

  taken({ given }) {
    this.examples = given.roll.map((keys) => {
      const example = new Float64Array(KEYS);
      for (const key of keys) example[key] = 1;
      return example;
    });
    const used = given.roll.flat();
    [this.low, this.high] = used.length ? [Math.min(...used) - 2, Math.max(...used) + 2] : [30, 60];
  }

  begin() {
    const { numbers, optimizer, speed, transposed } = this.values;
    this.random = dice(LESSON_SEED);
    this.net = new Autoencoder(numbers, this.random);
    this.optimizer = new Optimizer(optimizer, speed, this.net.weights.length);
    const known = this.examples.slice(0, N_TRAIN);
    this.lessons = transposed ? Array.from({ length: 12 }, (_, i) => known.map((one) => moved(one, i - 6))).flat() : known;
    Object.assign(this, { epoch: 0, order: [], losses: [], secrets: [], least: Infinity, leastAt: 0, waited: 0 });
    this.examine();
  }

  get last() {
    return LAST[this.values.transposed ? "transposed" : "plain"];
  }

  /** One batch; true where it was the last of its epoch. */
  batch() {
    if (!this.order.length) {
      this.order = this.lessons.map((_, i) => i);
      for (let i = this.order.length - 1; i > 0; i -= 1) {
        const j = Math.floor(this.random() * (i + 1));
        [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
      }
    }
    const examples = this.order.splice(0, BATCH).map((i) => this.lessons[i]);
    this.net.learnFrom(examples, this.values.dropout ? this.random : null);
    this.optimizer.update(this.net.weights, this.net.gradient);
    return !this.order.length;
  }

  /** Look how well it does, with nothing switched off, on what it knows and on what it does not. */
  examine() {
    this.made = this.examples.map((example) => this.net.decode(example));
    const error = (from, to) => {
      let sum = 0;
      for (let step = from; step < to; step += 1)
        for (let key = 0; key < KEYS; key += 1) sum += (this.made[step][key] - this.examples[step][key]) ** 2;
      return sum / ((to - from) * KEYS);
    };
    const secret = error(N_TRAIN, N_STEPS);
    this.losses.push(error(0, N_TRAIN));
    this.secrets.push(secret);
    if (secret < this.least) Object.assign(this, { least: secret, leastAt: this.epoch });
  }

  step() {
    while (!this.batch());
    this.epoch += 1;
    this.examine();
    this.sing();
  }

  tick(ms) {
    this.waited += ms;
    const pace = this.epoch < 60 ? SLOW_MS : 0; // slowly at first
    if (this.waited < pace) return;
    this.waited = 0;
    const end = performance.now() + WORK_MS;
    do {
      if (!this.batch()) continue;
      this.epoch += 1;
      this.examine();
      if (pace) break;
    } while (performance.now() < end);
    this.sing();
    if (this.epoch >= this.last) this.end();
  }

  still() {
    for (let i = 0; i < 150; i += 1) this.step();
  }

  // -- ears ------------------------------------------------------------------

  sounding() {
    return { notes: notesOf(N_STEPS, (step, key) => this.made[step][key] >= SOUNDS), nSteps: N_STEPS };
  }

  /** Let what is heard be what it would write now. */
  sing() {
    if (!this.hearing) return;
    const { notes } = this.sounding();
    const text = JSON.stringify(notes);
    if (text !== this.sung) this.preview.take(notes);
    this.sung = text;
  }

  // -- eyes ------------------------------------------------------------------

  draw(pen) {
    const { labels, colors, width, height } = this;
    const wide = width > ROOMY;
    const across = wide ? 0.6 * width : width;
    const line = 1.6 * this.fontSize;
    const rolls = (wide ? height : 340) - 8;
    const each = rolls / 2 - line;
    const area = { x: 1, width: across - 2, height: each };
    this.roll(pen, { ...area, y: line }, (step, key) => this.examples[step][key], colors.original, labels.original);
    const y = rolls / 2 + line;
    this.roll(pen, { ...area, y }, (step, key) => this.made[step][key], colors.made, labels.made);
    const plot = wide
      ? { x: across + 66, y: line + 4, width: width - across - 76, height: height - 4.4 * line }
      : { x: 56, y: 340 + line, width: width - 66, height: height - 340 - 3.6 * line };
    const curves = [
      [this.losses, colors.original],
      [this.secrets, colors.made, [7, 4]],
    ];
    const nSteps = Math.max(60, Math.min(this.last, 2 ** Math.ceil(Math.log2(this.epoch + 2)))) + 1;
    const look = { low: 0.0002, high: 0.3, log: true, nSteps, line: colors.line, text: colors.text };
    const { px, py } = chart(pen, plot, curves, { ...look, title: labels.error, below: labels.epochs });
    if (this.epoch) {
      pen.fillStyle = colors.made;
      pen.beginPath();
      pen.arc(px(this.leastAt), py(this.least), 5, 0, 7);
      pen.fill();
    }
    this.legend(pen, plot, nSteps);
    this.figures([
      [labels.epoch, this.epoch],
      [labels.known, this.losses.at(-1).toFixed(4)],
      [labels.secret, this.secrets.at(-1).toFixed(4)],
      [labels.best, `${this.least.toFixed(4)} (${labels.epoch} ${this.leastAt})`],
      [labels.weights, this.net.weights.length],
    ]);
  }

  legend(pen, plot) {
    const { colors, labels } = this;
    const y = plot.y + plot.height + 2.8 * this.fontSize;
    let x = plot.x;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    for (const [words, color, dashes] of [[labels.known, colors.original, []], [labels.secret, colors.made, [7, 4]]]) {
      pen.strokeStyle = color;
      pen.lineWidth = 2;
      pen.setLineDash(dashes);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + 24, y);
      pen.stroke();
      pen.setLineDash([]);
      pen.fillStyle = colors.text;
      pen.fillText(words, x + 30, y);
      x += 44 + pen.measureText(words).width;
    }
  }

  /** A roll in a rectangle, a cell as dark as its value. */
  roll(pen, { x, y, width, height }, valueOf, color, title) {
    const { colors, low, high, labels } = this;
    const [wide, tall] = [width / N_STEPS, height / (high - low + 1)];
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(title, x, y - 6);
    pen.textAlign = "right";
    pen.fillText(labels.hidden, x + width, y - 6);
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(x, y, width, height);
    pen.fillRect(x + N_TRAIN * wide, y, width - N_TRAIN * wide, height);
    pen.fillStyle = color;
    for (let step = 0; step < N_STEPS; step += 1)
      for (let key = Math.max(low, 0); key <= Math.min(high, KEYS - 1); key += 1) {
        const value = valueOf(step, key);
        if (value < 0.06) continue;
        pen.globalAlpha = value >= SOUNDS ? 1 : 0.75 * value;
        pen.fillRect(x + step * wide, y + (high - key) * tall, wide + 0.3, Math.max(tall - 0.6, 1));
      }
    pen.globalAlpha = 1;
    pen.strokeStyle = colors.line;
    pen.lineWidth = 1;
    for (let step = 0; step <= N_STEPS; step += 16) {
      pen.beginPath();
      pen.moveTo(x + step * wide, y);
      pen.lineTo(x + step * wide, y + height);
      pen.stroke();
    }
    if (!this.hearing) return;
    const at = x + (this.preview.step() % N_STEPS) * wide;
    pen.strokeStyle = colors.text;
    pen.beginPath();
    pen.moveTo(at, y);
    pen.lineTo(at, y + height);
    pen.stroke();
  }
}

/** Keys moved by semitones; what leaves the piano is lost. */
function moved(example, by) {
  const other = new Float64Array(KEYS);
  for (let key = 0; key < KEYS; key += 1) if (example[key] && other[key + by] !== undefined) other[key + by] = 1;
  return other;
}

export default mount(Training, GRACE_MS);
