// A MIDI keyboard plays the piano, where the browser has Web MIDI and the visitor asks for it.

const [NOTE_OFF, NOTE_ON, CONTROL] = [0x80, 0x90, 0xb0];
const [ALL_SOUND_OFF, ALL_NOTES_OFF] = [120, 123];

let midiAccess; // asked for once, however often the piano is put up

class Midi {
  /** `say` takes one of "none", "refused", "waiting", "connected", and the keyboards' names. */
  constructor(keyboard, say) {
    Object.assign(this, { keyboard, say, inputs: [] });
    if (midiAccess) this.ask();
  }

  async ask() {
    if (!navigator.requestMIDIAccess) return this.say("none");
    try {
      midiAccess ??= navigator.requestMIDIAccess();
      this.access = await midiAccess;
    } catch {
      midiAccess = undefined;
      return this.say("refused");
    }
    this.access.onstatechange = () => this.connect();
    this.connect();
  }

  connect() {
    this.keyboard.releaseAll(); // one that was pulled out never lets its keys go
    this.inputs = [...this.access.inputs.values()].filter((input) => input.state !== "disconnected");
    for (const input of this.inputs) input.onmidimessage = (event) => this.hear(input, event);
    const names = this.inputs.map((input) => input.name || "MIDI").join(", ");
    this.say(names ? "connected" : "waiting", names);
  }

  hear(input, event) {
    const [status, pitch, velocity] = event.data;
    const at = event.timeStamp || performance.now(); // when it was pressed, not when the page came to read it
    const source = `${input.id} ${status & 0x0f} ${pitch}`;
    const kind = status & 0xf0;
    if (kind === NOTE_OFF || kind === NOTE_ON) this.keyboard.release(source, at);
    if (kind === NOTE_ON && velocity) this.keyboard.press(source, pitch, velocity, at);
    if (kind === CONTROL && (pitch === ALL_SOUND_OFF || pitch === ALL_NOTES_OFF)) this.keyboard.releaseAll(at);
  }

  leave() {
    for (const input of this.inputs) input.onmidimessage = null;
    if (this.access) this.access.onstatechange = null;
  }
}
