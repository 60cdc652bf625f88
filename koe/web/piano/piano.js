// The piano in the page, in its two manners: to choose a chord on, and to play a take on.
//
// Streamlit calls the default function again with every change of the data and
// with the same element: nothing is built anew, and a recording goes on.

const CHORD_SEC = 1.1; // how long a chosen key is heard

const pianos = new Set();

addEventListener("keyup", (event) => pianos.forEach((one) => one.keyboard.release(event.code, event.timeStamp)));
addEventListener("blur", () => pianos.forEach((one) => one.keyboard.releaseAll()));
document.addEventListener("play", () => pianos.forEach((one) => one.quiet()), true); // one thing sounds at a time

class Piano {
  constructor(root) {
    this.box = root.querySelector(".piano");
    this.box.piano = this;
    this.el = partsOf(this.box);
    this.el.box = this.box;
    this.tones = new Map();
    this.chosen = new Set();
    this.sheet = new Sheet(this.el);
    this.phrase = new Phrase((presses) => this.ask(presses));
    this.keyboard = new Keyboard(this.el, {
      down: (...press) => this.down(...press),
      up: (...press) => this.up(...press),
      toggle: (pitch) => this.toggle(pitch),
    });
    this.size = new ResizeObserver(() => this.keyboard.lens());
    this.become("idle");
    this.listen();
  }

  // -- what Streamlit hands over ------------------------------------------

  show(data) {
    const back = !pianos.has(this);
    const { box, el, keyboard } = this;
    this.data = data;
    box.dataset.manner = data.manner;
    keyboard.playing = data.manner === "play";
    keyboard.named(data.notation);
    this.label();
    if (back) this.arrive();
    if (!keyboard.playing) {
      this.chosen = new Set(data.pitches);
      return this.press();
    }
    box.style.setProperty("--ink", data.ink);
    box.classList.toggle("taken", Boolean(data.take));
    if (data.said && data.said !== this.said) el.status.textContent = data.said;
    this.said = data.said;
    el.answers.hidden = !data.answers;
    if (this.state === "idle") this.settle();
    this.tell();
  }

  arrive() {
    const { data, el, keyboard } = this;
    pianos.add(this);
    this.size.observe(el.window);
    keyboard.learn().then(() => this.spell());
    // Where the keyboard is wider than the screen, begin in the middle.
    requestAnimationFrame(() => keyboard.see(keyboard.playing ? keyboard.base + 6 : 62));
    if (!keyboard.playing) return;
    const choices = (select, pairs, chosen) => {
      if (select.options.length) return;
      select.append(...pairs.map(([value, words]) => new Option(words, value)));
      select.value = chosen;
    };
    // What was hummed can have a tempo between those that are offered.
    const own = data.take && !(data.take.qpm in data.tempi) ? { [data.take.qpm]: `♩ = ${Math.round(data.take.qpm)}` } : {};
    choices(el.tempo, Object.entries({ ...data.tempi, ...own }), data.take?.qpm ?? data.usual[0]);
    choices(el.measures, Object.entries(data.lengths), data.usual[1]);
    this.midi = new Midi(keyboard, (...news) => this.tellMidi(...news));
  }

  leave() {
    pianos.delete(this);
    this.size.disconnect();
    this.keyboard.releaseAll();
    this.cancel();
    this.unfollow?.();
    this.midi?.leave();
  }

  label() {
    const { labels, manner } = this.data;
    say(this.box, labels);
    this.el.board.setAttribute("aria-label", labels[manner]);
    this.el.manual.textContent = labels.manual + (manner === "play" ? ` ${labels.manual_play}` : "");
    this.el.midi.textContent ||= labels.midi;
  }

  /** Say which of the computer's keys play. */
  spell() {
    const { keyboard, data } = this;
    const codes = { first: "KeyA", last: "KeyL", lower: "KeyZ", higher: "KeyX" };
    this.el.letters.textContent = data.labels.letters.replace(/{(\w+)}/g, (_, name) => keyboard.letter(codes[name]));
  }

  // -- keys ------------------------------------------------------------------

