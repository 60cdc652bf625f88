"""What the kiosk's page is made of, each by itself: state machine, eight keys, memory, sound, words."""

import itertools

import pytest

from koe.music.library import load_piece
from koe.music.midi import write_midi
from koe.web.kiosk.telling import told
from tests.e2e.kiosk_stub import StubbedKiosk

IDLE_MS, COUNTDOWN_MS = 60_000, 20_000


@pytest.fixture(scope="module")
def modules(browser):
    """A page in which the kiosk's modules can be imported, and nothing else is."""
    kiosk = StubbedKiosk(browser)
    kiosk.open("/empty")
    yield kiosk.page
    kiosk.context.close()
    assert not kiosk.faults


# -- the state machine ---------------------------------------------------------

WALK = """
async ([choices, events]) => {
  const { fresh, step } = await import("/kiosk/machine.js");
  let [state, now] = [fresh(choices), 0];
  return events.map(([wait, event]) => {
    now += wait;
    state = step(state, event, now, choices);
    return state;
  });
}
"""
RANDOM_WALK = """
async ([choices, seed, n]) => {
  const { fresh, step, SCREENS, MOODS } = await import("/kiosk/machine.js");
  let luck = seed;
  const draw = (n) => Math.floor(((luck = (luck * 48271) % 2147483647) / 2147483647) * n);
  const kinds = "touch go back mood another language loudness stay over tick online rest nothing".split(" ");
  const places = ["ways", "listen", "play", "mix", "home", "attract", "nowhere", undefined];
  let [state, now, wrong] = [fresh(choices), 0, []];
  const seen = new Set();
  for (let index = 0; index < n; index += 1) {
    const event = {
      type: kinds[draw(kinds.length)],
      to: places[draw(places.length)],
      mood: [...MOODS, "none"][draw(MOODS.length + 1)],
      language: ["de", "en", "fr", "it", "es"][draw(5)], online: draw(2) === 1, resting: draw(2) === 1,
    };
    now += [0, 100, 500, 2000, 5000, 30000, 70000, 90000][draw(8)];
    const before = JSON.stringify(state);
    const next = step(state, event, now, choices);
    if (JSON.stringify(state) !== before) wrong.push("changed in place");
    const known = SCREENS.includes(next.screen) && choices.languages.includes(next.language);
    if (!known) wrong.push(JSON.stringify([event, next]));
    if (next.screen === "countdown" && (!next.held || next.until <= 0)) wrong.push(JSON.stringify(next));
    if (next.visit !== state.visit) {
      const expected = JSON.stringify(fresh(choices, state.visit + 1, next));
      if (JSON.stringify(next) !== expected) wrong.push(`kept: ${JSON.stringify(next)}`);
    }
    state = next;
    seen.add(state.screen);
    // From wherever: whoever goes away is forgotten.
    let alone = state;
    for (let second = 0; second <= choices.idle_sec + choices.countdown_sec + 1; second += 0.5)
      alone = step(alone, { type: "tick" }, now + 1000 * second, choices);
    if (alone.screen !== "attract") wrong.push(`stuck in ${alone.screen}`);
  }
  return { wrong, seen: [...seen].sort() };
}
"""
CHOICES = {"languages": ["de", "en", "fr", "it"], "idle_sec": 60, "countdown_sec": 20}


def walk(page, *events):
    """States after events, each after a wait in milliseconds."""
    sent = [[wait, {"type": name, **more}] for wait, name, more in events]
    return page.evaluate(WALK, [CHOICES, sent])


def test_a_visit_from_the_first_touch_to_oblivion(modules):
    states = walk(
        modules,
        *(
            (0, "touch", {}),
            (500, "language", {"language": "fr"}),
            (500, "loudness", {}),
            (500, "go", {"to": "listen"}),
        ),
        *((500, "mood", {"mood": "sad"}), (500, "another", {}), (500, "go", {"to": "home"}), (500, "back", {})),
        *((IDLE_MS - 1, "tick", {}), (1, "tick", {}), (COUNTDOWN_MS - 1, "tick", {}), (1, "tick", {})),
    )
    assert [state["screen"] for state in states] == [
        *("ways", "ways", "ways", "listen", "listen", "listen", "home", "listen"),
        *("listen", "countdown", "countdown", "attract"),
    ]
    before, after = states[-2], states[-1]
    assert (before["language"], before["mood"], before["turn"]) == ("fr", "sad", 2)
    assert (after["language"], after["mood"], after["turn"], after["visit"]) == ("de", "", 0, 1)
    assert after["loudness"] == states[0]["loudness"] != before["loudness"]


def test_whoever_is_still_there_goes_on_where_they_were(modules):
    *_, counting, stays, later = walk(
        modules,
        *((0, "touch", {}), (0, "go", {"to": "mix"}), (IDLE_MS, "tick", {}), (5000, "stay", {}), (30_000, "tick", {})),
    )
    assert (counting["screen"], counting["held"]) == ("countdown", "mix")
    assert stays["screen"] == later["screen"] == "mix"


