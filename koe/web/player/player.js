// A pianoroll that moves with its sound; roll.js, which draws, and time.js and voice.js, which sounds, stand in front
// of this.
//
// Places are ticks throughout, 24 a quarter, and the audio element's clock is the
// only clock. Streamlit calls the default function again with every change of
// the data and with the same element: nothing is built anew, and the sound goes on.

const TURN_MS = 600; // what turning the page may take
const TOUCH_PX = 8; // a finger that moved less has tapped
const TRIES = 4; // at a sound that the server does not know,
const AGAIN_MS = 700; // and how long a rerun may take to name it again
const LOOK_PLACE_MS = 1000; // between two looks at one's place in the queue

const players = new Set();
const sounds = (globalThis.koeSounds ??= new Map()); // filled by sound.js
const moments = (globalThis.koeMoments ??= new Map()); // where the music of each player is; read by sheet.js

const made = new Set(); // addresses of sounds that the server has made for this page,
const faults = new Map(); // and why it could not make others

/** Ask for the first byte of a sound, which is there as soon as all is; gives the status, and what is wrong if anything. */
async function asked(src, signal) {
  try {
    const answer = await fetch(src, { signal, headers: { Range: "bytes=0-0" } });
    if (answer.ok) return { status: answer.status, fault: "" };
    return { status: answer.status, fault: (await answer.json()).error || null };
  } catch {
    return { status: 0, fault: null };
  }
}

const minutes = (sec) => `${Math.floor(sec / 60)}:${String(Math.floor(sec % 60)).padStart(2, "0")}`;

addEventListener("koe-sound", (event) => players.forEach((one) => one.data.player === event.detail && one.hear()));
addEventListener("resize", () => players.forEach((one) => one.layout())); // the sharpness may be another

class Player {
  constructor(root) {
    this.box = root.querySelector(".player");
    this.box.player = this;
    this.el = partsOf(this.box);
    this.roll = new Roll(this.box, this.el);
    this.chooser = new Chooser(this.el, this.roll, (chosen) => this.send("choose", chosen));
    this.form = new Form(this.el, (tick) => this.playFrom(tick));
    this.size = new ResizeObserver(() => this.layout());
    this.listen();
  }

  get audio() {
    return this.voice.audio;
  }

  // -- what Streamlit hands over ----------------------------------------

  show(data) {
    const back = !players.has(this);
    this.data = data;
    this.time = new TimeMap(data.time);
    this.roll.take(data);
    this.form.take(data);
    this.chooser.take(data);
    this.box.classList.toggle("bare", data.bare);
    this.label();
    this.roll.look();
    if (back) {
      players.add(this);
      this.voice = Voice.of(data.player, this);
      this.roll.zoom = this.voice.zoom;
      this.size.observe(this.el.stage);
    }
    const { voice, el } = this;
    const old = voice.data;
    voice.data = data;
    el.speed.value = voice.audio.defaultPlaybackRate;
    if (!old && data.begin) voice.go(data.begin, data.n_ticks);
    this.further = Boolean(data.work) && old?.work === data.work; // the same piece, further written
    const other = old && old.music !== data.music && !this.further && (data.fresh || old.n_ticks !== data.n_ticks);
    if (other) {
      voice.drop(); // what has only changed a little goes on
      voice.wanted = false;
      this.go(data.begin);
    }
    this.layout();
    if (other) el.window.scrollLeft = 0; // the new layout would keep the middle of the old music in sight
    else if (back && voice.left) el.window.scrollLeft = voice.left;
    const seen = data.choose?.kind === "end" ? [data.segment[1], data.segment[1]] : data.segment;
    if (seen && String(old?.segment) !== String(data.segment) && !voice.on) this.reveal(seen);
    this.hear();
    this.frame();
  }

  leave() {
    players.delete(this);
    this.giveUp();
    this.size.disconnect();
    this.voice.leave(this);
    moments.delete(this.data.player);
  }

