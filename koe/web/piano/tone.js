// The piano's sound, and the metronome's: made by the browser itself, so that a key sounds as it goes down.
//
// A tone is a sum of partials of a stiff string, each dying away by itself, the
// higher the faster; it is loud at once and stops a moment after the key is let go.
// Joined with keys.js, midi.js, take.js and piano.js to one module.

const PARTIALS = 7;
const HIGHEST_HZ = 9000; // the ear does not miss partials above it
const STRETCH = 3e-4; // inharmonicity of a grand piano's middle
const ATTACK_SEC = 0.004;
const DAMPER_SEC = 0.07;
const LONGEST_SEC = 9;
const MOST_VOICES = 32; // at once; a phone's processor is shared with the page
const LEVEL = 0.16;

const voices = new Set();
let context;
let out;

/** The context, ready to sound; null where the browser has none or does not allow any. */
async function awake() {
  try {
    const ctx = ears();
    // Resuming takes a moment the first time; a browser that never does must not keep the visitor waiting.
    await Promise.race([ctx.resume(), new Promise((done) => setTimeout(done, 400))]);
    return ctx.state === "running" ? ctx : null;
  } catch {
    return null;
  }
}

function ears() {
  if (context) return context;
  if (navigator.audioSession) navigator.audioSession.type = "playback"; // or an iPhone's switch silences it
  context = new AudioContext({ latencyHint: "interactive" });
  out = context.createDynamicsCompressor(); // ten fingers are louder than one
  out.threshold.value = -14;
  out.ratio.value = 5;
  out.attack.value = 0.002;
  out.connect(context.destination);
  return context;
}

/** Seconds until something that is played now is heard. */
const lateSec = () => Math.min((context && (context.outputLatency || context.baseLatency)) || 0, 0.4);

/** Begin a tone, now or at a time of the context; gives what ends it. */
function strike(pitch, velocity = 80, at = 0) {
  try {
    const ctx = ears();
    ctx.resume();
    const start = Math.max(at, ctx.currentTime);
    const voice = new Tone(ctx, pitch, velocity, start);
    voices.add(voice);
    if (voices.size > MOST_VOICES) voices.values().next().value.damp(start);
    return voice;
  } catch {
    return null; // no sound here; the key still counts
  }
}

class Tone {
  constructor(ctx, pitch, velocity, start) {
    this.ctx = ctx;
    const fundamental = 440 * 2 ** ((pitch - 69) / 12);
    const loud = LEVEL * (0.15 + 0.85 * (velocity / 127) ** 1.6);
    const bright = 1.75 - 0.7 * (velocity / 127); // a soft blow leaves the high partials out
    const fading = 0.55 * 2 ** ((pitch - 60) / 24); // two octaves higher fades twice as fast
    const end = start + Math.min(LONGEST_SEC, 5 / fading);
    this.gain = ctx.createGain();
    const pan = ctx.createStereoPanner?.();
    if (pan) pan.pan.value = clamp((pitch - 64) / 70, -0.6, 0.6); // bass left, as the player hears it
    (pan ? this.gain.connect(pan) : this.gain).connect(out);
    this.parts = [];
    for (let partial = 1; partial <= PARTIALS; partial += 1) {
      const stretch = Math.sqrt((1 + STRETCH * partial ** 2) / (1 + STRETCH));
      const frequency = fundamental * partial * stretch;
      if (partial > 1 && frequency > HIGHEST_HZ) break;
      const strength = loud / partial ** bright;
      this.part(frequency, strength, fading * (1 + 0.4 * (partial - 1)), start, end);
      // The strings of one key are never quite in tune with one another: it shimmers.
      if (partial === 1) this.part(frequency * 1.0007, strength * 0.4, fading * 0.6, start, end);
    }
    this.parts[0].onended = () => {
      voices.delete(this);
      this.gain.disconnect();
      pan?.disconnect();
    };
  }

  part(frequency, strength, fading, start, end) {
    const [tone, level] = [this.ctx.createOscillator(), this.ctx.createGain()];
    tone.frequency.value = frequency;
    level.gain.setValueAtTime(0, start);
    level.gain.linearRampToValueAtTime(strength, start + ATTACK_SEC);
    level.gain.setTargetAtTime(0, start + ATTACK_SEC, 1 / fading);
    tone.connect(level).connect(this.gain);
    tone.start(start);
    tone.stop(end);
    this.parts.push(tone);
  }

  /** Let the damper fall, now or at a time of the context. */
  damp(at = 0) {
    voices.delete(this);
    const now = Math.max(at, this.ctx.currentTime);
    this.gain.gain.setTargetAtTime(0, now, DAMPER_SEC);
    for (const tone of this.parts) tone.stop(now + 8 * DAMPER_SEC);
  }
}

/** A metronome's clicks, all set at once: they come in time even while the page is busy. Gives what ends them. */
function clicks(ctx, times) {
  const gain = ctx.createGain();
  gain.connect(out);
  for (const [at, strong] of times) {
    const [tone, level] = [ctx.createOscillator(), ctx.createGain()];
    tone.frequency.value = strong ? 1760 : 1175;
    level.gain.setValueAtTime(strong ? 0.3 : 0.18, at);
    level.gain.exponentialRampToValueAtTime(0.0005, at + 0.045);
    tone.connect(level).connect(gain);
    tone.start(at);
    tone.stop(at + 0.05);
  }
  return () => gain.disconnect();
}

/** Silence whatever else sounds on the page. */
function hush() {
  for (const audio of document.querySelectorAll("audio, video")) audio.pause();
}
