// The player above the sliders, borrowed while a hand moves them: its roll shows what is decoded here, over a
// ghost of what was there before, and its cursor follows the preview. Then it is the server's again.

const PATIENCE_MS = 12000; // for the server's sound, after the hand has let go
const SOUND_MS = 80; // between two changes of what is heard; more would crackle
const TICKS = 6; // of the player in a step of the decoder's grid

const same = (a, b) => a.onset === b.onset && a.pitch === b.pitch && a.length === b.length;

/** The notes that a player shows, in steps. */
function notesIn({ notes: { onset, pitch, length, kind } }) {
  return onset.map((start, i) => ({ onset: start / TICKS, pitch: pitch[i], length: length[i] / TICKS, kind: kind[i] }));
}

/** The player with this key, wherever on the page it is. */
function playerOf(key) {
  for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
    const player = host.shadowRoot?.querySelector(".player")?.player;
    if (player?.data?.player === key) return player;
  }
  return null;
}

class Stage {
  constructor() {
    this.preview = new Preview();
    this.hears = true;
    this.quiet = () => this.end();
  }

  /** Whatever else begins to play on the page, FluidSynth's sound of the same notes too, ends the preview. */
  come() {
    document.addEventListener("play", this.quiet, true);
  }

  leave() {
    document.removeEventListener("play", this.quiet, true);
    this.end();
  }

  /** A hand is on the sliders; what is there now becomes the ghost. */
  begin(key) {
    const player = playerOf(key);
    if (!player?.voice) return;
    if (this.player !== player) this.end();
    Object.assign(this, { player, released: 0 });
    player.voice.wanted = false; // what is being made is not wanted any more
    this.ghost = notesIn(player.data).filter((note) => note.kind !== "o");
  }

  /** Show and play these notes. */
  show(notes, labels) {
    const { player } = this;
    if (!player) return;
    if (player.data !== this.live) this.base = player.data; // what the server has drawn
    const past = this.ghost.filter((note) => !notes.some((other) => same(note, other)));
    const all = [...past.map((note) => ({ ...note, kind: "o" })), ...notes.map((note) => ({ ...note, kind: "m" }))];
    all.sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
    const column = (name) => all.map((note) => note[name]);
    const pitches = column("pitch").concat(this.base.pitches);
    this.live = {
      ...this.base,
      notes: {
        onset: column("onset").map((step) => TICKS * step),
        pitch: column("pitch"),
        length: column("length").map((step) => TICKS * step),
        kind: column("kind").join(""),
      },
      pitches: [Math.min(...pitches), Math.max(...pitches)],
      legend: past.length ? [["o", labels.before], ["m", labels.now]] : [],
      heat: null,
      fresh: false,
    };
    this.notes = notes;
    player.show(this.live);
    this.hear();
  }

  hear() {
    const { preview, player } = this;
    if (!this.hears) return;
    if (!preview.on) {
      const [step, nSteps] = [player.tick() / TICKS, player.data.n_ticks / TICKS];
      preview.notes = this.notes;
      document.querySelectorAll("audio").forEach((audio) => audio.pause());
      const heardAt = preview.start(step, nSteps / player.time.long, nSteps); // what is made here has one tempo
      if (!heardAt) return;
      this.heardAt = heardAt; // for whoever measures
      player.tick = () => TICKS * preview.step(); // its cursor and its keys follow, and the server's sound goes on from there
      this.frame();
      return;
    }
    const wait = (this.changed ?? 0) + SOUND_MS - performance.now();
    clearTimeout(this.later);
    if (wait > 0) {
      this.later = setTimeout(() => this.hear(), wait);
      return;
    }
    this.changed = performance.now();
    this.heardAt = preview.take(this.notes);
  }

  frame() {
    const { preview, player } = this;
    cancelAnimationFrame(this.coming);
    if (!preview.on) return;
    const { volume, muted } = player.audio;
    const level = muted ? 0 : volume;
    if (level !== preview.level) preview.loud(level);
    player.move();
    if (this.released) this.handOver();
    this.coming = requestAnimationFrame(() => this.frame());
  }

  /** The hand has let go. The server draws and plays the same, unless nothing has changed. */
  release(changes) {
    const { player } = this;
    if (!player) return;
    this.released = performance.now();
    const drawn = player.data === this.live && notesIn(this.base);
    const alike = drawn && drawn.length === this.notes.length && drawn.every((note, i) => same(note, this.notes[i]));
    if (!changes || alike) this.giveBack();
    else if (this.hears) player.voice.wanted = true; // its sound begins as soon as it is there
    player.tell();
  }

  giveBack() {
    if (this.player && this.live && this.player.data === this.live) this.player.show(this.base);
  }

  handOver() {
    const { player } = this;
    const late = performance.now() - this.released > PATIENCE_MS;
    if (player.data === this.live && !late) return; // the server has not answered yet
    if (player.pending && !player.fault && !late) return;
    if (late) this.giveBack();
    if (player.fault || !player.voice.src || player.pending) {
      this.end();
      return;
    }
    player.go(TICKS * this.preview.step());
    player.play(); // whose event ends the preview
    this.end();
  }

  end() {
    clearTimeout(this.later);
    if (this.player && Object.hasOwn(this.player, "tick")) {
      this.preview.place = this.preview.step();
      delete this.player.tick;
    }
    this.preview.stop();
  }
}
