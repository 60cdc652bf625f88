// A ball rolls down a loss surface, one update of two weights after another.

const UPDATE_MS = 75;
const UPDATES = 110; // then it rests, and begins anew
const REST_MS = 2000;
const LEAST_LOSS = 1e-4; // the chart goes no lower
const TURN = 0.5; // degrees a pixel
const DRAG_PX = 6;
const WIDE = 700;

class Downhill extends Lesson {
  get controls() {
    return [
      { key: "surface", kind: "choice", values: Object.keys(SURFACES), default: "valleys" },
      { key: "method", kind: "choice", values: ["all", ...METHODS], default: "all" },
      { key: "rate", kind: "range", low: 0.005, high: 2, log: true, default: 0.05 },
      { key: "x", kind: "range", low: -1, high: 1, step: 0.01, default: 0.95, written: (value) => value.toFixed(2) },
      { key: "y", kind: "range", low: -1, high: 1, step: 0.01, default: 0.6, written: (value) => value.toFixed(2) },
      { key: "turn", kind: "range", low: -180, high: 180, step: 5, default: 30, live: true, kept: true, written: (value) => `${value}°` },
    ];
  }

  get presets() {
    return {
      works: { surface: "ravine", method: "adam", rate: 0.06 },
      fails: { surface: "ravine", method: "sgd", rate: 1.3 },
      why: { surface: "ravine", method: "sgd", rate: 0.1 },
    };
  }

  constructor(root) {
    super(root);
    const { picture } = this.el;
    picture.addEventListener("pointerdown", (event) => {
      this.grip = { x: event.clientX, turn: this.values.turn, moved: false };
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener("pointermove", (event) => {
      if (!this.grip) return;
      const by = event.clientX - this.grip.x;
      this.grip.moved ||= Math.abs(by) > DRAG_PX;
      if (!this.grip.moved) return;
      const turn = Math.round(this.grip.turn + TURN * by);
      this.set("turn", ((((turn + 180) % 360) + 360) % 360) - 180); // and what is drawn next is seen from there
    });
    picture.addEventListener("pointerup", (event) => {
      const moved = this.grip?.moved;
      this.grip = null;
      if (moved) this.relief(); // with all its faces
      if (moved || !this.land) return this.drawn();
      const box = picture.getBoundingClientRect();
      const [x, y] = this.land.nearest(event.clientX - box.left, event.clientY - box.top);
      Object.assign(this.values, { x: Math.round(100 * x) / 100, y: Math.round(100 * y) / 100 });
      this.changed(false);
    });
    picture.addEventListener("pointercancel", () => (this.grip = null));
  }

  heightFor(width) {
    return width > WIDE ? clamp(0.4 * width, 300, 480) : 0.78 * width + 210;
  }

  begin() {
    const { surface, method, rate, x, y } = this.values;
    const methods = method === "all" ? METHODS : [method];
    this.balls = methods.map((name) => ({
      name,
      number: METHODS.indexOf(name),
      weights: Float64Array.from([x, y]),
      optimizer: new Optimizer(name, rate, 2),
      path: [[x, y]],
      losses: [SURFACES[surface].loss(x, y)],
    }));
    Object.assign(this, { count: 0, since: 0, rested: 0 });
    this.relief();
  }

  step() {
    const { loss, slopes } = SURFACES[this.values.surface];
    this.count += 1;
    for (const ball of this.balls) {
      if (ball.gone) continue;
      ball.optimizer.update(ball.weights, slopes(...ball.weights));
      const [x, y] = ball.weights;
      ball.gone = Math.max(Math.abs(x), Math.abs(y)) > OUT;
      ball.path.push([x, y]);
      ball.losses.push(loss(x, y));
    }
    this.since = 0;
  }

  tick(ms) {
    if (this.count >= UPDATES || this.balls.every((ball) => ball.gone)) {
      this.rested += ms;
      if (this.rested > REST_MS) this.begin();
      return;
    }
    this.since += ms;
    if (this.since >= UPDATE_MS) this.step();
  }

  still() {
    while (this.count < UPDATES) this.step();
  }

  sized() {
    this.relief();
  }

  /** Draw the surface once for all frames in which it stands still. */
  relief() {
    if (!this.width || !this.colors) return;
    const wide = this.width > WIDE;
    const across = wide ? 0.56 * this.width : this.width;
    const room = { x: 4, y: 10, width: across - 8, height: (wide ? this.height : 0.78 * this.width) - 24 };
    this.plot = wide
      ? { x: across + 74, y: 44, width: this.width - across - 90, height: this.height - 88 }
      : { x: 56, y: 0.78 * this.width + 34, width: this.width - 70, height: 138 };
    this.land = new Landscape(this.values.surface, this.values.turn, room, this.colors, this.dark);
    const density = devicePixelRatio || 1;
    this.sheet ??= document.createElement("canvas");
    Object.assign(this.sheet, { width: this.width * density, height: this.height * density });
    const pen = this.sheet.getContext("2d");
    pen.scale(density, density);
    this.land.draw(pen, Boolean(this.grip?.moved));
    this.seenFrom = this.values.turn;
  }

  draw(pen) {
    if (!this.land || this.seenFrom !== this.values.turn) this.relief();
    const { land, labels, colors } = this;
    pen.drawImage(this.sheet, 0, 0, this.width, this.height);
    for (const ball of this.balls) {
      const color = colors.four[ball.number];
      for (const [ink, width] of [[colors.paper, 4.5], [color, 2.2]]) {
        pen.strokeStyle = ink;
        pen.lineWidth = width;
        pen.lineJoin = "round";
        pen.beginPath();
        for (const [x, y] of ball.path) if (Math.max(Math.abs(x), Math.abs(y)) <= 1.2) pen.lineTo(...land.place(x, y));
        pen.stroke();
      }
    }
    for (const ball of this.balls) this.ball(pen, ball);
    const curves = this.balls.map(({ losses, number }) => [losses, colors.four[number]]);
    chart(pen, this.plot, curves, {
      low: LEAST_LOSS,
      high: 2,
      log: true,
      nSteps: UPDATES + 1,
      line: colors.line,
      text: colors.text,
      title: labels.loss,
      below: labels.updates,
    });
    this.figures([
      [labels.update, this.count],
      ...this.balls.map(({ name, losses, gone }) => [
        labels[`method-${name}`],
        gone ? labels.gone : losses.at(-1).toFixed(4),
      ]),
    ]);
  }

  ball(pen, { number, path, gone }) {
    if (gone) return;
    const [now, before] = [path.at(-1), path.at(-2) ?? path.at(-1)];
    const share = this.running ? clamp(this.since / UPDATE_MS) : 1;
    const [x, y] = [0, 1].map((i) => before[i] + (now[i] - before[i]) * share);
    const [px, py] = this.land.place(x, y);
    pen.fillStyle = this.colors.four[number];
    pen.strokeStyle = this.dark ? "#fff" : this.colors.paper;
    pen.lineWidth = 2;
    pen.beginPath();
    // A circle, a square, a triangle, a diamond: who cannot tell the colours can tell these.
    const corners = [24, 4, 3, 4][number];
    const first = [0, Math.PI / 4, -Math.PI / 2, 0][number];
    for (let i = 0; i < corners; i += 1) {
      const angle = first + (2 * Math.PI * i) / corners;
      pen.lineTo(px + 9 * Math.cos(angle), py - 7 + 9 * Math.sin(angle));
    }
    pen.closePath();
    pen.fill();
    pen.stroke();
  }
}

export default mount(Downhill, GRACE_MS);
