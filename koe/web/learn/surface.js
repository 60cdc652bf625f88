// Loss surfaces over two weights, their slopes, and how they are drawn: seen from the side, turned by hand.

const EDGE = 1; // weights from -1 to 1 are in the picture
const MESH = 42;
const TILT = 0.62; // radians from above
const LIFT = 0.95; // how high the highest point stands, in units of a weight
const OUT = 1.5; // a ball beyond this has flown off

// Loss, and its slopes along either weight; the lowest point in the picture is at about 0.
const SURFACES = {
  bowl: {
    loss: (x, y) => 0.5 * x * x + 0.5 * y * y,
    slopes: (x, y) => [x, y],
  },
  ravine: {
    loss: (x, y) => 0.06 * x * x + 0.8 * y * y,
    slopes: (x, y) => [0.12 * x, 1.6 * y],
  },
  valleys: {
    loss: (x, y) => 2 * (x * x - 0.36) ** 2 + 0.25 * x + 0.6 * y * y + 0.16,
    slopes: (x, y) => [8 * x * (x * x - 0.36) + 0.25, 1.2 * y],
  },
  saddle: {
    loss: (x, y) => 0.5 * x * x - 0.45 * y * y + 0.5 * y ** 4 + 0.10125,
    slopes: (x, y) => [x, -0.9 * y + 2 * y ** 3],
  },
};

class Landscape {
  /** Fit a surface into a rectangle, seen from an angle in degrees. */
  constructor(name, turn, { x, y, width, height }, colors, dark) {
    Object.assign(this, { surface: SURFACES[name], colors, dark });
    const angle = (turn * Math.PI) / 180;
    [this.cos, this.sin] = [Math.cos(angle), Math.sin(angle)];
    const grid = Array.from({ length: MESH + 1 }, (_, i) => -EDGE + (2 * EDGE * i) / MESH);
    this.points = grid.map((one) => grid.map((other) => [one, other, this.surface.loss(one, other)]));
    this.most = Math.max(...this.points.flat().map(([, , loss]) => loss));
    const far = EDGE * Math.SQRT2; // the whole of it stays in sight however it is turned
    const tall = 2 * far * Math.cos(TILT) + LIFT * Math.sin(TILT);
    this.scale = Math.min(width / (2 * far), height / tall);
    this.middle = [x + width / 2, y + height - this.scale * far * Math.cos(TILT) - (height - this.scale * tall) / 2];
  }

  /** Where on paper a point of the surface is. */
  place(x, y, loss = this.surface.loss(x, y)) {
    const [across, deep] = [x * this.cos - y * this.sin, x * this.sin + y * this.cos];
    const up = LIFT * clamp(loss / this.most, -0.05, 1.4) * Math.sin(TILT);
    return [this.middle[0] + this.scale * across, this.middle[1] + this.scale * (deep * Math.cos(TILT) - up)];
  }

  /** The weights whose point on paper is nearest to a pointer. */
  nearest(px, py) {
    let found = [0, 0];
    let least = Infinity;
    for (const [x, y, loss] of this.points.flat()) {
      const [a, b] = this.place(x, y, loss);
      const distance = (a - px) ** 2 + (b - py) ** 2;
      if (distance < least) [found, least] = [[x, y], distance];
    }
    return found;
  }

  /** Draw it; in motion with a quarter of its faces, so that it follows the hand. */
  draw(pen, moving = false) {
    const every = moving ? 2 : 1;
    const places = this.points.map((row) => row.map((point) => this.place(...point)));
    const quads = [];
    for (let i = 0; i < MESH; i += every)
      for (let j = 0; j < MESH; j += every) {
        const [x, y] = this.points[i][j];
        quads.push([x * this.sin + y * this.cos, i, j]);
      }
    quads.sort(([one], [other]) => one - other); // what is nearer covers what is farther
    const [low, high] = (this.dark ? ["#14324a", "#d9a441"] : ["#bcd5e6", "#c98a3c"]).map(channelsOf);
    pen.lineWidth = 0.7;
    for (const [, i, j] of quads) {
      const corners = [[i, j], [i + every, j], [i + every, j + every], [i, j + every]];
      const losses = corners.map(([a, b]) => this.points[a][b][2] / this.most);
      const height = (losses[0] + losses[1] + losses[2] + losses[3]) / 4;
      const slope = (losses[1] + losses[3] - 2 * losses[0]) / every;
      // Lines of one height, and light from one side, tell its form.
      const band = Math.floor(height * 14) % 2 ? 0.06 : 0;
      const light = 1 - clamp(0.1 + 1.6 * slope + band, 0, 0.35);
      const share = clamp(Math.sqrt(height));
      const color = `rgb(${low.map((value, k) => Math.round(light * (value + (high[k] - value) * share))).join(",")})`;
      pen.fillStyle = pen.strokeStyle = color;
      pen.beginPath();
      for (const [a, b] of corners) pen.lineTo(...places[a][b]);
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
  }
}