def test_a_machine_that_slept_begins_anew_without_a_countdown(modules):
    assert walk(modules, (0, "touch", {}), (8 * 3600 * 1000, "tick", {}))[-1]["screen"] == "attract"


def test_a_late_finger_does_no_harm(modules):
    states = walk(
        modules,
        *((0, "go", {"to": "play"}), (0, "mood", {"mood": "sad"}), (0, "stay", {}), (0, "touch", {})),
        *((0, "mood", {"mood": "sad"}), (0, "go", {"to": "home"}), (0, "mood", {"mood": "none"})),
    )
    assert [state["screen"] for state in states] == ["attract"] * 3 + ["ways"] * 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_it_is_never_stuck_and_keeps_nothing_of_a_visit(modules, seed):
    found = modules.evaluate(RANDOM_WALK, [CHOICES, seed, 1500])
    assert found["wrong"] == []
    assert found["seen"] == ["attract", "countdown", "home", "listen", "mix", "play", "ways"]


def test_hours_of_rest_may_go_over_midnight(modules):
    times = ["00:00", "07:59", "08:00", "12:00", "21:59", "22:00", "23:59"]
    script = """async ([times, hours]) => {
      const { rests } = await import("/kiosk/machine.js");
      return times.filter((time) => rests(hours, time));
    }"""
    night = {"rest_from": "22:00", "rest_to": "08:00"}
    assert modules.evaluate(script, [times, night]) == ["00:00", "07:59", "22:00", "23:59"]
    assert modules.evaluate(script, [times, {"rest_from": "08:00", "rest_to": "22:00"}]) == ["08:00", "12:00", "21:59"]
    assert modules.evaluate(script, [times, {"rest_from": "", "rest_to": ""}]) == []


# -- the eight keys ------------------------------------------------------------

PLAYERS = """
async ([pieces, n]) => {
  const { ALONE, chordAt, EightKeys, N_KEYS } = await import("/kiosk/harmony.js");
  let luck = 20;
  const draw = (n) => Math.floor(((luck = (luck * 48271) % 2147483647) / 2147483647) * n);
  const names = "notes inKey inChord afterPause afterPauseInChord moves alongContour repeats same".split(" ");
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  for (let player = 0; player < n; player += 1) {
    const piece = pieces[player % pieces.length] ?? ALONE;
    const keys = new EightKeys();
    let [ms, key, last] = [0, draw(N_KEYS), null];
    for (let press = 0; press < 60; press += 1) {
      const wait = [90, 180, 300, 450, 900][draw(5)];
      ms = (ms + wait) % piece.ms;
      // Some hammer, some glide, some jump about.
      key = player % 3 === 0 ? draw(N_KEYS) : Math.min(Math.max(key + draw(5) - 2, 0), N_KEYS - 1);
      const chord = chordAt(piece.chords, ms);
      const pitch = keys.press(key, ms, chord, piece.scale);
      const own = [...piece.scale, ...chord];
      sums.notes += 1;
      sums.inKey += own.includes(pitch % 12);
      sums.inChord += chord.includes(pitch % 12);
      if (wait === 900) {
        sums.afterPause += 1;
        sums.afterPauseInChord += chord.includes(pitch % 12);
      }
      if (last && key !== last.key) {
        sums.moves += 1;
        sums.alongContour += Math.sign(pitch - last.pitch) === Math.sign(key - last.key);
      } else if (last && last.chord.join() === chord.join() && chord.includes(last.pitch % 12)) {
        sums.repeats += 1;
        sums.same += pitch === last.pitch;
      }
      last = { key, pitch, chord };
    }
  }
  return sums;
}
"""


def test_a_hundred_players_who_know_nothing_play_in_key_and_chord(modules):
    slugs = ("bach-prelude-c-major", "chopin-prelude-e-minor", "mozart-sonata-k545", "brahms-waltz-a-flat")
    pieces = [told(piece, write_midi(piece)) for piece in map(load_piece, slugs)]
    found = modules.evaluate(PLAYERS, [[{k: p[k] for k in ("ms", "scale", "chords")} for p in pieces], 100])
    assert found["notes"] == 6000
    assert found["inKey"] == found["notes"]
    assert found["afterPauseInChord"] == found["afterPause"] > 500
    assert found["inChord"] / found["notes"] > 0.6
    assert found["alongContour"] / found["moves"] > 0.97
    assert found["same"] == found["repeats"] > 100


# -- memory --------------------------------------------------------------------


