// Where a visitor is. Nothing here knows of a page, a clock or a server: what happens comes in, a state comes out.
//
// A state is never changed in place. A visit is a number; when it changes, whatever the last one left is forgotten,
// since a new state keeps nothing of the old one but whether Koe can be reached and whether the hall rests.

export const SCREENS = ["attract", "ways", "listen", "play", "mix", "home", "countdown"];
export const MOODS = ["calm", "cheerful", "sad", "stormy", "dance", "solemn"];
export const LOUDNESS = [0.35, 0.65, 1]; // of what the operator allows

/** The first state, and the one after each visit. */
export function fresh(choices, visit = 0, { online = true, resting = false } = {}) {
  return {
    screen: "attract",
    visit,
    language: choices.languages[0],
    loudness: LOUDNESS.length - 1,
    mood: "", // of the piece that is heard under "listen"; none while the pictures are shown
    back: "", // where one came from to "home"
    turn: 0, // grows with each wish for another piece
    held: "", // what a countdown lies over
    until: 0, // when it ends
    touchedAt: 0,
    online,
    resting,
  };
}

/**
 * The state after something happened at a time, in milliseconds of a clock that never goes back.
 *
 * What makes no sense where the visitor is changes nothing, so that a finger that comes late does no harm.
 */
export function step(state, event, now, choices) {
  const next = { ...state };
  switch (event.type) {
    case "online":
      next.online = Boolean(event.online);
      return next;
    case "rest":
      next.resting = Boolean(event.resting);
      return next;
    case "tick":
      return tick(next, now, choices);
    case "over":
      return state.screen === "attract" ? state : over(state, choices);
  }
  const wasIdle = state.screen === "attract";
  next.touchedAt = now;
  if (event.type === "touch") {
    if (wasIdle) next.screen = "ways";
    return next;
  }
  if (wasIdle) return state; // a visit begins with a touch
  if (event.type === "stay") {
    if (state.screen === "countdown") Object.assign(next, { screen: state.held, held: "", until: 0 });
    return next;
  }
  if (state.screen === "countdown") return state;
  switch (event.type) {
    case "go":
      if (["ways", "listen", "play", "mix"].includes(event.to)) Object.assign(next, { screen: event.to, mood: "" });
      else if (event.to === "home" && ["listen", "play", "mix"].includes(state.screen))
        Object.assign(next, { screen: "home", back: state.screen });
      return next;
    case "back":
      if (state.screen === "home") Object.assign(next, { screen: state.back, back: "" });
      else if (state.screen === "listen" && state.mood) next.mood = "";
      else next.screen = "ways";
      return next;
    case "mood":
      if (state.screen !== "listen" || !MOODS.includes(event.mood)) return state;
      return Object.assign(next, { mood: event.mood, turn: state.turn + 1 });
    case "another":
      if (state.screen === "mix" || (state.screen === "listen" && state.mood)) next.turn = state.turn + 1;
      return next;
    case "language":
      if (choices.languages.includes(event.language)) next.language = event.language;
      return next;
    case "loudness":
      next.loudness = (state.loudness + LOUDNESS.length - 1) % LOUDNESS.length;
      return next;
  }
  return state;
}

function tick(next, now, choices) {
  if (next.screen === "attract") return next;
  const patience = 1000 * choices.idle_sec;
  const countdown = 1000 * choices.countdown_sec;
  if (next.screen === "countdown") return now >= next.until ? over(next, choices) : next;
  const alone = now - next.touchedAt;
  if (alone >= patience + countdown) return over(next, choices); // the machine slept through the countdown
  if (alone < patience) return next;
  return Object.assign(next, { held: next.screen, screen: "countdown", until: now + countdown });
}

const over = (state, choices) => fresh(choices, state.visit + 1, state);

/** The screen that a state shows, also where a countdown lies over it. */
export const under = (state) => (state.screen === "countdown" ? state.held : state.screen);

/** Whether a time of day, "HH:MM", lies in the hours of rest, which may go over midnight. */
export function rests({ rest_from: from, rest_to: to }, time) {
  if (!from || !to || from === to) return false;
  return from < to ? from <= time && time < to : from <= time || time < to;
}
