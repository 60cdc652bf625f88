// What all lessons share: a picture that begins to move by itself, controls, presets, and a state in the address.
//
// A lesson derives from `Lesson` and says what its controls are (`controls`), what a moment of time does (`tick`) and
// how it looks (`draw`). Nothing moves while nobody sees it, nor where a visitor asked for less motion.

const GRACE_MS = 300; // in which a lesson that was taken down may come back
const ADDRESS_MS = 250; // after the last change, the address follows
const LONGEST_MS = 100; // a tab that slept has not missed anything
const LOG_STEPS = 200; // of a slider whose numbers grow by factors

const GLYPHS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  step: "M6 5v14l9-7zm10 0h3v14h-3z",
  restart: "M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  hear: "M3 9v6h4l5 5V4L7 9zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.5 4.5 0 0 0 2.5-4z",
};

/** An element with properties, and children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function glyph(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", GLYPHS[name]);
  return svg;
}

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const channelsOf = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

/** A colour some way from one to another, both `#rrggbb`. */
function between(one, other, share) {
  const [from, to] = [channelsOf(one), channelsOf(other)];
  return `rgb(${from.map((value, i) => Math.round(value + (to[i] - value) * share)).join(",")})`;
}

/** A control's value as it stands in the address, or undefined where it is none. */
function valueFrom(control, text) {
  if (control.kind === "text") return text.slice(0, control.longest);
  if (control.kind === "switch") return text === "1" ? true : text === "0" ? false : undefined;
  if (control.kind === "choice") return control.values.includes(text) ? text : undefined;
  const value = Number(text);
  return text !== "" && Number.isFinite(value) ? clamp(value, control.low, control.high) : undefined;
}

class Lesson {
  // -- what a lesson says of itself ----------------------------------------

  get controls() {
    return [];
  }

  /** Presets by name: what they set. */
  get presets() {
    return {};
  }

  /** Whether one can go on step by step, and hear what is there. */
  get steps() {
    return true;
  }

  get heard() {
    return false;
  }

  begin() {} // anew, from the controls
  tick() {}
  step() {}
  draw() {}
  still() {} // show something telling where nothing is to move
  taken() {} // other data came
  heightFor(width) {
    return width * 0.6;
  }

  // -- life --------------------------------------------------------------

