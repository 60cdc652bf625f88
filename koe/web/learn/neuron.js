// Two keys, a question about them, and one neuron or a few that learn to answer it.
//
// C and G sound all the time; E flat and E are the two inputs. With one of them it is a triad, minor or major.

const CASES = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];
const TASKS = { both: [0, 0, 0, 1], either: [0, 1, 1, 1], triad: [0, 1, 1, 0] };
const ALWAYS = [60, 67];
const THIRDS = [63, 64];
const CASE_STEPS = 4; // sixteenths that each case sounds
const GRAIN = 44; // cells of the square a side
const REACH = [-0.25, 1.25]; // what of the inputs is in the picture
const PER_FRAME = 3; // epochs
const ENOUGH = 900; // epochs; then it rests, and another draw of weights begins
const PAUSE_MS = 2500;
const BROAD = 720;

class Neuron extends Lesson {
  get controls() {
    const weight = { kind: "range", low: -10, high: 10, step: 0.1, live: true, kept: true, written: (value) => value.toFixed(1) };
    return [
      { key: "task", kind: "choice", values: Object.keys(TASKS), default: "triad" },
      { key: "hidden", kind: "choice", values: ["0", "2", "4", "8"], default: "4" },
      { key: "activation", kind: "choice", values: ["sigmoid", "tanh", "relu", "elu"], default: "tanh" },
      { key: "rate", kind: "range", low: 0.005, high: 1, log: true, default: 0.03 },
      { key: "first", default: 0, ...weight },
      { key: "second", default: 0, ...weight },
      { key: "bias", default: 0, ...weight },
    ];
  }

  get presets() {
    return { works: {}, fails: { hidden: "0", activation: "sigmoid" }, why: { hidden: "0", activation: "sigmoid", task: "both" } };
  }

  get heard() {
    return true;
  }

  constructor(root) {
    super(root);
    this.seed = 3;
    this.spot = [1, 0];
    this.el.picture.addEventListener("pointerdown", (event) => this.point(event));
    this.el.picture.addEventListener("pointermove", (event) => event.buttons && this.point(event));
  }

  heightFor(width) {
    return width > BROAD ? 430 : 1.02 * Math.min(width, 420) + 330;
  }

  begin() {
    const { hidden, activation, rate } = this.values;
    const cells = Number(hidden);
    this.net = cells
      ? new Network([2, cells, 1], [activation, "sigmoid"], dice(this.seed))
      : new Network([2, 1], [activation], dice(this.seed));
    this.optimizer = new Optimizer("adam", rate, this.net.weights.length);
    Object.assign(this, { epoch: 0, losses: [], rested: 0 });
    this.inputs = CASES.map((one) => Float64Array.from(one));
    this.targets = TASKS[this.values.task].map((one) => Float64Array.from([one]));
    this.losses.push(this.net.learnFrom(this.inputs, null, this.targets));
    this.read();
  }

  /** Show the weights of a neuron that is alone on their sliders. */
  read() {
    if (this.values.hidden !== "0") return;
    ["first", "second", "bias"].forEach((key, i) => {
      this.values[key] = clamp(this.net.weights[i], -10, 10);
      this.el.inputs[key].show(this.values[key]);
    });
  }

  set(key, value) {
    const place = ["first", "second", "bias"].indexOf(key);
    if (place >= 0 && this.values.hidden === "0") {
      this.net.weights[place] = value;
      this.running = false; // the hand decides now
    }
    super.set(key, value);
    this.mark();
  }

  mark() {
    super.mark();
    for (const key of ["first", "second", "bias"]) {
      const input = this.box.querySelector(`[data-control="${key}"]`);
      input.closest("label").hidden = this.values.hidden !== "0";
    }
  }

  step() {
    this.losses.push(this.net.learnFrom(this.inputs, null, this.targets));
    this.optimizer.update(this.net.weights, this.net.gradient);
    this.epoch += 1;
    this.read();
  }

