// A stretch of the piece that a hand chooses on the roll: moved by its bar, made longer by its ends.
//
// Joined with roll.js, form.js, time.js, voice.js and player.js to one module. It lies on measures; what is chosen is told
// when the hand lets go. For keys there is a slider beside every such roll.

class Chooser {
  constructor(el, roll, tell) {
    Object.assign(this, { el, roll, tell, part: null });
    for (const [name, edge] of [["hold", "both"], ["from", "first"], ["to", "last"]]) this.listen(el[name], edge);
  }

  /** What the page says, unless a hand is just choosing. */
  take(data) {
    this.data = data;
    const { choose } = data;
    this.el.chosen.hidden = !choose;
    if (!choose || this.hand) return;
    this.part = { first: choose.first, n: choose.n };
    this.el.from.hidden = choose.kind !== "stretch";
    this.el.to.hidden = choose.kind === "move";
    this.el.hold.hidden = choose.kind === "end";
    for (const [name, label] of Object.entries(choose.labels)) this.el[name].title = label;
  }

  get lines() {
    return [...this.data.measures, this.data.n_ticks];
  }

  /** First tick, and tick after the last. */
  get ticks() {
    const { kind, length } = this.data.choose;
    const { first, n } = this.part;
    const start = kind === "end" ? 0 : this.lines[first - 1];
    const stop = kind === "move" ? start + length : this.lines[first - 1 + n];
    return [start, Math.min(stop ?? this.data.n_ticks, this.data.n_ticks)];
  }

  layout() {
    if (!this.data?.choose || !this.roll.scale) return;
    const [start, stop] = this.ticks;
    this.data.segment = [start, stop];
    const { chosen, from, to } = this.el;
    const [left, right, whole] = [start, stop, this.data.n_ticks].map((tick) => tick * this.roll.scale);
    Object.assign(chosen.style, { left: `${left}px`, width: `${right - left}px` });
    // Grips lie over the ends, but where the roll ends there is no place beside them.
    from.style.left = `${-Math.min(from.offsetWidth / 2, left)}px`;
    to.style.right = `${-Math.min(to.offsetWidth / 2, whole - right)}px`;
  }

  /** Move an edge, or all, by so many measures from where it was. */
  move(edge, by, { first, n }) {
    const { kind, most } = this.data.choose;
    const all = this.data.measures.length;
    if (kind === "end") this.part = { first: 1, n: clamp(n + by, 1, all) };
    else if (edge === "both") this.part = { first: clamp(first + by, 1, Math.max(1, kind === "move" ? all : all - n + 1)), n };
    else if (edge === "first") {
      const moved = clamp(first + by, Math.max(1, first + n - most), first + n - 1);
      this.part = { first: moved, n: first + n - moved };
    } else this.part = { first, n: clamp(n + by, 1, Math.min(most, all - first + 1)) };
    this.layout();
    this.roll.draw();
  }

  /** Let it begin, or end, in the measure at a tick. */
  jump(tick) {
    const measure = lastAtMost(this.data.measures, wholeOf(tick)) + 1;
    const { kind } = this.data.choose;
    this.move(kind === "end" ? "last" : "both", kind === "end" ? measure - this.part.n : measure - this.part.first, this.part);
    this.say();
  }

  say() {
    const { choose } = this.data;
    if (choose.first !== this.part.first || choose.n !== this.part.n) this.tell([this.part.first, this.part.n]);
  }

  listen(grip, edge) {
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.stopPropagation(); // the roll would seek
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      const at = edge === "last" ? this.ticks[1] : this.ticks[0];
      this.hand = { was: { ...this.part }, off: this.roll.at(event).tick - at };
    });
    grip.addEventListener("pointermove", (event) => {
      if (!this.hand) return;
      event.stopPropagation();
      const { was, off } = this.hand;
      const line = this.nearest(this.roll.at(event).tick - off);
      this.move(edge, edge === "last" ? line - (was.first - 1 + was.n) : line - (was.first - 1), was);
    });
    for (const end of ["pointerup", "pointercancel"])
      grip.addEventListener(end, (event) => {
        event.stopPropagation();
        if (!this.hand) return;
        this.hand = null;
        this.say();
      });
    grip.addEventListener("click", (event) => event.stopPropagation());
  }

  /** Index of the bar line nearest to a tick. */
  nearest(tick) {
    return this.lines.reduce((best, line, i, lines) => (Math.abs(line - tick) < Math.abs(lines[best] - tick) ? i : best), 0);
  }
}
