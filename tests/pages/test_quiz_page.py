"""Person or network: a round is the one of its address, is answered once, counted at its end, and told at last."""

from pathlib import Path

import pytest

from koe.evaluation.descriptors import silence
from koe.models.registry import default_registry
from koe.studio.listening import N_QUESTIONS, ORIGINS, SIGNS, excerpts, signs, ten
from koe.web.serving import listening
from koe.web.texts import quiz as texts
from tests.pages.players import rolls
from tests.pages.test_pages import go, words


@pytest.fixture
def counted(monkeypatch):
    kept = listening.Answers()
    listening.answers.clear()
    monkeypatch.setattr(listening, "Answers", lambda path: kept)
    yield kept
    listening.answers.clear()


def answer(app, number: int, person: bool):
    app.button(key=f"quiz-77-{number}-{person}").click().run()
    assert not app.exception


def test_a_round_from_its_address_to_its_end(app, counted):
    app.query_params["round"] = "77"
    go(app, "quiz")
    questions = ten(77)
    assert len(questions) == 10
    for number, one in enumerate(questions):
        assert texts.QUIZ_NUMBER.format(number=number + 1, total=10) in words(app)
        (roll,) = rolls(app)
        assert len(roll["notes"]["onset"]) == len(one.piece.notes)
        assert set(roll["notes"]["kind"]) == {"w"}  # its colours do not tell
        if not number or questions[number - 1].source != one.source:  # which is told now
            assert one.source not in words(app)
        assert counted.scores() == (0,) * 11
        answer(app, number, True)  # everything is a person's
        assert one.source.split(":")[0] in words(app).replace("\\", "").replace("\u2060", "")
    assert texts.QUIZ_SCORE.format(right=4, total=10) in words(app)
    assert counted.counts() == {origin: (n, n) for origin, n in N_QUESTIONS.items()}
    assert counted.scores()[4] == sum(counted.scores()) == 1
    app.run()  # seen again, it is not counted again
    assert sum(counted.scores()) == 1
    assert "| LSTM1 | 2 | 100%" in words(app)
    assert "| silent sixteenths | 1% (" in words(app)
    app.button(key="quiz-again").click().run()
    assert app.query_params["round"] != ["77"]
    assert texts.QUIZ_NUMBER.format(number=1, total=10) in words(app)
    assert not app.exception


@pytest.mark.parametrize("junk", ["", "0", "-3", "abc", "99999999999"])
def test_without_a_round_in_the_address_one_is_drawn(app, counted, junk):
    app.query_params["round"] = junk
    go(app, "quiz")
    assert app.query_params["round"] != [junk]


def test_all_origins_are_told_apart():
    assert set(texts.QUIZ_ORIGINS) == set(ORIGINS)


def test_signs_are_those_of_the_excerpts():
    found = signs()
    assert set(found) == set(SIGNS) == set(texts.QUIZ_SIGN_NAMES)
    values = [silence(one.piece.pianoroll) for one in excerpts() if one.origin == "lstm1"]
    assert found["silence"]["lstm1"].mean == pytest.approx(sum(values) / len(values))
    for of_origins in found.values():
        for sign in of_origins.values():
            assert sign.low <= sign.mean <= sign.high
    assert found["silence"]["lstm1"].low > found["silence"]["person"].high  # which can be heard


def test_what_gives_networks_away_is_what_was_measured():
    """The figures in the text: LSTM1's and LSTM2's by their evaluations, TR1's by docs/results.md."""

    def of(model: str, name: str, which: str = "generated") -> float:
        report = default_registry().evaluation(model)
        assert report is not None
        return report["generation"]["descriptors"][name][which]["mean"]

    lstm1, lstm2, tr1, *_ = texts.QUIZ_SIGNS.split("\n\n")
    for text, model in ((lstm1, "lstm1"), (lstm2, "lstm2")):
        for name in ("silence", "self_similarity"):
            assert f"{of(model, name):.0%}".replace("%", " %") in text
    for name in ("silence", "self_similarity"):
        assert f"{of('lstm1', name, 'real'):.0%}".replace("%", " %") in lstm1
    assert of("lstm1", "repetition") == 0
    assert of("lstm2", "repetition") == pytest.approx(1 / 3100, rel=0.01)  # those that can: 31 of each 32
    assert of("lstm2", "repetition", "real") == pytest.approx(1 / 20, rel=0.02)
    assert f"over {of('lstm2', 'pitch_range'):.0f} semitones" in lstm2
    assert f"over {of('lstm2', 'pitch_range', 'real'):.0f}" in lstm2
    results = (Path(__file__).resolve().parents[2] / "docs/results.md").read_text(encoding="utf-8")
    for row, told in (
        ("measures that repeat an earlier one, at a likeness of 0.8 | 27.2 % (23.3 to 31.3) | 26.7 %", "27 %"),
        ("nine to sixteen | 6.0 % (4.6 to 7.7) | 3.6 %", "6 %, real pieces 4 %"),
        ("last chord: the tonic's | 60.0 % (51.0 to 69.0) | 73.7 %", "60 % of its pieces, people in 74 %"),
    ):
        assert row in results
        assert told in tr1
