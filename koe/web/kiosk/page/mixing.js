// The way between two openings: a puck that is drawn along it, and the piece at the stop that it is nearest to.

/** Which stop a share of the way is nearest to. */
export const stopAt = (share, n) => Math.round(Math.min(Math.max(share, 0), 1) * (n - 1));

/** A track with a puck; `moved(share)` is told while it is drawn. */
export class Track {
  constructor(box, moved) {
    Object.assign(this, { box, moved, share: 0.5, finger: null });
    this.puck = box.querySelector(".puck");
    box.addEventListener("pointerdown", (event) => this.hold(event));
    addEventListener("pointermove", (event) => event.pointerId === this.finger && this.to(event));
    for (const name of ["pointerup", "pointercancel"])
      addEventListener(name, (event) => event.pointerId === this.finger && this.let());
    this.place(0.5);
  }

  stops(n) {
    const marks = this.box.querySelector(".stops");
    marks.replaceChildren(
      ...Array.from({ length: n }, (_, index) => {
        const mark = document.createElement("i");
        mark.style.left = `${(100 * index) / (n - 1)}%`;
        return mark;
      }),
    );
    this.n = n;
  }

  hold(event) {
    this.finger = event.pointerId;
    this.box.classList.add("held");
    this.to(event);
  }

  to(event) {
    const rail = this.box.querySelector(".stops").getBoundingClientRect();
    this.place(Math.min(Math.max((event.clientX - rail.left) / rail.width, 0), 1));
    this.moved(this.share);
  }

  let() {
    this.finger = null;
    this.box.classList.remove("held");
    if (this.n) this.place(stopAt(this.share, this.n) / (this.n - 1));
  }

  place(share) {
    this.share = share;
    const margin = "8 * var(--u)";
    this.puck.style.left = `calc(${margin} + ${share} * (100% - 2 * ${margin}))`;
  }
}
