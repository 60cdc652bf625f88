"""Pictures of a corpus: bars of what it holds, and one page with all of them."""

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from koe.music.notes import pitch_name
from koe.plots.axes import layout
from koe.plots.page import html_page, html_table
from koe.plots.palette import BEAT_LINE, LIGHT, Palette, with_alpha

MOST_COMPOSERS = 24  # the others share one bar
SPLIT_OPACITY = {"train": 1.0, "valid": 0.65, "test": 0.35}


def bars(
    counts: Mapping[int, int] | Mapping[str, int],
    title: str,
    unit: str,
    *,
    names: Sequence[str] | None = None,
    palette: Palette = LIGHT,
    height: int = 280,
) -> go.Figure:
    """One bar a value.

    Parameters
    ----------
    counts : mapping
        From a value to how often there is it.
    title : str
        What the values are, with their unit; below the picture.
    unit : str
        What is counted; beside it.
    names : sequence of str, optional
        What to say of each value when it is pointed at; the value itself
        unless given.
    palette : Palette
    height : int
        Pixels.
    """
    labels = list(names or map(str, counts))
    bar = go.Bar(
        x=list(counts),
        y=list(counts.values()),
        marker={"color": palette.original, "line": {"width": 0}},
        customdata=labels,
        hovertemplate="%{customdata}<br>%{y:,} " + unit + "<extra></extra>",
    )
    figure = go.Figure(bar)
    _style(figure, title, unit, palette, height)
    return figure


def corpus_figures(stats: Mapping, palette: Palette = LIGHT) -> dict[str, go.Figure]:
    """Figures of what `koe.corpus.stats.corpus_stats` counted, by their headings."""
    pitches: Mapping[int, int] = stats["pitches"]
    classes = {pitch_name(60 + number)[:-1]: 0 for number in range(12)}
    for pitch, count in pitches.items():
        classes[pitch_name(pitch)[:-1]] += count
    return {
        "Composers": _composers(stats["composers"], palette),
        "Splits": _splits(stats["splits"], palette),
        "Lengths": bars(stats["lengths"], "length in measures of 16 sixteenths, from", "pieces", palette=palette),
        "Metres": bars(stats["metres"], "length of a measure", "pieces", palette=palette),
        "Tempi": bars(stats["tempi"], "quarter notes a minute, from", "pieces", palette=palette),
        "Pitches": bars(
            pitches, "MIDI pitch (60 is middle C)", "notes", names=list(map(pitch_name, pitches)), palette=palette
        ),
        "Pitch classes": bars(classes, "pitch class", "notes", palette=palette),
        "Note lengths": bars(stats["durations"], "sixteenths (the last bar: and longer)", "notes", palette=palette),
        "Keys at once": bars(stats["keys_at_once"], "keys that sound together", "steps", palette=palette),
    }


def corpus_page(stats: Mapping, title: str) -> str:
    """One HTML page with the figures and all that they need; it loads nothing from elsewhere."""
    parts: list[str | go.Figure] = [f"<h1>{escape(title)}</h1>", _table(stats)]
    for heading, figure in corpus_figures(stats).items():
        parts += [f"<h2>{escape(heading)}</h2>", figure]
    return html_page(title, parts)


def _composers(composers: Mapping[str, Mapping], palette: Palette) -> go.Figure:
    counts = {name: figures["pieces"] for name, figures in list(composers.items())[:MOST_COMPOSERS]}
    if others := sum(figures["pieces"] for figures in list(composers.values())[MOST_COMPOSERS:]):
        counts["all others"] = others
    return bars(counts, "", "pieces", palette=palette, height=340)


def _splits(splits: Mapping[str, Mapping], palette: Palette) -> go.Figure:
    kinds = ("pieces", "works", "measures", "notes")
    figure = go.Figure()
    for split, figures in splits.items():
        wholes = [sum(other[kind] for other in splits.values()) for kind in kinds]
        figure.add_bar(
            name=split,
            x=kinds,
            y=[figures[kind] / whole if whole else 0 for kind, whole in zip(kinds, wholes, strict=True)],
            customdata=[figures[kind] for kind in kinds],
            marker={"color": with_alpha(palette.original, SPLIT_OPACITY.get(split, 0.2)), "line": {"width": 0}},
            hovertemplate=f"%{{customdata:,}} %{{x}}, %{{y:.1%}}<extra>{escape(split)}</extra>",
        )
    _style(figure, "", "share", palette, 280)
    figure.update_layout(barmode="group", showlegend=True, legend={"orientation": "h", "y": 1.1})
    figure.update_yaxes(tickformat=".0%")
    return figure


def _style(figure: go.Figure, title: str, unit: str, palette: Palette, height: int) -> None:
    figure.update_layout(**layout(palette, height, bargap=0.15))
    figure.update_layout(margin={"l": 70, "r": 10, "t": 10, "b": 50})
    figure.update_xaxes(title=title, showgrid=False, zeroline=False, automargin=True)
    figure.update_yaxes(title=unit, gridcolor=BEAT_LINE, zeroline=False, automargin=True)


def _table(stats: Mapping) -> str:
    columns = {
        "pieces": "pieces",
        "works": "works",
        "measures": "measures",
        "notes": "notes",
        "density": "density",
        "polyphony": "keys at once",
        "mean_duration": "sixteenths a note",
    }
    rows = [*stats["splits"].items(), ("all", stats["total"])]
    cells = [[escape(name), *(f"{figures[column]:,}" for column in columns)] for name, figures in rows]
    skipped = ", ".join(f"{count} {escape(reason)}" for reason, count in stats["skipped"].items()) or "none"
    return f"{html_table(['', *columns.values()], cells)}\n<p>Files left out: {skipped}.</p>"
