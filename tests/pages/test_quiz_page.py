"""Person or network: a round is the one of its address, is answered once, counted at its end, and told at last."""

import pytest

from koe.studio.listening import N_QUESTIONS, ORIGINS, ten
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
