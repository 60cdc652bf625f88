"""A new piece at one click: a short opening, and the network goes on from it."""

import numpy as np

from koe.models.sampling import Sampling, check_seed
from koe.music.faults import fault_score
from koe.music.making import Making
from koe.music.piece import Piece
from koe.music.states import states_from_pianoroll
from koe.progress import ShouldStop
from koe.studio.continuing import Continuing
from koe.studio.work import heavy

N_STEPS = 256  # sixteen measures, about half a minute
TEMPERATURE = 0.97  # a little surer than the network is; much below that it writes few notes
N_TAKES = 4
OPENING_STEPS = 4

# Openings in C: a bass note, and a chord of the right hand over it. Each is
# moved to a key between five semitones below and six above.
_OPENINGS = (
    (48, 64, 67, 72),  # C major
    (48, 60, 64, 67),
    (36, 52, 60, 67),
    (45, 60, 64, 69),  # A minor
    (45, 57, 60, 64),
    (38, 57, 62, 65),  # D minor
    (41, 57, 60, 65),  # F major
    (43, 59, 62, 67),  # G major
    (40, 55, 59, 64),  # E minor
)
_TEMPI = (72, 84, 92, 100, 112, 120)


class Composing(Continuing):
    """New pieces; a part of `koe.studio.Studio`."""

    @heavy("compose")  # two seconds, but what most visitors come for: it may have all places
    def compose(self, seed: int, model: str | None = None, *, should_stop: ShouldStop | None = None) -> Piece:
        """A new piece at one click: sixteen measures from a chord that the seed chooses.

        The first `OPENING_STEPS` steps are the chord. The first model that
        continues writes it unless another is named. The same seed and model
        give the same piece. Where ``should_stop`` says so, `Cancelled` is raised.

        Raises
        ------
        InputError
            If no model of that name continues.
        """
        check_seed(seed)
        card = self.registry.card(model) if model else self.step_model()
        rng = np.random.default_rng((seed, 0xC0))
        opening = _OPENINGS[rng.integers(len(_OPENINGS))]
        shift = int(rng.integers(-5, 7))
        qpm = float(_TEMPI[rng.integers(len(_TEMPI))])
        chord = self.chord([pitch + shift for pitch in opening], OPENING_STEPS, qpm)
        sampling = Sampling(temperature=TEMPERATURE)
        takes = self.continue_piece(
            chord, N_STEPS - chord.n_steps, card.name, sampling, seed, n_variations=N_TAKES, should_stop=should_stop
        )
        # A network that writes on its own falls silent, bursts or gets stuck at times; the soundest take is kept.
        # Of one that hears no onsets, what it holds on to of the chord is one note with it.
        written = [take.states if card.hears_onsets else states_from_pianoroll(take.pianoroll) for take in takes]
        states = min(written, key=lambda take: fault_score(take if card.hears_onsets else take > 0))
        making = Making(card.name, seed, (("way", "composed at one press"), ("temperature", f"{TEMPERATURE:g}")))
        return Piece.from_states(states, qpm, f"Piece No. {seed}", made_by=making)
