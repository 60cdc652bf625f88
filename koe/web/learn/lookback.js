// TR1 hears a visitor's piece: which earlier measures it looks back at when it asks what comes in each.

const ARCS = 92; // px that arcs have above the roll
const TALL = 150; // of the roll
const ROWS = 210; // of the table below it
const TURN_MS = 900; // a measure, where nothing is heard
const MOST = 48; // measures
const DRAWN = 6; // arcs at the most
const FEW = 0.02; // a share that is not worth an arc

class LookingBack extends Lesson {
  get controls() {
    return [
      { key: "look", kind: "choice", values: ["proposals", "attention", "pointers"], default: "proposals", live: true },
      { key: "now", kind: "range", low: 1, high: MOST, step: 1, default: 1, live: true, kept: true, written: (value) => this.numberOf(value - 1) },
      { key: "ear", kind: "choice", values: ["whole", "pair"], default: "whole", live: true, kept: true },
    ];
  }

  get presets() {
    return { works: {}, fails: { look: "attention" }, why: { look: "pointers" } };
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
    return 26 + ARCS + TALL + 34 + ROWS + 26;
  }

  taken({ given }) {
    const pitches = given.notes.map(([, pitch]) => pitch);
    [this.low, this.high] = [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
    this.n = given.numbers.length;
    this.end = given.starts[this.n];
    this.el.inputs.now.bound(this.n);
    this.values.now = clamp(this.values.now, 1, this.n);
    this.mark();
  }

  numberOf(measure) {
    const numbers = this.data?.given?.numbers;
    return numbers ? numbers[clamp(measure, 0, numbers.length - 1)] : measure + 1;
  }

  begin() {
    this.since = 0;
    if (!this.started) this.started = true;
    else this.goTo(1);
    this.sing();
  }

  /** Another way to look at the same measure. */
  preset(name) {
    const { now } = this.values;
    super.preset(name);
    this.set("now", now);
  }

  /** Where there is most to see. */
  still() {
    const far = this.shares.map((row, measure) => Math.max(0, ...row.slice(0, Math.max(measure - 1, 0))));
    this.goTo(far.indexOf(Math.max(...far)) + 1);
  }

  goTo(now) {
    this.values.now = now;
    this.el.inputs.now.show(now);
  }

  step() {
    this.goTo((this.values.now % this.n) + 1);
    this.sing();
  }

  tick(ms) {
    if (this.hearing) {
      if (this.values.ear !== "whole") return;
      const at = this.preview.step();
      this.goTo(clamp(this.data.given.starts.findLastIndex((start) => start <= at) + 1, 1, this.n));
      return;
    }
    this.since += ms;
    if (this.since < TURN_MS) return;
    this.since = 0;
    this.step();
  }

  changed(live) {
    super.changed(live);
    this.sing();
  }

  /** Let what is heard begin where the hand is. */
  sing() {
    if (this.hearing) this.hear(true);
  }

  get shares() {
    return this.data.given.looks[this.values.look];
  }

  /** Of the measure that is asked for: shares of all measures. */
  get row() {
    return this.shares[this.values.now - 1];
  }

  /** The earlier measures that it looks at, the most telling first. */
  get sources() {
    const order = this.row.map((share, measure) => [share, measure]).filter(([, measure]) => measure < this.values.now - 1);
    return order.filter(([share]) => share > 0.0005).sort(([one], [other]) => other - one);
  }

  sounding() {
    const { starts, notes } = this.data.given;
    const here = this.values.now - 1;
    const part = (measure, to) => {
      const [from, end] = [Math.round(starts[measure]), Math.round(starts[measure + 1])];
      const inside = notes.filter(([onset]) => Math.round(onset) >= from && Math.round(onset) < end);
      return [inside.map(([onset, pitch, length]) => ({ onset: Math.round(onset) - from + to, pitch, length: Math.max(1, Math.min(Math.round(length), end - Math.round(onset))) })), end - from];
    };
    if (this.values.ear === "pair") {
      const source = this.sources[0]?.[1];
      const [before, size] = source === undefined ? [[], 0] : part(source, 0);
      const [own, more] = part(here, size);
      return { notes: [...before, ...own], nSteps: Math.max(size + more, 1) };
    }
    const all = notes.map(([onset, pitch, length]) => ({ onset: Math.round(onset), pitch, length: Math.max(1, Math.round(length)) }));
    return { notes: all, nSteps: Math.max(1, Math.round(this.end)), from: Math.round(starts[here]) };
  }

  // -- hands -----------------------------------------------------------------

  point(event) {
    const box = this.el.picture.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const row = Math.floor((y - this.table.y) / this.table.each);
    const at = (this.end * x) / this.width;
    const by = this.data.given.starts.findLastIndex((start) => start <= at);
    if (y > this.table.y && (row < 0 || row >= this.n)) return;
    this.running = false;
    this.set("now", clamp(y > this.table.y ? row : by, 0, this.n - 1) + 1);
    this.mark();
  }

  // -- eyes ------------------------------------------------------------------

  draw(pen) {
    const { labels, colors, width, end, n, row } = this;
    const { starts, notes } = this.data.given;
    const here = this.values.now - 1;
    const px = (step) => (width * step) / end;
    const middle = (measure) => (px(starts[measure]) + px(starts[measure + 1])) / 2;
    const ink = this.dark ? "#fff" : "#000";
    const top = 26 + ARCS;
    this.caption(pen, labels.piece, 14);

    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(0, top, width, TALL);
    const most = Math.max(...row, 1e-9);
    row.forEach((share, measure) => {
      if (!share) return;
      pen.globalAlpha = 0.55 * Math.sqrt(share / most);
      pen.fillStyle = colors.made;
      pen.fillRect(px(starts[measure]), top, px(starts[measure + 1]) - px(starts[measure]), TALL);
    });
    pen.globalAlpha = 1;
    const tall = TALL / (this.high - this.low + 1);
    for (const [onset, pitch, length] of notes) {
      pen.globalAlpha = onset < starts[here + 1] ? 1 : 0.3; // it has not heard what comes later
      pen.fillStyle = colors.original;
      pen.fillRect(px(onset), top + (this.high - pitch) * tall, Math.max(px(length) - 0.7, 1), Math.max(tall - 0.5, 1.2));
    }
    pen.globalAlpha = 1;
    this.lines(pen, px, top, TALL);

    for (const [share, measure] of this.sources.slice(0, DRAWN)) {
      if (share < FEW) break;
      const [from, to] = [middle(here), middle(measure)];
      const lift = Math.min(ARCS - 12, 16 + 0.3 * Math.abs(from - to));
      pen.globalAlpha = clamp(0.25 + share / most);
      pen.strokeStyle = colors.made;
      pen.lineWidth = Math.min(1 + 9 * share, 1 + (0.4 * width) / n); // no thicker than measures are wide
      pen.beginPath();
      pen.moveTo(from, top);
      pen.quadraticCurveTo((from + to) / 2, top - 2 * lift, to, top);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = ink;
    pen.lineWidth = 2;
    pen.strokeRect(px(starts[here]), top - 1, px(starts[here + 1]) - px(starts[here]), TALL + 2);
    if (this.hearing && this.values.ear === "whole") {
      pen.fillStyle = colors.text;
      pen.fillRect(px(this.preview.step()), top, 1.5, TALL);
    }
    this.rows(pen, px, top + TALL + 34, ink);
    this.tell(row, here);
  }

  /** A row for each measure that is asked for: how dark each earlier one is looked at. */
  rows(pen, px, y, ink) {
    const { labels, colors, shares, n } = this;
    const { starts } = this.data.given;
    const each = Math.min(ROWS / n, 12);
    this.table = { y, each };
    this.caption(pen, labels.all, y - 9);
    pen.fillStyle = "rgba(128,118,105,0.1)";
    pen.fillRect(0, y, this.width, n * each);
    pen.fillStyle = colors.made;
    shares.forEach((row, measure) => {
      row.forEach((share, source) => {
        if (share < 0.004) return;
        pen.globalAlpha = Math.sqrt(share);
        pen.fillRect(px(starts[source]), y + measure * each, px(starts[source + 1]) - px(starts[source]) - 0.5, Math.max(each - 0.5, 1));
      });
    });
    pen.globalAlpha = 1;
    this.lines(pen, px, y, n * each);
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    pen.strokeRect(0.75, y + (this.values.now - 1) * each - 0.5, this.width - 1.5, each + 1);
  }

  lines(pen, px, y, height) {
    pen.strokeStyle = this.colors.line;
    pen.lineWidth = 1;
    const every = Math.ceil((18 * this.n) / this.width); // no denser than eyes can tell apart
    this.data.given.starts.forEach((start, measure) => {
      if (measure % every) return;
      pen.beginPath();
      pen.moveTo(px(start), y);
      pen.lineTo(px(start), y + height);
      pen.stroke();
    });
  }

  caption(pen, words, y) {
    pen.fillStyle = this.colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(words, 0, y, this.width);
  }

  tell(row, here) {
    const { labels } = this;
    const percent = (share) => `${Math.round(100 * share)} %`;
    const said = this.sources.slice(0, 3).map(([share, measure]) => `${this.numberOf(measure)} (${percent(share)})`);
    this.figures([
      [labels.measure, this.numberOf(here)],
      [labels.at, said.join(", ") || labels.nothing],
      ...(this.values.look === "proposals" ? [] : [[labels.itself, percent(row[here])]]),
      [labels.far, percent(row.slice(0, Math.max(here - 3, 0)).reduce((sum, share) => sum + share, 0))],
    ]);
  }
}

export default mount(LookingBack, GRACE_MS);
