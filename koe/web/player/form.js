// The form of a piece under its roll: a button for each section, as long as the section, and arcs between those that
// are alike. Colours stand for letters; a section that comes back varied is hatched.

const ARC = 14; // px over the sections
const TOLD_MS = 2600; // how long a finger's touch shows what a section is

class Form {
  constructor(el, playFrom) {
    Object.assign(this, { el, playFrom, sections: [], buttons: [] });
    const section = (event) => this.buttons.indexOf(event.target.closest("button"));
    el.sections.addEventListener("click", (event) => {
      const i = section(event);
      if (i < 0) return;
      this.tell(i);
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.tell(-1), TOLD_MS);
      this.playFrom(this.sections[i].from);
    });
    el.sections.addEventListener("pointerover", (event) => event.pointerType !== "touch" && this.tell(section(event)));
    el.sections.addEventListener("pointerleave", () => this.tell(-1));
    el.sections.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && this.tell(section(event)));
    el.sections.addEventListener("focusout", () => this.tell(-1));
    el.sections.addEventListener("keydown", (event) => this.key(event, section(event)));
  }

  take({ form, n_ticks }) {
    const { el } = this;
    el.form.hidden = !form;
    clearTimeout(this.telling);
    el.told.hidden = true;
    if (!form) {
      this.sections = this.buttons = [];
      return;
    }
    el.form.setAttribute("aria-label", form.words);
    this.long = Math.max(n_ticks, 1);
    this.colors = form.colors;
    const same = this.sections.length === form.sections.length; // a rerun must not take the focus away
    this.sections = form.sections;
    if (!same) {
      this.buttons = form.sections.map(() => Object.assign(document.createElement("button"), { type: "button" }));
      el.sections.replaceChildren(...this.buttons);
    }
    this.buttons.forEach((button, i) => {
      const { from, to, label, words, color, varied } = this.sections[i];
      button.textContent = label;
      button.setAttribute("aria-label", words);
      button.tabIndex = i ? -1 : 0;
      button.classList.toggle("varied", varied);
      button.style.setProperty("--color", this.colors[color]);
      Object.assign(button.style, { left: this.share(from), width: this.share(to - from) });
    });
    this.now = -1;
  }

  share(ticks) {
    return `${(100 * ticks) / this.long}%`;
  }

  /** Under the notes where all of them are in sight, over the overview where not; and the arcs. */
  layout(roll) {
    const { el } = this;
    if (el.form.hidden) return;
    el.form.style.marginLeft = roll.wide ? 0 : `${roll.keysWidth + 1}px`;
    const used = roll.wide ? el.stage.offsetWidth : Math.min(roll.width, this.long * roll.scale);
    el.form.style.width = `${used}px`;
    this.buttons.forEach((button, i) => {
      const { from, to, label } = this.sections[i];
      const wide = ((to - from) / this.long) * used;
      button.textContent = wide < 9 * label.length + 5 ? "" : label;
    });
    el.arcs.setAttribute("viewBox", `0 0 ${used} ${ARC}`);
    const middle = ({ from, to }) => (((from + to) / 2) * used) / this.long;
    const last = new Map();
    const paths = [];
    this.sections.forEach((section) => {
      const before = last.get(section.color);
      last.set(section.color, section);
      if (!before) return;
      const [left, right] = [middle(before), middle(section)];
      const top = ARC - Math.min(ARC + 3, 8 + (right - left) / 12); // of its handles, a third higher than the arc
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${left} ${ARC} C${left} ${top} ${right} ${top} ${right} ${ARC}`);
      path.setAttribute("stroke", this.colors[section.color]);
      paths.push(path);
    });
    el.arcs.replaceChildren(...paths);
  }

  /** Mark the section that sounds, and what is like it; a tick below 0 stands for none. */
  at(tick) {
    const now = this.sections.findLastIndex(({ from }) => from <= tick);
    if (now === this.now) return;
    this.now = now;
    this.buttons.forEach((button, i) => {
      button.classList.toggle("now", i === now);
      if (i === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }

  tell(i) {
    const { told, form } = this.el;
    told.hidden = i < 0;
    const like = this.sections[i]?.color;
    this.buttons.forEach((button, j) => button.classList.toggle("like", i >= 0 && this.sections[j].color === like));
    if (i < 0) return;
    told.textContent = this.sections[i].words;
    const middle = this.buttons[i].offsetLeft + this.buttons[i].offsetWidth / 2;
    told.style.left = `${clamp(middle - told.offsetWidth / 2, 0, Math.max(form.offsetWidth - told.offsetWidth, 0))}px`;
  }

  /** One stop of the tab key for all; arrows go from section to section. */
  key(event, i) {
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: this.buttons.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // the player's arrows move the music
    const next = this.buttons[to];
    if (!next) return;
    this.buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  }
}
