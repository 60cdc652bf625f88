"""The listening quiz: what ships, which ten are asked, and what is kept of the answers."""

import json

import pytest

from koe.studio import Studio
from koe.studio.listening import EXCERPT_STEPS, N_QUESTIONS, PERSON, as_csv, believed, excerpts, ten
from koe.web.serving.listening import Answers


def test_excerpts_are_alike_but_for_their_notes():
    all_of_them = excerpts()
    assert {one.origin for one in all_of_them} == set(N_QUESTIONS)
    for one in all_of_them:
        assert one.piece.n_steps == EXCERPT_STEPS
        assert not one.piece.title
        assert len({note.velocity for note in one.piece.notes}) == 1
        assert len(one.piece.notes) >= 16
        assert (one.seed is None) == one.by_person


def test_what_people_wrote_is_in_the_demo_pieces():
    studio = Studio()
    titles = {f"{entry.composer}: {entry.title}": entry.slug for entry in studio.demo_pieces()}
    one = next(one for one in excerpts() if one.by_person)
    piece = studio.demo_piece(titles[one.source])
    wanted = [(note.pitch, note.duration) for note in one.piece.notes[5:15]]
    whole = [(note.pitch, note.duration) for note in piece.notes]
    assert any(whole[at : at + 10] == wanted for at in range(len(whole)))
    assert {one.source for one in excerpts() if one.origin == PERSON} <= set(titles)


def test_ten_are_the_same_for_the_same_number_and_none_comes_twice():
    rounds = [ten(seed) for seed in range(1, 30)]
    assert ten(1) == rounds[0]
    assert rounds[0] != rounds[1]
    for questions in rounds:
        assert len({id(one) for one in questions}) == 10
        assert {origin: sum(one.origin == origin for one in questions) for origin in N_QUESTIONS} == N_QUESTIONS
    assert {questions[0].by_person for questions in rounds} == {True, False}  # no order gives them away


def test_counts_are_kept_and_nothing_else(tmp_path):
    path = tmp_path / "answers.json"
    answers = Answers(path)
    said = [("person", True), ("lstm1", True), ("tr1", False)]
    answers.add(said)
    answers.add(said)
    assert json.loads(path.read_text()) == {
        "heard": {"person": [2, 2], "lstm1": [2, 2], "lstm2": [0, 0], "tr1": [2, 0]},
        "scores": [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0],
    }
    again = Answers(path)
    assert again.counts() == answers.counts()
    assert again.scores()[2] == 2


@pytest.mark.parametrize("junk", ["", "[]", '{"heard": {}, "scores": []}', '{"heard": 3}'])
def test_a_damaged_file_costs_the_counts_alone(tmp_path, junk):
    path = tmp_path / "answers.json"
    path.write_text(junk)
    answers = Answers(path)
    assert sum(answers.scores()) == 0
    answers.add([("person", True)])
    assert Answers(path).counts()["person"] == (1, 1)


def test_a_folder_that_is_not_there_does_not_end_the_quiz(tmp_path):
    answers = Answers(tmp_path / "nowhere" / "answers.json")
    answers.add([("person", False)])
    assert answers.counts()["person"] == (1, 0)


def test_the_table_has_intervals():
    rows = believed({"person": (100, 80), "tr1": (10, 5), "lstm1": (0, 0)})
    assert [row.origin for row in rows] == ["person", "tr1"]
    for row in rows:
        assert row.low < row.n_believed / row.n_heard < row.high
    assert rows[0].high - rows[0].low < rows[1].high - rows[1].low
    assert as_csv(rows).splitlines()[1].startswith("person,100,80,0.")
