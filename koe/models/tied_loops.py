"""LSTM2's loops over steps and, in each, over keys: what is compiled of it to hear and to write.

A state is a row for each variation, as `koe.models.tied_continuer.TiedMemory`
describes it, with `BORDERS` between its parts.
"""

from keras import ops

from koe.models.lstm2 import (
    BACK_MEASURES,
    BACK_STEPS,
    CHROMA,
    FADES,
    LONGEST_BACK,
    around,
    clock_features,
    key_features,
    measure_steps,
)
from koe.models.network_continuer import CHUNK_STEPS
from koe.music.grid import N_KEYS
from koe.music.states import HELD, STRUCK, UNHELD

N_RECENT = LONGEST_BACK * N_KEYS
_N_CHROMA = 12 * len(FADES)
BORDERS = (N_RECENT, N_RECENT + _N_CHROMA, N_RECENT + _N_CHROMA + 2)


def remember(weights, state, place, length, led=None):
    """Take in the step that a state ends with, and prepare the keys of the next one.

    Parameters
    ----------
    weights : dict
    state : tensor, as in `TiedMemory`
    place, length : tensors, shape=(width,)
        The next step's clock.
    led : tensor, shape=(width, 88, units), optional
        Added to what each key hears; see `koe.models.ae4`.

    Returns
    -------
    waiting : tensor, shape=(width, 88, units)
        What each key brings along before it hears of the keys below it.
    memories : list of tensors, shape=(width, 88 * units)
    """
    units = weights["from_memory"].shape[0]
    recent, chroma, _, *memories = ops.split(
        state, [*BORDERS, *(BORDERS[-1] + N_KEYS * units * number for number in (1, 2, 3))], axis=1
    )
    past = ops.concatenate([key_features(recent[:, :N_KEYS]), chroma], axis=1)
    x = ops.reshape(ops.matmul(past, weights["heard"]), (-1, N_KEYS, units)) + weights["register"]
    x = x + ops.matmul(around(_looked_back(recent, length)), weights["back"])
    if led is not None:
        x = x + led
    clock = ops.matmul(clock_features(ops.stack([place, length], axis=-1)), weights["clock"])
    x = ops.reshape(ops.elu(x + clock[:, None]), (-1, units))
    outputs, new = [], []
    for (kernel, bias), h, c in zip(weights["memory"], memories[::2], memories[1::2], strict=True):
        h, c = ops.reshape(h, (-1, units)), ops.reshape(c, (-1, units))
        gates = ops.matmul(ops.concatenate([x, h], axis=1), kernel) + bias
        i, f, g, o = ops.split(gates, 4, axis=1)  # Keras's order: input, forget, candidate, output
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        x = ops.sigmoid(o) * ops.tanh(c)
        outputs.append(x)
        new += [ops.reshape(x, (-1, N_KEYS * units)), ops.reshape(c, (-1, N_KEYS * units))]
    waiting = ops.matmul(outputs[0] + outputs[1], weights["from_memory"])
    return ops.reshape(waiting, (-1, N_KEYS, units)) + weights["key_bias"], new


def _looked_back(recent, length):
    """As `koe.models.lstm2.earlier`, for the step after the recent ones: ``(width, 88, 2 * 5)``."""
    recent = ops.reshape(recent, (-1, LONGEST_BACK, N_KEYS))
    found = [recent[:, back - 1] for back in BACK_STEPS]
    for n_measures in BACK_MEASURES:
        back = measure_steps(length, n_measures)
        looked = ops.take_along_axis(recent, ops.maximum(back - 1, 0)[:, None, None], axis=1)[:, 0]
        found.append(looked * ops.cast(back > 0, "float32")[:, None])
    keys = [ops.reshape(key_features(one), (-1, 2, N_KEYS)) for one in found]
    return ops.transpose(ops.concatenate(keys, axis=1), (0, 2, 1))


def _next(state, states, place, length, memories):
    """The state after a step."""
    chroma = ops.matmul(ops.cast(states > 0, "float32"), CHROMA)
    faded = [
        fade * state[:, N_RECENT + 12 * number : N_RECENT + 12 * (number + 1)] + (1 - fade) * chroma
        for number, fade in enumerate(FADES)
    ]
    recent = ops.concatenate([states, state[:, : N_RECENT - N_KEYS]], axis=1)
    return ops.concatenate([recent, *faded, place[:, None], length[:, None], *memories], axis=1)


def hear_chunk(weights, state, given, n_steps):
    """Take in a chunk of given steps, ``(chunk, 1, 88 + 2)``: states and clock; the first ``n_steps`` count."""

    def step(index, state):
        now = ops.take(given, index, axis=0)
        place, length = now[:, N_KEYS], now[:, N_KEYS + 1]
        _, memories = remember(weights, state, place, length)
        after = _next(state, now[:, :N_KEYS], place, length, memories)
        return ops.where(index < n_steps, after, state)

    return ops.fori_loop(0, CHUNK_STEPS, step, state)