  tick(ms) {
    if (this.epoch < ENOUGH) {
      for (let i = 0; i < PER_FRAME; i += 1) this.step();
      return;
    }
    this.rested += ms;
    if (this.rested < PAUSE_MS) return;
    this.seed += 1; // other first weights
    this.begin();
  }

  still() {
    while (this.epoch < ENOUGH) this.step();
  }

  answer(x, y) {
    return this.net.decode([x, y])[0];
  }

  get right() {
    return CASES.filter(([x, y], i) => this.answer(x, y) > 0.5 === this.targets[i][0] > 0.5).length;
  }

  point(event) {
    const box = this.el.picture.getBoundingClientRect();
    const { x, y, side } = this.square;
    const [across, up] = [(event.clientX - box.left - x) / side, 1 - (event.clientY - box.top - y) / side];
    if (across < 0 || across > 1 || up < 0 || up > 1) return;
    const [low, high] = REACH;
    this.spot = [across, up].map((share) => clamp(low + share * (high - low)));
    this.drawn();
  }

  sounding() {
    const notes = [];
    CASES.forEach((one, i) => {
      const keys = [...ALWAYS, ...THIRDS.filter((_, at) => one[at])];
      for (const pitch of keys) notes.push({ onset: i * CASE_STEPS, pitch, length: CASE_STEPS });
    });
    return { notes, nSteps: CASES.length * CASE_STEPS };
  }

  // -- eyes ------------------------------------------------------------------

  draw(pen) {
    const { labels, width, colors } = this;
    const broad = width > BROAD;
    const side = broad ? 360 : Math.min(width - 40, 400);
    this.square = { x: 34, y: 14, side };
    this.surface(pen);
    const right = broad ? { x: side + 90, y: 14, width: width - side - 100 } : { x: 10, y: side + 66, width: width - 20 };
    this.wires(pen, { ...right, height: broad ? 230 : 170 });
    const plot = { x: right.x + (broad ? 40 : 46), y: right.y + (broad ? 268 : 200), width: right.width - 60, height: broad ? 112 : 80 };
    const look = { low: 0.0005, high: 1, log: true, nSteps: ENOUGH + 1, line: colors.line, text: colors.text };
    chart(pen, plot, [[this.losses, colors.made]], { ...look, title: labels.error, below: labels.epochs });
    const answers = CASES.map(([x, y], i) => [labels[`case-${i}`], this.answer(x, y).toFixed(2)]);
    this.figures([[labels.epoch, this.epoch], ...answers, [labels.right, `${this.right} / 4`], [labels.here, this.answer(...this.spot).toFixed(2)]]);
  }

