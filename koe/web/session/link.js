// Shows an address, copies it at a touch, and draws its QR code.

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value); // browsers allow it on https and localhost
  } catch {
    field.select();
    document.execCommand("copy");
  }
}

export default function ({ data, parentElement }) {
  const field = parentElement.querySelector("input");
  const button = parentElement.querySelector("button");
  const code = parentElement.querySelector(".code");
  field.value = data.address;
  field.setAttribute("aria-label", data.labels.address);
  field.onfocus = () => field.select();
  button.textContent = data.labels.copy;
  button.onclick = async () => {
    await copy(field);
    button.textContent = data.labels.copied;
    setTimeout(() => {
      button.textContent = data.labels.copy;
    }, 2000);
  };
  code.setAttribute("aria-label", data.labels.code);
  code.innerHTML = data.svg;
}
