// Pieces for the page: from Koe where it answers, from memory where it does not.
//
// What was played while nobody was there is remembered, the last ones, so that a hall is not silent while a server
// starts anew. What a visitor heard is never remembered.

export const MOST_REMEMBERED = 16;
export const PATIENCE_MS = 15000; // for an answer that a network has to write
const HURRY_MS = 2500; // for a piece where another one is remembered

export class Supply {
  /** `ask(address, sent, patience)` gives what Koe answers, or fails; `lost(error)` is told of failures. */
  constructor(ask) {
    this.ask = ask;
    this.remembered = [];
    this.spare = null; // the next piece for nobody in particular
    this.last = ""; // number of the one that was played last
  }

  /** Fetch the piece after the one that plays, so that no server need answer at once. */
  async prepare(patience = PATIENCE_MS) {
    if (this.spare || this.preparing) return;
    this.preparing = true;
    try {
      this.spare = await this.ask("piece", undefined, patience);
    } catch {
      // There are those that are remembered.
    } finally {
      this.preparing = false;
    }
  }

  /** A piece while nobody is there; null where there has never been one. Never the same twice, if there are two. */
  async forNobody() {
    await this.prepare(this.remembered.length ? HURRY_MS : PATIENCE_MS);
    let piece = this.spare;
    this.spare = null;
    if (piece) this.remember(piece);
    else piece = this.other();
    this.last = piece?.id ?? "";
    return piece;
  }

  remember(piece) {
    this.remembered.push(piece);
    if (this.remembered.length > MOST_REMEMBERED) this.remembered.shift();
  }

  /** One that is remembered, the one that was played longest ago; of a mood where there is one. */
  other(mood = "") {
    const others = this.remembered.filter((piece) => piece.id !== this.last);
    const piece = others.find((one) => one.mood === mood) ?? others[0] ?? this.remembered[0] ?? null;
    if (piece) {
      this.remembered = [...this.remembered.filter((one) => one !== piece), piece];
      this.last = piece.id;
    }
    return piece;
  }

  /** A piece for a visitor in a mood. */
  async inMood(mood) {
    try {
      return await this.ask(`piece?mood=${mood}`);
    } catch {
      return this.other(mood);
    }
  }
}

/** Asks Koe; whatever is not an answer in time is a failure, which `heard(false)` is told. */
export function asking(base, heard) {
  return async (address, sent = undefined, patience = PATIENCE_MS) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    let answer;
    try {
      const how = sent === undefined ? {} : { method: "POST", body: JSON.stringify(sent) };
      answer = await fetch(`${base}${address}`, { ...how, signal: stop.signal, cache: "no-store", credentials: "omit" });
      const told = answer.ok ? await answer.json() : null;
      heard(answer.status < 500);
      if (!answer.ok) throw new Error(`${answer.status}`);
      return told;
    } catch (error) {
      if (!answer) heard(false);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
