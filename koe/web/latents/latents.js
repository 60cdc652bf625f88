// Sliders over a latent space: what a hand moves is decoded, drawn and played here, at once.
//
// The vector belongs to this panel between two wishes of the page (a button, another model), which come
// with another `turn`. What a move ends at goes to the page, which makes the piece of it.

const RANGE = 3; // standard deviations to either side
const FINE = 0.01;
const KEY_MS = 300; // after the last key, a move by keys has ended
const GRACE_MS = 300; // in which a panel that was taken down may come back
const PEEK_MS = 150; // between two questions to the server, where nothing can be decoded here

const histories = (globalThis.koeLatents ??= new Map()); // by model; panels come and go
const fetched = new Map();

function get(address, read) {
  if (!fetched.has(address))
    fetched.set(
      address,
      fetch(address)
        .then((answer) => (answer.ok ? answer[read]() : Promise.reject(new Error(answer.statusText))))
        .catch((error) => {
          fetched.delete(address);
          throw error;
        }),
    );
  return fetched.get(address);
}

const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(1);

/** Directions in latent space, in standard deviations. */
class Axes {
  constructor({ mean, directions, readings }) {
    Object.assign(this, { mean, directions, readings });
  }

  score(latents, axis) {
    let sum = 0;
    for (let i = 0; i < latents.length; i += 1) sum += (latents[i] - this.mean[i]) * this.readings[axis][i];
    return sum;
  }

  along(latents, axis, by) {
    return latents.map((value, i) => value + by * this.directions[axis][i]);
  }
}

class Panel {
  constructor(root) {
    this.box = root.querySelector(".latents");
    this.box.panel = this;
    this.el = partsOf(this.box);
    this.el.main = this.box.querySelector(".main");
    this.el.rest = this.box.querySelector(".rest");
    this.el.numbers = this.box.querySelector(".numbers");
    this.el.others = this.box.querySelector(".others");
    this.el.where = this.box.querySelector(".where");
    this.stage = new Stage();
    this.atlas = new Atlas(this.el, (wish) => this.go(wish));
    this.size = new ResizeObserver(() => {
      this.atlas.layout();
      if (this.latents) this.atlas.draw(this.latents);
    });
    this.listen();
  }

  leave() {
    this.here = false;
    this.stage.leave();
    clearTimeout(this.keyed);
    if (this.moving) this.commit(); // the last word of a hand that was still at it
    this.size.disconnect();
  }

  // -- what Streamlit hands over ----------------------------------------

  show(data) {
    const otherModel = this.data?.model !== data.model;
    const other = otherModel || this.data.labels.panel !== data.labels.panel; // or another language
    const wish = otherModel || this.data.turn !== data.turn;
    if (wish && this.moving) this.remember(); // a move by keys that the page did not wait for
    this.data = data;
    if (!this.here) {
      this.here = true;
      this.stage.come();
      this.size.observe(this.el.map);
    }
    if (other) this.stage.end();
    if (wish) {
      this.latents = Float32Array.from(data.latents);
      this.moving = false;
    }
    if (!histories.has(data.model)) histories.set(data.model, { list: [], at: -1 });
    this.past = histories.get(data.model);
    if (other) {
      this.axes = this.decoder = this.atlas.places = null;
      this.el.atlas.hidden = true;
      this.label();
      this.build();
      this.load();
    }
    if (wish) this.remember();
    this.look();
    this.tell();
    this.box.dataset.turn = data.turn;
  }

  async load() {
    const { data } = this;
    const still = () => this.data.model === data.model;
    if (data.space)
      get(data.space, "json").then((space) => still() && this.takeSpace(space), () => {});
    // Where the weights do not come, the server goes on decoding.
    if (data.decoder)
      get(data.decoder.src, "arrayBuffer").then((bytes) => {
        if (!still()) return;
        this.decoder = new Decoder(data.decoder, bytes);
        this.box.dataset.decoder = data.model;
      }, () => {});
  }

  takeSpace({ axes, named, places }) {
    this.axes = new Axes(axes);
    const [n, width] = places.shape;
    const all = floatsOf(bytesOf(places.latents));
    const latents = Array.from({ length: n }, (_, i) => all.subarray(i * width, (i + 1) * width));
    this.named = named;
    this.el.atlas.hidden = !n || this.axes.directions.length < 2;
    this.look();
    if (!this.el.atlas.hidden) this.atlas.take({ ...places, latents }, this.axes, this.data.labels, this.colors);
    this.build();
    this.tell();
    this.box.dataset.space = this.data.model;
  }

  label() {
    const { el, data, box } = this;
    const { labels } = data;
    box.setAttribute("aria-label", labels.panel);
    el["tab-named"].textContent = labels.named;
    el["tab-raw"].textContent = labels.raw;
    el["hear-label"].textContent = labels.hear;
    el.caption.textContent = labels.map;
    el.map.setAttribute("aria-label", labels.map_help);
    say(box, labels);
    el.others.hidden = !data.others;
    el.others.textContent = data.others;
  }

