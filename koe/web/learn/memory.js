// LSTM1 hears a visitor's melody: what its cells keep, what a cell without gates keeps, and what comes next.

const STEP_MS = 260; // a sixteenth, where nothing is heard
const LAST_STEP = 63;
const KEY_COUNT = 88;
const ROW = 3; // px a key
const CELL_ROW = 6; // px a cell
const CURVE = 84;
const GAP = 30;
const LEFT_ENOUGH = 0.005;
const COIN_SEED = 1000;

const chanceOf = (logOdds, temperature) => 1 / (1 + Math.exp(-logOdds / temperature));

/**
 * A cell without gates that is told the same as a cell of an LSTM: what it remembers after each step, and how much of
 * what it was told at the first step is left in it.
 */
function gateless(told, weight) {
  let [state, left] = [0, 1];
  const [states, lefts] = [[], []];
  told.forEach((value, step) => {
    state = Math.tanh(weight * state + value);
    if (step) left *= weight * (1 - state * state); // the slope by which a little more then is a little more now
    states.push(state);
    lefts.push(left);
  });
  return { states, lefts };
}

/** How much of what was written into an LSTM's cell at the first step is left: the product of its forget gates. */
function leftOf(forget) {
  let left = 1;
  return forget.map((gate, step) => (step ? (left *= gate) : left));
}

class Recall extends Lesson {
  get controls() {
    return [
      { key: "layer", kind: "choice", values: ["1", "2"], default: "2", live: true },
      { key: "cell", kind: "range", low: 1, high: 23, step: 1, default: 1, live: true },
      { key: "weight", kind: "range", low: 0.1, high: 2, step: 0.05, default: 0.9, live: true },
      { key: "temperature", kind: "range", low: 0.2, high: 3, step: 0.1, default: 1, live: true },
      { key: "at", kind: "range", low: 1, high: 64, step: 1, default: 1, live: true, kept: true },
      { key: "listen", kind: "choice", values: ["melody", "tossed"], default: "melody", live: true, kept: true },
    ];
  }

  get presets() {
    return { works: {}, fails: { weight: 0.5 }, why: { weight: 1.6 } };
  }

  get heard() {
    return true;
  }

  constructor(root) {
    super(root);
    this.el.picture.addEventListener("pointerdown", (event) => this.point(event));
    this.el.picture.addEventListener("pointermove", (event) => event.buttons && this.point(event));
  }

  heightFor() {
    return 24 + KEY_COUNT * ROW + GAP + 24 * CELL_ROW + 3 * (CURVE + GAP) + 8;
  }

  taken({ given }) {
    this.roll = given.roll.map((keys) => new Set(keys));
    // The same coins at each temperature, so that only it makes the difference.
    const random = dice(COIN_SEED);
    this.coins = given.log_odds.map((row) => row.map(random));
  }

  begin() {
    this.since = 0;
    if (!this.started) this.started = true;
    else this.goTo(1);
  }

  goTo(at) {
    this.values.at = at;
    this.el.inputs.at.show(at);
  }

  step() {
    this.goTo((this.values.at % 64) + 1);
  }

  tick(ms) {
    if (this.hearing) {
      this.goTo(clamp(Math.floor(this.preview.step()) + 1, 1, 64));
      return;
    }
    this.since += ms;
    if (this.since < STEP_MS) return;
    this.since = 0;
    this.step();
  }

  changed(live) {
    super.changed(live);
    if (this.hearing) this.preview.take(this.sounding().notes);
  }

  point(event) {
    const box = this.el.picture.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (x > this.wide) return;
    const row = Math.floor((y - this.carpetAt) / CELL_ROW);
    if (row >= 0 && row < this.layer.numbers.length) this.set("cell", row + 1);
    this.running = false;
    this.set("at", clamp(Math.floor((64 * x) / this.wide) + 1, 1, 64));
    this.mark();
  }

  get layer() {
    return this.data.given.layers[Number(this.values.layer) - 1] ?? this.data.given.layers[0];
  }

  /** All of the chosen cell, step by step. */
  get traced() {
    const { layer } = this;
    const at = clamp(this.values.cell, 1, layer.numbers.length) - 1;
    const of = (name) => layer[name].map((row) => row[at]);
    const [input, forget, candidate, output, cell] = ["input", "forget", "candidate", "output", "cell"].map(of);
    const told = input.map((gate, step) => gate * candidate[step]);
    return { input, forget, candidate, output, cell, told, number: layer.numbers[at], life: layer.half_lives[at] };
  }