def test_the_supply_never_repeats_itself_and_plays_from_memory_while_koe_is_away(modules):
    found = modules.evaluate(
        """async () => {
          const { MOST_REMEMBERED, Supply } = await import("/kiosk/supply.js");
          let [number, away] = [0, false];
          const supply = new Supply(async (address) => {
            if (away) throw new Error("away");
            return { id: String((number += 1)), mood: number % 2 ? "sad" : "calm" };
          });
          const heard = [];
          for (let turn = 0; turn < 30; turn += 1) heard.push((await supply.forNobody()).id);
          const visitors = await supply.inMood("calm");
          away = true;
          for (let turn = 0; turn < 30; turn += 1) heard.push((await supply.forNobody()).id);
          const lost = await supply.inMood("sad");
          const empty = await new Supply(async () => { throw new Error("away"); }).forNobody();
          const n = supply.remembered.length;
          return { heard, most: MOST_REMEMBERED, n, visitors: visitors.id, mood: lost.mood, empty };
        }"""
    )
    heard = found["heard"]
    assert all(first != second for first, second in itertools.pairwise(heard))
    assert len(set(heard[30:])) == found["most"] == found["n"]
    assert found["visitors"] not in heard[30:]
    assert (found["mood"], found["empty"]) == ("sad", None)


# -- sound ---------------------------------------------------------------------

SOUND = """
async (script) => {
  const { Piano, Playing } = await import("/kiosk/sound.js");
  const made = [];
  const param = () => ({ value: 0, setTargetAtTime() {}, cancelScheduledValues() {} });
  class Context {
    constructor() {
      Object.assign(this, { state: "running", currentTime: 0, resumed: 0, started: [], destination: {} });
      made.push(this);
    }
    node() {
      const node = { gain: param(), playbackRate: param(), threshold: param(), ratio: param(), attack: param() };
      return Object.assign(node, { context: this, connect: (to) => to, disconnect() {}, stop() {} });
    }
    createGain() { return this.node(); }
    createDynamicsCompressor() { return this.node(); }
    createBufferSource() {
      const node = this.node();
      return Object.assign(node, { start: (at) => this.started.push([at, node.playbackRate.value]) });
    }
    resume() { this.resumed += 1; return Promise.resolve(); }
    close() { this.state = "closed"; return Promise.resolve(); }
  }
  window.AudioContext = Context;
  let ms = 0;
  const piano = new Piano(() => ms);
  piano.notes = [{ pitch: 60, velocity: 80, buffer: {} }];
  piano.gain = 1;
  const go = (by, of = made.at(-1)) => { ms += by; of.currentTime += by / 1000; };
  return await new (Object.getPrototypeOf(async () => {}).constructor)("piano", "Playing", "made", "go", script)(
    piano, Playing, made, go);
}
"""


def test_a_note_sounds_once_in_time_and_what_comes_too_late_is_left_out(modules):
    found = modules.evaluate(
        SOUND,
        """
        const keys = [[0, 60], [500, 72], [3000, 60], [9000, 60]];
        const notes = keys.map(([on, pitch]) => [on, on + 100, on + 100, pitch, 80]);
        const playing = new Playing(piano, { notes, ms: 9100 });
        for (let turn = 0; turn < 20; turn += 1) { playing.pump(); go(40); }
        go(4000);  // the page was held up
        for (let turn = 0; turn < 20; turn += 1) { playing.pump(); go(40); }
        playing.stop();
        for (let turn = 0; turn < 200; turn += 1) { playing.pump(); go(40); }
        return { started: made[0].started, isOver: playing.isOver };
        """,
    )
    (first, rate), (second, other_rate) = found["started"]
    assert second - first == pytest.approx(0.5, abs=0.005)
    assert (rate, other_rate) == (1, 2)  # an octave higher
    assert found["isOver"]


def test_a_context_that_sleeps_is_woken_and_one_whose_clock_stands_still_is_replaced(modules):
    found = modules.evaluate(
        SOUND,
        """
        const [first] = made;
        first.state = "suspended";
        for (let turn = 0; turn < 9; turn += 1) piano.watch();
        const woken = first.resumed;
        first.state = "running";
        for (let turn = 0; turn < 9; turn += 1) { go(2000); piano.watch(); }
        const kept = made.length;
        const notes = [[30000, 30100, 30100, 60, 80]];
        const playing = new Playing(piano, { notes, ms: 30100 });
        for (let turn = 0; turn < 9; turn += 1) piano.watch();  // its device is gone
        for (let turn = 0; turn < 800; turn += 1) { go(40); playing.pump(); }
        return { woken, kept, now: made.length, closed: first.state, started: made.at(-1).started.length };
        """,
    )
    assert found["woken"] >= 9
    assert (found["kept"], found["closed"]) == (1, "closed")
    assert found["now"] == 3  # as long as no clock runs, now and then another one is tried
    assert found["started"] == 1  # what plays goes on in the new one


def test_every_language_says_everything(modules):
    texts = modules.evaluate("async () => (await import('/kiosk/texts.js')).TEXTS")
    assert set(texts) == {"de", "en", "fr", "it"}
    for words in texts.values():
        assert words.keys() == texts["en"].keys()
        assert all(words.values())
