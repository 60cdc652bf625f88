// The map: real segments in latent space, and where one is among them.

const DOT = 2.4; // px
const REACH = 14; // px from a dot that still mean it
const SPAN = 3.2; // standard deviations to either side of the middle, at least
const EDGE = 12; // px

class Atlas {
  constructor(el, go) {
    Object.assign(this, { el, go, places: null });
    const canvas = el.map;
    canvas.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.point(event));
    canvas.addEventListener("pointerleave", () => (el.where.textContent = this.said ?? ""));
    canvas.addEventListener("click", (event) => {
      const near = this.near(event);
      this.say(near);
      this.go(near < 0 ? { at: this.placeAt(event) } : { latents: this.places.latents[near], place: near });
    });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.go({ by: way.map((one) => one * (event.shiftKey ? 1 : 0.25)) });
    });
  }

  /** Take segments and the axes that they are seen along: the two with the greatest effect. */
  take(places, axes, labels, colors) {
    Object.assign(this, { places, axes, labels, colors, said: "" });
    this.spots = places.latents.map((latents) => [axes.score(latents, 0), axes.score(latents, 1)]);
    const farthest = this.spots.flat().map(Math.abs).sort((a, b) => a - b);
    this.span = Math.max(SPAN, (farthest[Math.floor(0.995 * farthest.length)] ?? 0) * 1.05);
    const counts = new Map();
    for (const piece of places.pieces) {
      const name = places.composers[piece];
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const known = [...counts.keys()].filter((name) => !places.nobody.includes(name));
    this.legend = known.sort((a, b) => counts.get(b) - counts.get(a)).slice(0, colors.composers.length);
    this.el.composers.replaceChildren(
      ...[...this.legend, labels.others].map((name, i) => {
        const [item, dot] = [document.createElement("li"), document.createElement("i")];
        dot.style.background = colors.composers[i] ?? colors.others;
        item.append(dot, name);
        return item;
      }),
    );
    this.el.where.textContent = "";
  }

  get size() {
    return [this.el.map.clientWidth, this.el.map.clientHeight];
  }

  toPixels([across, up]) {
    const [width, height] = this.size;
    const [x, y] = [across, -up].map((score) => (score / this.span + 1) / 2);
    return [EDGE + x * (width - 2 * EDGE), EDGE + y * (height - 2 * EDGE)];
  }

  placeAt(event) {
    const [width, height] = this.size;
    const x = clamp((event.offsetX - EDGE) / (width - 2 * EDGE));
    const y = clamp((event.offsetY - EDGE) / (height - 2 * EDGE));
    return [(2 * x - 1) * this.span, (1 - 2 * y) * this.span];
  }

  near(event) {
    let [best, distance] = [-1, REACH];
    this.spots?.forEach((spot, i) => {
      const [x, y] = this.toPixels(spot);
      const away = Math.hypot(x - event.offsetX, y - event.offsetY);
      if (away < distance) [best, distance] = [i, away];
    });
    return best;
  }

  nameOf(place) {
    const { titles, composers, pieces, measures } = this.places;
    const piece = pieces[place];
    return this.labels.place
      .replace("{composer}", composers[piece])
      .replace("{title}", titles[piece])
      .replace("{measure}", measures[place]);
  }

  point(event) {
    const near = this.near(event);
    this.el.where.textContent = near < 0 ? (this.said ?? "") : this.nameOf(near);
  }

  say(place) {
    this.said = place < 0 ? "" : this.nameOf(place);
    this.el.where.textContent = this.said;
  }

  /** All dots once, to a picture that later frames begin with. */
  paint() {
    const [width, height] = this.size;
    const density = devicePixelRatio || 1;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: Math.round(width * density), height: Math.round(height * density) });
    const pen = canvas.getContext("2d");
    pen.scale(density, density);
    pen.strokeStyle = this.colors.line;
    const [x, y] = this.toPixels([0, 0]);
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    pen.moveTo(0, y);
    pen.lineTo(width, y);
    pen.stroke();
    const order = this.spots.map((_, i) => [this.legend.indexOf(this.places.composers[this.places.pieces[i]]), i]);
    order.sort(([a, i], [b, j]) => (a < 0 ? -1 : 0) - (b < 0 ? -1 : 0) || i - j); // the others lie below
    for (const [composer, i] of order) {
      const [left, top] = this.toPixels(this.spots[i]);
      pen.globalAlpha = composer < 0 ? 0.35 : 0.8;
      pen.fillStyle = this.colors.composers[composer] ?? this.colors.others;
      pen.beginPath();
      pen.arc(left, top, DOT, 0, 2 * Math.PI);
      pen.fill();
    }
    return canvas;
  }

  layout() {
    this.picture = null;
  }

  draw(latents) {
    const [width, height] = this.size;
    if (!this.places || !width) return;
    this.picture ??= this.paint();
    const { map } = this.el;
    if (map.width !== this.picture.width || map.height !== this.picture.height)
      Object.assign(map, { width: this.picture.width, height: this.picture.height });
    const pen = map.getContext("2d");
    const density = this.picture.width / width;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, map.width, map.height);
    pen.drawImage(this.picture, 0, 0);
    pen.setTransform(density, 0, 0, density, 0, 0);
    const spot = [this.axes.score(latents, 0), this.axes.score(latents, 1)];
    const [x, y] = this.toPixels(spot.map((score) => clamp(score, -this.span, this.span)));
    for (const [radius, color] of [[8, this.colors.ground], [6.5, this.colors.here], [2, this.colors.ground]]) {
      pen.fillStyle = color;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
    this.seen = [x, y];
  }
}
