"""What lessons compute in the browser, beside Keras, automatic differentiation, and the texts that tell of it."""

import re
from pathlib import Path

import numpy as np
import pytest

LEARN = Path(__file__).resolve().parents[2] / "koe/web/learn"
METHODS = ("sgd", "momentum", "rmsprop", "adam")
RATE = 0.03


@pytest.fixture(scope="module")
def run(browser):
    """Evaluate an expression in JavaScript that has the lessons' own scripts."""
    # The kit draws and listens; of it only what computes is wanted here.
    kit = (LEARN / "kit.js").read_text()
    dice = kit[kit.index("function dice") : kit.index("const channelsOf")]
    names = ("optimizers.js", "network.js", "surface.js")
    # Of lessons, what stands around their classes.
    around = [
        re.sub(
            r"class \w+ extends Lesson \{.*?\n\}\n|export default .*", "", (LEARN / name).read_text(), flags=re.DOTALL
        )
        for name in ("memory.js", "neuron.js", "layers.js", "text.js")
    ]
    scripts = [dice, *((LEARN / name).read_text() for name in names), *around]
    page = browser.new_page()
    page.add_script_tag(content="\n".join(scripts))
    yield lambda expression, given=None: page.evaluate(expression, given)
    page.close()


@pytest.mark.parametrize("method", METHODS)
def test_updates_are_those_of_keras(run, method):
    import keras

    kinds = {
        "sgd": lambda: keras.optimizers.SGD(RATE),
        "momentum": lambda: keras.optimizers.SGD(RATE, momentum=0.9),
        "rmsprop": lambda: keras.optimizers.RMSprop(RATE),
        "adam": lambda: keras.optimizers.Adam(RATE),
    }
    gradients = np.random.default_rng(0).normal(0, (1, 0.01, 30), (12, 3))
    weights = keras.Variable(np.zeros(3, np.float32))
    optimizer = kinds[method]()
    expected = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient.astype(np.float32))], [weights])
        expected.append(keras.ops.convert_to_numpy(weights).copy())
    made = run(
        """([method, rate, gradients]) => {
          const weights = new Float64Array(3);
          const optimizer = new Optimizer(method, rate, 3);
          return gradients.map((gradient) => (optimizer.update(weights, gradient), [...weights]));
        }""",
        [method, RATE, gradients.tolist()],
    )
    assert np.abs(expected[-1]).max() > RATE / 2
    np.testing.assert_allclose(made, expected, rtol=2e-4, atol=1e-5)


