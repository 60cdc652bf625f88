// Pieces that a visitor wants to keep: a list that this browser remembers for every session, and for every tab.
//
// It is drawn here, and here alone; the page learns which pieces are on it, and gets one to open. There are two of
// these elements on a page: one that nobody sees, on every page, does what hearts ask for; the other one is the list.

const SHELF = "koe-shelf";
const MOST = 60; // pieces
const MOST_CHARS = 1_500_000; // of all; a browser keeps 5 million for a site, of which a project takes up to 3
const MOST_NAME = 400;
const ID = /^[0-9a-f]{32}$/;

const shelfMemory = (globalThis.koeShelf ??= { done: "", shown: new Set() });

/** What is on the shelf; what is not as it was written there is left out. */
function readShelf() {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(SHELF)) ?? [];
  } catch {
    // Forbidden, or somebody else's.
  }
  const good = (one) => ID.test(one?.id) && typeof one.name === "string" && typeof one.piece === "string";
  return Array.isArray(kept) ? kept.filter(good).slice(0, MOST) : [];
}

/** Whether the browser took it: "full" or "closed" otherwise. */
function writeShelf(pieces) {
  const text = JSON.stringify(pieces);
  if (pieces.length > MOST || text.length > MOST_CHARS) return "full";
  try {
    if (pieces.length) localStorage.setItem(SHELF, text);
    else localStorage.removeItem(SHELF);
  } catch (error) {
    return error.name === "SecurityError" ? "closed" : "full";
  }
  for (const one of shelfMemory.shown) one.look();
  return "";
}

if (!shelfMemory.listening) {
  shelfMemory.listening = true;
  globalThis.addEventListener("storage", (event) => {
    if (event.key === SHELF || event.key === null) for (const one of shelfMemory.shown) one.look();
  });
}

/** Do once what a heart asked for; what can be said of it. */
function obey(order) {
  if (!order || order.turn === shelfMemory.done) return "";
  shelfMemory.done = order.turn;
  const pieces = readShelf();
  const others = pieces.filter((one) => one.id !== order.id);
  if (order.clear) writeShelf([]);
  else if (order.piece) {
    const { id, name, piece, sec, picture } = order;
    return writeShelf([{ id, name: name.slice(0, MOST_NAME), piece, sec, picture }, ...others]) || "kept";
  } else if (others.length < pieces.length) return writeShelf(others) || "taken";
  return "";
}

const clockOf = (sec) => `${Math.floor(sec / 60)}:${String(Math.floor(sec % 60)).padStart(2, "0")}`;

function element(kind, name, words = "") {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = words;
  return made;
}

const DRAWINGS = {
  rename: "M4 16.5V20h3.5L18 9.5 14.5 6zM15.6 4.9l1.7-1.7 3.5 3.5-1.7 1.7z",
  remove: "M7 21V8h10v13zM9 5h6l1 1h4v2H4V6h4z",
};

class Shelf {
  constructor(root) {
    this.box = root.querySelector(".shelf");
    this.told = "";
    this.gone = null;
    this.naming = false; // while a name is being written nothing is drawn anew
    shelfMemory.shown.add(this);
  }

  leave() {
    shelfMemory.shown.delete(this);
  }

  show(data) {
    this.data = data;
    shelfMemory.shown.add(this);
    const said = data.list ? "" : obey(data.order);
    this.look(said);
  }

  look(said = "") {
    const pieces = readShelf();
    if (this.data.list) this.draw(pieces);
    else this.tell(pieces, said);
  }

  /** Let the page know, where it knows something else. */
  tell(pieces, said) {
    const ids = pieces.map((one) => one.id);
    const now = `${this.data.session} ${ids}`;
    if (!said && (now === this.told || String(this.data.known) === String(ids))) return;
    this.told = now;
    this.send("told", { ids, said });
  }

  draw(pieces) {
    if (this.naming) return;
    this.box.hidden = !pieces.length && !this.gone;
    const { labels } = this.data;
    const rows = [element("h3", "title", labels.shelf), ...pieces.map((one) => this.row(one))];
    if (this.gone) rows.push(this.wayBack());
    const held = this.box.getRootNode().activeElement?.dataset?.of;
    this.box.replaceChildren(...rows);
    if (held) this.box.querySelector(`[data-of="${held}"]`)?.focus();
  }

  row(one) {
    const { labels } = this.data;
    const row = element("div", "row");
    const open = element("button", "open");
    open.dataset.of = `open-${one.id}`;
    open.setAttribute("aria-label", labels.open.replace("{name}", () => one.name));
    open.append(drawn(one.picture), element("span", "name", one.name));
    if (Number.isFinite(one.sec)) open.append(element("span", "time", clockOf(one.sec)));
    open.onclick = () => this.send("open", { id: one.id, name: one.name, piece: one.piece });
    const rename = this.button("rename", one, () => this.rename(row, one));
    const remove = this.button("remove", one, () => {
      this.gone = one;
      writeShelf(readShelf().filter((other) => other.id !== one.id));
      this.box.querySelector(".back")?.focus();
    });
    row.append(open, rename, remove);
    return row;
  }

  button(what, one, act) {
    const made = element("button", `tool ${what}`);
    const words = this.data.labels[what].replace("{name}", () => one.name);
    made.title = words;
    made.setAttribute("aria-label", words);
    made.dataset.of = `${what}-${one.id}`;
    made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${DRAWINGS[what]}" /></svg>`;
    made.onclick = act;
    return made;
  }

  rename(row, one) {
    const field = element("input", "field");
    field.value = one.name;
    field.maxLength = MOST_NAME;
    field.setAttribute("aria-label", this.data.labels.name);
    const end = (keeps) => {
      if (!this.naming) return;
      this.naming = false;
      const name = field.value.trim();
      if (keeps && name) writeShelf(readShelf().map((other) => (other.id === one.id ? { ...other, name } : other)));
      this.look();
      this.box.querySelector(`[data-of="rename-${one.id}"]`)?.focus();
    };
    field.onkeydown = (event) => {
      event.stopPropagation(); // Streamlit has keys of its own
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or the button that comes in its place is pressed as well
      end(event.key === "Enter");
    };
    field.onblur = () => end(true);
    this.naming = true;
    row.replaceChildren(field);
    field.focus();
    field.select();
  }

  wayBack() {
    const { labels } = this.data;
    const row = element("div", "row gone", labels.removed.replace("{name}", () => this.gone.name));
    const back = element("button", "back", labels.back);
    back.onclick = () => {
      const one = this.gone;
      this.gone = null;
      writeShelf([one, ...readShelf().filter((other) => other.id !== one.id)]);
    };
    row.append(back);
    return row;
  }
}

/** The beginning of a piece, by the places of its bars: x, y and width of each in a field of 100 by 24. */
function drawn(picture) {
  const places = Array.isArray(picture) ? picture.filter((bar) => Array.isArray(bar) && bar.every(Number.isFinite)) : [];
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 100 24");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "picture");
  for (const [x, y, width] of places) {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x, y, width, height: 1.6, rx: 0.8 })) bar.setAttribute(name, value);
    drawing.append(bar);
  }
  return drawing;
}

export default mount(Shelf, 1000);
