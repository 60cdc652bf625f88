// The keys of a piano, and what can press them: pointers, a computer's keys, a screen reader.
//
// Whatever holds a key has a name of its own, so that two fingers on one key,
// or a finger and a MIDI keyboard, do not let go for one another.

const LOWEST = 21;
const N_KEYS = 88;
// A computer's keys by their place, from the base C up by semitones: one row for the white keys, one for the black.
const CODES =
  "KeyA KeyW KeyS KeyE KeyD KeyF KeyT KeyG KeyY KeyH KeyU KeyJ KeyK KeyO KeyL KeyP Semicolon Quote BracketRight".split(" ");
const USUAL_LETTERS = { Semicolon: ";", Quote: "'", BracketRight: "]" };
const [LOWEST_BASE, HIGHEST_BASE] = [24, 96];
const [SOFTEST, LOUDEST] = [40, 112]; // velocity of a touch at the back of a key, and at its front
const TAP_MS = 350; // what a screen reader's press lasts

const isBlack = (pitch) => [1, 3, 6, 8, 10].includes(pitch % 12);

class Keyboard {
  /** `act.down(pitch, velocity, atMs)` and `act.up(pitch, atMs)` when playing, `act.toggle(pitch)` when choosing. */
  constructor(el, act) {
    Object.assign(this, { el, act, board: el.board, playing: false, base: 60, held: new Map(), letters: {} });
    this.keys = new Map();
    this.build();
    this.listen();
  }

  build() {
    let whites = 0;
    for (let pitch = LOWEST; pitch < LOWEST + N_KEYS; pitch += 1) {
      const key = document.createElement("button");
      key.type = "button";
      key.tabIndex = pitch === 60 ? 0 : -1; // one stop for all; arrows go on from there
      key.dataset.pitch = pitch;
      key.append(document.createElement("b"), document.createElement("span"));
      if (isBlack(pitch)) {
        key.className = "black";
        key.style.left = `calc(${(whites * 100) / 52}% - 0.59%)`;
      } else {
        key.className = "white";
        whites += 1;
      }
      this.keys.set(pitch, key);
      this.board.append(key);
    }
  }

  /** Say the keys' names as a language has them: all to a screen reader, the Cs to everybody. */
  named(notation) {
    if (String(notation.names) === String(this.notation?.names)) return;
    this.notation = notation;
    for (const [pitch, key] of this.keys) {
      key.setAttribute("aria-label", this.nameOf(pitch));
      if (pitch % 12 === 0) key.lastChild.textContent = this.nameOf(pitch);
    }
  }

  nameOf(pitch) {
    return this.notation.names[pitch % 12] + (Math.floor(pitch / 12) - 5 + this.notation.octave);
  }

  // -- pressing ------------------------------------------------------------

  isDown(pitch) {
    return [...this.held.values()].includes(pitch);
  }

  press(source, pitch, velocity, at) {
    if (!this.keys.has(pitch) || this.held.get(source) === pitch) return;
    this.release(source, at);
    const already = this.isDown(pitch);
    this.held.set(source, pitch);
    if (!already) this.act.down(pitch, velocity, at);
  }

  release(source, at) {
    const pitch = this.held.get(source);
    if (pitch === undefined) return;
    this.held.delete(source);
    if (!this.isDown(pitch)) this.act.up(pitch, at);
  }

  releaseAll(at = performance.now()) {
    for (const source of [...this.held.keys()]) this.release(source, at);
  }

  light(pitches, className = "down") {
    for (const [pitch, key] of this.keys) key.classList.toggle(className, pitches.has(pitch));
  }

  // -- pointers ------------------------------------------------------------

