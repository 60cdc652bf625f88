// The kiosk: what happens is told to the state machine, and what changes in its state is done here.

import { fresh, LOUDNESS, rests, step, under } from "./machine.js";
import { drawKeys, drawMelody, Duet, listenToMidi } from "./playing.js";
import { stopAt, Track } from "./mixing.js";
import { Roll } from "./roll.js";
import { beckon, countDown, drawLanguages, showState } from "./screens.js";
import { Piano, Playing } from "./sound.js";
import { asking, Supply } from "./supply.js";

const MIX_MS = 90000; // patience for a way that nobody has asked for before
const LOOK_MS = 4000; // between two looks at whether Koe is there
const PUMP_MS = 40;
const TICK_MS = 250;
const GAP_MS = 900; // between two pieces while nobody is there
const AGAIN_MS = 3000; // until something is tried again that failed
const OLD_MS = 20 * 3600 * 1000; // then the page starts afresh, while nobody is there
const FAULTS_MS = 10000; // between two faults that are told
// What of the height the roll has, on a wide and on an upright screen; the rest is for fingers.
const FLOORS = { listen: [0.86, 0.83], play: [0.45, 0.52], mix: [0.54, 0.64] };
// Until Koe has said what the operator chose.
const USUAL = {
  loudness: 70,
  quiet: 40,
  languages: ["de", "en", "fr", "it"],
  rest_from: "",
  rest_to: "",
  idle_sec: 60,
  countdown_sec: 20,
};

const now = () => performance.now();
const find = (selector) => document.querySelector(selector);
const { body } = document;

let choices = USUAL;
let state = fresh(choices);
let boot = "";
let version = "";
let music = null; // what plays: { playing, track, piece }
let pair = 0;
let mix = null;
let stop = -1;
let pausedUntil = 0; // before the next piece while nobody is there
let isFetching = false;

const ask = asking("kiosk/api/", (heard) => {
  if (heard !== state.online) happen({ type: "online", online: heard });
});
const supply = new Supply(ask);
const piano = new Piano(now);
const roll = new Roll(find("#roll"), now);
const duet = new Duet({
  now,
  strike(pitch, velocity) {
    const voice = piano.strike(pitch, velocity);
    return voice && { end: (seconds) => voice.stop(piano.context.currentTime + seconds) };
  },
  async hear(presses) {
    const { visit } = state;
    body.dataset.waiting = "answer";
    try {
      const piece = await ask("answer", { presses });
      return visit === state.visit ? piece : null;
    } catch {
      return null;
    } finally {
      if (body.dataset.waiting === "answer") delete body.dataset.waiting;
    }
  },
  show(press) {
    const [pitch, down, up, velocity] = press;
    if (!ownTrack || !roll.tracks.includes(ownTrack)) ownTrack = roll.add([], down, true);
    const [from, to] = [down - ownTrack.startsAt, up - ownTrack.startsAt];
    ownTrack.notes.push([from, to, to, pitch, velocity]);
    liveRows.push([ownTrack.notes.at(-1), press, ownTrack.startsAt]);
    body.dataset.played = "";
  },
});
let ownTrack = null;
let liveRows = [];
const track = new Track(find(".track"), (share) => mixTo(share));
const byFingers = {
  press: (finger, key) => {
    piano.wake();
    duet.press(finger, key);
  },
  release: (finger) => duet.release(finger),
};
const liftKeys = drawKeys(find(".keys"), byFingers);
drawMelody(find("section.play"), find(".keys"), byFingers);

// -- what happens -------------------------------------------------------------

function happen(event) {
  const before = state;
  state = step(state, event, now(), choices);
  if (state === before) return;
  if (state.visit !== before.visit) forget(before);
  if (state.screen !== before.screen || state.mood !== before.mood || state.turn !== before.turn) changed(before);
  if (state.online && !before.online) count("lost");
  show();
}

/** Another screen, mood or piece. */
function changed(before) {
  const screen = under(state);
  const earlier = under(before);
  if (before.screen === "attract" && screen === "ways") {
    count("visits");
    silence(0.3);
  }
  if (state.screen === "attract") return;
  const moved = screen !== earlier;
  if (moved && screen === "home") return takeHome();
  if (earlier === "home") return;
  if (moved) {
    liftKeys();
    duet.releaseAll();
    if (screen !== "attract") silence(0.4);
    if (["listen", "play", "mix"].includes(screen)) count(screen);
    if (screen === "play") startPlaying();
    if (screen === "mix") startMixing();
  }
  if (screen === "listen" && state.mood && (state.turn !== before.turn || state.mood !== before.mood)) listen();
  else if (screen === "listen" && !state.mood) silence(0.4);
  else if (screen === "mix" && !moved && state.turn !== before.turn) {
    pair += 1;
    startMixing();
  }
}