  chances(step) {
    return this.data.given.log_odds[step].map((odds) => chanceOf(odds, this.values.temperature));
  }

  tossed(step) {
    return this.chances(step).map((chance, key) => this.coins[step][key] < chance);
  }

  sounding() {
    const tossed = this.values.listen === "tossed" && this.roll.map((_, step) => step && this.tossed(step - 1));
    const sounds = (step, key) => (tossed && step ? tossed[step][key] : this.roll[step].has(key));
    return { notes: notesOf(64, sounds), nSteps: 64 };
  }

  // -- eyes ------------------------------------------------------------------

  draw(pen) {
    const { labels, colors, width, values } = this;
    const step = values.at - 1;
    this.wide = Math.floor(0.7 * width);
    const one = this.wide / 64;
    const right = this.wide + 14;
    const cell = this.traced;
    const top = 24;
    const title = (words, x, y) => {
      pen.fillStyle = colors.text;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(words, x, y - 7);
    };
    title(labels.heard, 0, top);
    title(labels.chances, right, top);
    this.keys(pen, top, one, step);
    this.bars(pen, top, right, step);

    this.carpetAt = top + KEY_COUNT * ROW + GAP;
    title(labels.carpet, 0, this.carpetAt);
    const { layer } = this;
    layer.cell.forEach((row, t) =>
      row.forEach((value, i) => {
        const share = Math.tanh(value);
        pen.globalAlpha = Math.abs(share);
        pen.fillStyle = share > 0 ? colors.made : colors.missed;
        pen.fillRect(t * one, this.carpetAt + i * CELL_ROW, one + 0.3, CELL_ROW - 1);
      }),
    );
    pen.globalAlpha = 1;
    pen.strokeStyle = this.dark ? "#fff" : "#000";
    pen.lineWidth = 1.5;
    const chosen = clamp(values.cell, 1, layer.numbers.length) - 1;
    pen.strokeRect(0.5, this.carpetAt + chosen * CELL_ROW - 1, this.wide - 1, CELL_ROW + 1);
    this.gates(pen, right, this.carpetAt, cell, step);

    const alone = gateless(cell.told, values.weight);
    const kept = leftOf(cell.forget);
    const below = this.carpetAt + 24 * CELL_ROW + GAP;
    const [ours, theirs] = [colors.made, colors.missed];
    const room = (i) => ({ x: 0, y: below + i * (CURVE + GAP), width: this.wide, height: CURVE });
    title(labels.gates, 0, room(0).y);
    this.curve(pen, room(0), cell.forget, colors.four[0], 0, 1);
    this.curve(pen, room(0), cell.input, colors.four[1], 0, 1);
    this.curve(pen, room(0), cell.output, colors.four[2], 0, 1);
    title(labels.states, 0, room(1).y);
    const most = Math.max(1, ...cell.cell.map(Math.abs));
    this.curve(pen, room(1), cell.cell, ours, -most, most);
    this.curve(pen, room(1), alone.states, theirs, -most, most, [6, 4]);
    title(labels.left, 0, room(2).y);
    this.curve(pen, room(2), kept, ours, 0, 1);
    this.curve(pen, room(2), alone.lefts, theirs, 0, 1, [6, 4]);
    this.names(pen, right, room(0).y, [
      [labels.forget, colors.four[0], []],
      [labels.input, colors.four[1], []],
      [labels.output, colors.four[2], []],
    ]);
    for (const i of [1, 2])
      this.names(pen, right, room(i).y, [
        [labels.gated, ours, []],
        [labels.gateless, theirs, [6, 4]],
      ]);
    pen.strokeStyle = colors.text;
    pen.lineWidth = 1;
    const now = (step + 0.5) * one;
    for (const [from, to] of [[top, this.carpetAt + 24 * CELL_ROW], [below, below + 3 * CURVE + 2 * GAP]]) {
      pen.beginPath();
      pen.moveTo(now, from);
      pen.lineTo(now, to);
      pen.stroke();
    }
    const share = (value) => (value < LEFT_ENOUGH ? "0 %" : `${(100 * value).toPrecision(value < 0.1 ? 1 : 2)} %`);
    const tossed = this.tossed(step).flatMap((came, key) => (came ? [this.nameOf(key)] : []));
    this.figures([
      [labels.step, values.at],
      [labels.number, cell.number],
      [labels.life, `${cell.life} ${labels.sixteenths}`],
      [labels.kept, share(kept[step])],
      [labels.lost, share(Math.abs(alone.lefts[step]))],
      [labels.came, tossed.join(" ") || "–"],
    ]);
  }