  label() {
    const { data, el } = this;
    this.box.setAttribute("aria-label", data.title);
    el.words.textContent = data.words;
    el.manual.textContent = data.labels.manual;
    say(this.box, data.labels);
    el.pick.hidden = !data.pick;
    el.pick.textContent = data.pick;
    el.window.setAttribute("aria-valuemax", data.n_ticks);
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
    const { voice, data } = this;
    const sound = sounds.get(data.player);
    const fits = sound?.music === data.music;
    const fresh = fits && sound.src && sound.src !== voice.src;
    const soon = voice.on || voice.wanted || (sound?.autoplay && !(this.further && voice.src));
    const wait = fresh && sound.lazy && !made.has(sound.src);
    if (wait && soon && !faults.has(sound.src)) this.make(sound);
    if (fresh && !wait) {
      const tick = this.tick();
      voice.take(sound, this.time);
      this.go(sound.autoplay && !this.further ? data.begin : tick);
      if (soon) this.play();
    }
    this.pending = !fits || wait;
    this.fault = (fits && (sound.fault || faults.get(sound.src))) || "";
    if ((!this.pending && !data.growing) || this.fault) voice.wanted = false;
    this.tell();
  }

  /** Let the server make a sound that somebody is to hear; what plays meanwhile plays on until it is there. */
  async make(sound, tries = 1) {
    if (tries === 1 && this.making?.src === sound.src) return;
    this.making?.stop.abort();
    const stop = new AbortController();
    this.making = { src: sound.src, stop };
    const looking = setInterval(() => this.wait(sound.src), LOOK_PLACE_MS);
    const { status, fault } = await asked(sound.src, stop.signal);
    clearInterval(looking);
    this.waits = "";
    if (stop.signal.aborted) return;
    if (status === 404 && tries < TRIES) {
      this.send("ask", Date.now()); // the server has begun anew, or forgotten it; a rerun names it again
      setTimeout(() => stop.signal.aborted || this.make(sound, tries + 1), AGAIN_MS);
      return;
    }
    this.making = null;
    if (fault === "") made.add(sound.src);
    else faults.set(sound.src, fault || this.data.labels.lost);
    this.hear();
  }

  /** Say how many are before this sound. */
  async wait(src) {
    try {
      const { place } = await (await fetch(`${src}?place`)).json();
      if (this.making?.src !== src) return;
      this.waits = place ? this.data.labels.queue.replace("{place}", place) : "";
      this.tell();
    } catch {
      // The sound's own answer will tell.
    }
  }

  /** A sound that had begun to come has stopped coming. */
  lose() {
    const { voice } = this;
    if (!made.delete(voice.src)) {
      this.fault = this.data.labels.lost;
      return;
    }
    const { on } = voice;
    voice.drop();
    voice.wanted = on;
    this.hear();
  }

  /** Make the buttons say what is the case. */
  tell() {
    const { el, data, voice, box } = this;
    box.classList.toggle("playing", voice.on);
    box.classList.toggle("busy", Boolean(voice.wanted));
    box.classList.toggle("muted", loudness.muted);
    el.play.disabled = !data.n_ticks || Boolean(this.fault && !this.pending); // what was to be made may be asked again
    el.play.title = data.labels[voice.on ? "pause" : "play"];
    el.play.setAttribute("aria-label", el.play.title);
    el.loop.setAttribute("aria-pressed", voice.audio.loop);
    el.mute.setAttribute("aria-pressed", loudness.muted);
    el.volume.value = loudness.level;
    el.status.textContent = this.fault || this.waits || (voice.wanted ? data.labels.waiting : "");
  }

  /** What the audio element tells. */
  on(event) {
    if (event === "timeupdate") this.again(); // frames stop in a hidden tab, this does not
    else if (event === "ended" && this.data.growing) this.voice.wanted = true; // more is on its way
    else if (event === "ended") this.end();
    else if (event === "play") this.frame();
    else if (event === "pause") this.move(true);
    else if (this.voice.src) this.lose();
    this.tell();
  }

  /** Back to where it began; what may come next stands out. */
  end() {
    this.go(this.data.begin);
    if (this.data.ends) this.send("end", Date.now());
    document.querySelector(`.st-key-${CSS.escape(this.data.player)}-next`)?.classList.add("koe-ended");
  }

  // -- time --------------------------------------------------------------

  tick() {
    return this.voice.tick(this.data.n_ticks);
  }

