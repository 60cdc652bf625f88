"""What readers say of a file, in the visitor's language."""

from dataclasses import replace
from pathlib import Path

import pytest

from koe.errors import KoeError
from koe.formats.reading import read_piece
from koe.music.piece import Piece
from koe.projects.schema import Take
from koe.transcription import transcribe
from koe.web import continuing, pieces
from koe.web.texts import language
from koe.web.texts.german.refusals import refusal_in_german
from koe.web.texts.german.remarks import REMARKS, in_german
from tests.formats.writing import grace, note, score

CASES = Path(__file__).resolve().parents[1] / "cases"


def said() -> list[str]:
    """Sentences as the readers make them, of one thing and of several."""
    microtone = note(60).replace("<alter>0<", "<alter>0.5<")
    trill = note(62, after="<notations><ornaments><trill-mark/></ornaments></notations>")
    septuplet = "".join(note(60 + n, 7) for n in range(3))
    files = [
        score(microtone + note(61, inside="<cue/>") + trill + grace(64) + note(127, 12)),
        score(2 * microtone + 2 * trill + 2 * note(1, 12)),
        score(septuplet.replace("<duration>7<", "<duration>3.4<")),
        b"X:1\nK:C\nC4|\n\nX:2\nK:C\nD4|\n",
    ]
    sentences = [
        sentence for path in sorted(CASES.glob("*.mid")) for sentence in read_piece(path.read_bytes()).warnings
    ]
    sentences += [sentence for data in files for sentence in read_piece(data, "a.xml").warnings]
    sentences += [transcribe.CUT.format(limit=60), transcribe.CLIPPED]
    return [*sentences, transcribe.PLAYED.format(qpm=90), transcribe.STEADY.format(qpm=100)]


def test_every_sentence_of_a_reader_is_said_in_german():
    sentences = said()
    assert len(set(sentences)) > 12
    assert [sentence for sentence in sentences if in_german(sentence) == sentence] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("1 note of drums was left out.", "1 Note des Schlagzeugs wurde weggelassen."),
        ("12 notes of drums were left out.", "12 Noten des Schlagzeugs wurden weggelassen."),
        (
            "1 note of the file has no end; what is not ended by the next strike of its key or the end of the music "
            "was ended after 16 quarters.",
            "1 Note der Datei hat kein Ende; was nicht der nächste Anschlag der Taste oder der Schluss beendet, endet "
            "nach 16 Vierteln.",
        ),
        ("2 tracks repeat the notes of another; they were read once.",
         "2 Spuren wiederholen die Noten einer anderen; sie wurden einmal gelesen."),
        ("Something new.", "Something new."),
    ],
)  # fmt: skip
def test_numbers_and_verbs_agree(english, german):
    assert in_german(english) == german


def test_a_page_says_them_in_the_visitors_language():
    piece = replace(Piece.on_steps((), 0), warnings=("3 notes of drums were left out.",))
    assert pieces.remarks(piece) == piece.warnings
    with language.in_language("de"):
        assert pieces.remarks(piece) == ("3 Noten des Schlagzeugs wurden weggelassen.",)


def test_no_german_sentence_is_said_twice():
    assert len(set(REMARKS.values())) == len(REMARKS)


def test_the_name_of_a_model_in_a_project_is_no_markup():
    piece = Piece.on_steps((), 16).by("**[win](http://a.b)** :material/home: <b>", 7)
    name = continuing._name(Take("t1", piece), "Ada")
    assert "**" not in name.replace("\\*", "")
    assert "](" not in name.replace("\\]", "").replace("\\(", "")
    assert "<" not in name.replace("\\<", "")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x89PNG\r\n\x1a\n" + bytes(99), b"\0no music", b"ID3" + bytes(99), b"PK\x03\x04" + bytes(99),
        b"<html></html>", b"<score-partwise></score-partwise>", b"<score-partwise>", b"MThd\0\0\0\x06\0\0\0\1\0\x60",
        b"\x1f\x8b" + bytes(99),
    ],
)  # fmt: skip
def test_why_a_file_is_refused_is_said_in_german(data):
    with pytest.raises(KoeError) as refused:
        read_piece(data, "a.mid")
    german = refusal_in_german(str(refused.value))
    assert not german.startswith("Die Datei lässt sich nicht öffnen")
    assert not {"the", "file", "is", "score"} & set(german.split())


def test_a_refusal_that_is_not_known_still_begins_in_german():
    assert refusal_in_german("Something new.") == "Die Datei lässt sich nicht öffnen: Something new."