/** Nothing of a visit is left. */
function forget(before) {
  count("reset");
  silence(0.5);
  liftKeys();
  duet.forget();
  duet.home = null;
  ownTrack = null;
  liveRows = [];
  pair = 0;
  mix = null;
  stop = -1;
  track.place(0.5);
  roll.forget();
  find(".code").replaceChildren();
  find(".said").textContent = find(".said").dataset.text = "";
  for (const one of document.querySelectorAll(".ends :is(b, span)")) one.textContent = "";
  for (const name of ["waiting", "piece", "played"]) delete body.dataset[name];
  document.activeElement?.blur?.();
  try {
    localStorage.clear();
    sessionStorage.clear();
    history.replaceState(null, "", location.pathname);
  } catch {
    // Nothing is kept there anyway.
  }
  pausedUntil = now() + (before.screen === "attract" ? 0 : 600);
}

// -- music --------------------------------------------------------------------

function silence(seconds) {
  if (!music) return;
  music.playing.stop(seconds);
  roll.end(music.track);
  music = null;
  delete body.dataset.piece;
}

function start(piece, { level = 1, from = 0 } = {}) {
  silence(0.25);
  const playing = new Playing(piano, piece, { level, from });
  music = { playing, piece, track: roll.add(piece.notes, playing.startsAt) };
  if (piece.id) body.dataset.piece = piece.id;
  return playing;
}

/** While nobody is there: one piece after the other. */
async function attract() {
  if (state.screen !== "attract" || state.resting) {
    if (state.resting && state.screen === "attract" && music) silence(2);
    return;
  }
  if (music && !music.playing.isOver) {
    supply.prepare();
    return;
  }
  if (music) {
    roll.end(music.track);
    music = null;
    pausedUntil = now() + GAP_MS;
  }
  if (isFetching || now() < pausedUntil) return;
  isFetching = true;
  const { visit } = state;
  try {
    const piece = await supply.forNobody();
    if (piece && visit === state.visit && state.screen === "attract" && !state.resting)
      start(piece, { level: quietLevel() });
    else if (!piece) pausedUntil = now() + AGAIN_MS;
  } finally {
    isFetching = false;
  }
}

const quietLevel = () => (choices.quiet / 100) ** 1.3; // never louder than what visitors hear

async function listen() {
  const { visit, mood, turn } = state;
  silence(0.3);
  body.dataset.waiting = "piece";
  const piece = await supply.inMood(mood);
  const screen = under(state);
  if (visit !== state.visit || turn !== state.turn || screen !== "listen" || !state.mood) return;
  delete body.dataset.waiting;
  if (piece) start(piece);
  else if (state.mood) happen({ type: "back" });
  show();
}

function startPlaying() {
  duet.forget();
  duet.home = null;
  ownTrack = null;
  liveRows = [];
  delete body.dataset.played;
}

async function lookAtDuet() {
  const screen = under(state);
  // What is held grows on the roll.
  liveRows = liveRows.filter(([row, press, startsAt]) => {
    row[1] = row[2] = press[2] - startsAt;
    return now() < press[2] + 100;
  });
  if (screen !== "play") return;
  const { visit } = state;
  const piece = await duet.look();
  if (!piece || visit !== state.visit) return;
  if (under(state) !== "play") return;
  const playing = start(piece, { level: 0.9 });
  duet.answered(piece, playing.startsAt);
}

async function startMixing() {
  const { visit, turn } = state;
  silence(0.3);
  mix = null;
  stop = -1;
  track.place(0.5);
  body.dataset.waiting = "mix";
  let found = null;
  try {
    found = await ask(`mix?pair=${pair}`, undefined, MIX_MS);
  } catch {
    // Without Koe there is no way to be found.
  }
  const screen = under(state);
  if (visit !== state.visit || turn !== state.turn || screen !== "mix") return;
  delete body.dataset.waiting;
  if (!found) return happen({ type: "back" });
  mix = found;
  track.stops(mix.stops.length);
  [".first", ".second"].forEach((name, index) => {
    find(`.ends ${name} b`).textContent = mix.ends[index].title;
    find(`.ends ${name} span`).textContent = mix.ends[index].composer;
  });
  mixTo(track.share);
}

/** Sound the stop that the puck is nearest to, from the same place of the music on. */
function mixTo(share, again = false) {
  if (!mix) return;
  const nearest = stopAt(share, mix.stops.length);
  if (nearest === stop && !again) return;
  const piece = mix.stops[nearest];
  const before = music?.piece;
  const part = music && !again ? (music.playing.position % before.ms) / before.ms : 0;
  stop = nearest;
  start(piece, { from: Math.max(part, 0) * piece.ms });
}

// -- taking home --------------------------------------------------------------

async function takeHome() {
  count("home");
  const { visit } = state;
  const [code, said] = [find(".code"), find(".said")];
  code.replaceChildren(document.createElement("i"));
  said.textContent = "";
  said.dataset.text = "";
  let found = { kind: "lost", svg: "" };
  try {
    found = await ask("home", { id: body.dataset.piece ?? "" }, 30000);
  } catch {
    // It is said that Koe is away.
  }
  if (visit !== state.visit) return;
  if (found.svg) {
    const image = new Image();
    image.alt = "";
    image.src = `data:image/svg+xml,${encodeURIComponent(found.svg)}`;
    code.replaceChildren(image);
  } else code.replaceChildren();
  said.dataset.text = found.kind;
  show();
}

