// Dense networks, whole: forward, backward, dropout; and a tiny autoencoder, built like AE1, but small enough for a
// browser:
// 88 keys of one sixteenth - hidden, ELU - a few numbers, tanh - hidden, ELU - 88 keys, sigmoid; mean squared error.
// All weights lie in one array, layer after layer, each kernel row by row (inputs by outputs) before its bias.

const KEYS = 88;
const HIDDEN = 48;
const DROPPED = 0.3; // share of the hidden cells that dropout switches off

const ACTIVATIONS = {
  elu: [(z) => (z > 0 ? z : Math.expm1(z)), (a) => (a > 0 ? 1 : a + 1)],
  tanh: [Math.tanh, (a) => 1 - a * a],
  relu: [(z) => Math.max(z, 0), (a) => (a > 0 ? 1 : 0)],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
}; // what each makes of a sum, and its slope by what it made

/** Dense layers of some sizes, each with its kind of activation; dropout after those whose number is in `dropped`. */
class Network {
  constructor(sizes, kinds, random = null, dropped = []) {
    this.keys = sizes.at(-1);
    this.layers = [];
    let size = 0;
    kinds.forEach((kind, i) => {
      const [inputs, outputs] = [sizes[i], sizes[i + 1]];
      const [kernel, bias] = [size, size + inputs * outputs];
      size = bias + outputs;
      this.layers.push({ inputs, outputs, kernel, bias, kind, dropped: dropped.includes(i) });
    });
    this.weights = new Float64Array(size);
    this.gradient = new Float64Array(size);
    if (random) this.draw(random);
  }

  /** Begin anew with Glorot's normal weights, or such that are some times as large. */
  draw(random, times = 1) {
    this.weights.fill(0);
    for (const { inputs, outputs, kernel } of this.layers) {
      const spread = times * Math.sqrt(2 / (inputs + outputs));
      for (let i = 0; i < inputs * outputs; i += 1)
        this.weights[kernel + i] =
          spread * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    }
  }

  /** What comes out of each layer for one example; `masks` says which hidden cells stay, and by how much louder. */
  through(example, masks = null) {
    const outputs = [example];
    this.layers.forEach(({ inputs, outputs: n, kernel, bias, kind }, at) => {
      const before = outputs[at];
      const sums = Float64Array.from(this.weights.subarray(bias, bias + n));
      for (let i = 0; i < inputs; i += 1) {
        const input = before[i];
        if (input === 0) continue; // most keys are silent
        for (let j = 0, row = kernel + i * n; j < n; j += 1) sums[j] += input * this.weights[row + j];
      }
      const [activation] = ACTIVATIONS[kind];
      for (let j = 0; j < n; j += 1) sums[j] = activation(sums[j]) * (masks?.[at] ? masks[at][j] : 1);
      outputs.push(sums);
    });
    return outputs;
  }

  decode(example) {
    return this.through(example).at(-1);
  }

  masks(random) {
    return this.layers.map(({ outputs, dropped }) =>
      dropped ? Float64Array.from({ length: outputs }, () => (random() < DROPPED ? 0 : 1 / (1 - DROPPED))) : null,
    );
  }

  /**
   * Mean squared error of what is made of examples against what they should become, themselves unless given, and its
   * gradient in `gradient`; with dropout where `random` is given.
   */
  learnFrom(examples, random = null, targets = examples) {
    this.gradient.fill(0);
    let loss = 0;
    const share = 1 / (examples.length * this.keys);
    for (const [number, example] of examples.entries()) {
      const target = targets[number];
      const masks = random && this.masks(random);
      const outputs = this.through(example, masks);
      let upstream = outputs.at(-1).map((value, key) => {
        loss += share * (value - target[key]) ** 2;
        return 2 * share * (value - target[key]);
      });
      for (let at = this.layers.length - 1; at >= 0; at -= 1) upstream = this.back(at, outputs, masks, upstream);
    }
    return loss;
  }

  /** Take the slope by a layer's outputs back to its weights and its inputs. */
  back(at, outputs, masks, upstream) {
    const { inputs, outputs: n, kernel, bias, kind } = this.layers[at];
    const [, slope] = ACTIVATIONS[kind];
    const mask = masks?.[at];
    const sums = upstream.map((value, j) => {
      if (!mask) return value * slope(outputs[at + 1][j]);
      return mask[j] === 0 ? 0 : value * mask[j] * slope(outputs[at + 1][j] / mask[j]);
    });
    for (let j = 0; j < n; j += 1) this.gradient[bias + j] += sums[j];
    const below = new Float64Array(inputs);
    for (let i = 0; i < inputs; i += 1) {
      const input = outputs[at][i];
      const row = kernel + i * n;
      if (input !== 0) for (let j = 0; j < n; j += 1) this.gradient[row + j] += input * sums[j];
      if (at === 0) continue;
      let sum = 0;
      for (let j = 0; j < n; j += 1) sum += this.weights[row + j] * sums[j];
      below[i] = sum;
    }
    return below;
  }

  lossOf(examples) {
    let loss = 0;
    for (const example of examples) {
      const made = this.decode(example);
      for (let key = 0; key < this.keys; key += 1) loss += (made[key] - example[key]) ** 2;
    }
    return loss / (examples.length * this.keys);
  }
}

class Autoencoder extends Network {
  constructor(nNumbers, random, hidden = HIDDEN, keys = KEYS) {
    super([keys, hidden, nNumbers, hidden, keys], ["elu", "tanh", "elu", "sigmoid"], random, [0, 2]);
  }
}