  go(tick) {
    this.voice.go(tick, this.data.n_ticks);
    this.looking = false;
    if (!this.roll.scale) return;
    this.reveal([this.voice.place, this.voice.place]);
    this.move(true);
  }

  toggle() {
    const { voice } = this;
    if (voice.on) voice.audio.pause();
    else if (this.el.play.disabled) return;
    else if (!this.pending) this.play();
    else {
      voice.wanted = !voice.wanted; // plays as soon as it is there
      if (this.data.ask && voice.wanted) this.send("ask", Date.now());
      faults.delete(sounds.get(this.data.player)?.src);
      if (voice.wanted && !voice.src) this.audio.load(); // Safari lets sound later what was touched now
      if (voice.wanted) this.hear();
      else this.giveUp();
      this.tell();
    }
  }

  playFrom(tick) {
    this.go(tick);
    if (!this.voice.on && !this.voice.wanted) this.toggle();
  }

  giveUp() {
    this.waits = "";
    this.making?.stop.abort();
    this.making = null;
  }

  play() {
    this.looking = false;
    this.audio.play().catch(() => this.tell()); // a browser may refuse to sound unasked; the button waits
  }

  frame() {
    cancelAnimationFrame(this.coming);
    if (!this.voice.on || !players.has(this)) return;
    this.again();
    this.move();
    this.follow();
    this.coming = requestAnimationFrame(() => this.frame());
  }

  /** Back to the beginning where the music ends, not where its last chord has died away. */
  again() {
    if (this.audio.loop && !this.audio.seeking && this.tick() >= this.data.n_ticks) this.go(0);
  }

  // -- what is seen ------------------------------------------------------

  layout() {
    if (!this.data || !this.roll.layout()) return;
    this.form.layout(this.roll);
    this.chooser.layout();
    this.move(true);
    this.box.dataset.drawn = this.data.music;
  }

  /** Go to the place of the clock: the cursor each time, all else when a tick is over. */
  move(anyway = false) {
    const { data, el, roll, time } = this;
    const [tick, on] = [this.tick(), this.voice.on];
    el.cursor.hidden = !on && tick === 0;
    el.cursor.style.transform = `translateX(${tick * roll.scale}px)`;
    el.tick.style.left = `${(100 * tick) / Math.max(data.n_ticks, 1)}%`;
    const whole = wholeOf(tick);
    if (whole === this.whole && !anyway) return;
    this.whole = whole;
    this.form.at(on || tick > 0 ? whole : -1);
    moments.set(data.player, { music: data.music, tick: on || tick > 0 ? whole : -1, on });
    dispatchEvent(new CustomEvent("koe-moment", { detail: data.player }));
    const sounding = on || tick > 0 ? roll.near(tick + 1e-3, tick + 1e-3).filter((note) => note.kind !== "o") : [];
    if (anyway || sounding.length !== roll.sounding.length || sounding.some((note, i) => note !== roll.sounding[i])) {
      roll.sounding = sounding;
      roll.drawKeys();
      roll.draw();
    }
    const clock = [time.sec(tick), time.long].map(minutes).join(" / ");
    if (el.time.textContent !== clock) el.time.textContent = clock;
    const measure = lastAtMost(data.measures, whole);
    if (on && measure === this.measure && !anyway) return; // a screen reader is told of measures
    this.measure = measure;
    el.window.setAttribute("aria-valuenow", whole);
    el.window.setAttribute("aria-valuetext", `${roll.where(tick)}, ${clock}`);
  }

  reveal([from, to]) {
    const { window } = this.el;
    const [start, stop] = [from, to].map((tick) => tick * this.roll.scale - window.scrollLeft);
    if (start >= 0 && stop <= window.clientWidth) return;
    const before = to > from ? Math.max((window.clientWidth - stop + start) / 2, 24) : 0.2 * window.clientWidth;
    window.scrollTo({ left: start + window.scrollLeft - before, behavior: "instant" });
  }

