// The sound of a player: an audio element, what it plays, and its clock.
//
// It is kept apart from the picture, which Streamlit may take down and put up
// again in a rerun: an element that leaves the page falls silent. One voice
// sounds at a time, and all are equally loud.

const CLOSE_SEC = 0.04; // the smooth clock never strays further from the element's
const GRACE_MS = 10000; // in which the picture may come back before the sound ends,
const LOOK_MS = 600; // and how often is looked whether there is a rerun that may bring it

const voices = new Map();
const shelf = document.body.appendChild(Object.assign(document.createElement("div"), { hidden: true }));
let loudness = { level: 1, muted: false };

// Any sound on the page silences all others, whosever it is.
document.addEventListener(
  "play",
  (event) => {
    for (const one of document.querySelectorAll("audio, video")) if (one !== event.target) one.pause();
  },
  true,
);

class Voice {
  /** The voice of the player with this key, with the picture that shows it from now on. */
  static of(key, picture) {
    const voice = voices.get(key) ?? new Voice(key);
    voices.set(key, voice);
    clearInterval(voice.waiting);
    delete voice.audio.dataset.left;
    voice.picture = picture;
    voice.page = location.pathname;
    return voice;
  }

  constructor(key) {
    Object.assign(this, { key, src: "", lateSec: 0, place: 0, zoom: 1, left: 0 });
    this.audio = document.createElement("audio");
    this.audio.preload = "metadata";
    this.audio.dataset.player = key;
    Object.assign(this.audio, { preservesPitch: true, webkitPreservesPitch: true });
    for (const name of ["play", "pause", "ended", "timeupdate", "error"])
      this.audio.addEventListener(name, () => this.picture?.on(name));
    shelf.append(this.audio);
    this.loud();
  }

  get on() {
    return !this.audio.paused;
  }

  set rate(times) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = times; // the first outlives another source
  }

  /** Another sound, and when its ticks come in it. */
  take(sound, time) {
    this.src = this.audio.src = sound.src;
    this.lateSec = sound.late_sec;
    this.time = time;
  }

  drop() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
    this.src = "";
  }

  /** Its picture is gone: go on as long as it may come back, but not when the visitor went to another page. */
  leave(picture) {
    if (this.picture !== picture) return;
    this.picture = null;
    this.audio.dataset.left = "";
    const until = performance.now() + GRACE_MS;
    const look = () => {
      const running = document.querySelector('[data-test-script-state="running"]') && performance.now() < until;
      if (running && location.pathname === this.page) return;
      clearInterval(this.waiting);
      this.drop();
      this.audio.remove();
      voices.delete(this.key);
    };
    if (location.pathname !== this.page) look();
    else this.waiting = setInterval(look, LOOK_MS);
  }

  loud() {
    Object.assign(this.audio, { volume: loudness.level, muted: loudness.muted });
  }

  /** Seconds of the element's clock, made smooth where a browser moves it in jumps. */
  clockSec() {
    const told = this.audio.currentTime;
    if (!this.on || this.audio.seeking) {
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

  /** Where it is, in ticks of a piece of so many. */
  tick(nTicks) {
    return Math.min(this.src ? this.time.tick(this.clockSec() - this.lateSec) : this.place, nTicks);
  }

  go(tick, nTicks) {
    this.place = clamp(tick, 0, nTicks);
    if (this.src) this.audio.currentTime = this.place && this.time.sec(this.place) + this.lateSec;
    this.anchor = null;
  }
}
