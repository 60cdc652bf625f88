// When each tick of a piece sounds.

/** A map between ticks and seconds: straight from one point to the next, as `koe.web.player.timing` made it. */
class TimeMap {
  constructor({ ticks, secs }) {
    Object.assign(this, { ticks, secs });
  }

  /** Length in seconds. */
  get long() {
    return this.secs.at(-1);
  }

  sec(tick) {
    return between(this.ticks, this.secs, tick);
  }

  tick(sec) {
    return between(this.secs, this.ticks, sec);
  }
}

function between(from, to, value) {
  const left = Math.min(lastAtMost(from, value), from.length - 2);
  if (left < 0) return to[0]; // a piece of no length
  const share = (value - from[left]) / (from[left + 1] - from[left]);
  return to[left] + clamp(share, 0, 1) * (to[left + 1] - to[left]);
}
