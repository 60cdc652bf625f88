// A puck in a square. The page hears of it while it is dragged, though not more often than it can answer.

const EVERY_MS = 300;
const STEP = 0.05;
const within = (value) => Math.min(Math.max(value, 0), 1);

export default function ({ data, parentElement, setStateValue }) {
  const square = parentElement.querySelector(".square");
  const field = square.querySelector(".field");
  const puck = square.querySelector(".puck");
  const first = !square.hand;
  const hand = square.hand || { held: false, sent: "", last: 0, timer: 0 };
  square.hand = hand;
  hand.send = (point) => setStateValue("point", point);

  const show = () => {
    const [x, y] = hand.point;
    puck.style.left = `${x * 100}%`;
    puck.style.top = `${y * 100}%`;
    const shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
    field.setAttribute("aria-valuenow", Math.round(x * 100));
    field.setAttribute(
      "aria-valuetext",
      data.corners.map((name, corner) => `${name} ${Math.round(shares[corner] * 100)} %`).join(", "),
    );
  };
  const tell = () => {
    clearTimeout(hand.timer);
    hand.timer = 0;
    hand.last = performance.now();
    const text = String(hand.point);
    if (text !== hand.sent) {
      hand.sent = text;
      hand.send(hand.point);
    }
  };
  const move = (x, y) => {
    hand.point = [within(x), within(y)].map((value) => Math.round(value * 1000) / 1000);
    show();
    const wait = hand.last + EVERY_MS - performance.now();
    if (wait <= 0) tell();
    else if (!hand.timer) hand.timer = setTimeout(tell, wait);
  };
  const follow = (event) => {
    const box = field.getBoundingClientRect();
    move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };

  square.querySelectorAll(".names span").forEach((span, corner) => {
    span.textContent = data.corners[corner];
    span.title = data.corners[corner];
  });
  field.setAttribute("aria-label", data.label);
  // While a finger holds the puck, an answer from the server must not pull it away.
  if (!hand.held && !hand.timer) {
    hand.point = data.point;
    hand.sent = String(data.point);
    show();
  }
  if (!first) return;
  field.addEventListener("pointerdown", (event) => {
    hand.held = true;
    field.setPointerCapture(event.pointerId);
    follow(event);
  });
  field.addEventListener("pointermove", (event) => {
    if (hand.held) follow(event);
  });
  const release = () => {
    if (!hand.held) return;
    hand.held = false;
    tell();
  };
  field.addEventListener("pointerup", release);
  field.addEventListener("pointercancel", release);
  field.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!by) return;
    event.preventDefault();
    move(hand.point[0] + by[0], hand.point[1] + by[1]);
  });
}
