// A puck in a square. The page hears of it while it is dragged, though not more often than it can answer.

const EVERY_MS = 300;
const STEP = 0.05;

class Square {
  constructor(root) {
    this.field = root.querySelector(".field");
    this.puck = root.querySelector(".puck");
    this.names = root.querySelectorAll(".names span");
    this.held = false;
    this.sent = "";
    this.last = 0;
    this.timer = 0;
    this.listen();
  }

  // -- what Streamlit hands over ----------------------------------------

  show(data) {
    this.data = data;
    this.names.forEach((span, corner) => {
      span.textContent = data.corners[corner];
      span.title = data.corners[corner];
    });
    this.field.setAttribute("aria-label", data.label);
    // While a finger holds the puck, an answer from the server must not pull it away.
    if (this.held || this.timer) return;
    this.point = data.point;
    this.sent = String(data.point);
    this.place();
  }

  leave() {}

  place() {
    const [x, y] = this.point;
    this.puck.style.left = `${x * 100}%`;
    this.puck.style.top = `${y * 100}%`;
    const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
    this.field.setAttribute("aria-valuenow", Math.round(x * 100));
    this.field.setAttribute(
      "aria-valuetext",
      this.data.corners.map((name, corner) => `${name} ${Math.round(shares[corner] * 100)} %`).join(", "),
    );
  }

  // -- what the page hears -----------------------------------------------

  tell() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.last = performance.now();
    const text = String(this.point);
    if (text === this.sent) return;
    this.sent = text;
    this.sendState("point", this.point);
  }

  move(x, y) {
    this.point = [clamp(x), clamp(y)].map((value) => Math.round(value * 1000) / 1000);
    this.place();
    const wait = this.last + EVERY_MS - performance.now();
    if (wait <= 0) this.tell();
    else this.timer ||= setTimeout(() => this.tell(), wait);
  }

  // -- hands ----------------------------------------------------------------

  follow(event) {
    const box = this.field.getBoundingClientRect();
    this.move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  listen() {
    const { field } = this;
    field.addEventListener("pointerdown", (event) => {
      this.held = true;
      field.setPointerCapture(event.pointerId);
      this.follow(event);
    });
    field.addEventListener("pointermove", (event) => {
      if (this.held) this.follow(event);
    });
    const release = () => {
      if (!this.held) return;
      this.held = false;
      this.tell();
    };
    field.addEventListener("pointerup", release);
    field.addEventListener("pointercancel", release);
    field.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (!by) return;
      event.preventDefault();
      this.move(this.point[0] + by[0], this.point[1] + by[1]);
    });
  }
}

export default mount(Square);
