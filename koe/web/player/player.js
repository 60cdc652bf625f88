// A pianoroll that moves with its sound; roll.js, which draws it, stands in front of this.
//
// Places are steps of the grid throughout, and the audio element's clock is the
// only clock. Streamlit calls the default function again with every change of
// the data and with the same element: nothing is built anew, and the sound goes on.

const CLOSE_SEC = 0.04; // the cursor never strays further from the element's clock
const TURN_MS = 600; // what turning the page may take
const TOUCH_PX = 8; // a finger that moved less has tapped

const players = new Set();
const mounted = new WeakMap();
const sounds = (globalThis.koeSounds ??= new Map()); // filled by sound.js
let loudness = { level: 1, muted: false }; // of all players

const minutes = (sec) => `${Math.floor(sec / 60)}:${String(Math.floor(sec % 60)).padStart(2, "0")}`;

function hush(but) {
  const all = [...document.querySelectorAll("audio, video"), ...[...players].map((one) => one.audio)];
  for (const one of all) if (one !== but) one.pause();
}

// Media events of players stay in their shadow trees; this hears any other sound on the page.
document.addEventListener("play", (event) => hush(event.target), true);
addEventListener("koe-sound", (event) => players.forEach((one) => one.data.player === event.detail && one.hear()));
addEventListener("resize", () => players.forEach((one) => one.layout())); // the sharpness may be another

class Player {
  constructor(root) {
    this.box = root.querySelector(".player");
    this.box.player = this;
    this.el = Object.fromEntries([...this.box.querySelectorAll("[class]")].map((one) => [one.classList[0], one]));
    this.audio = this.box.querySelector("audio");
    this.roll = new Roll(this.box, this.el);
    this.size = new ResizeObserver(() => this.layout());
    this.place = 0; // where it stands as long as there is no sound
    this.src = "";
    this.listen();
  }

  // -- what Streamlit hands over ----------------------------------------

  show(data) {
    const old = this.data;
    this.data = data;
    this.roll.take(data);
    this.label();
    this.roll.look();
    if (!players.has(this)) {
      players.add(this);
      this.size.observe(this.el.stage);
    }
    if (old && old.music !== data.music && (data.fresh || old.n_steps !== data.n_steps)) {
      this.drop(); // other music; what has only changed a little goes on
      this.wanted = false;
      this.go(0);
    }
    this.layout();
    if (data.segment && String(old?.segment) !== String(data.segment) && this.audio.paused) this.reveal(data.segment);
    this.hear();
  }

  leave() {
    players.delete(this);
    this.size.disconnect();
    this.drop();
  }

