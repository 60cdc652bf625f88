// Runs a network's decoder in the page, from the steps and numbers that koe.models.decoder_program wrote.
//
// Joined with map.js, preview.js, stage.js and latents.js to one module. Weights come as half-precision
// numbers and are kept as single ones; everything a move needs is allocated once.

const KEYS = 88;
const STEPS = 64;
const LOWEST = 21;

/** Half-precision numbers, as their bits, to single ones: by a table of all 65536. */
const floatsOf = (() => {
  let table;
  const made = () => {
    const floats = new Float32Array(65536);
    for (let bits = 0; bits < 65536; bits += 1) {
      const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
      if (exponent === 31) floats[bits] = fraction ? NaN : sign * Infinity;
      else floats[bits] = sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14);
    }
    return floats;
  };
  return (bytes) => {
    table ??= made();
    const halves = new Uint16Array(bytes);
    const floats = new Float32Array(halves.length);
    for (let i = 0; i < halves.length; i += 1) floats[i] = table[halves[i]];
    return floats;
  };
})();

/** The error function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** Sum of products of `n` numbers; plain, and four sums side by side, so that a browser makes fast code of it. */
function dot(weights, k, x, i, n) {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = i + n;
  for (const even = end - 3; i < even; i += 4, k += 4) {
    a += weights[k] * x[i];
    b += weights[k + 1] * x[i + 1];
    c += weights[k + 2] * x[i + 2];
    d += weights[k + 3] * x[i + 3];
  }
  for (; i < end; i += 1, k += 1) a += weights[k] * x[i];
  return a + b + c + d;
}

const ACTIVATIONS = {
  linear: (x) => x,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  clip: (x) => Math.min(Math.max(x, 0), 1),
};

class Decoder {
  constructor({ steps, planes }, bytes) {
    this.planes = planes;
    this.weights = floatsOf(bytes);
    this.steps = structuredClone(steps); // each keeps its own buffer
  }

  /** Probabilities of a latent vector: for each step of the grid, for each plane, 88 numbers. */
  run(latents) {
    this.first = latents[0];
    return this.through(this.steps, { x: Float32Array.from(latents), rows: 1 }).x;
  }

  through(steps, given) {
    let { x, rows } = given;
    for (const step of steps) {
      if (step.do === "rows") rows = step.n;
      else if (step.do === "dense") x = this.dense(step, x, rows);
      else if (step.do === "add") x = this.sum(step, x, this.weights, step.what);
      else if (step.do === "times") x = this.product(step, x);
      else if (step.do === "norm") x = this.norm(step, x);
      else if (step.do === "keys") x = this.keys(step, x);
      else if (step.do === "part") x = x.subarray(step.start, step.stop);
      else if (step.do === "join") ({ x, rows } = this.join(step, { x, rows }));
      else if (step.do === "total") ({ x, rows } = this.total(step, { x, rows }));
      else if (step.do === "activate") x = this.activate(step, x);
      else if (step.do === "residual") x = this.sum(step, x, this.through(step.steps, { x, rows }).x, 0);
      else throw new Error(`no step is called ${step.do}`);
    }
    return { x, rows };
  }

  /** Several ways to go on from here, their rows side by side. */
  join(step, given) {
    const made = step.ways.map((steps) => this.through(steps, given));
    const { rows } = made[0];
    const width = made.reduce((sum, { x }) => sum + x.length, 0) / rows;
    const y = (step.y ??= new Float32Array(rows * width));
    let at = 0;
    for (const { x } of made) {
      const n = x.length / rows;
      for (let row = 0; row < rows; row += 1) y.set(x.subarray(row * n, (row + 1) * n), row * width + at);
      at += n;
    }
    return { x: y, rows };
  }

