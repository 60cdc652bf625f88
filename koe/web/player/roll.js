// Draws a pianoroll: notes over measures, a keyboard at the side, the whole of a long piece below.
//
// Joined with time.js, voice.js and player.js to one module. Places are ticks, 24 a quarter. Only what is in
// sight is drawn, so a piece of a thousand measures costs no more than its window.

const RULER = 18; // px over the roll for the numbers of measures
const LEGIBLE = 0.5; // px a tick: a piece that has less scrolls,
const ROOMY = 1; // at so many,
const WIDEST = 8; // and one of a few ticks does not become a wall
const CELL = 6; // ticks that a network's probability stands for: a sixteenth
const FOOT = 11; // px below the roll for the pedal
const FAINTEST = 0.45; // how much ink the softest note has
const NARROW = 420; // px, where keys are shorter

const isBlack = (pitch) => [1, 3, 6, 8, 10].includes(pitch % 12);
const wholeOf = (tick) => Math.floor(tick + 1e-3); // a clock of microseconds misses a tick's edge by a hair
const bytesOf = (packed) => Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

/** Index of the last of ascending numbers that is at most `value`; 0 where none is. */
function lastAtMost(numbers, value) {
  let low = 0;
  for (let high = numbers.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Size a canvas in CSS pixels, sharp on every screen; gives its emptied context. */
function paper(canvas, width, height) {
  const density = devicePixelRatio || 1;
  const [wide, high] = [width, height].map((length) => Math.max(1, Math.round(length * density)));
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const pen = canvas.getContext("2d");
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width + 1, height + 1);
  return pen;
}

class Roll {
  constructor(box, el) {
    Object.assign(this, { box, el, zoom: 1, scale: 0, left: 0, sounding: [] });
  }

  nameOf(pitch) {
    const { names, octave } = this.data.notation;
    return names[pitch % 12] + (Math.floor(pitch / 12) - 5 + octave);
  }

  take(data) {
    const { onset, pitch, length, kind, velocity } = data.notes;
    this.data = data;
    const loud = velocity ? bytesOf(velocity) : [];
    const most = loud.reduce((one, other) => Math.max(one, other), 1);
    // Perceived loudness goes about with the velocity, and so does the ink.
    const inkOf = (i) => (velocity ? FAINTEST + (1 - FAINTEST) * (loud[i] / most) : 1);
    this.notes = onset.map((start, i) => ({
      onset: start,
      end: start + length[i],
      pitch: pitch[i],
      kind: kind[i],
      ink: inkOf(i),
    }));
    this.longest = length.reduce((most, one) => Math.max(most, one), 1);
    [this.low, this.high] = data.pitches;
    this.foot = data.pedal.length ? FOOT : 0;
    this.row = (data.height - RULER - this.foot) / (this.high - this.low + 1);
    this.beatOnsets = data.beats.map(([start]) => start);
    this.pedalOnsets = data.pedal.map(([start]) => start);
    this.heat = null;
  }

  /** Take the theme's colours: a light ground has the light palette. */
  look() {
    const pen = this.el.sky.getContext("2d");
    pen.fillStyle = getComputedStyle(this.box).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const [red, green, blue] = channels(pen.fillStyle); // which is #rrggbb now, however it was written
    this.colors = this.data.palettes[0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light"];
    this.font = getComputedStyle(this.box).fontFamily;
    this.large = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; // on screens seen from afar
    this.heat = null;
    for (const key of this.el.legend.querySelectorAll("i")) {
      key.style.borderColor = this.inkOf(key.dataset.kind);
      key.style.background = key.dataset.kind === "o" ? "none" : this.inkOf(key.dataset.kind);
    }
  }

  /** What a person wrote, what only the original has (drawn hollow), and what a network wrote. */
  inkOf(kind) {
    return { w: this.colors.original, b: this.colors.original, o: this.colors.missed }[kind] ?? this.colors.made;
  }

  /** Fit everything into the width that there is; false where there is none, as in a closed tab. */
  layout() {
    const { data, el } = this;
    const whole = el.stage.clientWidth;
    if (!whole) return false;
    this.keysWidth = whole < NARROW ? 34 : 44;
    const width = whole - this.keysWidth;
    const fit = Math.min(width / Math.max(data.n_ticks, 1), WIDEST);
    this.usual = fit >= LEGIBLE || data.bare ? fit : ROOMY; // to choose on, all of it is in sight
    const scale = clamp(this.usual * this.zoom, fit, WIDEST);
    const middle = this.scale && (el.window.scrollLeft + this.width / 2) / this.scale;
    const zoomed = this.scale && this.scale !== scale;
    const long = data.n_ticks * scale;
    Object.assign(this, { width, scale, long, wide: long > width + 1 });
    el.stage.style.height = `${data.height + 2}px`; // and its border
    el.sheet.style.width = this.wide ? `${this.long}px` : "100%";
    el.window.classList.toggle("wide", this.wide);
    el.overview.hidden = !this.wide;
    el.nearer.hidden = el.farther.hidden = !this.wide && fit >= LEGIBLE;
    el.nearer.disabled = scale >= WIDEST;
    el.farther.disabled = !this.wide;
    if (zoomed) el.window.scrollLeft = middle * scale - width / 2;
    if (this.wide) this.drawOverview();
    return true;
  }

  x(tick) {
    return tick * this.scale - this.left;
  }

  y(pitch) {
    return RULER + (this.high - pitch) * this.row;
  }

  /** Where on the grid a pointer is, and on which note. */
  at(event) {
    const place = this.el.window.getBoundingClientRect();
    const tick = clamp((event.clientX - place.left + this.el.window.scrollLeft) / this.scale, 0, this.data.n_ticks);
    const pitch = this.high - Math.floor((event.clientY - place.top - RULER) / this.row);
    return { tick, note: this.near(tick, tick).findLast((note) => note.pitch === pitch) };
  }

  /** The notes that sound anywhere from one tick to another. */
  near(from, to) {
    const found = [];
    const first = lastAtMost(this.data.notes.onset, from - this.longest);
    for (let i = first; i < this.notes.length && this.notes[i].onset <= to; i += 1)
      if (this.notes[i].end > from) found.push(this.notes[i]);
    return found;
  }

  beatAt(tick) {
    return this.data.beats[lastAtMost(this.beatOnsets, tick)][1];
  }

  /** Where a measure begins, or would begin if it were whole: an upbeat has the last beats of one. */
  downbeat(index) {
    const { measures, missing } = this.data;
    return (measures[index] ?? 0) - (index ? 0 : missing);
  }

  where(tick) {
    const { measures, first_measure, labels } = this.data;
    const index = lastAtMost(measures, wholeOf(tick));
    const beat = 1 + (wholeOf(tick) - this.downbeat(index)) / this.beatAt(tick);
    return labels.place.replace("{measure}", index + first_measure).replace("{beat}", Number(beat.toFixed(2)));
  }

  draw() {
    const { data, colors, scale, row, width } = this;
    const pen = paper(this.el.roll, width, data.height);
    this.left = this.el.window.scrollLeft;
    const [from, to] = [this.left / scale, Math.min((this.left + width) / scale, data.n_ticks)];
    pen.fillStyle = colors.black_keys;
    for (let pitch = this.low; pitch <= this.high; pitch += 1)
      if (isBlack(pitch)) pen.fillRect(0, this.y(pitch), Math.min(this.x(data.n_ticks), width), row);
    if (data.segment) {
      const [start, stop] = data.segment.map((tick) => this.x(tick));
      pen.fillStyle = colors.segment;
      pen.fillRect(start, 0, stop - start, data.height);
    }
    if (data.heat) {
      this.heat ??= this.paintHeat();
      pen.imageSmoothingEnabled = false;
      pen.drawImage(this.heat, this.x(0), RULER, this.heat.width * CELL * scale, data.height - RULER - this.foot);
    }
    this.drawMeasures(pen, from, to);
    for (const note of this.near(from, to)) this.drawNote(pen, note);
    if (this.foot) this.drawPedal(pen, from, to);
    const share = (length) => `${(100 * length) / Math.max(this.long, width)}%`;
    Object.assign(this.el.lens.style, { width: share(width), left: share(this.left) });
  }

  drawNote(pen, note) {
    const height = Math.max(this.row * 0.86, 2);
    const [left, top] = [this.x(note.onset), this.y(note.pitch) + (this.row - height) / 2];
    // A sliver of ground after each note lets a re-struck key be seen.
    const length = Math.max((note.end - note.onset) * this.scale - Math.min(1.5, this.scale * 1.2), 1);
    pen.fillStyle = pen.strokeStyle = this.inkOf(note.kind);
    pen.beginPath();
    if (note.kind === "o") {
      const thin = (pen.lineWidth = Math.min(1.6, height / 2.5));
      pen.rect(left + thin / 2, top + thin / 2, Math.max(length - thin, 0.5), height - thin);
      pen.stroke();
      return;
    }
    pen.roundRect(left, top, length, height, Math.min(3, height / 3, length / 3));
    pen.globalAlpha = note.ink;
    pen.fill();
    pen.globalAlpha = 1;
    if (calm.matches || !this.sounding.includes(note)) return;
    pen.lineWidth = clamp(height / 4, 1, 2);
    pen.strokeStyle = this.colors.glow;
    pen.stroke();
  }

  /** The pedal as it is printed: a bracket from where it goes down to where it comes up. */
  drawPedal(pen, from, to) {
    const { data, colors } = this;
    const [top, bottom] = [data.height - FOOT + 2.5, data.height - 3.5];
    pen.strokeStyle = colors.text;
    pen.globalAlpha = 0.7;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let i = lastAtMost(this.pedalOnsets, from); i < data.pedal.length && data.pedal[i][0] < to; i += 1) {
      const [left, right] = data.pedal[i].map((tick) => Math.round(this.x(tick)) + 0.5);
      pen.moveTo(left, top);
      pen.lineTo(left, bottom);
      pen.lineTo(Math.max(right - 2, left), bottom); // so that lifting it for a moment is seen
      pen.lineTo(Math.max(right - 2, left), top);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  drawMeasures(pen, from, to) {
    const { data, colors, scale } = this;
    const starts = data.measures;
    const bottom = data.height - this.foot;
    const usual = (data.n_ticks / Math.max(starts.length, 1)) * scale;
    let every = 1; // measures from one number to the next
    while (every * usual < 34) every *= 2;
    Object.assign(pen, { font: `${12 * this.large}px ${this.font}`, textBaseline: "middle" });
    for (let i = lastAtMost(starts, from); i < starts.length && starts[i] < to; i += 1) {
      const [start, stop, number] = [starts[i], starts[i + 1] ?? data.n_ticks, i + data.first_measure];
      const [beat, numbered] = [this.beatAt(start), (number - 1) % every === 0];
      pen.fillStyle = colors.beat_line;
      for (let at = this.downbeat(i) + beat; beat * scale > 5 && at < stop - 1e-6; at += beat)
        if (at > start) pen.fillRect(this.x(at), RULER, 1, bottom - RULER);
      pen.fillStyle = colors.measure_line;
      const top = numbered ? 0 : RULER;
      if (usual > 4 || numbered) pen.fillRect(this.x(start), top, 1, bottom - top);
      pen.fillStyle = colors.text;
      if (numbered) pen.fillText(number, this.x(start) + 5, RULER / 2);
    }
    pen.fillStyle = colors.measure_line;
    pen.fillRect(0, RULER - 1, this.width, 1);
    if (this.x(data.n_ticks) < this.width - 1) pen.fillRect(this.x(data.n_ticks), 0, 1, bottom);
  }

  /** One pixel for each sixteenth and key, drawn once; the canvas enlarges it. */
  paintHeat() {
    const bytes = bytesOf(this.data.heat);
    const height = this.high - this.low + 1;
    const width = bytes.length / height;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    const picture = pen.createImageData(width, height);
    const ink = channels(this.colors.made);
    for (let step = 0; step < width; step += 1)
      for (let key = 0; key < height; key += 1) {
        const sure = bytes[step * height + key];
        if (sure) picture.data.set([...ink, Math.min(1.3 * sure, 140)], 4 * ((height - 1 - key) * width + step));
      }
    pen.putImageData(picture, 0, 0);
    return canvas;
  }

  drawKeys() {
    const { row, keysWidth, data, colors } = this;
    const pen = paper(this.el.keys, keysWidth, data.height);
    const down = new Set(this.sounding.map((note) => note.pitch));
    pen.fillStyle = colors.white_key;
    pen.fillRect(0, RULER, keysWidth, data.height - RULER - this.foot);
    const each = (draw) => {
      for (let pitch = this.low; pitch <= this.high; pitch += 1) draw(pitch, this.y(pitch), down.has(pitch));
    };
    each((pitch, top, lit) => {
      pen.fillStyle = lit ? colors.made : colors.black_key;
      if (lit || isBlack(pitch)) pen.fillRect(0, top, isBlack(pitch) ? keysWidth * 0.58 : keysWidth, row);
      pen.fillStyle = colors.measure_line;
      if (pitch % 12 === 0 || pitch % 12 === 5) pen.fillRect(0, top + row - 0.5, keysWidth, 1);
    });
    Object.assign(pen, { font: `${10 * this.large}px ${this.font}`, textBaseline: "middle", textAlign: "right" });
    each((pitch, top, lit) => {
      pen.fillStyle = lit ? "#ffffff" : colors.black_key;
      if (pitch % 12 === 0 && 12 * row > 24) pen.fillText(this.nameOf(pitch), keysWidth - 3, top + row / 2);
    });
    pen.fillStyle = colors.measure_line;
    pen.fillRect(0, RULER - 1, keysWidth, 1);
    if (!this.foot) return;
    pen.fillStyle = colors.text;
    pen.font = `italic ${9 * this.large}px serif`;
    pen.fillText("Ped.", keysWidth - 3, data.height - FOOT / 2);
  }

  drawOverview() {
    const { clientWidth: width, clientHeight: height } = this.el.overview;
    const pen = paper(this.el.sky, width, height);
    pen.fillStyle = this.colors.black_keys;
    pen.fillRect(0, 0, width, height);
    const [across, up] = [width / this.data.n_ticks, (height - 4) / (this.high - this.low + 1)];
    for (const note of this.notes) {
      pen.fillStyle = this.inkOf(note.kind);
      const length = Math.max((note.end - note.onset) * across, 1);
      pen.fillRect(note.onset * across, 2 + (this.high - note.pitch) * up, length, Math.max(up, 1));
    }
  }
}
