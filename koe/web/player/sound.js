// Hands a sound to the player that it belongs to.
//
// It comes by itself, since sound takes longer than pictures: the roll is drawn
// first and plays what arrives. Kept in a map for players that are not there yet.

const sounds = (globalThis.koeSounds ??= new Map());

export default function ({ data }) {
  sounds.set(data.player, data);
  dispatchEvent(new CustomEvent("koe-sound", { detail: data.player }));
  return () => {
    if (sounds.get(data.player) === data) sounds.delete(data.player);
  };
}