  look() {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = getComputedStyle(this.box).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(pen.fillStyle.slice(at, at + 2), 16));
    const colors = this.data.palettes[0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light"];
    if (this.colors === colors) return;
    this.colors = this.atlas.colors = colors;
    this.atlas.layout();
    this.el.composers.querySelectorAll("i").forEach((dot, i) => {
      dot.style.background = colors.composers[i] ?? colors.others;
    });
  }

  // -- sliders -----------------------------------------------------------

  build() {
    const { el, data, axes } = this;
    this.sliders = [];
    const make = (words, options) => {
      const slider = this.slider(words, options);
      this.sliders.push(slider);
      return slider.row;
    };
    el.numbers.replaceChildren(
      ...Array.from({ length: data.n_raw }, (_, i) =>
        make(
          { name: data.labels.number.replace("{n}", i + 1), key: `raw-${i}` },
          {
            low: data.low,
            high: data.high,
            digits: data.high - data.low > 2 ? 2 : 3,
            read: () => this.latents[i],
            move: (from, value) => from.map((old, j) => (j === i ? value : old)),
          },
        ),
      ),
    );
    const { named } = this;
    const rows = (axes ? named : []).map((words, i) =>
      make(
        { ...words, key: `axis-${i}` },
        {
          low: -RANGE,
          high: RANGE,
          digits: 1,
          read: () => axes.score(this.latents, i),
          move: (from, value) => axes.along(from, i, value - axes.score(from, i)),
        },
      ),
    );
    const first = rows.filter((_, i) => named[i].first);
    first.sort((a, b) => Boolean(b.querySelector(".end")) - Boolean(a.querySelector(".end"))); // those with a name
    el.main.replaceChildren(...first);
    el.rest.replaceChildren(...rows.filter((_, i) => !named[i].first));
    el.more.hidden = !rows.length || first.length === rows.length;
    this.unfold(false);
    el["tab-named"].hidden = !rows.length;
    this.tab(rows.length ? (this.chosen ?? "named") : "raw");
  }