  constructor(root) {
    this.box = root.querySelector(".lesson");
    this.box.lesson = this;
    this.el = partsOf(this.box);
    this.pen = this.el.picture.getContext("2d");
    this.values = {};
    this.running = !calm.matches;
    this.sizes = new ResizeObserver(() => this.layout());
    this.seen = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
      this.wake();
    });
    this.build();
    this.el.theme.addEventListener("transitionend", () => {
      this.look();
      this.drawn();
    });
  }

  show(data) {
    const words = JSON.stringify(data.labels);
    const other = JSON.stringify([data.labels, data.given]);
    this.data = data;
    this.labels = data.labels;
    if (!this.here) {
      this.here = true;
      this.sizes.observe(this.el.stage);
      this.seen.observe(this.box);
    }
    if (words !== this.words) {
      this.words = words;
      this.label();
    }
    if (other === this.other) return;
    this.other = other;
    this.look();
    this.taken(data);
    this.restart();
  }

  leave() {
    this.here = false;
    clearTimeout(this.saving);
    this.hush();
    this.sizes.disconnect();
    this.seen.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  wake() {
    if (this.frame || !this.here || !this.inSight || !this.running || this.over) return;
    let before = performance.now();
    const turn = (now) => {
      this.frame = 0;
      if (!this.here || !this.inSight || !this.running || this.over) return;
      this.tick(Math.min(now - before, LONGEST_MS));
      before = now;
      this.drawn();
      this.frame = requestAnimationFrame(turn);
    };
    this.frame = requestAnimationFrame(turn);
  }

  run(running) {
    this.running = running;
    if (running && this.over) this.restart();
    this.mark();
    this.wake();
  }

  restart() {
    this.over = false;
    this.begin();
    if (!this.running && calm.matches) this.still();
    this.drawn();
    this.wake();
  }

  /** Nothing more is to come until somebody begins anew. */
  end() {
    this.over = true;
    this.mark();
  }

  drawn() {
    if (!this.width || !this.colors) return;
    const density = devicePixelRatio || 1;
    this.pen.setTransform(density, 0, 0, density, 0, 0);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.font = `${this.fontSize}px ${this.font}`;
    this.draw(this.pen);
    this.box.dataset.drawn = Number(this.box.dataset.drawn ?? 0) + 1;
  }

  layout() {
    const width = this.el.stage.clientWidth;
    if (!width) return;
    const height = Math.round(this.heightFor(width));
    if (width === this.width && height === this.height) return;
    Object.assign(this, { width, height });
    const density = devicePixelRatio || 1;
    Object.assign(this.el.picture, { width: Math.round(width * density), height: Math.round(height * density) });
    Object.assign(this.el.picture.style, { width: `${width}px`, height: `${height}px` });
    this.sized?.();
    this.drawn();
  }

  look() {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = getComputedStyle(this.box).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const [red, green, blue] = channelsOf(pen.fillStyle);
    this.dark = 0.3 * red + 0.59 * green + 0.11 * blue < 128;
    this.colors = this.data.palettes[this.dark ? "dark" : "light"];
    this.font = getComputedStyle(this.box).fontFamily;
    this.fontSize = 0.8 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.sized?.();
  }

  // -- controls ------------------------------------------------------------

  build() {
    const { el } = this;
    const address = new URLSearchParams(location.search);
    for (const control of this.controls) {
      const asked = address.get(control.key);
      this.values[control.key] = (asked !== null ? valueFrom(control, asked) : undefined) ?? control.default;
    }
    for (const name of Object.keys(this.presets)) {
      const button = make("button", { type: "button", className: `preset-${name}` });
      button.dataset.preset = name;
      button.addEventListener("click", () => this.preset(name));
      el.presets.append(button);
    }
    const buttons = { play: () => this.run(!this.running || this.over), step: () => this.stepped() };
    buttons.restart = () => this.restart();
    buttons.hear = () => this.hear(!this.hearing);
    for (const [name, act] of Object.entries(buttons)) {
      if ((name === "step" && !this.steps) || (name === "hear" && !this.heard)) continue;
      const button = make("button", { type: "button", className: name }, glyph(name));
      button.addEventListener("click", act);
      el[name] = el.tools.appendChild(button);
    }
    el.inputs = {};
    for (const control of this.controls) {
      if (control.hidden) continue;
      const row = { range: this.slider, choice: this.choices, switch: this.toggle, text: this.writing }[control.kind].call(this, control);
      el.controls.append(row);
    }
  }

  slider(control) {
    const output = make("output", { className: "value" });
    const input = make("input", { type: "range" });
    const { low, high, log } = control;
    const steps = log ? LOG_STEPS : Math.round((high - low) / control.step);
    Object.assign(input, { min: 0, max: steps, step: 1 });
    input.dataset.control = control.key;
    const toValue = (place) =>
      log ? Number((low * (high / low) ** (place / steps)).toPrecision(2)) : low + place * control.step;
    const toPlace = (value) =>
      Math.round(log ? (steps * Math.log(value / low)) / Math.log(high / low) : (value - low) / control.step);
    input.addEventListener("input", () => this.set(control.key, toValue(Number(input.value))));
    const name = make("span", { className: "name" });
    this.el.inputs[control.key] = {
      word: (words) => {
        name.textContent = words;
        input.setAttribute("aria-label", words);
      },
      show: (value) => {
        input.value = toPlace(value);
        output.textContent = control.written?.(value) ?? Number(value.toPrecision(3));
        input.setAttribute("aria-valuetext", output.textContent);
      },
      // Where the highest depends on what is given.
      bound: (most) => (input.max = toPlace(most)),
    };
    return make("label", { className: "slider" }, name, output, input);
  }

  choices(control) {
    const group = make("div", { className: "choice" });
    group.setAttribute("role", "radiogroup");
    const name = make("span", { className: "name" });
    const buttons = control.values.map((value) => {
      const button = make("button", { type: "button" });
      button.setAttribute("role", "radio");
      button.dataset.value = value;
      button.addEventListener("click", () => this.set(control.key, value));
      return button;
    });
    // As radios are: one of them is reached by Tab, the others by arrows.
    group.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const at = buttons.findIndex((button) => button.dataset.value === this.values[control.key]);
      const next = buttons[(at + by + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
    group.dataset.control = control.key;
    group.append(...buttons);
    this.el.inputs[control.key] = {
      word: (words) => {
        name.textContent = words;
        group.setAttribute("aria-label", words);
        for (const button of buttons) button.textContent = this.labels[`${control.key}-${button.dataset.value}`];
      },
      show: (value) => {
        for (const button of buttons) {
          const chosen = button.dataset.value === value;
          button.setAttribute("aria-checked", chosen);
          button.tabIndex = chosen ? 0 : -1;
        }
      },
    };
    return make("div", { className: "choices" }, name, group);
  }

  writing(control) {
    const input = make("textarea", { rows: 2, maxLength: control.longest, spellcheck: false });
    input.dataset.control = control.key;
    input.addEventListener("input", () => this.set(control.key, input.value));
    const name = make("span", { className: "name" });
    this.el.inputs[control.key] = {
      word: (words) => (name.textContent = words),
      show: (value) => {
        if (input.value !== value) input.value = value;
      },
    };
    return make("label", { className: "writing" }, name, input);
  }

  toggle(control) {
    const input = make("input", { type: "checkbox" });
    input.dataset.control = control.key;
    input.addEventListener("change", () => this.set(control.key, input.checked));
    const name = make("span", { className: "name" });
    this.el.inputs[control.key] = {
      word: (words) => (name.textContent = words),
      show: (value) => (input.checked = value),
    };
    return make("label", { className: "toggle" }, input, name);
  }

  /** Change a control; what `live` names changes nothing that has happened so far. */
  set(key, value) {
    const control = this.controls.find((one) => one.key === key);
    if (!control || this.values[key] === value) return;
    this.values[key] = value;
    this.chosen = "";
    this.changed(control.live);
  }

  preset(name) {
    const others = Object.fromEntries(this.controls.filter((one) => !one.kept).map((one) => [one.key, one.default]));
    Object.assign(this.values, others, this.presets[name]);
    this.chosen = name;
    this.running = !calm.matches;
    this.changed(false);
  }

  changed(live) {
    this.mark();
    if (live) this.drawn();
    else this.restart();
    this.wake();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.write(), ADDRESS_MS);
  }

  /** Put what differs from the beginning into the address, and leave everything else that stands there. */
  write() {
    if (!this.here) return;
    const url = new URL(location.href);
    for (const { key, kind, default: usual } of this.controls) {
      const value = this.values[key];
      if (value === usual) url.searchParams.delete(key);
      else url.searchParams.set(key, kind === "switch" ? Number(value) : String(value));
    }
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  stepped() {
    this.running = false;
    if (this.over) this.restart();
    this.step();
    this.mark();
    this.drawn();
  }

  // -- words ---------------------------------------------------------------

  label() {
    const { el, labels } = this;
    say(this.box, labels);
    this.box.setAttribute("aria-label", labels.lesson);
    el.picture.setAttribute("aria-label", labels.picture);
    for (const control of this.controls) el.inputs[control.key]?.word(labels[control.key]);
    for (const button of el.presets.children) button.textContent = labels[`preset-${button.dataset.preset}`];
    this.mark();
  }

  /** Show which preset, which values, and whether it runs. */
  mark() {
    const { el, labels } = this;
    if (!labels) return;
    for (const control of this.controls) el.inputs[control.key]?.show(this.values[control.key]);
    const fits = ([, set]) =>
      this.controls.every(({ key, kept, default: usual }) => kept || this.values[key] === (set[key] ?? usual));
    this.chosen = Object.entries(this.presets).find(fits)?.[0] ?? "";
    for (const button of el.presets.children)
      button.setAttribute("aria-pressed", button.dataset.preset === this.chosen);
    el.told.textContent = labels[this.chosen ? `told-${this.chosen}` : "told"] ?? "";
    const moving = this.running && !this.over;
    this.name(el.play, moving ? "pause" : "play");
    if (el.step) this.name(el.step, "step");
    this.name(el.restart, "restart");
    if (el.hear) {
      this.name(el.hear, "hear");
      el.hear.setAttribute("aria-pressed", Boolean(this.hearing));
    }
  }

  name(button, name) {
    const words = this.labels[name];
    if (button.getAttribute("aria-label") === words) return;
    button.setAttribute("aria-label", words);
    button.title = words;
    button.replaceChildren(glyph(name), ...(name === "hear" ? [this.labels.hear] : []));
  }

  /** Figures below the picture: pairs of a name and a value. */
  figures(pairs) {
    const text = pairs.map((pair) => pair.join(" ")).join("|");
    if (text === this.figured) return;
    this.figured = text;
    const parts = pairs.map(([name, value]) => make("span", {}, `${name} `, make("b", { textContent: value })));
    this.el.figures.replaceChildren(...parts);
  }

  // -- sound ---------------------------------------------------------------

  /** Notes (pitch, onset and length in sixteenths) over and over, until told otherwise. */
  hear(hearing) {
    this.hearing = hearing;
    if (hearing) {
      for (const audio of document.querySelectorAll("audio, video")) audio.pause();
      this.preview ??= new Preview();
      const { notes, nSteps, from = 0 } = this.sounding();
      this.preview.notes = notes;
      this.preview.start(from, (this.data.given?.qpm ?? 96) / 15, nSteps);
    } else this.preview?.stop();
    this.mark();
    this.drawn();
  }

  hush() {
    if (this.hearing) this.hear(false);
  }
}

/** The notes of a roll given as a function of step and key (0 is A0). */
function notesOf(nSteps, sounds) {
  const notes = [];
  for (let key = 0; key < 88; key += 1)
    for (let step = 0; step < nSteps; step += 1) {
      if (!sounds(step, key)) continue;
      const onset = step;
      while (step < nSteps && sounds(step, key)) step += 1;
      notes.push({ onset, pitch: key + 21, length: step - onset });
    }
  return notes;
}

/** A line chart in a rectangle: `curves` of [values, color, dashes]; gives the places of values. */
function chart(pen, { x, y, width, height }, curves, { low, high, log, nSteps, line, text, title, below }) {
  const scaled = (value) => (log ? Math.log10(Math.max(value, low)) : value);
  const [from, to] = [scaled(low), scaled(high)];
  const px = (step) => x + (width * step) / Math.max(nSteps - 1, 1);
  const py = (value) => y + height * (1 - clamp((scaled(value) - from) / (to - from)));
  pen.strokeStyle = line;
  pen.fillStyle = text;
  pen.lineWidth = 1;
  pen.strokeRect(x, y, width, height);
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const decades = log ? Array.from({ length: 9 }, (_, i) => 10 ** (i - 6)) : [low, (low + high) / 2, high];
  let free = Infinity; // above the label that was written last
  for (const value of decades) {
    if (value < low * 0.999 || value > high * 1.001) continue;
    if (py(value) < free) {
      pen.fillText(String(Number(value.toPrecision(2))), x - 6, py(value));
      free = py(value) - 1.2 * parseFloat(pen.font);
    }
    pen.beginPath();
    pen.moveTo(x, py(value));
    pen.lineTo(x + width, py(value));
    pen.stroke();
  }
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillText(title, x, y - 7, width);
  pen.textAlign = "right";
  pen.fillText(below, x + width, y + height + 1.35 * parseFloat(pen.font));
  pen.save();
  pen.beginPath();
  pen.rect(x, y - 2, width + 6, height + 4);
  pen.clip();
  for (const [values, color, dashes] of curves) {
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.setLineDash(dashes ?? []);
    pen.beginPath();
    // No more points than pixels: a long training has thousands.
    const every = Math.max(1, Math.floor(values.length / (2 * width)));
    for (let i = 0; i < values.length; i += every) pen.lineTo(px(i), py(values[i]));
    pen.stroke();
  }
  pen.restore();
  pen.setLineDash([]);
  return { px, py };
}