  drop() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    this.src = "";
  }

  label() {
    const { data, el } = this;
    this.box.setAttribute("aria-label", data.title);
    el.words.textContent = data.words;
    el.manual.textContent = data.labels.manual;
    for (const one of this.box.querySelectorAll("[data-label]")) {
      one.setAttribute("aria-label", data.labels[one.dataset.label]);
      if (one !== el.window) one.title = data.labels[one.dataset.label];
    }
    el.pick.hidden = !data.pick;
    el.pick.textContent = data.pick;
    el.window.setAttribute("aria-valuemax", data.n_steps);
    el.legend.hidden = !data.legend.length;
    el.legend.replaceChildren(
      ...data.legend.map(([kind, words]) => {
        const [item, key] = [document.createElement("li"), document.createElement("i")];
        key.dataset.kind = kind;
        item.append(key, words);
        return item;
      }),
    );
  }

  /** Take the sound that has come, at the place where the one before it stands. */
  hear() {
    const sound = sounds.get(this.data.player);
    const fits = sound?.music === this.data.music;
    if (fits && sound.src && sound.src !== this.src) {
      const [on, step] = [!this.audio.paused, this.step()];
      this.src = this.audio.src = sound.src;
      this.lateSec = sound.late_sec;
      this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(this.el.speed.value);
      this.go(sound.autoplay ? 0 : step);
      if (on || this.wanted || sound.autoplay) this.play();
    }
    this.pending = !fits;
    this.fault = (fits && sound.fault) || "";
    if (fits) this.wanted = false;
    this.tell();
  }

  /** Make the buttons say what is the case. */
  tell() {
    const { el, data } = this;
    const on = !this.audio.paused;
    this.box.classList.toggle("playing", on);
    this.box.classList.toggle("busy", Boolean(this.wanted));
    this.box.classList.toggle("muted", loudness.muted);
    el.play.disabled = !data.n_steps || Boolean(this.fault);
    el.play.title = data.labels[on ? "pause" : "play"];
    el.play.setAttribute("aria-label", el.play.title);
    el.loop.setAttribute("aria-pressed", this.audio.loop);
    el.mute.setAttribute("aria-pressed", loudness.muted);
    el.volume.value = loudness.level;
    Object.assign(this.audio, { volume: loudness.level, muted: loudness.muted });
    el.status.textContent = this.fault || (this.wanted ? data.labels.waiting : "");
  }

  // -- time --------------------------------------------------------------

  /** Seconds of the element's clock, made smooth where a browser moves it in jumps. */
  clockSec() {
    const told = this.audio.currentTime;
    if (this.audio.paused || this.audio.seeking) {
      this.anchor = null;
      return told;
    }
    const now = performance.now() / 1000;
    const anchor = (this.anchor ??= { told, sec: told, now });
    const guess = anchor.sec + (now - anchor.now) * this.audio.playbackRate;
    const close = clamp(told === anchor.told ? guess : guess + 0.1 * (told - guess), told - CLOSE_SEC, told + CLOSE_SEC);
    this.anchor = { told, sec: close, now };
    return close;
  }

  step() {
    if (!this.src) return this.place;
    return clamp((this.clockSec() - this.lateSec) * this.data.steps_per_sec, 0, this.data.n_steps);
  }

  go(step) {
    this.place = clamp(step, 0, this.data.n_steps);
    if (this.src) this.audio.currentTime = this.place && this.place / this.data.steps_per_sec + this.lateSec;
    this.anchor = null;
    this.looking = false;
    if (!this.roll.scale) return;
    this.reveal([this.place, this.place]);
    this.move(true);
  }

  toggle() {
    if (!this.audio.paused) this.audio.pause();
    else if (this.el.play.disabled) return;
    else if (!this.pending) this.play();
    else {
      this.wanted = !this.wanted; // plays as soon as it is there
      if (this.data.ask && this.wanted) this.send("ask", Date.now());
      this.tell();
    }
  }

  play() {
    this.looking = false;
    this.audio.play().catch(() => this.tell()); // a browser may refuse to sound unasked; the button waits
  }

  frame() {
    cancelAnimationFrame(this.coming);
    if (this.audio.paused) return;
    this.again();
    this.move();
    this.follow();
    this.coming = requestAnimationFrame(() => this.frame());
  }

  /** Back to the beginning where the music ends, not where its last chord has died away. */
  again() {
    if (this.audio.loop && !this.audio.seeking && this.step() >= this.data.n_steps) this.go(0);
  }

  // -- what is seen ------------------------------------------------------

  layout() {
    if (!this.data || !this.roll.layout()) return;
    this.move(true);
    this.box.dataset.drawn = this.data.music;
  }

  /** Go to the place of the clock: the cursor each time, all else when a step is over. */
  move(anyway = false) {
    const { data, el, roll } = this;
    const [step, on] = [this.step(), !this.audio.paused];
    el.cursor.hidden = !on && step === 0;
    el.cursor.style.transform = `translateX(${step * roll.scale}px)`;
    el.tick.style.left = `${(100 * step) / Math.max(data.n_steps, 1)}%`;
    const whole = wholeOf(step);
    if (whole === this.whole && !anyway) return;
    this.whole = whole;
    const sounding = on || step > 0 ? roll.near(whole, whole).filter((note) => note.kind !== "o") : [];
    if (anyway || sounding.length !== roll.sounding.length || sounding.some((note, i) => note !== roll.sounding[i])) {
      roll.sounding = sounding;
      roll.drawKeys();
      roll.draw();
    }
    const time = [step, data.n_steps].map((steps) => minutes(steps / data.steps_per_sec)).join(" / ");
    if (el.time.textContent !== time) el.time.textContent = time;
    if (on && whole % 16 && !anyway) return; // a screen reader is not told of every sixteenth
    el.window.setAttribute("aria-valuenow", whole);
    el.window.setAttribute("aria-valuetext", `${roll.where(step)}, ${time}`);
  }

  reveal([from, to]) {
    const { window } = this.el;
    const [start, stop] = [from, to].map((step) => step * this.roll.scale - window.scrollLeft);
    if (start >= 0 && stop <= window.clientWidth) return;
    const before = to > from ? Math.max((window.clientWidth - stop + start) / 2, 24) : 0.2 * window.clientWidth;
    window.scrollTo({ left: start + window.scrollLeft - before, behavior: "instant" });
  }

  /** Turn the page when the cursor comes to its end, unless the visitor looks elsewhere. */
  follow() {
    const { scrollLeft, clientWidth, scrollWidth } = this.el.window;
    if (!this.roll.wide || performance.now() < this.turned + TURN_MS) return;
    const x = this.step() * this.roll.scale - scrollLeft;
    if (this.looking && (x < 0 || x > clientWidth)) return;
    this.looking = false;
    if (x >= 0 && (x <= 0.88 * clientWidth || scrollLeft + clientWidth >= scrollWidth - 1)) return;
    this.turned = performance.now();
    this.el.window.scrollTo({ left: scrollLeft + x - 0.12 * clientWidth, behavior: calm.matches ? "instant" : "smooth" });
  }

  point(event) {
    const { tip, stage } = this.el;
    const { note } = this.roll.at(event);
    tip.hidden = !note;
    if (!note) return;
    tip.textContent = `${nameOf(note.pitch)} · ${this.roll.where(note.onset)}`;
    const place = stage.getBoundingClientRect();
    const left = clamp(event.clientX - place.left + 12, 0, place.width - tip.offsetWidth - 4);
    const top = this.roll.y(note.pitch) + (this.roll.y(note.pitch) < 48 ? 16 : -30);
    Object.assign(tip.style, { left: `${left}px`, top: `${top}px` });
  }

  // -- what is done ------------------------------------------------------

  listen() {
    const { el, audio, box } = this;
    Object.assign(audio, { preservesPitch: true, webkitPreservesPitch: true });
    const click = {
      play: () => this.toggle(),
      loop: () => this.loop(),
      mute: () => this.sound({ ...loudness, muted: !loudness.muted }),
      nearer: () => this.enlarge(1.5),
      farther: () => this.enlarge(1 / 1.5),
      pick: () => this.send("pick", lastAtMost(this.data.measures, wholeOf(this.step())) + 1),
      window: (event) => this.go(this.roll.at(event).step),
    };
    for (const [name, act] of Object.entries(click)) el[name].addEventListener("click", act);
    el.volume.addEventListener("input", () => this.sound({ level: Number(el.volume.value), muted: false }));
    el.speed.addEventListener("change", () => {
      audio.defaultPlaybackRate = audio.playbackRate = Number(el.speed.value);
    });
    box.addEventListener("keydown", (event) => this.key(event));
    el.theme.addEventListener("transitionend", () => {
      this.roll.look();
      this.layout();
    });
    el.window.addEventListener("scroll", () => this.roll.scale && this.roll.draw());
    el.window.addEventListener("wheel", () => (this.looking = true), { passive: true });

    el.window.addEventListener("pointerdown", (event) => {
      this.pressed = !event.button && event;
      this.dragging = event.pointerType !== "touch" && !event.button;
      if (event.pointerType === "touch") this.looking = true;
      if (!this.dragging) return;
      el.window.setPointerCapture(event.pointerId);
      this.go(this.roll.at(event).step);
    });
    el.window.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.point(event);
      const moved = this.pressed && Math.abs(event.clientX - this.pressed.clientX);
      // A finger seeks where there is nothing to scroll to.
      if (this.pressed && !this.roll.wide && moved > TOUCH_PX) this.dragging = true;
      if (this.dragging) this.go(this.roll.at(event).step);
    });
    for (const end of ["pointerup", "pointercancel"])
      el.window.addEventListener(end, () => (this.pressed = this.dragging = false));
    el.window.addEventListener("pointerleave", () => (el.tip.hidden = true));
    const travel = (event) => {
      if (event.buttons !== 1) return;
      const place = el.overview.getBoundingClientRect();
      this.go(((event.clientX - place.left) / place.width) * this.data.n_steps);
    };
    el.overview.addEventListener("pointerdown", travel);
    el.overview.addEventListener("pointermove", travel);

    audio.addEventListener("play", () => {
      hush(audio);
      this.tell();
      this.frame();
    });
    audio.addEventListener("pause", () => {
      this.tell();
      this.move(true);
    });
    audio.addEventListener("ended", () => this.go(0));
    audio.addEventListener("timeupdate", () => this.again()); // frames stop in a hidden tab, this does not
    audio.addEventListener("error", () => {
      if (!this.src) return;
      this.fault = this.data.labels.lost;
      this.tell();
    });
  }

  loop() {
    this.audio.loop = !this.audio.loop;
    this.tell();
  }

  sound(wanted) {
    loudness = wanted;
    players.forEach((one) => one.tell());
  }

  enlarge(times) {
    this.roll.zoom = (this.roll.scale * times) / this.roll.usual;
    this.layout();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const { measures, n_steps } = this.data;
    const step = this.step();
    const at = lastAtMost(measures, wholeOf(step));
    const by = (way) => {
      if (!event.shiftKey) return step + way * this.roll.beatAt(step);
      if (way > 0) return measures[at + 1] ?? n_steps;
      return wholeOf(step) > measures[at] ? measures[at] : (measures[at - 1] ?? 0);
    };
    const acts = {
      ArrowLeft: () => this.go(by(-1)),
      ArrowRight: () => this.go(by(1)),
      Home: () => this.go(0),
      End: () => this.go(n_steps),
      l: () => this.loop(),
      L: () => this.loop(),
    };
    if (event.target.tagName !== "BUTTON") acts[" "] = () => this.toggle();
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    acts[event.key]();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let player = mounted.get(parentElement);
  if (!player) mounted.set(parentElement, (player = new Player(parentElement)));
  player.send = setTriggerValue;
  player.show(data);
  // Streamlit may end an earlier turn after a later one has begun.
  const turn = (player.turn = (player.turn ?? 0) + 1);
  return () => turn === player.turn && player.leave();
}
