// The browser remembers the project, so that a reload, a lost connection or a
// server that was started anew loses nothing; and Ctrl+Z takes back. It also
// remembers the language, if one was chosen, and reads the page in it.
//
// What this tab had comes first; a new tab gets what was saved last in any.

const PLACE = "koe-project";
const LINE = "koe-line"; // what can be undone, in this tab, with the project that it led to
const TEXT_FIELD = 'textarea, select, [contenteditable=""], [contenteditable="true"]';
const NO_TEXT = ["range", "checkbox", "radio", "button", "submit", "reset", "file", "color"];

const memory = (globalThis.koeMemory ??= { asked: "", written: "", undo() {}, redo() {}, back() {} });

function stores() {
  const found = [];
  for (const name of ["sessionStorage", "localStorage"]) {
    try {
      found.push(globalThis[name]); // a browser may forbid even to look
    } catch {
      // Then it forgets; everything else works.
    }
  }
  return found;
}

function read() {
  for (const store of stores()) {
    const text = store.getItem(PLACE);
    if (text) return text;
  }
  return "";
}

/** What can be undone, if it led to this project. */
function readLine(project) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(LINE));
    return kept?.project === project ? kept.line : "";
  } catch {
    return "";
  }
}

function writeLine(project, line) {
  try {
    if (line) sessionStorage.setItem(LINE, JSON.stringify({ project, line }));
    else sessionStorage.removeItem(LINE);
  } catch {
    // Full: what is there does not lead to this project, and does not count.
  }
}

/** Leave nothing behind. */
function clear() {
  for (const store of stores()) {
    store.removeItem(PLACE);
    store.removeItem(LINE);
  }
  memory.written = "";
}

function write(text) {
  for (const store of stores()) {
    try {
      store.setItem(PLACE, text);
    } catch {
      // Full: what was kept before stays.
    }
  }
  memory.written = text;
}

function typing(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.closest(TEXT_FIELD)) return true;
  return target.tagName === "INPUT" && !NO_TEXT.includes(target.type);
}

if (!memory.listening) {
  memory.listening = true;
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event)) return;
    const key = event.key.toLowerCase();
    const back = key === "z" && !event.shiftKey;
    const forth = key === "y" || (key === "z" && event.shiftKey);
    if (!back && !forth) return;
    event.preventDefault();
    if (back) memory.undo();
    else memory.redo();
  });
}

// Streamlit asks a server that comes back for nothing until somebody does something. A new one knows nothing
// of this visitor, so it is asked at once, and gets what the browser remembers.
function followLine() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || memory.followed === app) return;
  memory.followed = app;
  let lost = false;
  new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && lost) memory.back();
    lost = !connected;
  }).observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
}

export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language;
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; SameSite=Lax`; // an empty one goes
  }
  memory.undo = () => setTriggerValue("undo", true);
  memory.redo = () => setTriggerValue("redo", true);
  memory.back = () => setTriggerValue("back", true);
  followLine();
  if (data.cleared && memory.cleared !== data.cleared) {
    memory.cleared = data.cleared;
    memory.asked = data.session;
    clear();
  }
  if (data.untouched && memory.asked !== data.session) {
    memory.asked = data.session;
    const text = read();
    if (text) setTriggerValue("found", { project: text, line: readLine(text) });
  } else if (data.project && data.project !== memory.written) {
    write(data.project);
    writeLine(data.project, data.line);
  }
}
