// What all scripts in the page share. It stands in front of each of them, in the same module.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);

/** Everything in a box that has a class, by the first of its classes. */
const partsOf = (box) => Object.fromEntries([...box.querySelectorAll("[class]")].map((one) => [one.classList[0], one]));

/** Write the words of a box: what `data-text` and `data-label` name, for eyes and for ears. */
function say(box, labels) {
  for (const one of box.querySelectorAll("[data-text]")) one.textContent = labels[one.dataset.text];
  for (const one of box.querySelectorAll("[data-label]")) {
    const words = labels[one.dataset.label];
    one.setAttribute("aria-label", words);
    if (one.getAttribute("role") !== "slider") one.title = words;
  }
}

/**
 * What Streamlit calls with each change of the data: an object of `Kind` for each element, which is shown the data.
 *
 * Nothing is built anew while an element stays. Streamlit ends a turn before the next begins, or after: only what no
 * turn takes up again within `graceMs` has gone, and leaves. Without a grace it leaves at once.
 */
function mount(Kind, graceMs = null) {
  const mounted = new WeakMap();
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    let place = mounted.get(parentElement);
    if (!place) mounted.set(parentElement, (place = { one: new Kind(parentElement), turn: 0 }));
    const { one } = place;
    Object.assign(one, { sendState: setStateValue, send: setTriggerValue });
    one.show(data);
    const turn = (place.turn += 1);
    const end = () => turn === place.turn && one.leave();
    return graceMs === null ? end : () => setTimeout(end, graceMs);
  };
}

