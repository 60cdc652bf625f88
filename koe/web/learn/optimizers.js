// Ways downhill: what each makes of a gradient. The formulas and their constants are those of Keras 3.

const MOMENTUM = 0.9;
const RHO = 0.9; // of RMSprop
const BETAS = [0.9, 0.999]; // of Adam
const EPSILON = 1e-7;
const METHODS = ["sgd", "momentum", "rmsprop", "adam"];

/** What changes `weights` in place at each `update(gradient)`, by one of the methods. */
class Optimizer {
  constructor(method, rate, size) {
    Object.assign(this, { method, rate, t: 0, first: new Float64Array(size), second: new Float64Array(size) });
  }

  update(weights, gradient) {
    const { method, rate, first, second } = this;
    this.t += 1;
    const [one, two] = BETAS;
    const unbiased = (rate * Math.sqrt(1 - two ** this.t)) / (1 - one ** this.t);
    for (let i = 0; i < weights.length; i += 1) {
      const slope = gradient[i];
      if (method === "sgd") weights[i] -= rate * slope;
      else if (method === "momentum") {
        first[i] = MOMENTUM * first[i] - rate * slope;
        weights[i] += first[i];
      } else if (method === "rmsprop") {
        second[i] = RHO * second[i] + (1 - RHO) * slope * slope;
        weights[i] -= (rate * slope) / Math.sqrt(second[i] + EPSILON);
      } else {
        first[i] += (1 - one) * (slope - first[i]);
        second[i] += (1 - two) * (slope * slope - second[i]);
        weights[i] -= (unbiased * first[i]) / (Math.sqrt(second[i]) + EPSILON);
      }
    }
  }
}