def write_states(weights, state, uniforms, given, hints, settings, led=None):
    """Write a chunk of steps.

    Parameters
    ----------
    weights : dict
    state : tensor, as in `TiedMemory`
    uniforms : tensor, shape=(chunk, width, 88)
        Luck: one number decides between struck, held and silent.
    given : tensor, shape=(chunk, width, 88)
        States to be kept, `FREE` or `UNHELD`.
    hints : tensor, shape=(chunk, width or 1, 88, 2)
        What is added to each key's log-odds of striking and of holding.
    settings : tensor, shape=(8,)
        Steps in use; whether a threshold decides; temperature; threshold; the
        probability below which nothing happens; what is added to the log-odds
        of striking, of holding, and of striking what sounds.
    led : tuple of tensors, optional
        From a guide, see `koe.models.ae4`: what is added to what each key hears
        and to what it remembers, ``(chunk, width, 88, units)`` each, and the
        temperature of each variation, ``(width,)``, in place of the common one.

    Returns
    -------
    state : tensor, as the argument
    states : tensor, shape=(chunk, width, 88)
    chances : tensor, shape=(chunk, width)
        Log-likelihood of the given keys of each step.
    """
    n_steps, by_threshold, temperature, threshold, floor, density, holding, restriking = (settings[i] for i in range(8))
    led_in, led_on, temperature = led or (None, None, temperature)

    def decided(chance, luck):
        """Whether something of this probability happens."""
        chance = ops.where(chance < floor, 0.0, ops.where(chance > 1 - floor, 1.0, chance))
        return ops.where(
            by_threshold > 0.5, ops.cast(chance >= threshold, "float32"), ops.cast(luck < chance, "float32")
        )

    def step(index, carry):
        state, written, chances = carry
        luck = ops.transpose(ops.take(uniforms, index, axis=0))
        fixed = ops.transpose(ops.take(given, index, axis=0))
        hinted = ops.transpose(ops.take(hints, index, axis=0), (1, 0, 2))
        length = state[:, BORDERS[1] + 1]
        place = state[:, BORDERS[1]] + 1
        place = ops.where(place >= length, place - length, place)
        heard = None if led_in is None else ops.take(led_in, index, axis=0)
        waiting, memories = remember(weights, state, place, length, heard)
        if led_on is not None:
            waiting = waiting + ops.take(led_on, index, axis=0)
        waiting = ops.transpose(waiting, (1, 0, 2))
        was_sounding = ops.transpose(ops.cast(state[:, :N_KEYS] > 0, "float32"))

        def draw(key, carry):
            keys, waiting, likelihood = carry
            x = ops.take(waiting, key, axis=0)
            if not is_one:
                x = x + ops.matmul(keys, ops.take(weights["chord"], key, axis=0))
            x = ops.gelu(ops.matmul(ops.gelu(x), weights["decide"][0]) + weights["decide"][1])
            logits = ops.matmul(x, weights["last"][0]) + weights["last"][1] + ops.take(weights["odds"], key, axis=0)
            leant = logits + ops.take(hinted, key, axis=0)
            sounded = ops.take(was_sounding, key, axis=0)
            strike = ops.sigmoid((leant[:, 0] + density + restriking * sounded) / temperature)
            hold = ops.sigmoid((leant[:, 1] + holding) / temperature)
            drawn = ops.take(luck, key, axis=0)
            struck = decided(strike, drawn)
            # What is left of the luck above the chance of striking is as good as new.
            rest = (drawn - strike) / ops.maximum(1 - strike, 1e-6)
            wanted = ops.take(fixed, key, axis=0)
            held = sounded * (1 - struck) * decided(hold, rest) * ops.cast(wanted > UNHELD, "float32")
            # What is given counts with its chance as the network sees it, whatever controls and hints say.
            free = ops.cast(wanted < 0, "float32")
            must_strike = ops.cast(wanted > HELD, "float32") + ops.cast(wanted == HELD, "float32") * (1 - sounded)
            must_hold = ops.cast(wanted == HELD, "float32") * sounded
            chance = ops.softplus(logits[:, 0]) - must_strike * logits[:, 0]
            chance += sounded * (1 - must_strike) * (ops.softplus(logits[:, 1]) - must_hold * logits[:, 1])
            struck = free * struck + (1 - free) * must_strike
            held = free * held + (1 - free) * must_hold
            sounds = struck + held
            here = ops.one_hot(key, N_KEYS)
            keys += ops.concatenate([sounds[:, None] * here, struck[:, None] * here], axis=1)
            if is_one:
                # Few keys sound, so it costs less that these tell those above them than that each asks all below it.
                # Among several variations there is more often one whose key sounds, and it does not pay.
                waiting = ops.cond(sounds[0] > 0, lambda: tell(waiting, key, struck[0]), lambda: waiting)
            return keys, waiting, likelihood - (1 - free) * chance

        def tell(waiting, key, struck):
            told = ops.take(weights["told"], key, axis=0)
            return waiting + (told[0] + struck * told[1])[:, None]

        nothing = ops.zeros((state.shape[0], 2 * N_KEYS)), waiting, ops.zeros((state.shape[0],))
        keys, _, likelihood = ops.fori_loop(0, N_KEYS, draw, nothing)
        states = HELD * keys[:, :N_KEYS] + (STRUCK - HELD) * keys[:, N_KEYS:]
        after = _next(state, states, place, length, memories)
        # Past the steps in use nothing changes, so that the next chunk goes on from there.
        state = ops.where(ops.cast(index, "float32") < n_steps, after, state)
        now = ops.one_hot(index, chunk)
        return state, written + now[:, None, None] * states, chances + now[:, None] * likelihood

    chunk, is_one = uniforms.shape[0], state.shape[0] == 1
    return ops.fori_loop(0, chunk, step, (state, ops.zeros_like(uniforms), ops.zeros_like(uniforms[:, :, 0])))
