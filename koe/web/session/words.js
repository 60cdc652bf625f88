// Streamlit's own words, which it has in English alone, in the visitor's language: on its uploaders, in its menu
// and lists, and for who hears the page. What Koe says comes in the language that was chosen, and is left alone.

const TEXTS = '[data-testid^="stFileUploader"], [data-testid^="stMainMenu"], [data-testid^="stSelectboxVirtual"], [role="listbox"]';
const NAMED = "button[aria-label], nav[aria-label], a[aria-label], [data-testid][aria-label]";

const known = (globalThis.koeWords ??= { words: [], said: new WeakMap(), planned: false });

function inWords(english) {
  const text = english.trim();
  for (const [pattern, words] of known.words) {
    if (pattern.test(text)) return english.replace(text, text.replace(pattern, words));
  }
  return english;
}

/** What it is to say now; in English it says again what it said. */
function anew(owner, now) {
  const before = known.said.get(owner);
  const english = before && before.said === now ? before.english : now;
  const said = inWords(english);
  known.said.set(owner, { english, said });
  return said;
}

function putAll() {
  known.planned = false;
  for (const box of document.querySelectorAll(TEXTS)) {
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const said = anew(text, text.data);
      if (said !== text.data) text.data = said;
    }
  }
  for (const element of document.querySelectorAll(NAMED)) {
    const now = element.getAttribute("aria-label");
    const said = anew(element, now);
    if (said !== now) element.setAttribute("aria-label", said);
  }
}

function plan() {
  if (known.planned) return;
  known.planned = true;
  requestAnimationFrame(putAll);
}

export default function ({ data }) {
  known.words = Object.entries(data.words).map(([pattern, words]) => [new RegExp(`^(?:${pattern})$`), words]);
  known.watch ??= new MutationObserver(plan);
  known.watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  plan();
}