  down(pitch, velocity, at) {
    this.tones.get(pitch)?.damp();
    this.tones.set(pitch, strike(pitch, velocity));
    this.recorder?.down(pitch, velocity, at);
    if (this.listens) this.phrase.down(pitch, velocity, at);
    this.lit();
  }

  up(pitch, at) {
    this.tones.get(pitch)?.damp();
    this.tones.delete(pitch);
    this.recorder?.up(pitch, at);
    this.phrase.up(pitch, at);
    this.lit();
  }

  /** Whether what is played now is to be answered. */
  get listens() {
    return this.state === "idle" && this.data.answers && this.el.listening.checked;
  }

  /** Somebody has stopped playing: what was played goes to the server, which lets it be answered. */
  ask(presses) {
    const { el, data, box } = this;
    if (!this.listens) return;
    box.classList.add("taken");
    el.status.textContent = data.labels.answering;
    this.said = ""; // whatever the server says next is news
    this.follow();
    this.send("phrase", { presses });
  }

  lit(others = []) {
    this.keyboard.light(new Set([...this.keyboard.held.values(), ...others]));
  }

  toggle(pitch) {
    if (!this.chosen.delete(pitch)) {
      this.chosen.add(pitch);
      strike(pitch)?.damp(context.currentTime + CHORD_SEC);
    }
    this.press();
    this.sendState("pitches", [...this.chosen].sort((a, b) => a - b));
  }

  press() {
    const { labels } = this.data;
    this.keyboard.light(this.chosen);
    for (const [pitch, key] of this.keyboard.keys) key.setAttribute("aria-pressed", this.chosen.has(pitch));
    const names = [...this.chosen].sort((a, b) => a - b).map((pitch) => this.keyboard.nameOf(pitch)).join(" ");
    this.el.words.textContent = names ? labels.down.replace("{keys}", names) : labels.none_down;
  }

  // -- recording and playing again ---------------------------------------------

  listen() {
    const { el, box } = this;
    const acts = {
      record: () => (this.recorder ? this.finish() : this.record()),
      replay: () => (this.replay ? this.cancel() : this.again()),
      clear: () => {
        el.status.textContent = "";
        this.send("clear", Date.now());
      },
      midi: () => {
        awake(); // notes from outside are no reason for a browser to allow sound; this click is
        this.midi.ask();
      },
      go: () => {
        this.follow();
        this.send("go", Date.now());
      },
    };
    for (const [name, act] of Object.entries(acts))
      el[name].addEventListener("click", () => {
        el[name].focus({ preventScroll: true }); // not every browser does; the letters play from here, too
        act();
      });
    el.listening.addEventListener("change", () => this.phrase.forget());
    el.measures.addEventListener("change", () => this.settle());
    el.board.addEventListener("pointerup", () => context?.resume()); // a first touch may sound only when it ends
    box.addEventListener("keydown", (event) => {
      if (!this.keyboard.typed(event)) return;
      event.preventDefault();
      event.stopPropagation(); // Streamlit has keys of its own
    });
  }

  become(state) {
    this.state = this.box.dataset.state = state;
    if (this.data) this.tell();
  }

  async record() {
    const { el } = this;
    this.cancel();
    this.phrase.forget();
    hush();
    this.become("counting");
    const recorder = (this.recorder = new Recorder(Number(el.tempo.value), Number(el.measures.value)));
    await recorder.start();
    if (this.recorder !== recorder) return recorder.stop(performance.now()); // it was stopped meanwhile
    el.status.textContent = this.data.labels.counting;
    const left = recorder.origin + 4 * recorder.measures * recorder.beatMs - performance.now();
    this.ending = setTimeout(() => this.finish(), left + 1000 * lateSec());
    this.frame();
  }

  /** The end of a recording: what was played goes to the server, which puts it on the grid. */
  finish() {
    const { recorder, el, data, box } = this;
    const begun = recorder.since(performance.now()) > 0;
    const sent = recorder.stop(performance.now());
    this.recorder = null;
    this.cancel();
    if (!begun) return;
    box.classList.toggle("taken", Boolean(sent.presses.length));
    this.sheet.draw(recorder.notes(performance.now()), recorder.n_ticks); // until the server's notes are there
    el.status.textContent = data.labels.recorded;
    this.said = ""; // whatever the server says next is news
    this.send("take", sent);
  }