def test_the_tiny_autoencoder_learns_by_its_true_gradient(run):
    """Forward, backward and dropout against automatic differentiation."""
    tf = pytest.importorskip("tensorflow")
    examples = (np.random.default_rng(1).random((5, 88)) < 0.1).astype(float)
    made = run(
        """(examples) => {
          const net = new Autoencoder(3, dice(5));
          const rows = examples.map((one) => Float64Array.from(one));
          const plain = [net.learnFrom(rows), [...net.gradient]];
          const drawn = dice(9);
          const masks = rows.map(() => net.masks(drawn));
          const dropped = [net.learnFrom(rows, dice(9)), [...net.gradient]];
          const layers = net.layers.map(({ inputs, outputs, kernel, bias }) => [inputs, outputs, kernel, bias]);
          return { weights: [...net.weights], layers, plain, dropped, loss: net.lossOf(rows),
            masks: masks.map((one) => [0, 2].map((at) => [...one[at]])) };
        }""",
        examples.tolist(),
    )
    weights = tf.Variable(made["weights"], dtype=tf.float64)
    masks = np.array(made["masks"])  # (examples, 2, hidden)
    assert set(np.unique(np.round(masks, 6))) == {0.0, round(1 / 0.7, 6)}
    activations = (tf.nn.elu, tf.tanh, tf.nn.elu, tf.sigmoid)
    for name, kept in (("plain", np.ones_like(masks)), ("dropped", masks)):
        with tf.GradientTape() as tape:
            x = tf.constant(examples)
            for at, ((inputs, outputs, kernel, bias), activation) in enumerate(
                zip(made["layers"], activations, strict=True)
            ):
                matrix = tf.reshape(weights[kernel : kernel + inputs * outputs], (inputs, outputs))
                x = activation(x @ matrix + weights[bias : bias + outputs])
                if at in (0, 2):
                    x = x * kept[:, at // 2]
            loss = tf.reduce_mean(tf.square(x - examples))
        gradient = tf.convert_to_tensor(tape.gradient(loss, weights)).numpy()
        assert np.abs(gradient).max() > 1e-4
        assert made[name][0] == pytest.approx(float(loss), abs=1e-12)
        np.testing.assert_allclose(made[name][1], gradient, atol=1e-12)
    assert made["loss"] == pytest.approx(made["plain"][0], abs=1e-12)


def test_its_first_weights_are_glorots(run):
    layers = run(
        """() => {
          const net = new Autoencoder(4, dice(3));
          return net.layers.map(({ inputs, outputs, kernel }) =>
            [inputs, outputs, [...net.weights.subarray(kernel, kernel + inputs * outputs)]]);
        }"""
    )
    for inputs, outputs, weights in layers:
        assert np.std(weights) == pytest.approx(np.sqrt(2 / (inputs + outputs)), rel=0.15)
        assert abs(np.mean(weights)) < 0.1 * np.std(weights) + 0.02


def test_it_overfits_within_few_epochs_and_transposing_helps(run):
    """What the presets promise, on the piece that is there at first."""
    from koe.music.states import sounding
    from koe.studio import Studio

    studio = Studio()
    roll = sounding(studio.segment(studio.demo_piece(studio.demo_pieces()[0].slug), 1))
    found = run(
        """(roll) => {
          const rows = roll.map((one) => Float64Array.from(one, Number));
          const [known, secret] = [rows.slice(0, 48), rows.slice(48)];
          const moved = (row, by) => Float64Array.from(row, (_, key) => row[key - by] ?? 0);
          const learn = (lessons, numbers, rate, updates) => {
            const random = dice(7);
            const net = new Autoencoder(numbers, random);
            const optimizer = new Optimizer("adam", rate, net.weights.length);
            let least = Infinity;
            for (let i = 0; i < updates; i += 1) {
              net.learnFrom(Array.from({ length: 16 }, () => lessons[Math.floor(random() * lessons.length)]));
              optimizer.update(net.weights, net.gradient);
              if (i % 20 === 0) least = Math.min(least, net.lossOf(secret));
            }
            return { known: net.lossOf(known), secret: net.lossOf(secret), least };
          };
          const keys = Array.from({ length: 12 }, (_, i) => known.map((row) => moved(row, i - 6))).flat();
          return { plain: learn(known, 4, 0.01, 1800), keys: learn(keys, 8, 0.003, 2400) };
        }""",
        roll.astype(int).tolist(),
    )
    assert found["plain"]["secret"] > 5 * found["plain"]["known"]
    assert found["plain"]["secret"] > 1.05 * found["plain"]["least"]
    assert found["keys"]["secret"] < 0.5 * found["plain"]["secret"]


@pytest.mark.parametrize("surface", ["bowl", "ravine", "valleys", "saddle"])
def test_slopes_are_those_of_the_surface(run, surface):
    points = np.random.default_rng(2).uniform(-1, 1, (20, 2)).tolist()
    ask = "([name, points]) => points.map(([x, y]) => [SURFACES[name].loss(x, y), ...SURFACES[name].slopes(x, y)])"
    step = 1e-5
    here = np.array(run(ask, [surface, points]))
    for axis in (0, 1):
        ahead, behind = (
            np.array(run(ask, [surface, (np.array(points) + sign * step * np.eye(2)[axis]).tolist()]))[:, 0]
            for sign in (1, -1)
        )
        np.testing.assert_allclose(here[:, 1 + axis], (ahead - behind) / (2 * step), atol=1e-7)
    grid = [[x, y] for x in np.linspace(-1, 1, 81) for y in np.linspace(-1, 1, 81)]
    assert -1e-3 < np.array(run(ask, [surface, grid]))[:, 0].min() < 0.02  # about 0, as the texts have it


def test_the_ravine_is_as_the_texts_say(run):
    """Plain descent diverges from 1.25 on, and at 0.1 halves the way along it in 58 updates, across it in 4."""
    ask = """([rate, steps]) => {
      const weights = Float64Array.from([1, 1]);
      const optimizer = new Optimizer("sgd", rate, 2);
      for (let i = 0; i < steps; i += 1) optimizer.update(weights, SURFACES.ravine.slopes(...weights));
      return [...weights].map(Math.abs);
    }"""
    assert run(ask, [1.24, 100])[1] < 1 < run(ask, [1.26, 100])[1]
    assert run(ask, [0.1, 57])[0] > 0.5 > run(ask, [0.1, 58])[0]
    assert run(ask, [0.1, 3])[1] > 0.5 > run(ask, [0.1, 4])[1]


@pytest.mark.parametrize("weight", [0.5, 0.9, 1.6])
def test_a_cell_without_gates_forgets_as_its_slope_says(run, weight):
    told = np.random.default_rng(3).normal(0, 0.4, 16)
    ask = "([told, weight]) => gateless(told, weight)"
    step = 1e-6
    ahead, behind = (np.array(run(ask, [[told[0] + sign * step, *told[1:]], weight])["states"]) for sign in (1, -1))
    found = run(ask, [told.tolist(), weight])
    state = 0.0
    for value, made in zip(told, found["states"], strict=True):
        state = np.tanh(weight * state + value)
        assert made == pytest.approx(state)
    # By a little more in the first state, not in what it was told.
    first = (ahead - behind)[0]
    np.testing.assert_allclose(found["lefts"], (ahead - behind) / first, rtol=1e-4, atol=1e-7)


def test_what_is_left_in_an_lstm_is_the_product_of_its_forget_gates(run):
    forget = [0.1, 0.9, 0.5, 1.0]
    assert run("(forget) => leftOf(forget)", forget) == pytest.approx([1, 0.9, 0.45, 0.45])


def test_a_temperature_bends_chances(run):
    ask = "([odds, temperature]) => chanceOf(odds, temperature)"
    assert run(ask, [np.log(3), 1]) == pytest.approx(0.75)
    assert run(ask, [np.log(9), 2]) == pytest.approx(0.75)


LEARN_TASK = """([task, hidden, activation, seeds]) => seeds.map((seed) => {
  const net = hidden
    ? new Network([2, hidden, 1], [activation, "sigmoid"], dice(seed))
    : new Network([2, 1], [activation], dice(seed));
  const optimizer = new Optimizer("adam", 0.03, net.weights.length);
  const inputs = CASES.map((one) => Float64Array.from(one));
  const targets = TASKS[task].map((one) => Float64Array.from([one]));
  for (let i = 0; i < ENOUGH; i += 1) {
    net.learnFrom(inputs, null, targets);
    optimizer.update(net.weights, net.gradient);
  }
  return inputs.filter((one, i) => net.decode(one)[0] > 0.5 === targets[i][0] > 0.5).length;
})"""


def test_one_neuron_cannot_hear_a_triad_and_four_can(run):
    seeds = list(range(3, 23))
    assert max(run(LEARN_TASK, ["triad", 0, "sigmoid", seeds])) <= 3
    assert set(run(LEARN_TASK, ["triad", 4, "tanh", seeds])) == {4}
    for task in ("both", "either"):
        assert set(run(LEARN_TASK, [task, 0, "sigmoid", seeds])) == {4}


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "elu"])
def test_targets_of_their_own_have_true_gradients(run, activation):
    """Against finite differences, on a point where no activation has its corner."""
    ask = """([activation, weights]) => {
      const net = new Network([2, 4, 1], [activation, "sigmoid"], dice(1));
      if (weights) net.weights.set(weights);
      const inputs = CASES.map((one) => Float64Array.from(one, (value) => value + 0.1));
      const targets = TASKS.triad.map((one) => Float64Array.from([one]));
      return [net.learnFrom(inputs, null, targets), [...net.gradient], [...net.weights]];
    }"""
    _, gradient, weights = run(ask, [activation, None])
    for place in range(len(weights)):
        ahead, behind = (
            run(ask, [activation, [*weights[:place], weights[place] + step, *weights[place + 1 :]]])[0]
            for step in (1e-6, -1e-6)
        )
        assert gradient[place] == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