  surface(pen) {
    const { colors, labels, square } = this;
    const { x, y, side } = square;
    const [low, high] = REACH;
    this.sheet ??= Object.assign(document.createElement("canvas"), { width: GRAIN, height: GRAIN });
    const sheet = this.sheet.getContext("2d");
    const image = sheet.createImageData(GRAIN, GRAIN);
    const [no, half, yes] = [colors.missed, colors.paper, colors.made].map(channelsOf);
    for (let i = 0; i < GRAIN; i += 1)
      for (let j = 0; j < GRAIN; j += 1) {
        const at = (share) => low + ((share + 0.5) / GRAIN) * (high - low);
        const said = clamp(this.answer(at(j), at(GRAIN - 1 - i)));
        const [from, to, share] = said < 0.5 ? [no, half, said * 2] : [half, yes, said * 2 - 1];
        for (let k = 0; k < 3; k += 1) image.data[4 * (i * GRAIN + j) + k] = from[k] + (to[k] - from[k]) * share;
        image.data[4 * (i * GRAIN + j) + 3] = 210;
      }
    sheet.putImageData(image, 0, 0);
    pen.drawImage(this.sheet, x, y, side, side);
    const place = ([one, other]) => [
      x + (side * (one - low)) / (high - low),
      y + side * (1 - (other - low) / (high - low)),
    ];
    const now = this.hearing ? Math.floor(this.preview.step() / CASE_STEPS) : -1;
    CASES.forEach((one, i) => {
      const [px, py] = place(one);
      const wanted = this.targets[i][0] > 0.5;
      pen.fillStyle = wanted ? colors.made : colors.missed;
      pen.strokeStyle = this.dark ? "#fff" : "#000";
      pen.lineWidth = i === now ? 5 : 2;
      pen.beginPath();
      if (wanted) pen.arc(px, py, 10, 0, 7);
      else pen.rect(px - 9, py - 9, 18, 18); // who cannot tell the colours can tell these
      pen.fill();
      pen.stroke();
      pen.fillStyle = this.dark ? "#fff" : "#000";
      pen.textAlign = "center";
      pen.textBaseline = "alphabetic";
      pen.fillText(labels[`case-${i}`], px, py + 27);
    });
    const [px, py] = place(this.spot);
    pen.lineWidth = 2;
    pen.strokeStyle = this.dark ? "#fff" : "#000";
    pen.beginPath();
    for (const [a, b, c, d] of [[-7, 0, 7, 0], [0, -7, 0, 7]]) {
      pen.moveTo(px + a, py + b);
      pen.lineTo(px + c, py + d);
    }
    pen.stroke();
    pen.fillStyle = colors.text;
    pen.textAlign = "center";
    pen.fillText(labels.one, x + side / 2, y + side + 18);
    pen.save();
    pen.translate(x - 14, y + side / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(labels.other, 0, 0);
    pen.restore();
  }

  /** The network: a line as thick as its weight, a cell as full as what it says of the chosen point. */
  wires(pen, { x, y, width, height }) {
    const { net, colors, labels } = this;
    const outputs = net.through(this.spot);
    const column = (at, n) =>
      Array.from({ length: n }, (_, i) => [
        x + 40 + (at * (width - 80)) / net.layers.length,
        y + (height * (i + 0.5)) / n,
      ]);
    const places = [column(0, 2), ...net.layers.map(({ outputs: n }, at) => column(at + 1, n))];
    net.layers.forEach(({ inputs, outputs: n, kernel }, at) => {
      for (let i = 0; i < inputs; i += 1)
        for (let j = 0; j < n; j += 1) {
          const weight = net.weights[kernel + i * n + j];
          pen.strokeStyle = weight > 0 ? colors.made : colors.missed;
          pen.setLineDash(weight > 0 ? [] : [5, 3]);
          pen.lineWidth = clamp(Math.abs(weight), 0.4, 7);
          pen.beginPath();
          pen.moveTo(...places[at][i]);
          pen.lineTo(...places[at + 1][j]);
          pen.stroke();
        }
    });
    pen.setLineDash([]);
    places.forEach((cells, at) =>
      cells.forEach(([px, py], i) => {
        const value = outputs[at][i];
        const radius = Math.min(15, (0.42 * height) / cells.length);
        pen.fillStyle = colors.paper;
        pen.strokeStyle = colors.text;
        pen.lineWidth = 1.5;
        pen.beginPath();
        pen.arc(px, py, radius, 0, 7);
        pen.fill();
        pen.stroke();
        pen.fillStyle = value > 0 ? colors.made : colors.missed;
        pen.beginPath();
        pen.arc(px, py, radius * Math.sqrt(clamp(Math.abs(value))), 0, 7);
        pen.fill();
      }),
    );
    pen.fillStyle = colors.text;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    places[0].forEach(([px, py], i) => pen.fillText(labels[`key-${i}`], px - 20, py));
    pen.textAlign = "left";
    const [[px, py]] = places.at(-1);
    pen.fillText(outputs.at(-1)[0].toFixed(2), px + 20, py);
  }
}

export default mount(Neuron, GRACE_MS);
