// The pianoroll, from edge to edge: what has sounded glows out to the left, what comes lies dim to the right.

const SEEN_MS = { wide: 8200, tall: 4600 }; // across the screen
const EMBER_MS = 2600; // in which a note that has sounded grows dim
const FLASH_MS = 420;
const FADE_MS = 350; // in which a piece that was broken off goes away
const MOST_DOTS = 1.5; // of the screen to each of the page's: enough for the eye, and few enough to draw in time
const LOW = [104, 92, 255];
const MIDDLE = [255, 94, 118];
const HIGH = [255, 205, 112];
const OWN = [150, 240, 255]; // of what a visitor plays

const mix = (a, b, t) => a.map((one, index) => Math.round(one + (b[index] - one) * t));
const tintOf = (pitch) => {
  const t = Math.min(Math.max((pitch - 36) / 54, 0), 1);
  return t < 0.5 ? mix(LOW, MIDDLE, 2 * t) : mix(MIDDLE, HIGH, 2 * t - 1);
};
const css = ([r, g, b], alpha) => `rgba(${r},${g},${b},${alpha.toFixed(3)})`;

export class Roll {
  constructor(canvas, now) {
    Object.assign(this, { canvas, now, tracks: [], head: 0.34, floor: 1, bottom: 1, range: [48, 84], dim: 1, glows: new Map() });
    this.context = canvas.getContext("2d", { alpha: false });
    this.resize();
    addEventListener("resize", () => this.resize());
  }

  resize() {
    const dots = Math.min(devicePixelRatio || 1, MOST_DOTS);
    this.width = innerWidth;
    this.height = innerHeight;
    this.canvas.width = Math.round(innerWidth * dots);
    this.canvas.height = Math.round(innerHeight * dots);
    this.context.setTransform(dots, 0, 0, dots, 0, 0);
  }

  /** Show a piece that begins at a time; `own` is what a visitor plays. Notes may be added while it is shown. */
  add(notes, startsAt, own = false) {
    const track = { notes, startsAt, own, endsAt: Infinity };
    this.tracks.push(track);
    return track;
  }

  /** What has not sounded of a piece goes away. */
  end(track) {
    if (track && track.endsAt === Infinity) track.endsAt = this.now();
  }

  /** All of it goes away, and nothing of it is kept. */
  forget() {
    for (const track of this.tracks) {
      this.end(track);
      track.forgotten = true;
    }
  }

  glow(tint) {
    const key = tint.join();
    if (!this.glows.has(key)) {
      const sprite = document.createElement("canvas");
      sprite.width = sprite.height = 64;
      const pen = sprite.getContext("2d");
      const fill = pen.createRadialGradient(32, 32, 0, 32, 32, 32);
      fill.addColorStop(0, css(mix(tint, [255, 255, 255], 0.45), 0.95));
      fill.addColorStop(0.25, css(tint, 0.5));
      fill.addColorStop(1, css(tint, 0));
      pen.fillStyle = fill;
      pen.fillRect(0, 0, 64, 64);
      this.glows.set(key, sprite);
    }
    return this.glows.get(key);
  }

