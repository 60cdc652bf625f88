// What is seen of a state besides the roll: which screen, which words, how much is left of a countdown.

import { under } from "./machine.js";
import { LANGUAGES, TEXTS } from "./texts.js";

const BECKON_MS = 3200; // for which the first screen speaks one language

const find = (selector) => document.querySelector(selector);
const { body } = document;
const set = (name, is) => (is ? (body.dataset[name] = "") : delete body.dataset[name]);

/** Show a state; the style follows what the body says of it. */
export function showState(state, { languages }) {
  const screen = under(state);
  body.dataset.screen = screen;
  body.dataset.visit = state.visit;
  set("counting", state.screen === "countdown");
  set("lost", !state.online);
  set("resting", state.resting && screen === "attract");
  if (state.mood) body.dataset.mood = state.mood;
  else delete body.dataset.mood;
  const words = TEXTS[state.language] ?? TEXTS[languages[0]];
  document.documentElement.lang = state.language;
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = words[one.dataset.text] ?? "";
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", words[one.dataset.label]);
  for (const one of document.querySelectorAll(".languages button"))
    one.setAttribute("aria-pressed", String(one.dataset.language === state.language));
  find(".loudness").dataset.step = state.loudness;
}

/** How much is left of a countdown, as a number and as a ring. */
export function countDown(state, choices, now) {
  if (state.screen !== "countdown") return;
  const left = Math.max(state.until - now, 0);
  find(".number").textContent = Math.ceil(left / 1000);
  find(".countdown .left").style.strokeDashoffset = String(1 - left / (1000 * choices.countdown_sec));
}

/** The one word of the first screen, in one language after the other. */
export function beckon({ languages }, now) {
  find("[data-beckon]").textContent = TEXTS[languages[Math.floor(now / BECKON_MS) % languages.length]].touch;
}

/** A button for each language; drawn anew only where the operator chose others. */
export function drawLanguages({ languages }) {
  const box = find(".languages");
  if (box.dataset.of === languages.join()) return;
  box.dataset.of = languages.join();
  box.replaceChildren(
    ...languages.map((language) => {
      const button = document.createElement("button");
      button.dataset.language = language;
      button.textContent = language.toUpperCase();
      button.setAttribute("aria-label", LANGUAGES[language]);
      return button;
    }),
  );
}
