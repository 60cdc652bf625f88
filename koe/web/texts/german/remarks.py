"""What the readers of files say in English (`koe.music`, `koe.formats`, `koe.transcription`), in German.

A sentence of a piece stays as it was read, so that saved pieces keep it; it is put into German where it is shown.
"""

import re

_N = r"(?P<n>\d+)"
_NOTES = rf"{_N} notes?"
_WERE = r"(?:was|were)"

# {notes} and {tracks} are counted nouns; {were}, {lie}, {have} and {repeat} agree with them.
REMARKS = {
    r"The notes follow no beat of the file, as in a live performance; a tempo of about (?P<qpm>\d+) quarter notes a "
    r"minute was estimated and the grid laid on its beats\.":
        "Die Noten folgen keinem Schlag der Datei, wie in einem Vortrag; ein Tempo von etwa {qpm} Vierteln in der "
        "Minute wurde geschätzt und das Raster auf seine Schläge gelegt.",
    r"All notes of the file come a little late; they are written on the beat\.":
        "Alle Noten der Datei kommen etwas zu spät; sie stehen auf dem Schlag.",
    r"All notes of the file come a little early; they are written on the beat\.":
        "Alle Noten der Datei kommen etwas zu früh; sie stehen auf dem Schlag.",
    r"The (?:file|score) is longer than Koe reads \((?P<measures>\d+) measures, (?P<most>\d+) notes\): "
    rf"{_NOTES} beyond that {_WERE} left out\.":
        "Die Datei ist länger, als Koe liest ({measures} Takte, {most} Noten): {notes} danach {were} weggelassen.",
    rf"{_NOTES} outside the piano's A0 to C8 {_WERE} left out\.":
        "{notes} außerhalb des Klaviers (A0 bis C8) {were} weggelassen.",
    rf"{_NOTES} of drums {_WERE} left out\.": "{notes} des Schlagzeugs {were} weggelassen.",
    rf"{_NOTES} {_WERE} cut at the end of the first (?P<measures>\d+) measures, the most that Koe reads\.":
        "{notes} {were} am Ende der ersten {measures} Takte gekürzt; mehr liest Koe nicht.",
    r"The file holds no note that a piano could play\.": "Die Datei enthält keine Note, die ein Klavier spielen kann.",
    r"The file does not say how long a beat is; the usual length was assumed\.":
        "Die Datei sagt nicht, wie lang ein Schlag ist; die übliche Länge wurde angenommen.",
    r"The file is cut off before its end; what is there was read\.":
        "Die Datei bricht vor ihrem Ende ab; was da ist, wurde gelesen.",
    rf"{_N} notes? of the file (?:has|have) no end; what is not ended by the next strike of its key or the end of the "
    r"music was ended after (?P<quarters>\d+) quarters\.":
        "{notes} der Datei {have} kein Ende; was nicht der nächste Anschlag der Taste oder der Schluss beendet, endet "
        "nach {quarters} Vierteln.",
    r"The file holds far more events than music needs; not all of them were looked at\.":
        "Die Datei enthält weit mehr Ereignisse, als Musik braucht; nicht alle wurden angesehen.",
    rf"{_N} tracks? (?:repeats|repeat) the notes of another; they were read once\.":
        "{tracks} {repeat} die Noten einer anderen; sie wurden einmal gelesen.",
    rf"{_NOTES} (?:lies|lie) between the 24ths of a quarter, such as septuplets: played where they are, written at the "
    r"nearest\.":
        "{notes} {lie} zwischen den 24steln einer Viertel, wie in Septolen: gespielt, wo sie sind, notiert auf dem "
        "nächsten.",
    rf"{_NOTES} between two keys (?:is|are) played on the nearest key\.":
        "{notes} zwischen zwei Tasten: gespielt auf der nächsten Taste.",
    rf"{_N} cue notes? (?:is|are) left out\.": "{notes} in Stichnoten {were} weggelassen.",
    rf"{_NOTES} with a trill, mordent, turn or tremolo (?:is|are) played plainly\.":
        "{notes} mit Triller, Mordent, Doppelschlag oder Tremolo: ohne Verzierung gespielt.",
    rf"The file holds {_N} tunes; the first one is opened\.": "Die Datei enthält {n} Stücke; das erste ist geöffnet.",
    r"The recording is longer than (?P<sec>\d+) seconds; what comes after them was not heard\.":
        "Die Aufnahme ist länger als {sec} Sekunden; was danach kommt, wurde nicht gehört.",
    r"The recording is too loud and cut off at its peaks, so some notes may be wrong; record it more softly\.":
        "Die Aufnahme ist zu laut und an den Spitzen abgeschnitten, daher sind vielleicht manche Noten falsch; nimm "
        "sie leiser auf.",
    r"The beats were found in the playing, at about (?P<qpm>\d+) quarter notes a minute\.":
        "Die Schläge wurden im Spiel gefunden, bei etwa {qpm} Vierteln in der Minute.",
    r"What was sung is written in sixteenths, at an even tempo of (?P<qpm>\d+) quarter notes a minute\.":
        "Was gesungen wurde, steht in Sechzehnteln, in gleichmäßigem Tempo von {qpm} Vierteln in der Minute.",
}  # fmt: skip


def in_german(sentence: str) -> str:
    """A remark in German; one that is not known stays as it is."""
    for pattern, german in REMARKS.items():
        found = re.fullmatch(pattern, sentence)
        if found:
            told = found.groupdict()
            n = int(told.get("n") or 0)
            one = n == 1
            return german.format(
                **told,
                notes="1 Note" if one else f"{n} Noten",
                tracks="1 Spur" if one else f"{n} Spuren",
                were="wurde" if one else "wurden",
                lie="liegt" if one else "liegen",
                have="hat" if one else "haben",
                repeat="wiederholt" if one else "wiederholen",
            )
    return sentence