  listen() {
    const { board, el } = this;
    board.addEventListener("pointerdown", (event) => {
      const pitch = Number(event.target.closest("[data-pitch]")?.dataset.pitch);
      if (!this.playing || event.button || !pitch) return;
      board.setPointerCapture(event.pointerId);
      this.stop(pitch); // so that the computer's keys play from now on
      this.press(`pointer ${event.pointerId}`, pitch, this.touch(pitch, event.clientY), event.timeStamp);
    });
    board.addEventListener("pointermove", (event) => {
      const source = `pointer ${event.pointerId}`;
      if (!this.held.has(source)) return;
      const under = board.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest("[data-pitch]");
      const pitch = Number(under?.dataset.pitch);
      if (pitch) this.press(source, pitch, this.touch(pitch, event.clientY), event.timeStamp);
      else this.release(source, event.timeStamp);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      board.addEventListener(end, (event) => this.release(`pointer ${event.pointerId}`, event.timeStamp));
    board.addEventListener("contextmenu", (event) => this.playing && event.preventDefault());
    board.addEventListener("click", (event) => {
      const pitch = Number(event.target.closest("[data-pitch]")?.dataset.pitch);
      if (!pitch) return;
      if (!this.playing) this.act.toggle(pitch);
      else if (!event.detail) this.tap(pitch); // by no pointer: a screen reader's
    });
    const travel = (event) => {
      if (event.buttons !== 1) return;
      const place = el.strip.getBoundingClientRect();
      const middle = ((event.clientX - place.left) / place.width) * board.offsetWidth;
      el.window.scrollLeft = middle - el.window.clientWidth / 2;
    };
    el.strip.addEventListener("pointerdown", (event) => {
      el.strip.setPointerCapture(event.pointerId);
      travel(event);
    });
    el.strip.addEventListener("pointermove", travel);
    el.window.addEventListener("scroll", () => this.lens(), { passive: true });
    el.lower.addEventListener("click", () => this.shift(-12));
    el.higher.addEventListener("click", () => this.shift(12));
  }

  /** How loud a touch is: the nearer to the front of the key, the louder. */
  touch(pitch, y) {
    const { top, height } = this.keys.get(pitch).getBoundingClientRect();
    const share = Math.min(Math.max((y - top) / height, 0), 1);
    return Math.round(SOFTEST + share * (LOUDEST - SOFTEST));
  }

  tap(pitch) {
    const at = performance.now();
    this.press("tap", pitch, undefined, at);
    setTimeout(() => this.release("tap", at + TAP_MS), TAP_MS);
  }

  // -- a computer's keys -----------------------------------------------------

  /** A key of the computer went down while the piano has the focus; true if it was one of the piano's. */
  typed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return false;
    const at = Number(event.target.dataset.pitch);
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -12, ArrowUp: 12, Home: -N_KEYS, End: N_KEYS };
    if (at && event.key in steps) {
      this.stop(clamp(at + steps[event.key], LOWEST, LOWEST + N_KEYS - 1), true);
      return true;
    }
    if (!this.playing) return false;
    const semitone = CODES.indexOf(event.code);
    if (semitone >= 0) {
      if (!event.repeat) this.press(event.code, this.base + semitone, undefined, event.timeStamp);
      return true;
    }
    if (event.code === "KeyZ" || event.code === "KeyX") {
      if (!event.repeat) this.shift(event.code === "KeyZ" ? -12 : 12);
      return true;
    }
    if (at && (event.key === "Enter" || event.key === " ")) {
      if (!event.repeat) this.press(event.code, at, undefined, event.timeStamp);
      return true;
    }
    return false;
  }

  shift(by) {
    this.base = clamp(this.base + by, LOWEST_BASE, HIGHEST_BASE);
    this.el.lower.disabled = this.base === LOWEST_BASE;
    this.el.higher.disabled = this.base === HIGHEST_BASE;
    this.mark();
    this.see(this.base + 6, "smooth");
  }

  /** Write the computer's letters on the keys that they play. */
  mark() {
    for (const [pitch, key] of this.keys) {
      const code = this.playing ? CODES[pitch - this.base] : undefined;
      key.firstChild.textContent = code ? this.letter(code) : "";
    }
  }

  letter(code) {
    return (this.letters[code] || USUAL_LETTERS[code] || code.replace("Key", "")).toUpperCase();
  }

  /** Learn what stands on the computer's keys, where the browser tells. */
  async learn() {
    try {
      const map = await navigator.keyboard.getLayoutMap();
      this.letters = Object.fromEntries([...CODES, "KeyZ", "KeyX"].map((code) => [code, map.get(code)]));
    } catch {
      // An English keyboard's, then.
    }
    this.mark();
  }

  // -- what is in sight ------------------------------------------------------

  /** Make a key the one that the tabulator stops at; and go there. */
  stop(pitch, show = false) {
    for (const [one, key] of this.keys) key.tabIndex = one === pitch ? 0 : -1;
    this.keys.get(pitch).focus({ preventScroll: true });
    if (show) this.see(pitch);
  }

  see(pitch, behavior = "instant") {
    const { window } = this.el;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) behavior = "instant";
    window.scrollTo({ left: this.keys.get(pitch).offsetLeft - window.clientWidth / 2, behavior });
  }

  /** Show which keys are in sight, where not all are. */
  lens() {
    const { window, lens, box } = this.el;
    const whole = this.board.offsetWidth;
    if (!whole) return;
    box.classList.toggle("all-keys", whole <= window.clientWidth + 1);
    lens.style.left = `${(100 * window.scrollLeft) / whole}%`;
    lens.style.width = `${(100 * window.clientWidth) / whole}%`;
  }
}
