// The score of a piece on its page, whose note heads light up as the player above it goes along.
//
// The player's clock is the only one: player.js tells at every tick where it
// is. The pages lie in a frame of their own, which scrolls along with the music
// so that the page around it stays where the visitor has put it.

const moments = (globalThis.koeMoments ??= new Map());
const phone = matchMedia("(max-width: 640px)");
const sheets = new Set();

addEventListener("koe-moment", (event) => sheets.forEach((one) => one.data.player === event.detail && one.light()));
phone.addEventListener("change", () => sheets.forEach((one) => one.draw()));

class Sheet {
  constructor(root) {
    this.box = root.querySelector(".score");
    this.name = root.querySelector(".name");
    this.lit = [];
    // Whoever turns the pages by hand is left alone until the music is in sight again.
    for (const name of ["wheel", "touchmove", "keydown"])
      this.box.addEventListener(name, () => (this.looking = true), { passive: true });
  }

  leave() {
    sheets.delete(this);
  }

  show(data) {
    sheets.add(this);
    const old = this.data;
    this.data = data;
    this.box.setAttribute("aria-label", data.label);
    this.name.textContent = data.title;
    this.box.style.setProperty("--lit", data.lit);
    if (old?.drawing !== data.drawing) this.draw();
    else this.light();
  }

  /** Put up the pages for this width of screen, as drawings whose parts can be reached. */
  draw() {
    const { pages, heads } = this.data;
    const parser = new DOMParser();
    this.box.replaceChildren(
      ...pages[phone.matches ? "narrow" : "wide"].map(([drawing, alt]) => {
        const page = document.importNode(parser.parseFromString(drawing, "image/svg+xml").documentElement, true);
        for (const name of ["width", "height"]) page.removeAttribute(name);
        page.setAttribute("role", "img");
        page.setAttribute("aria-label", alt);
        return page;
      }),
    );
    const drawn = new Map([...this.box.querySelectorAll(".note")].map((head) => [head.id, head]));
    this.heads = heads.filter(([name]) => drawn.has(name)).map(([name, from, to]) => [drawn.get(name), from, to]);
    this.lit = [];
    this.light();
  }

  light() {
    const now = moments.get(this.data.player);
    const tick = now?.music === this.data.music ? now.tick : -1;
    const lit = this.heads.filter(([, from, to]) => from <= tick && tick < to);
    if (lit.length !== this.lit.length || lit.some((one, i) => one !== this.lit[i])) {
      for (const [head] of this.lit) head.classList.remove("lit");
      for (const [head] of lit) head.classList.add("lit");
      this.lit = lit;
    }
    if (now?.on && lit.length) this.follow(lit.reduce((one, other) => (other[1] > one[1] ? other : one))[0]);
  }

  /** Bring the system with this head into sight. */
  follow(head) {
    const [frame, place] = [this.box, head].map((one) => one.getBoundingClientRect());
    const seen = place.top >= frame.top + 12 && place.bottom <= frame.bottom - 12;
    if (seen) this.looking = false;
    if (seen || this.looking) return;
    const top = this.box.scrollTop + place.top - frame.top - 0.25 * frame.height;
    this.box.scrollTo({ top, behavior: calm.matches ? "instant" : "smooth" });
  }
}

export default mount(Sheet);
