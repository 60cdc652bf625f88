// The eight keys: which pitch a press gives, so that whatever is pressed belongs to the key and the chord under way.
//
// The keys say a contour, not pitches, as those of Piano Genie do (Donahue, Simon and Dieleman 2019): farther right is
// higher, the same key is the same note. What is pressed on its own, or first after a pause, belongs to the chord;
// between such notes others of the scale may pass, but none a semitone above a note of the chord, which would rub.

export const N_KEYS = 8;
const [LOWEST, HIGHEST] = [55, 91];
const MIDDLE = 72;
const SPAN = 3.1; // semitones from a key to the next, on average
const PAUSE_MS = 650; // after which a note stands by itself
const MAJOR = [0, 2, 4, 5, 7, 9, 11];

/** What stands where no music is under way: four chords of C major, one after the other. */
export const ALONE = {
  scale: MAJOR,
  minor: false,
  chords: [[0, 0, 4, 7], [1, 9, 0, 4], [2, 5, 9, 0], [3, 7, 11, 2]], // C, A minor, F, G
};

/** The chord at a time, pitch classes with the root first; `chords` are rows of a time and pitch classes. */
export function chordAt(chords, ms) {
  let found = chords[0];
  for (const row of chords) if (row[0] <= ms) found = row;
  return found.slice(1);
}

/** Pitch classes that may pass between notes of a chord, and those themselves: of the scale those that do not rub. */
export function passing(scale, chord) {
  const rubs = new Set(chord.map((one) => (one + 1) % 12));
  return [...chord, ...scale.filter((one) => !chord.includes(one) && !rubs.has(one))];
}

/** What eight keys play. It remembers the last press alone. */
export class EightKeys {
  constructor() {
    this.forget();
  }

  forget() {
    this.last = null; // { key, pitch, ms, weak }
  }

  /** The pitch of a press of a key, 0 to 7, at a time, over a chord of a scale. */
  press(key, ms, chord, scale) {
    const { last } = this;
    const strong = !last || ms - last.ms > PAUSE_MS || last.weak;
    const classes = strong ? chord : passing(scale, chord);
    const open = [];
    for (let pitch = LOWEST; pitch <= HIGHEST; pitch += 1) if (classes.includes(pitch % 12)) open.push(pitch);
    const place = MIDDLE + SPAN * (key - (N_KEYS - 1) / 2);
    let pitch = nearest(open, place);
    if (last) {
      const way = Math.sign(key - last.key);
      const beyond = open.filter((one) => Math.sign(one - last.pitch) === way);
      // Near where the key is, and near where the contour leads: neighbours are steps, wherever the tune is.
      const leads = last.pitch + 2 * (key - last.key);
      const wanted = way ? (place + leads) / 2 : last.pitch;
      pitch = nearest(beyond.length ? beyond : open, wanted);
    }
    this.last = { key, pitch, ms, weak: !strong && !chord.includes(pitch % 12) };
    return pitch;
  }
}

const nearest = (pitches, wanted) =>
  pitches.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best));
