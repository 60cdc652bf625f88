// The first picture stays until the page itself is there; who has pressed its button by then has pressed the page's.
(() => {
  const shell = document.getElementById("koe-shell");
  const button = shell.querySelector("button");
  let pressed = false;
  if (button) {
    button.onclick = () => {
      pressed = true;
      button.textContent = button.dataset.pressed;
      button.setAttribute("aria-busy", "true");
    };
  }
  const WRONG = '[role="dialog"], [data-testid="stAlert"], [data-testid="stException"]';
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    const rests = app?.dataset.testScriptState === "notRunning";
    const compose = document.querySelector(".st-key-compose button");
    const there = button ? compose : app?.querySelector('[data-testid="stMain"] :is(h1, h2)');
    if (!there && !document.querySelector(WRONG)) return;
    // A press counts once the page's script has run to its end; what comes before is lost with that run.
    if (pressed && compose && (compose.disabled || !rests)) return;
    watch.disconnect();
    shell.remove();
    if (pressed) compose?.click();
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled", "data-test-script-state"],
  });
})();