  draw() {
    const { context: pen, width, height } = this;
    const now = this.now();
    const perMs = width / (width > height ? SEEN_MS.wide : SEEN_MS.tall);
    const headX = width * this.head;
    const [fromMs, toMs] = [now - headX / perMs - 200, now + (width - headX) / perMs + 200];
    this.tracks = this.tracks.filter((one) => {
      if (one.forgotten && now > one.endsAt + FADE_MS) return false;
      const last = one.notes.at(-1);
      const gone = last && one.startsAt + last[2] + EMBER_MS < fromMs && one.endsAt !== Infinity;
      return !gone;
    });
    this.follow(fromMs, toMs);
    const [low, high] = this.range;
    this.bottom += (this.floor - this.bottom) * 0.12;
    const lowest = height * this.bottom;
    const step = lowest / (high - low + 1);

    const ground = pen.createLinearGradient(0, 0, 0, height);
    ground.addColorStop(0, "#15111f");
    ground.addColorStop(0.6, "#0c0a13");
    ground.addColorStop(1, "#07060b");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = "rgba(255,255,255,0.035)";
    for (let pitch = Math.ceil(low / 12) * 12; pitch <= high; pitch += 12)
      pen.fillRect(0, lowest - (pitch - low) * step - 1, width, 1);

    const line = pen.createLinearGradient(0, 0, 0, lowest);
    line.addColorStop(0, "rgba(255,255,255,0)");
    line.addColorStop(0.5, `rgba(255,255,255,${0.16 * this.dim})`);
    line.addColorStop(1, "rgba(255,255,255,0)");
    pen.fillStyle = line;
    pen.fillRect(headX - 1, 0, 2, lowest);

    pen.globalCompositeOperation = "lighter";
    for (const track of this.tracks) this.drawTrack(track, { now, perMs, headX, fromMs, toMs, low, step, lowest });
    pen.globalCompositeOperation = "source-over";
  }

  drawTrack(track, { now, perMs, headX, fromMs, toMs, low, step, lowest }) {
    const { context: pen } = this;
    const thick = Math.min(Math.max(step * 1.12, 8), 34);
    const leaving = track.endsAt === Infinity ? 1 : Math.max(0, 1 - (now - track.endsAt) / FADE_MS);
    for (const [on, off, , pitch, velocity] of track.notes) {
      const begins = track.startsAt + on;
      if (begins > toMs) break;
      const broken = begins > track.endsAt; // it never sounded
      if (broken && !leaving) break;
      const grown = track.own ? Math.max(now, begins + 60) : broken ? Infinity : track.endsAt;
      const ends = Math.min(track.startsAt + off, grown);
      if (ends < fromMs) continue;
      const tint = track.own ? OWN : tintOf(pitch);
      const loud = 0.35 + 0.65 * (velocity / 110);
      const x = headX + (begins - now) * perMs;
      const long = Math.max((ends - begins) * perMs - 2, thick * 0.6);
      const y = lowest - (pitch - low + 0.5) * step - thick / 2;
      let alpha;
      if (broken) alpha = 0.24 * leaving;
      else if (now < begins) alpha = 0.24;
      else if (now < ends) alpha = 1;
      else alpha = 0.26 + 0.5 * Math.max(0, 1 - (now - ends) / EMBER_MS);
      if (track.forgotten) alpha *= leaving;
      pen.fillStyle = css(tint, Math.min(alpha * loud, 1) * this.dim);
      pen.beginPath();
      pen.roundRect(x, y, long, thick, thick / 2);
      pen.fill();
      if (!broken && now >= begins && now < ends + FLASH_MS) {
        const struck = Math.max(0, 1 - (now - begins) / FLASH_MS);
        const rings = now < ends ? 1 : 1 - (now - ends) / FLASH_MS;
        const size = Math.max(thick, 18) * (3.4 + 4.6 * struck) * (0.7 + 0.3 * loud);
        pen.globalAlpha = Math.min(1, (0.25 + 0.75 * struck) * rings * loud) * this.dim;
        pen.drawImage(this.glow(tint), headX - size / 2, y + thick / 2 - size / 2, size, size);
        pen.globalAlpha = 1;
      }
    }
  }

  /** Let the pitches that are seen fill the height; slowly, so that nothing jumps. */
  follow(fromMs, toMs) {
    let [low, high] = [Infinity, -Infinity];
    for (const { notes, startsAt } of this.tracks)
      for (const [on, off, , pitch] of notes) {
        if (startsAt + on > toMs) break;
        if (startsAt + off < fromMs) continue;
        low = Math.min(low, pitch);
        high = Math.max(high, pitch);
      }
    if (low > high) return;
    const [wantedLow, wantedHigh] = [Math.min(low - 4, 50), Math.max(high + 4, 82)];
    this.range[0] += (wantedLow - this.range[0]) * 0.03;
    this.range[1] += (wantedHigh - this.range[1]) * 0.03;
  }
}
