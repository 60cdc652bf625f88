// A piano of 88 keys to choose a chord on; each key that goes down is heard.

const LOWEST = 21;
const N_KEYS = 88;
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const isBlack = (pitch) => [1, 3, 6, 8, 10].includes(pitch % 12);
const nameOf = (pitch) => NAMES[pitch % 12] + (Math.floor(pitch / 12) - 1);

let context; // one for all keyboards; browsers allow few

function strike(pitch) {
  try {
    context = context || new AudioContext();
    context.resume();
    const start = context.currentTime;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.22, start + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 1.1);
    gain.connect(context.destination);
    const tone = context.createOscillator();
    tone.type = "triangle";
    tone.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    tone.connect(gain);
    tone.start(start);
    tone.stop(start + 1.2);
  } catch {
    // No sound here; the key still counts.
  }
}

function build(board, press) {
  let whites = 0;
  for (let pitch = LOWEST; pitch < LOWEST + N_KEYS; pitch += 1) {
    const key = document.createElement("button");
    key.type = "button";
    key.dataset.pitch = pitch;
    key.setAttribute("aria-label", nameOf(pitch));
    key.title = nameOf(pitch);
    if (isBlack(pitch)) {
      key.className = "black";
      key.style.left = `calc(${(whites * 100) / 52}% - 0.59%)`;
    } else {
      key.className = "white";
      whites += 1;
      if (pitch % 12 === 0) key.textContent = nameOf(pitch);
    }
    key.addEventListener("click", () => press(pitch));
    board.appendChild(key);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const board = parentElement.querySelector(".keyboard");
  const show = () => {
    for (const key of board.children) {
      key.setAttribute("aria-pressed", String(board.chosen.has(Number(key.dataset.pitch))));
    }
  };
  const first = !board.children.length;
  board.chosen = new Set(data.pitches);
  board.press = (pitch) => {
    if (board.chosen.delete(pitch)) {
      // Let go; silence.
    } else {
      board.chosen.add(pitch);
      strike(pitch);
    }
    show();
    setStateValue("pitches", [...board.chosen].sort((a, b) => a - b));
  };
  if (first) build(board, (pitch) => board.press(pitch));
  show();
  if (first) {
    // Where the keyboard is wider than the screen, begin in the middle.
    const middle = board.querySelector('[data-pitch="62"]');
    const box = board.parentElement;
    requestAnimationFrame(() => {
      box.scrollLeft = middle.offsetLeft - box.clientWidth / 2;
    });
  }
}