def test_only_glorots_weights_keep_eight_layers_alive(run):
    """What the three presets say, on music-like inputs."""
    ask = """([times, rows]) => {
      const net = new Network(new Array(9).fill(88), new Array(8).fill("tanh"));
      net.draw(dice(11), times);
      const said = rows.map((row) => net.through(Float64Array.from(row)));
      const last = said.map((outputs) => outputs.at(-1));
      const all = last.flatMap((row) => [...row]);
      const ends = all.filter((value) => Math.abs(value) > 0.95).length / all.length;
      return [spreadOf(said.map((outputs) => outputs[1])), spreadOf(last), ends];
    }"""
    rows = (np.random.default_rng(5).random((64, 88)) < 0.04).astype(float).tolist()
    first, last, ends = run(ask, [1, rows])
    assert 0.3 * first < last < 3 * first
    assert ends < 0.05
    first, last, _ = run(ask, [0.4, rows])
    assert last < 0.01 * first
    *_, ends = run(ask, [4, rows])
    assert ends > 0.5


@pytest.mark.parametrize(
    "text", ["HLO HLO HLO HLO", "T T T T   T", "", "!x", "\ufeffH L\nO", "HJL  H", " ", "x~H", "ÄH €"]
)
def test_texts_are_read_as_koe_reads_them(run, text):
    from koe.errors import TextFormatError
    from koe.music.text import pianoroll_from_text
    from koe.web.learn.given import keys_of

    found = run("(text) => keysOfText(text)", text)
    try:
        assert [sorted(keys) for keys in found] == keys_of(pianoroll_from_text(text))
    except TextFormatError:  # what Koe refuses in a file is passed over while somebody is typing
        assert all(0 <= key < 88 for keys in found for key in keys)