// -- showing ------------------------------------------------------------------

function show() {
  showState(state, choices);
  const screen = under(state);
  roll.head = screen === "play" ? 0.62 : 0.34;
  roll.floor = FLOORS[screen]?.[innerWidth > innerHeight ? 0 : 1] ?? 1;
  roll.dim = screen === "ways" || (screen === "listen" && !state.mood) ? 0.55 : 1;
  piano.setLoudness((choices.loudness / 100) * LOUDNESS[state.loudness]);
}

// -- Koe ----------------------------------------------------------------------

async function look() {
  try {
    const told = await ask("state", undefined, LOOK_MS);
    choices = { ...USUAL, ...told.choices };
    drawLanguages(choices);
    if (state.screen === "attract" && !choices.languages.includes(state.language)) state = fresh(choices, state.visit, state);
    if (boot && told.boot !== boot) supply.spare = null; // a new server knows nothing of what the old one made
    boot = told.boot;
    const isOld = (version && told.version !== version) || now() > OLD_MS;
    version ||= told.version;
    if (isOld && state.screen === "attract") location.reload();
  } catch {
    // It is said on the screen already.
  }
  if (!piano.notes.length) await loadPiano();
  const time = new Date().toTimeString().slice(0, 5);
  if (rests(choices, time) !== state.resting) happen({ type: "rest", resting: rests(choices, time) });
  show();
}

let isLoading = false;
async function loadPiano() {
  if (isLoading || !piano.context) return;
  isLoading = true;
  try {
    const layout = await ask("layout");
    const answer = await fetch("kiosk/api/piano", { credentials: "omit" });
    if (answer.ok) await piano.load(await answer.arrayBuffer(), layout);
  } catch {
    // The next look tries again.
  } finally {
    isLoading = false;
  }
}

function count(kind) {
  ask("count", { kind }).catch(() => {});
}

let faultAt = -Infinity;
function fault(what) {
  if (now() - faultAt < FAULTS_MS) return;
  faultAt = now();
  ask("count", { fault: String(what).slice(0, 150) }).catch(() => {});
}

// -- touch --------------------------------------------------------------------

// A button counts where a finger went down on it and was lifted from it: a screen that changes under a finger, as
// when it takes over or when a countdown appears, is not touched by it.
let touched = null;
const touchable = (target) => target?.closest?.("button") ?? target?.closest?.("section.countdown");
addEventListener(
  "pointerdown",
  (event) => {
    touched = state.screen === "attract" ? null : touchable(event.target);
    piano.wake();
    happen({ type: "touch" });
  },
  { capture: true },
);
document.addEventListener("click", (event) => {
  const button = touchable(event.target);
  const isByKeyboard = event.detail === 0;
  if (!button || (button !== touched && !isByKeyboard)) return;
  if (button.matches("section")) return happen({ type: "stay" });
  const { go, mood, language } = button.dataset;
  if (go) happen({ type: "go", to: go });
  else if (mood) happen({ type: "mood", mood });
  else if (language) happen({ type: "language", language });
  else if (button.dataset.do) happen({ type: button.dataset.do });
});
addEventListener("keydown", () => happen({ type: "touch" }));
for (const name of ["contextmenu", "dragstart", "selectstart", "gesturestart"])
  addEventListener(name, (event) => event.preventDefault());
addEventListener("wheel", (event) => event.preventDefault(), { passive: false });
addEventListener("error", (event) => fault(event.message));
addEventListener("unhandledrejection", (event) => fault(event.reason?.message ?? event.reason));
document.addEventListener("visibilitychange", () => piano.watch());

listenToMidi({
  note(source, pitch, velocity) {
    happen({ type: "touch" });
    if (state.screen === "countdown") happen({ type: "stay" });
    if (state.screen === "ways") happen({ type: "go", to: "play" });
    if (state.screen === "play") duet.note(source, pitch, velocity);
  },
  release: (source) => duet.release(source),
  releaseAll: () => duet.releaseAll(),
});

// -- time ---------------------------------------------------------------------

/** Whatever goes wrong once must not stop what comes again. */
const safely = (work) => () => {
  try {
    work()?.catch?.((error) => fault(error.message));
  } catch (error) {
    fault(error.message);
  }
};

setInterval(safely(() => {
  music?.playing.pump();
  if (state.screen !== "attract" && mix && music?.playing.isOver) mixTo(track.share, true);
}), PUMP_MS);
setInterval(safely(() => {
  happen({ type: "tick" });
  countDown(state, choices, now());
  beckon(choices, now());
}), TICK_MS);
setInterval(safely(attract), TICK_MS);
setInterval(safely(lookAtDuet), 100);
setInterval(safely(look), LOOK_MS);
setInterval(safely(() => piano.watch()), 2000);

const frame = () => {
  safely(() => roll.draw())();
  requestAnimationFrame(frame);
};

drawLanguages(choices);
show();
beckon(choices, now());
frame();
look().then(safely(attract));
