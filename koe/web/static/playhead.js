// A line that follows the sound over its roll, and one sound at a time.
//
// Media events do not bubble, but the capturing phase reaches the document, so
// one listener serves every player that comes and goes. A player belongs to
// the roll in the nearest container whose key is "result-...-tempo-N", where N
// is the number of steps a second, times a million.

const PLAYER = /st-key-result\S*-tempo-(\d+)/;

function lineOn(plot) {
  let line = plot.querySelector(".koe-playhead");
  if (!line) {
    line = document.createElement("div");
    line.className = "koe-playhead";
    plot.style.position = "relative";
    plot.appendChild(line);
  }
  return line;
}

function follow(audio) {
  const box = audio.closest('[class*="st-key-result"]');
  const tempo = box && PLAYER.exec(box.className);
  if (!tempo) return;
  const stepsPerSec = Number(tempo[1]) / 1e6;
  const draw = () => {
    // Looked up anew each time: a rerun may have drawn another plot.
    const plot = box.querySelector(".js-plotly-plot");
    const layout = plot && plot._fullLayout;
    if (!audio.isConnected || !layout || !layout.xaxis || !layout.xaxis.l2p) return;
    const { xaxis, yaxis } = layout;
    const x = xaxis.l2p(audio.currentTime * stepsPerSec);
    const line = lineOn(plot);
    line.hidden = audio.ended || audio.currentTime === 0 || x < 0 || x > xaxis._length;
    line.style.transform = `translateX(${xaxis._offset + x}px)`;
    line.style.top = `${yaxis._offset}px`;
    line.style.height = `${yaxis._length}px`;
    if (!audio.paused) requestAnimationFrame(draw);
  };
  draw();
}

export default function () {
  const listeners = {
    play: (audio) => {
      for (const other of document.querySelectorAll("audio")) {
        if (other !== audio) other.pause();
      }
      follow(audio);
    },
    seeked: follow,
    ended: follow,
  };
  const listen = (event) => event.target instanceof HTMLAudioElement && listeners[event.type](event.target);
  for (const type of Object.keys(listeners)) document.addEventListener(type, listen, true);
  return () => {
    for (const type of Object.keys(listeners)) document.removeEventListener(type, listen, true);
  };
}