  nameOf(key) {
    const { names, octave } = this.data.notation;
    return names[(key + 9) % 12] + (Math.floor((key + 21) / 12) - 5 + octave);
  }

  /** What is heard, all 88 keys. */
  keys(pen, top, one, step) {
    const { colors } = this;
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(0, top, this.wide, KEY_COUNT * ROW);
    pen.fillStyle = colors.original;
    this.roll.forEach((keys, t) => {
      pen.globalAlpha = t <= step ? 1 : 0.3;
      for (const key of keys) pen.fillRect(t * one, top + (KEY_COUNT - 1 - key) * ROW, one + 0.3, ROW - 0.5);
    });
    pen.globalAlpha = 1;
  }

  /** How likely each key is next, which coins came up, and what really came. */
  bars(pen, top, x, step) {
    const { colors, width } = this;
    const room = width - x - 14;
    const [chances, tossed] = [this.chances(step), this.tossed(step)];
    const next = this.roll[step + 1];
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(x, top, room, KEY_COUNT * ROW);
    for (let key = 0; key < KEY_COUNT; key += 1) {
      const y = top + (KEY_COUNT - 1 - key) * ROW;
      pen.fillStyle = colors.made;
      pen.fillRect(x, y, room * chances[key], ROW - 0.5);
      if (next?.has(key)) {
        pen.fillStyle = colors.original;
        pen.fillRect(x - 5, y - 0.5, 4, ROW);
      }
      if (!tossed[key]) continue;
      pen.fillStyle = colors.made;
      pen.beginPath();
      pen.arc(x + room + 7, y + 1, 4, 0, 7);
      pen.fill();
    }
  }

  /** Three valves and what they let through, now. */
  gates(pen, x, y, cell, step) {
    const { colors, labels, width } = this;
    const room = width - x;
    const each = room / 3;
    const tall = 24 * CELL_ROW;
    pen.textAlign = "center";
    ["forget", "input", "output"].forEach((name, i) => {
      const middle = x + (i + 0.5) * each;
      const open = cell[name][step];
      const [pipe, half] = [Math.min(0.5 * each, 34), (tall - 40) / 2];
      pen.fillStyle = "rgba(128,118,105,0.16)";
      pen.fillRect(middle - pipe / 2, y, pipe, 2 * half);
      // A slide that is pulled out as far as the gate is open; what flows is as wide.
      pen.fillStyle = colors.four[i];
      pen.fillRect(middle - (pipe * open) / 2, y, pipe * open, 2 * half);
      pen.fillStyle = colors.text;
      const short = each < 52 ? labels[name].slice(0, 1) : labels[name].split(" ")[0];
      pen.fillText(short, middle, y + 2 * half + 17);
      pen.fillText(open.toFixed(2), middle, y + 2 * half + 34);
    });
  }

  curve(pen, { x, y, width, height }, values, color, low, high, dashes = []) {
    pen.strokeStyle = this.colors.line;
    pen.lineWidth = 1;
    pen.setLineDash([]);
    pen.strokeRect(x + 0.5, y, width - 1, height);
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.setLineDash(dashes);
    pen.beginPath();
    values.forEach((value, step) =>
      pen.lineTo(x + ((step + 0.5) * width) / 64, y + height * (1 - clamp((value - low) / (high - low)))),
    );
    pen.stroke();
    pen.setLineDash([]);
  }

  names(pen, x, y, entries) {
    const room = this.width - x;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    entries.forEach(([words, color, dashes], i) => {
      const at = y + 12 + i * 26;
      pen.strokeStyle = color;
      pen.lineWidth = 2;
      pen.setLineDash(dashes);
      pen.beginPath();
      pen.moveTo(x, at);
      pen.lineTo(x + 18, at);
      pen.stroke();
      pen.setLineDash([]);
      pen.fillStyle = this.colors.text;
      pen.fillText(words, x + 24, at, room - 24);
    });
  }
}

export default mount(Recall, GRACE_MS);