  /** Turn the page when the cursor comes to its end, unless the visitor looks elsewhere. */
  follow() {
    const { scrollLeft, clientWidth, scrollWidth } = this.el.window;
    if (!this.roll.wide || performance.now() < this.turned + TURN_MS) return;
    const x = this.tick() * this.roll.scale - scrollLeft;
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
    tip.textContent = `${this.roll.nameOf(note.pitch)} · ${this.roll.where(note.onset)}`;
    const place = stage.getBoundingClientRect();
    const left = clamp(event.clientX - place.left + 12, 0, place.width - tip.offsetWidth - 4);
    const top = this.roll.y(note.pitch) + (this.roll.y(note.pitch) < 48 ? 16 : -30);
    Object.assign(tip.style, { left: `${left}px`, top: `${top}px` });
  }

  // -- what is done ------------------------------------------------------

  listen() {
    const { el } = this;
    const click = {
      play: () => this.toggle(),
      loop: () => this.loop(),
      mute: () => this.sound({ ...loudness, muted: !loudness.muted }),
      nearer: () => this.enlarge(1.5),
      farther: () => this.enlarge(1 / 1.5),
      pick: () => this.send("pick", lastAtMost(this.data.measures, wholeOf(this.tick())) + 1),
      window: (event) => this.seek(event),
    };
    for (const [name, act] of Object.entries(click)) el[name].addEventListener("click", act);
    el.volume.addEventListener("input", () => this.sound({ level: Number(el.volume.value), muted: false }));
    el.speed.addEventListener("change", () => (this.voice.rate = Number(el.speed.value)));
    this.box.addEventListener("keydown", (event) => this.key(event));
    el.theme.addEventListener("transitionend", () => {
      this.roll.look();
      this.layout();
    });
    el.window.addEventListener("scroll", () => {
      if (!this.roll.scale) return;
      this.voice.left = el.window.scrollLeft;
      this.roll.draw();
    });
    el.window.addEventListener("wheel", () => (this.looking = true), { passive: true });

    el.window.addEventListener("pointerdown", (event) => {
      this.pressed = !event.button && event;
      this.dragging = event.pointerType !== "touch" && !event.button;
      if (event.pointerType === "touch") this.looking = true;
      if (!this.dragging) return;
      el.window.setPointerCapture(event.pointerId);
      if (!this.data.bare) this.go(this.roll.at(event).tick);
    });
    el.window.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.point(event);
      const moved = this.pressed && Math.abs(event.clientX - this.pressed.clientX);
      // A finger seeks where there is nothing to scroll to.
      if (this.pressed && !this.roll.wide && moved > TOUCH_PX) this.dragging = true;
      if (this.dragging && !this.data.bare) this.go(this.roll.at(event).tick);
    });
    for (const end of ["pointerup", "pointercancel"])
      el.window.addEventListener(end, () => (this.pressed = this.dragging = false));
    el.window.addEventListener("pointerleave", () => (el.tip.hidden = true));
    const travel = (event) => {
      if (event.buttons !== 1) return;
      const place = el.overview.getBoundingClientRect();
      this.go(((event.clientX - place.left) / place.width) * this.data.n_ticks);
    };
    el.overview.addEventListener("pointerdown", travel);
    el.overview.addEventListener("pointermove", travel);
  }

  /** Go where somebody points; a roll that is there to choose on lets what is chosen come there. */
  seek(event) {
    const { tick } = this.roll.at(event);
    if (this.data.bare && this.data.choose) this.chooser.jump(tick);
    else this.go(tick);
  }

  loop() {
    this.audio.loop = !this.audio.loop;
    this.tell();
  }

  sound(wanted) {
    loudness = wanted;
    voices.forEach((voice) => voice.loud());
    players.forEach((one) => one.tell());
  }

  enlarge(times) {
    this.voice.zoom = this.roll.zoom = (this.roll.scale * times) / this.roll.usual;
    this.layout();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const { measures, n_ticks } = this.data;
    const tick = this.tick();
    const at = lastAtMost(measures, wholeOf(tick));
    const by = (way) => {
      if (!event.shiftKey) return tick + way * this.roll.beatAt(tick);
      if (way > 0) return measures[at + 1] ?? n_ticks;
      return wholeOf(tick) > measures[at] ? measures[at] : (measures[at - 1] ?? 0);
    };
    const acts = {
      ArrowLeft: () => this.go(by(-1)),
      ArrowRight: () => this.go(by(1)),
      Home: () => this.go(0),
      End: () => this.go(n_ticks),
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

export default mount(Player);
