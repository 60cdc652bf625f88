"""What readers say of a file, in the visitor's language."""

from dataclasses import replace
from pathlib import Path

import pytest

from koe.audio.events import read_performance
from koe.errors import KoeError
from koe.formats.reading import read_piece
from koe.generation.forms import plan_from_form
from koe.generation.wishes import key_class, time_signature
from koe.models.latent import parse_latents
from koe.models.sampling import check_seed
from koe.music.beats import rebeat
from koe.music.grid import MAX_STEPS
from koe.music.midi import write_midi
from koe.music.naming import GERMAN
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.music.played import Press, piece_from_free_presses, piece_from_presses
from koe.projects.links import Frame, Link, decode, encode, fitting
from koe.projects.opening import CANNOT_MAKE, NOTES_CAME, NOTES_DID_NOT, OTHER_ARITHMETIC, OTHER_WEIGHTS
from koe.projects.recipes import Given
from koe.projects.schema import Take
from koe.scores.engrave import engrave
from koe.studio import Studio
from koe.transcription import transcribe
from koe.web import continuing, pieces
from koe.web.texts import language
from koe.web.texts.errors import told
from koe.web.texts.german.errors import file_in_german
from koe.web.texts.german.errors import in_german as error_in_german
from koe.web.texts.german.remarks import REMARKS, in_german
from tests.formats.writing import grace, note, score
from tests.test_gaps import Small

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
    german = file_in_german(str(refused.value))
    assert not german.startswith("Die Datei lässt sich nicht öffnen")
    assert not {"the", "file", "is", "score"} & set(german.split())


def test_a_refusal_that_is_not_known_still_begins_in_german():
    assert file_in_german("Something new.") == "Die Datei lässt sich nicht öffnen: Something new."


SHORT = Piece.on_steps((note_at_step(0, 60),), 16)
LONG = Piece.on_steps((note_at_step(0, 60, 320),), 320)
LINK = encode(Link(Frame.of(SHORT, None), Given(None), b"", bytes(6), 96, (note_at_step(0, 60, 16),)))
WRONG = {
    "no note": lambda _: GERMAN.pitch("X4"),
    "outside the piano": lambda _: GERMAN.pitch("H9"),
    "no chord": lambda _: GERMAN.chord(" "),
    "no key": lambda _: key_class("Q major"),
    "no metre": lambda _: time_signature("three"),
    "no form": lambda _: plan_from_form("A 7", 16),
    "a form that is too long": lambda _: plan_from_form("A B C D E", 3),
    "beats of too long a piece": lambda _: rebeat(Piece.on_steps((), MAX_STEPS), "double"),
    "beats that are too slow": lambda _: rebeat(Piece.on_steps((note_at_step(0, 60),), 4, 5.0), "halve"),
    "nothing recorded": lambda _: piece_from_presses([], 90, 4),
    "nothing played": lambda _: piece_from_free_presses([]),
    "far too many keys": lambda _: piece_from_presses([Press(60, 0, 1)] * 2001, 90, 4),
    "a tempo of none": lambda _: piece_from_presses([Press(60, 0, 1)], 5, 4),
    "a long gap": lambda studio: studio.fill_gap(LONG, 1, 20),
    "a gap beyond the end": lambda studio: studio.fill_gap(LONG, 20, 4),
    "a long gap for AE3": lambda studio: studio.fill_gap(LONG, 1, 6, model="ae3"),
    "no melody": lambda studio: studio.harmonise(Piece.on_steps((), 16)),
    "a long melody": lambda studio: studio.harmonise(LONG),
    "no such measure": lambda studio: studio.segment(SHORT, 7),
    "nothing to answer": lambda studio: studio.continue_piece(None, 16, "tr1", answer=True),
    "too few numbers": lambda _: parse_latents("1 2", 16, (-3, 3)),
    "no number": lambda _: parse_latents("a", 1, (-3, 3)),
    "a large number": lambda _: parse_latents("9", 1, (-3, 3)),
    "a seed": lambda _: check_seed(-1),
    "a torn link": lambda _: decode(LINK[:-4]),
    "a long link": lambda _: decode("A" * 9000),
    "a link with signs": lambda _: decode("a b"),
    "a newer link": lambda _: decode("_____w" + LINK[6:]),
    "too long for a link": lambda _: fitting(decode(LINK), 1),
    "too long to play": lambda _: read_performance(write_midi(Piece.on_steps((note_at_step(30000, 60),), 30001, 10.0))),
    "too long for a score": lambda _: engrave(Piece.on_steps((), MAX_STEPS)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_said_in_german(name):
    with pytest.raises(KoeError) as wrong:
        WRONG[name](Studio(Small()))
    german = error_in_german(str(wrong.value))
    assert not german.startswith("Das ging nicht")
    assert not {"the", "is", "has", "no", "of", "and", "that", "measures", "minutes"} & set(german.lower().split())


def test_what_goes_wrong_is_said_in_the_visitors_language():
    error = KoeError("Something new.")
    assert told(error) == "Something new."
    with language.in_language("de"):
        assert told(error) == "Das ging nicht: Something new."


NO_NOTES = "The notes did not fit into the link; ask for the project file."


@pytest.mark.parametrize("came", [NOTES_CAME, NOTES_DID_NOT, NO_NOTES])
@pytest.mark.parametrize("reason", [OTHER_WEIGHTS, OTHER_ARITHMETIC, CANNOT_MAKE])
def test_what_is_said_of_a_link_is_german_throughout(reason, came):
    german = error_in_german(f"{reason.format(model='AE1', reason='No.')} {came}")
    assert not {"the", "is", "it", "notes", "what"} & set(german.lower().split())
    assert german.count(".") == 2
