// The operator's page. The password stays in this variable and goes with each request; nothing is kept in the browser.

const find = (selector) => document.querySelector(selector);
const [door, form] = [find("#door"), find("#choices")];
const WRONG = { wrong: "This is not the password.", closed: "Too many wrong passwords; try again in a minute." };
const NUMBERS = ["loudness", "quiet", "idle_sec", "countdown_sec"];
let password = "";

async function ask(more = {}) {
  const answer = await fetch("api/operator", {
    method: "POST",
    body: JSON.stringify({ password, ...more }),
    cache: "no-store",
    credentials: "omit",
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(WRONG[told.error] ?? told.error);
  return told;
}

function show(told) {
  find("main").hidden = false;
  door.hidden = true;
  const { choices } = told;
  for (const [name, value] of Object.entries(choices)) if (form.elements[name] && name !== "languages") form.elements[name].value = value;
  const ordered = [...choices.languages, ...told.languages.filter((one) => !choices.languages.includes(one))];
  find(".languages").replaceChildren(
    find(".languages legend"),
    ...ordered.map((language) => {
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), {
        type: "checkbox",
        name: "languages",
        value: language,
        checked: choices.languages.includes(language),
      });
      label.append(box, ` ${language.toUpperCase()}`);
      return label;
    }),
  );
  say();
  pairs("#counts", told.counts);
  pairs("#ready", told.ready);
  find("#since").textContent = new Date(told.since).toLocaleString();
  find("#version").textContent = told.version;
  find("#waiting").textContent = told.waiting;
  find("#restart").hidden = !told.can_restart;
  find("#faults").replaceChildren(
    ...told.faults.map(([time, what]) =>
      Object.assign(document.createElement("li"), { textContent: `${new Date(time).toLocaleString()} ${what}` }),
    ),
  );
}

function pairs(selector, values) {
  find(selector).replaceChildren(
    ...Object.entries(values).flatMap(([name, value]) => [
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: value }),
    ]),
  );
}

function say() {
  for (const range of form.querySelectorAll("[type=range]")) range.nextElementSibling.textContent = range.value;
}

const trying = (place, work) => async (event) => {
  event?.preventDefault();
  try {
    place.textContent = "";
    await work();
  } catch (error) {
    place.textContent = error.message;
  }
};

door.addEventListener(
  "submit",
  trying(door.querySelector(".said"), async () => {
    password = door.elements.password.value;
    door.elements.password.value = "";
    show(await ask());
  }),
);
const said = form.querySelector(".said");
form.addEventListener("input", say);
form.addEventListener(
  "submit",
  trying(said, async () => {
    const data = new FormData(form);
    // The first of the languages stays first where it is still chosen.
    const choices = Object.fromEntries(data);
    for (const name of NUMBERS) choices[name] = Number(choices[name]);
    choices.languages = data.getAll("languages");
    const told = await ask({ choices });
    show(told);
    said.textContent = told.kept ? "Saved." : "In effect until Koe ends; no file keeps it.";
  }),
);
find("#look").addEventListener("click", trying(said, async () => show(await ask())));
find("#restart").addEventListener("click", trying(said, async () => show(await ask({ restart: true }))));
find("#midi").addEventListener(
  "click",
  trying(said, async () => {
    await navigator.requestMIDIAccess();
    said.textContent = "MIDI keyboards play from the next start of the page on.";
  }),
);
