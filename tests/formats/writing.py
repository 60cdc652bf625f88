"""Small scores in MusicXML, made for a test."""

import io
import zipfile

QUARTER = 24  # divisions
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
STEPS = {0: ("C", 0), 1: ("C", 1), 2: ("D", 0), 3: ("E", -1), 4: ("E", 0), 5: ("F", 0), 6: ("F", 1), 7: ("G", 0),
         8: ("A", -1), 9: ("A", 0), 10: ("B", -1), 11: ("B", 0)}  # fmt: skip


def note(
    pitch: int | None, length: int = QUARTER, inside: str = "", after: str = "", voice: int = 1, staff: int = 1
) -> str:
    """A note of so many divisions, or a rest; ``inside`` stands before, ``after`` behind its duration."""
    sound = "<rest/>"
    if pitch is not None:
        step, alter = STEPS[pitch % 12]
        sound = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>{pitch // 12 - 1}</octave></pitch>"
    duration = f"<duration>{length}</duration>" if length else ""
    return f"<note>{inside}{sound}{duration}<voice>{voice}</voice><staff>{staff}</staff>{after}</note>"


def grace(pitch: int, inside: str = "", voice: int = 1) -> str:
    return note(pitch, 0, f"<grace {inside}/>", voice=voice)


def chord(pitch: int, length: int = QUARTER, after: str = "") -> str:
    return note(pitch, length, "<chord/>", after)


def tie(*kinds: str) -> str:
    """Goes behind a duration; a real file has it before the voice, which no reader minds."""
    return "".join(f'<tie type="{kind}"/>' for kind in kinds)


def attributes(
    metre: str = "", fifths: int | None = None, mode: str = "major", divisions: int | None = None, more: str = ""
) -> str:
    inside = f"<divisions>{divisions}</divisions>" if divisions else ""
    if fifths is not None:
        inside += f"<key><fifths>{fifths}</fifths><mode>{mode}</mode></key>"
    if metre:
        beats, _, unit = metre.partition("/")
        inside += f"<time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
    return f"<attributes>{inside}{more}</attributes>"


def direction(kind: str, sound: str = "", staff: int = 1) -> str:
    return f"<direction><direction-type>{kind}</direction-type><staff>{staff}</staff>{sound}</direction>"


def barline(inside: str, location: str = "right") -> str:
    return f'<barline location="{location}">{inside}</barline>'


def repeat(way: str, **others: int) -> str:
    more = "".join(f' {name}="{value}"' for name, value in others.items())
    return barline(f'<repeat direction="{way}"{more}/>', "left" if way == "forward" else "right")


def score(*measures: str, metre: str = "4/4", head: str = "", about: str = "") -> bytes:
    """One part of these measures; the first one says divisions and metre."""
    return parts([("Piano", about, measures)], metre, head)


def parts(of: list[tuple[str, str, tuple[str, ...]]], metre: str = "4/4", head: str = "") -> bytes:
    """Parts, each with a name, what its ``score-part`` says besides, and measures."""
    listed = "".join(
        f'<score-part id="P{place}"><part-name>{name}</part-name>{about}</score-part>'
        for place, (name, about, _) in enumerate(of)
    )
    written = ""
    for place, (_, _, measures) in enumerate(of):
        first, *others = measures
        first = attributes(metre, divisions=QUARTER) + first
        inside = "".join(f'<measure number="{n}">{measure}</measure>' for n, measure in enumerate([first, *others], 1))
        written += f'<part id="P{place}">{inside}</part>'
    return (
        f'{HEAD}<score-partwise version="4.0">{head}<part-list>{listed}</part-list>{written}</score-partwise>'
    ).encode()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def container(path: str) -> bytes:
    return f'<container><rootfiles><rootfile full-path="{path}"/></rootfiles></container>'.encode()
