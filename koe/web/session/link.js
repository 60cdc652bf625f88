// Shows an address, copies it at a touch, hands it and the MIDI file to what the phone shares with, and draws its code.

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value); // browsers allow it on https and localhost
  } catch {
    field.select();
    document.execCommand("copy");
  }
}

const fileOf = ({ name, data }) =>
  new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], name, { type: "audio/midi" });

/** Whether somebody who closes the system's sheet, or sends from it, needs nothing else. */
async function shared(what) {
  try {
    await navigator.share(what);
    return true;
  } catch (error) {
    return error.name === "AbortError";
  }
}

function save(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export default function ({ data, parentElement }) {
  const part = (name) => parentElement.querySelector(name);
  const field = part("input");
  const { labels } = data;
  field.value = data.address;
  field.setAttribute("aria-label", labels.address);
  field.onfocus = () => field.select();
  const copying = async () => {
    await copy(field);
    part(".copy").textContent = labels.copied;
    setTimeout(() => {
      part(".copy").textContent = labels.copy;
    }, 2000);
  };
  part(".copy").textContent = labels.copy;
  part(".copy").onclick = copying;

  // Phones have a sheet for this, and some computers; where a way is refused, there is the one before it.
  const file = fileOf(data.file);
  part(".ways").hidden = !navigator.share;
  part(".share").textContent = labels.share;
  part(".share").onclick = async () => (await shared({ title: data.title, url: data.address })) || copying();
  part(".send").textContent = labels.send;
  part(".send").hidden = !navigator.canShare?.({ files: [file] });
  part(".send").onclick = async () => (await shared({ title: data.title, files: [file] })) || save(file);

  const code = part(".code");
  code.hidden = !data.svg;
  code.setAttribute("aria-label", labels.code);
  code.innerHTML = data.svg;
}
