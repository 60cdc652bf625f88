// A visitor's measures go through a deep network whose weights are only just drawn: too small, too large, or Glorot's.

const DEPTH = 8;
const WIDTH = 88; // cells of each layer
const BINS = 41;
const TURN_MS = 130; // a sixteenth
const FIRST_SEED = 11;
const SPACIOUS = 720;

class Layers extends Lesson {
  get controls() {
    return [
      { key: "times", kind: "range", low: 0.1, high: 10, log: true, default: 1, written: (value) => `× ${Number(value.toPrecision(2))}` },
      { key: "kind", kind: "choice", values: ["tanh", "sigmoid", "relu", "elu"], default: "tanh" },
    ];
  }

  get presets() {
    return { works: {}, fails: { times: 0.4 }, why: { times: 4 } };
  }

  get heard() {
    return true;
  }

  heightFor(width) {
    return width > SPACIOUS ? 380 : 470;
  }

  /** What goes in: the measures as they are. */
  sounding() {
    return { notes: notesOf(this.examples.length, (step, key) => this.examples[step][key]), nSteps: this.examples.length };
  }

  taken({ given }) {
    this.examples = given.roll.map((keys) => {
      const example = new Float64Array(WIDTH);
      for (const key of keys) example[key] = 1;
      return example;
    });
  }

  begin() {
    const { times, kind } = this.values;
    const sizes = new Array(DEPTH + 1).fill(WIDTH);
    this.net = new Network(sizes, new Array(DEPTH).fill(kind));
    this.net.draw(dice(FIRST_SEED), times);
    this.at = this.shown = this.since = 0;
    this.said = this.examples.map((example) => this.net.through(example));
    this.count();
    this.spreads = this.net.layers.map((_, layer) => spreadOf(this.said.map((outputs) => outputs[layer + 1])));
    // How much of an error at the end arrives at each layer: the gradient of a mean squared error against silence.
    this.net.learnFrom(this.examples, null, this.examples.map(() => new Float64Array(WIDTH)));
    this.slopes = this.net.layers.map(({ kernel, bias }) => Math.sqrt(meanSquare(this.net.gradient.subarray(kernel, bias))));
    if (this.hearing) this.preview.take(this.sounding().notes);
  }

  step() {
    this.at = (this.at + 1) % this.examples.length;
  }

  /** How often the cells of each layer say what, and between which ends: the same for all frames. */
  count() {
    const bounded = { tanh: [-1, 1], sigmoid: [0, 1] }[this.values.kind];
    let most = 1e-9;
    for (const outputs of this.said) for (const row of outputs.slice(1)) for (const value of row) most = Math.max(most, Math.abs(value));
    const [low, high] = (this.range = bounded ?? [-1, most]);
    this.counts = this.net.layers.map((_, layer) => {
      const counts = new Array(BINS).fill(0);
      for (const outputs of this.said)
        for (const value of outputs[layer + 1])
          counts[clamp(Math.floor((BINS * (value - low)) / (high - low)), 0, BINS - 1)] += 1;
      return counts;
    });
  }

  tick(ms) {
    if (this.hearing) {
      this.at = Math.floor(this.preview.step()) % this.examples.length;
      return;
    }
    this.since += ms;
    if (this.since < TURN_MS) return;
    this.since = 0;
    this.step();
  }

  draw(pen) {
    const { colors, labels, width, height } = this;
    const line = 1.7 * this.fontSize;
    const each = width / DEPTH;
    const tall = 0.5 * height - 2 * line;
    const [low, high] = this.range;
    pen.fillStyle = colors.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(labels.histograms, 0, line - 8);
    this.net.layers.forEach((_, layer) => {
      const x = layer * each + 4;
      const room = each - 8;
      const counts = this.counts[layer];
      const largest = Math.max(...counts);
      pen.fillStyle = "rgba(128,118,105,0.1)";
      pen.fillRect(x, line, room, tall);
      pen.fillStyle = colors.missed;
      counts.forEach((count, bin) => {
        const share = Math.sqrt(count / largest);
        pen.fillRect(x, line + tall * (1 - (bin + 1) / BINS), room * share, tall / BINS);
      });
      // The cells now, each a dot: the music goes through.
      pen.fillStyle = colors.made;
      const now = this.said[this.at][layer + 1];
      for (let cell = 0; cell < now.length; cell += 2) {
        const y = line + tall * (1 - clamp((now[cell] - low) / (high - low)));
        pen.beginPath();
        pen.arc(x + (room * (cell + 0.5)) / now.length, clamp(y, line + 2, line + tall - 2), 2, 0, 7);
        pen.fill();
      }
      pen.fillStyle = colors.text;
      pen.textAlign = "center";
      pen.fillText(String(layer + 1), x + room / 2, line + tall + line - 6);
    });
    const top = line + tall + 2.6 * line;
    const chartRoom = { x: 62, y: top, width: width - 74, height: height - top - 1.7 * line };
    const curves = [
      [this.spreads, colors.missed],
      [this.slopes.map((slope) => slope / Math.max(this.slopes.at(-1), 1e-30)), colors.made, [7, 4]],
    ];
    const look = { low: 1e-6, high: 100, log: true, nSteps: DEPTH, line: colors.line, text: colors.text };
    chart(pen, chartRoom, curves, { ...look, title: labels.spread, below: labels.depth });
    this.figures([
      [labels.first, this.spreads[0].toPrecision(2)],
      [labels.last, this.spreads.at(-1).toPrecision(2)],
      [labels.slope, curves[1][0][0].toPrecision(2)],
    ]);
  }
}

const meanSquare = (values) => values.reduce((sum, value) => sum + value * value, 0) / values.length;

/** How far apart what the cells of a layer say is: the standard deviation over all examples and cells. */
function spreadOf(rows) {
  const all = rows.flatMap((row) => [...row]);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(meanSquare(all.map((value) => value - mean)));
}

export default mount(Layers, GRACE_MS);