  async again() {
    hush();
    const ctx = await awake();
    if (!ctx || this.state !== "idle" || !this.data.take) return;
    this.replay = new Replay(this.data.take, ctx);
    this.become("replaying");
    this.frame();
  }

  /** Something else sounds now. */
  quiet() {
    if (this.replay) this.cancel();
  }

  /** Whatever runs ends. */
  cancel() {
    clearTimeout(this.ending);
    cancelAnimationFrame(this.coming);
    this.recorder?.stop(performance.now());
    this.replay?.stop();
    this.recorder = this.replay = null;
    this.become("idle");
    this.sheet.at(null);
    this.lit();
    if (this.data) this.settle();
  }

  settle() {
    const { data, el } = this;
    if (data.manner !== "play") return;
    this.sheet.show(data.take, Number(el.measures.value));
    el.sheet.setAttribute("aria-label", data.take?.words ?? data.labels.empty);
  }

  frame() {
    cancelAnimationFrame(this.coming);
    if (this.replay) this.frameOfReplay();
    else if (this.recorder?.origin) this.frameOfRecording();
    else return;
    if (this.state !== "idle") this.coming = requestAnimationFrame(() => this.frame());
  }

  frameOfRecording() {
    const { recorder, el, data } = this;
    const now = performance.now();
    const beat = Math.floor(recorder.since(now) / recorder.beatMs);
    if (beat >= 0 && this.state === "counting") {
      this.become("recording");
      el.status.textContent = "";
    }
    const at = ((beat % 4) + 4) % 4;
    [...el.beats.children].forEach((lamp, i) => lamp.classList.toggle("on", beat >= -COUNT_IN && i === at));
    const measure = Math.min(Math.floor(beat / 4) + 1, recorder.measures);
    const count = beat < 0 ? (beat >= -COUNT_IN ? String(at + 1) : "") : `${measure}/${recorder.measures}`;
    if (el.count.textContent !== count) {
      el.count.textContent = count;
      el.count.title = data.labels.recording.replace("{measure}", measure).replace("{measures}", recorder.measures);
    }
    this.sheet.draw(recorder.notes(now), recorder.n_ticks);
    this.sheet.at(recorder.tick(now) / recorder.n_ticks);
  }

  frameOfReplay() {
    const { replay } = this;
    const sounding = replay.go();
    if (!sounding) return this.cancel();
    this.lit(sounding);
    this.sheet.at(replay.tick() / replay.take.n_ticks);
  }

  // -- what is told ------------------------------------------------------------

  /** Make the buttons say what is the case. */
  tell() {
    const { data, el, state } = this;
    const { labels, take } = data;
    const recording = state === "counting" || state === "recording";
    el["record-text"].textContent = recording ? labels.stop : take ? labels.again : labels.record;
    el.replay.textContent = state === "replaying" ? labels.silence : labels.replay;
    el.tempo.disabled = el.measures.disabled = recording;
    for (const one of [el.go, el.replay, el.clear]) one.disabled = recording || !take;
  }

  tellMidi(news, names) {
    const { el, data } = this;
    const sentence = data.labels[`midi_${news}`].replace("{name}", names);
    const settled = news === "connected";
    el.midi.textContent = settled ? sentence : data.labels.midi;
    el.status.textContent = settled ? "" : sentence;
  }

  /** Keep the place in sight at which the network's answer appears while the page grows, until the visitor moves. */
  follow() {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    const go = () => {
      const place = this.data.follow && document.querySelector(this.data.follow);
      if (!place) return;
      place.style.scrollMarginTop = "5rem"; // the page's head lies over what scrolls
      place.scrollIntoView({ block: "start", behavior });
    };
    this.unfollow?.();
    const grown = new ResizeObserver(go);
    grown.observe(document.querySelector('[data-testid="stMainBlockContainer"]') ?? document.body);
    // No clock ends it: a network that has to wake up first takes as long as it takes.
    this.unfollow = () => grown.disconnect();
    for (const own of ["wheel", "pointerdown", "keydown"])
      addEventListener(own, this.unfollow, { once: true, capture: true });
  }
}

export default mount(Piano, 0);
