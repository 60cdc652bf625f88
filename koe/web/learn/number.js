// One of PCA's numbers: where it pushes, and what of a visitor's measures becomes of it.

const CELLS = 64;
const ALL = 88;
const SWING_MS = 5200; // from one end to the other and back
const LOUDEST = 3; // standard deviations
const SIDE_BY_SIDE = 760;

/** Bytes from -127 to 127 in base64, times a step. */
function unpacked({ bytes, step }) {
  const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  return Float32Array.from(new Int8Array(raw.buffer), (value) => value * step);
}

class OneNumber extends Lesson {
  get controls() {
    return [
      { key: "number", kind: "range", low: 1, high: 16, step: 1, default: 1, live: true },
      { key: "amount", kind: "range", low: -LOUDEST, high: LOUDEST, step: 0.1, default: 0, live: true, kept: true, written: (value) => value.toFixed(1) },
    ];
  }

  get presets() {
    return { works: {}, fails: { number: 15 }, why: { number: 2 } };
  }

  get heard() {
    return true;
  }

  get steps() {
    return false;
  }

  heightFor(width) {
    return width > SIDE_BY_SIDE ? 250 : 460;
  }

  taken({ given }) {
    this.base = Float32Array.from(given.base);
    this.pushes = given.components.map(unpacked);
  }

  begin() {
    this.time = 0;
    this.turn();
  }

  set(key, value) {
    if (key === "amount") this.running = false; // the hand decides now
    super.set(key, value);
  }

  changed(live) {
    this.turn();
    super.changed(live);
  }

  tick(ms) {
    this.time += ms;
    this.values.amount = Math.round(10 * LOUDEST * Math.sin((2 * Math.PI * this.time) / SWING_MS)) / 10;
    this.el.inputs.amount.show(this.values.amount);
    this.turn();
  }

  still() {
    this.values.amount = 2;
    this.turn();
  }

  /** What the sixteen numbers say where this one stands elsewhere. */
  turn() {
    const { number, amount } = this.values;
    const by = amount - this.data.given.latents[number - 1];
    const push = this.pushes[number - 1];
    this.made = this.base.map((value, cell) => clamp(value + by * push[cell]));
    if (this.hearing) this.preview.take(this.sounding().notes);
  }

  sounds(step, key) {
    return this.made[step * ALL + key] >= this.data.given.threshold;
  }

  sounding() {
    return { notes: notesOf(CELLS, (step, key) => this.sounds(step, key)), nSteps: CELLS };
  }

  draw(pen) {
    const { labels, colors, width, height, made } = this;
    const { threshold, low, high } = this.data.given;
    const push = this.pushes[this.values.number - 1];
    const most = push.reduce((sum, value) => Math.max(sum, Math.abs(value)), 1e-9);
    const wide = width > SIDE_BY_SIDE;
    const across = wide ? width / 2 - 8 : width;
    const tall = (wide ? height : height / 2) - 30;
    const cells = (x, y, title, paint) => {
      pen.globalAlpha = 1;
      pen.fillStyle = colors.text;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(title, x, y - 7, across);
      pen.fillStyle = "rgba(128,118,105,0.1)";
      pen.fillRect(x, y, across, tall);
      const [w, h] = [across / CELLS, tall / (high - low + 1)];
      for (let step = 0; step < CELLS; step += 1)
        for (let key = low; key <= high; key += 1)
          if (paint(step * ALL + key)) pen.fillRect(x + step * w, y + (high - key) * h, w + 0.3, Math.max(h - 0.4, 1));
      pen.globalAlpha = 1;
      if (!this.hearing) return;
      pen.fillStyle = colors.text;
      pen.fillRect(x + (this.preview.step() % CELLS) * w, y, 1.5, tall);
    };
    cells(0, 24, labels.push, (cell) => {
      const share = push[cell] / most;
      if (Math.abs(share) < 0.06) return false;
      pen.globalAlpha = Math.abs(share);
      pen.fillStyle = share > 0 ? colors.made : colors.missed;
      return true;
    });
    cells(wide ? across + 16 : 0, wide ? 24 : tall + 54, labels.made, (cell) => {
      if (made[cell] < 0.06) return false;
      pen.globalAlpha = made[cell] >= threshold ? 1 : made[cell];
      pen.fillStyle = colors.original;
      return true;
    });
    let count = 0;
    for (const value of made) count += value >= threshold;
    this.figures([
      [labels.number, this.values.number],
      [labels.yours, this.data.given.latents[this.values.number - 1].toFixed(1)],
      [labels.now, this.values.amount.toFixed(1)],
      [labels.count, count],
    ]);
  }
}

export default mount(OneNumber, GRACE_MS);