  slider(words, { low, high, digits, read, move }) {
    const row = Object.assign(document.createElement("div"), { className: "slider" });
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: words.name });
    const value = Object.assign(document.createElement("output"), { className: "value" });
    const input = Object.assign(document.createElement("input"), { type: "range", min: low, max: high, step: FINE / 10 });
    input.setAttribute("aria-label", words.full ?? words.name);
    input.dataset.slider = words.key;
    if (words.link) {
      const link = Object.assign(document.createElement("span"), { className: "link", textContent: words.link });
      link.title = words.link_help;
      name.append(link);
    }
    row.append(name, value, input);
    if (words.less)
      for (const end of [words.less, words.more])
        row.append(Object.assign(document.createElement("span"), { className: "end", textContent: end }));
    const slider = { row, input, value, read, digits };
    const shift = (to) => {
      if (!this.moving) this.begin();
      if (this.held !== slider) Object.assign(this, { held: slider, from: this.latents });
      this.set(move(this.from, clamp(to, low, high)), slider);
      value.textContent = digits === 1 ? signed(to) : to.toFixed(digits);
    };
    input.addEventListener("input", (event) => {
      this.movedAt = event.timeStamp;
      shift(Number(input.value));
    });
    for (const end of ["change", "blur"]) input.addEventListener(end, () => this.commit());
    input.addEventListener("keydown", (event) => {
      const by = (high - low) / 60;
      const to = {
        ArrowRight: () => Number(input.value) + by,
        ArrowUp: () => Number(input.value) + by,
        ArrowLeft: () => Number(input.value) - by,
        ArrowDown: () => Number(input.value) - by,
        PageUp: () => Number(input.value) + 6 * by,
        PageDown: () => Number(input.value) - 6 * by,
        Home: () => low,
        End: () => high,
      }[event.key];
      if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation(); // Streamlit has keys of its own
      this.movedAt = event.timeStamp;
      input.value = clamp(to(), low, high);
      shift(Number(input.value));
      clearTimeout(this.keyed);
      this.keyed = setTimeout(() => this.commit(), KEY_MS);
    });
    return slider;
  }

  tell() {
    for (const slider of this.sliders) {
      if (slider === this.held) continue; // it stands where the hand is
      const value = slider.read();
      slider.input.value = value;
      slider.value.textContent = slider.digits === 1 ? signed(value) : value.toFixed(slider.digits);
      slider.input.setAttribute("aria-valuetext", slider.value.textContent);
    }
    this.el.undo.disabled = this.past.at < 1;
    this.el.redo.disabled = this.past.at >= this.past.list.length - 1;
    this.atlas.draw(this.latents);
  }

  // -- moving ------------------------------------------------------------

  begin() {
    this.moving = true;
    this.stage.begin(this.data.player);
  }

  set(latents) {
    const { low, high } = this.data;
    this.latents = Float32Array.from(latents, (value) => clamp(value, low, high));
    this.tell();
    this.due ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.due = null;
    if (!this.data) return;
    if (!this.decoder) {
      this.peek();
      return;
    }
    const probabilities = this.decoder.run(this.latents);
    this.stage.show(notesOf(probabilities, this.decoder.planes, this.data.threshold), this.data.labels);
    this.box.dataset.drawn = performance.now(); // for whoever measures: when the last move was on the roll,
    this.box.dataset.moved = this.movedAt; // and when the hand had made it
  }

  /** Nothing can be decoded here; let the server draw, now and then. */
  peek() {
    const wait = (this.peeked ?? 0) + PEEK_MS - performance.now();
    clearTimeout(this.peeking);
    if (wait > 0) this.peeking = setTimeout(() => this.moving && this.peek(), wait);
    else {
      this.peeked = performance.now();
      this.send("peek", { model: this.data.model, latents: [...this.latents] });
    }
  }

  commit() {
    clearTimeout(this.keyed);
    clearTimeout(this.peeking);
    if (!this.moving) return;
    if (this.due) {
      cancelAnimationFrame(this.due);
      this.draw();
    }
    this.moving = false;
    this.held = null;
    const changed = this.remember();
    this.tell();
    this.stage.release(changed);
    if (changed) this.tellPage();
  }

  tellPage() {
    this.send("move", { model: this.data.model, latents: [...this.latents] });
  }

  /** Keep the vector for undo; false if it is the one that was kept last. */
  remember() {
    const { list, at } = this.past;
    if (list[at]?.every((value, i) => value === this.latents[i])) return false;
    list.splice(at + 1);
    list.push(this.latents);
    if (list.length > 100) list.shift();
    this.past.at = list.length - 1;
    return true;
  }

  travel(by) {
    const to = this.past.list[this.past.at + by];
    if (!to || this.moving) return;
    this.past.at += by;
    this.jump(to);
    this.stage.release(true);
    this.tellPage();
  }

  jump(latents) {
    this.stage.begin(this.data.player);
    this.latents = Float32Array.from(latents);
    this.tell();
    if (this.decoder) this.draw();
  }

  /** To a place on the map: a segment's own vector, or the current one moved along two axes. */
  go({ latents, at, by }) {
    if (this.moving) this.commit();
    this.movedAt = performance.now();
    let to = latents;
    if (!to) {
      to = this.latents;
      const aim = at ?? by.map((step, axis) => this.axes.score(this.latents, axis) + step);
      aim.forEach((score, axis) => (to = this.axes.along(to, axis, score - this.axes.score(to, axis))));
    }
    this.jump(Array.from(to, (value) => clamp(value, this.data.low, this.data.high)));
    const changed = this.remember();
    this.tell();
    this.stage.release(changed);
    if (changed) this.tellPage();
  }

  // -- the rest ----------------------------------------------------------

  tab(name) {
    for (const one of ["named", "raw"]) {
      this.el[one].hidden = one !== name;
      const tab = this.el[`tab-${one}`];
      tab.setAttribute("aria-selected", one === name);
      tab.tabIndex = one === name ? 0 : -1;
    }
  }

  unfold(open) {
    const { more, rest } = this.el;
    rest.hidden = !open;
    more.setAttribute("aria-expanded", open);
    more.textContent = this.data.labels[open ? "fewer" : "more"].replace("{n}", rest.children.length);
  }

  listen() {
    const { el } = this;
    for (const name of ["named", "raw"]) {
      el[`tab-${name}`].addEventListener("click", () => this.tab((this.chosen = name)));
      el[`tab-${name}`].addEventListener("keydown", (event) => {
        if (!/^Arrow(Left|Right)$/.test(event.key)) return;
        const other = el[`tab-${name === "named" ? "raw" : "named"}`];
        if (other.hidden) return;
        other.click();
        other.focus();
      });
    }
    el.more.addEventListener("click", () => this.unfold(el.rest.hidden));
    el.undo.addEventListener("click", () => this.travel(-1));
    el.redo.addEventListener("click", () => this.travel(1));
    el.hear.addEventListener("change", () => {
      this.stage.hears = el.hear.checked;
      if (!el.hear.checked) this.stage.end();
    });
    this.box.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      event.stopPropagation(); // the page may undo more than this
      this.travel(event.shiftKey ? 1 : -1);
    });
    el.theme.addEventListener("transitionend", () => {
      this.look();
      this.atlas.draw(this.latents);
    });
  }
}

export default mount(Panel, GRACE_MS);