  /** Several ways to go on from here, their rows added up; narrower ones to the first numbers of the first way's. */
  total(step, given) {
    const [first, ...others] = step.ways.map((steps) => this.through(steps, given));
    const { rows } = first;
    const y = (step.y ??= new Float32Array(first.x.length));
    y.set(first.x);
    const width = y.length / rows;
    for (const { x } of others) {
      const n = x.length / rows;
      for (let row = 0; row < rows; row += 1)
        for (let i = 0; i < n; i += 1) y[row * width + i] += x[row * n + i];
    }
    return { x: y, rows };
  }

  activate(step, x) {
    const y = (step.y ??= new Float32Array(x.length));
    const act = ACTIVATIONS[step.activation];
    for (let i = 0; i < x.length; i += 1) y[i] = act(x[i]);
    return y;
  }

  dense(step, x, rows) {
    const { inputs, outputs, kernel, bias } = step;
    const { weights } = this;
    const y = (step.y ??= new Float32Array(rows * outputs));
    const act = ACTIVATIONS[step.activation];
    for (let row = 0; row < rows; row += 1)
      for (let output = 0; output < outputs; output += 1) {
        const sum = dot(weights, kernel + output * inputs, x, row * inputs, inputs);
        y[row * outputs + output] = act(sum + weights[bias + output]);
      }
    return y;
  }

  /** The 88 keys of each plane out of its places; where they begin, the first latent number says in semitones. */
  keys(step, x) {
    const { places, lowest, unit } = step;
    const exact = Math.fround(this.first) * unit;
    let shift = Math.round(exact);
    if (shift - exact === 0.5 && shift % 2) shift -= 1; // halves go to the even one, as in the network
    const from = Math.min(Math.max(shift - lowest, 0), places - KEYS);
    const planes = x.length / places;
    const y = (step.y ??= new Float32Array(planes * KEYS));
    for (let plane = 0; plane < planes; plane += 1)
      for (let key = 0; key < KEYS; key += 1) y[plane * KEYS + key] = x[plane * places + from + key];
    return y;
  }

  sum(step, x, other, from) {
    const y = (step.y ??= new Float32Array(x.length));
    for (let i = 0; i < x.length; i += 1) y[i] = x[i] + other[from + i];
    return y;
  }

  product(step, x) {
    const y = (step.y ??= new Float32Array(x.length));
    for (let i = 0; i < x.length; i += 1) y[i] = x[i] * this.weights[step.what + i];
    return y;
  }

  norm(step, x) {
    const { width, gamma, beta, epsilon } = step;
    const y = (step.y ??= new Float32Array(x.length));
    for (let from = 0; from < x.length; from += width) {
      let [sum, squares] = [0, 0];
      for (let i = from; i < from + width; i += 1) sum += x[i];
      const mean = sum / width;
      for (let i = from; i < from + width; i += 1) squares += (x[i] - mean) ** 2;
      const scale = 1 / Math.sqrt(squares / width + epsilon);
      for (let i = 0; i < width; i += 1)
        y[from + i] = (x[from + i] - mean) * scale * this.weights[gamma + i] + this.weights[beta + i];
    }
    return y;
  }
}

/** The notes of decoded probabilities: [{onset, pitch, length}], in order of onset, then pitch. */
function notesOf(probabilities, planes, threshold) {
  const least = Math.fround(threshold); // as single-precision numbers are compared
  const at = (step, key) => probabilities[step * planes * KEYS + key];
  const sounds = (step, key) => step < STEPS && at(step, key) >= least;
  // A key is struck where it begins to sound, and where being struck is likelier than being held.
  const again = (step, key) => planes > 1 && probabilities[(step * planes + 1) * KEYS + key] >= 0.5 * at(step, key);
  const struck = (step, key) => !step || !sounds(step - 1, key) || again(step, key);
  const notes = [];
  for (let onset = 0; onset < STEPS; onset += 1)
    for (let key = 0; key < KEYS; key += 1)
      if (sounds(onset, key) && struck(onset, key)) {
        let end = onset + 1;
        while (sounds(end, key) && !struck(end, key)) end += 1;
        notes.push({ onset, pitch: LOWEST + key, length: end - onset });
      }
  return notes;
}
