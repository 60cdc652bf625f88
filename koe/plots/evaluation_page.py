"""An evaluation report as one page that a person can read."""

from collections.abc import Mapping
from html import escape
from typing import Any, TypeAlias

import plotly.graph_objects as go

from koe.plots.evaluation import (
    GENERATED_OPACITY,
    MOST_COMPOSERS,
    REAL_OPACITY,
    composers_figure,
    distributions_figure,
    measure_figure,
)
from koe.plots.form_tables import form_parts
from koe.plots.page import html_page, html_table
from koe.plots.palette import LIGHT, with_alpha

# HTML, or what `html_page` makes HTML of.
Part: TypeAlias = str | go.Figure

# Each column of the tables: its heading and how a number is written.
COLUMNS: dict[str, tuple[str, str]] = {
    "mse": ("MSE", ".5f"),
    "nll": ("nats a step", ".2f"),
    "bce": ("cross-entropy", ".4f"),
    "f1": ("F1", ".3f"),
    "precision": ("precision", ".3f"),
    "recall": ("recall", ".3f"),
    "binary_accuracy": ("binary accuracy", ".4f"),
    "threshold": ("threshold", ".2f"),
}
NOTE_COLUMNS = ("f1", "precision", "recall")
BASELINES = {
    "zeros": "all zeros",
    "mean": "the mean roll",
    "pca": "PCA, 16 components",
    "repeat": "repeat the last step",
    "markov": "Markov chain of each key",
}
RATES = {
    "silence_over_2_measures": "silent for more than two measures",
    "bursts_over_12_keys": "more than twelve keys at once",
    "stuck_notes_over_4_measures": "a key held for more than four measures",
    "any_fault": "any of these",
}


def evaluation_page(report: Mapping[str, Any]) -> str:
    """One HTML page with all that a report says; it loads nothing from elsewhere.

    Parameters
    ----------
    report : mapping
        What ``koe evaluate`` writes as JSON.
    """
    title = f"{report['title']} on the {report['split']} split"
    parts = [f"<h1>{escape(title)}</h1>", *_summary(report), *_figures(report)]
    parts += [*_notes_found(report), *_composers(report)]
    if report.get("generation"):
        parts += generation_parts(report)
    notes = "".join(f"<li>{escape(note)}</li>" for note in report["notes"])
    return html_page(title, [*parts, f"<h2>How it was measured</h2><ul>{notes}</ul>", origin(report)])


def _summary(report: Mapping[str, Any]) -> list[Part]:
    short = report["n_pieces_too_short"]
    left_out = f"; {short} more are shorter than a window" if short else ""
    main = report["main_baseline"]
    ratio = report["mse_ratio"][main]
    sentences = [
        f"Measured on {report['n_pieces']:,} pieces of {report['n_works']:,} works, {report['n_measures']:,} measures "
        f"of sixteen steps{left_out}."
    ]
    if ratio["value"] is not None:
        within = " ({:.3f} to {:.3f})".format(*ratio["interval"]) if ratio["interval"] else ""
        sentences.append(
            f"The mean squared error is {report['mse']:.5f}, which is <strong>{ratio['value']:.3f}{within}</strong> of "
            f"what the baseline “{escape(_name(main))}” makes; beneath each figure stands its interval of 95 %."
        )
    if states := report.get("states_nll"):
        sentences.append(
            f"The states, silent, held or struck, cost <strong>{_in_line(states['value'], states['interval'], '.3f')} "
            "nats a step</strong>, an upper bound for the roll of sounding keys."
        )
    return [f"<p>{' '.join(sentences)}</p>"]


def _figures(report: Mapping[str, Any]) -> list[Part]:
    unknown = {"value": None, "interval": None}
    rows = {report["title"]: report}
    if first := report.get("first_numbers"):
        rows[f"its first {first['n']} numbers alone"] = first
    if once := report.get("encoder_alone"):
        rows["its numbers as the encoder says"] = once
    ratios = [unknown] * len(rows) + [report["mse_ratio"][name] for name in report["baselines"]]
    rows |= {_name(name): figures for name, figures in report["baselines"].items()}
    # The cross-entropy is an 88th of the likelihood a step, and so is its interval.
    intervals = {row: {**figures["intervals"], "bce": None} for row, figures in rows.items()}
    cells = []
    for (name, figures), ratio in zip(rows.items(), ratios, strict=True):
        row = [_with_interval(figures[key], intervals[name].get(key), form) for key, (_, form) in COLUMNS.items()]
        row.insert(1, _with_interval(ratio["value"], ratio["interval"], ".3f"))
        cells.append([escape(name), *row])
    head = ["", *(heading for heading, _ in COLUMNS.values())]
    head.insert(2, f"{escape(report['title'])}’s over this")
    return [
        html_table(head, cells),
        "<h2>Mean squared error</h2>",
        measure_figure(rows, "mse", "MSE"),
        "<h2>Negative log-likelihood</h2>",
        measure_figure(rows, "nll", "nats a step, summed over 88 keys", log=True),
    ]


def _notes_found(report: Mapping[str, Any]) -> list[Part]:
    scores = report.get("note_scores")
    if not scores:
        return []
    rows = [
        [heading, *(_with_interval(scores[kind][key], scores[kind]["intervals"][key], ".3f") for key in NOTE_COLUMNS)]
        for kind, heading in (("onset", "key and onset"), ("onset_duration", "key, onset and duration"))
    ]
    return [
        "<h2>Notes found again</h2>",
        f"<p>{scores['n_real']:,} notes were played, {scores['n_made']:,} came back.</p>",
        html_table(["right by", *(COLUMNS[key][0] for key in NOTE_COLUMNS)], rows),
    ]


def _composers(report: Mapping[str, Any]) -> list[Part]:
    main, rows = _name(report["main_baseline"]), report["composers"]
    measures = {key: COLUMNS[key] for key in ("mse", "nll", "f1", "precision", "recall")}
    head = ["composer", "pieces", "works", "measures", *(heading for heading, _ in measures.values())]
    cells = [
        [
            escape(row["composer"]),
            *(f"{row[key]:,}" for key in ("n_pieces", "n_works", "n_measures")),
            *(format(row[key], form) for key, (_, form) in measures.items()),
            f"{row['baseline_mse']:.5f}",
        ]
        for row in rows
    ]
    drawn = f" The {MOST_COMPOSERS} with most music are drawn." if len(rows) > MOST_COMPOSERS else ""
    return [
        "<h2>Composer by composer</h2>",
        f"<p>At the same threshold. With few works a figure says more about these than about the composer.{drawn}</p>",
        composers_figure(rows, report["title"], main),
        html_table([*head, f"MSE, {escape(main)}"], cells),
    ]


def generation_parts(report: Mapping[str, Any]) -> list[Part]:
    """What a report says about what its model writes, as HTML and figures."""
    made = report["generation"]
    parts: list[Part] = [
        "<h2>What it writes on its own</h2>",
        f"<p>{made['n_pieces']:,} pieces that {escape(report['title'])} wrote beside {made['n_real']:,} stretches of "
        f"the {escape(made['split'])} split, {made['n_steps']:,} steps each.</p>",
        html_table(["share of pieces", *_sides(made["rates"]).values()], _rates(made["rates"])),
        f"<p>{_density(made['rates'])}</p>",
        *_restruck(made.get("restruck_notes")),
        *form_parts(made.get("form")),
        "<h3>Distributions</h3>",
        f"<p>{_swatch(LIGHT.original, REAL_OPACITY)} real, {_swatch(LIGHT.made, GENERATED_OPACITY)} written; where "
        "both are, the colours mix. The overlapping area is 1 where the distributions are alike, 0 where they have "
        "nothing in common. Over pieces it is estimated with Gaussian kernels, and values that most pieces share "
        "count as they are (Yang and Lerch 2018); over notes it is the intersection of the histograms.</p>",
        *_mean_overlap(made.get("mean_overlap")),
        '<div class="grid">',
    ]
    for name, compared in made["descriptors"].items():
        parts += ["<div>", f"<h4>{_words(name)}</h4>", f"<p>{_overlap(compared)}{_means(compared)}</p>"]
        parts += [distributions_figure(compared), "</div>"]
    for name, compared in made.get("histograms", {}).items():
        parts += ["<div>", f"<h4>{_words(name)}, over notes</h4>", f"<p>{_overlap(compared)}</p>"]
        parts += [distributions_figure(compared), "</div>"]
    return [*parts, "</div>", *_copying(made["copying"])]


def _rates(rates: Mapping[str, Any]) -> list[list[str]]:
    return [
        [escape(RATES.get(name, _words(name))), *(f"{rate[side]:.1%}" for side in _sides(rates))]
        for name, rate in rates.items()
        if isinstance(rate, Mapping)
    ]


def _sides(rates: Mapping[str, Any]) -> dict[str, str]:
    """What is compared, and its heading."""
    headings = {"generated": "written", "guarded": "written, faulty stretches drawn again", "real": "real"}
    return {side: heading for side, heading in headings.items() if side in rates["any_fault"]}


def _density(rates: Mapping[str, Any]) -> str:
    ratio = rates.get("density_ratio")
    guarded = rates.get("density_ratio_guarded")
    also = "" if guarded is None else f", with faulty stretches drawn again {guarded:.2f} times"
    return "" if ratio is None else f"It writes {ratio:.2f} times as many ones as the split has{also}."


def _restruck(sides: Mapping[str, Any] | None) -> list[Part]:
    if not sides:
        return []
    headings = _sides({"any_fault": sides})
    shares = [sides[side] for side in headings]
    cells = [
        ["notes struck while their key sounded", *(_with_interval(it["share"], it["interval"], ".1%") for it in shares)]
    ]
    return [html_table(["share of notes", *headings.values()], cells)]


def _mean_overlap(value: float | None) -> list[Part]:
    return [] if value is None else [f"<p>On average over all descriptors: <strong>{value:.2f}</strong>.</p>"]


def _copying(copied: Mapping[str, Any]) -> list[Part]:
    """What was written beside the training pieces; real pieces of the split are the yardstick."""
    written, real = copied["generated"], copied["real"]
    rows = []
    for key, unit in (("longest_steps", "steps of the longest shared passage"), ("most_notes", "most notes of one")):
        for statistic in ("median", "max"):
            rows.append([f"{unit}, {statistic}", *(f"{side[key][statistic]:,.4g}" for side in (written, real))])
    shares = [_share(side["ngram_share"]) for side in (written, real)]
    rows.append([f"share of stretches of {copied['ngram_steps']} steps that a training piece has as well", *shares])
    parts: list[Part] = [
        "<h3>Passages that training pieces have as well</h3>",
        "<p>The same onsets in the same rhythm, in any key, with nothing between them; at least "
        f"{copied['min_notes']} notes on {copied['min_pitches']} keys.</p>",
        html_table(["", "written", "real"], rows),
    ]
    if passage := written.get("longest"):
        source = escape(f"{passage['source_composer']}, {passage['source_title'] or passage['source_path']}")
        parts.append(
            f"<p>The longest, {passage['n_steps']} steps with {passage['n_notes']} notes, begins at step "
            f"{passage['step']} of piece {passage['piece']} and stands in: {source}, from step "
            f"{passage['source_step']}, transposed by {passage['semitones']:+d}.</p>"
        )
    return parts


def origin(report: Mapping[str, Any]) -> str:
    """The last line of a page: from which corpus and weights its figures are."""
    seed = report["bootstrap"]["seed"] if "bootstrap" in report else 0
    return (
        f"<p><small>Corpus {escape(report['corpus_sha256'][:16])}, "
        f"weights {escape(report['weights_sha256'][:16])}, bootstrap seed {seed}</small></p>"
    )


def _name(baseline: str) -> str:
    return BASELINES.get(baseline, baseline)


def _words(name: str) -> str:
    return escape(name.replace("_", " "))


def _in_line(value: float, interval: Any, form: str) -> str:
    return format(value, form) + (f" ({interval[0]:{form}} to {interval[1]:{form}})" if interval else "")


def _with_interval(value: float | None, interval: Any, form: str) -> str:
    if value is None:
        return "–"
    if not interval:
        return format(value, form)
    return f"{value:{form}}<br><small>{interval[0]:{form}} – {interval[1]:{form}}</small>"


def _overlap(compared: Mapping[str, Any]) -> str:
    overlap = compared["overlap"]
    return "no values" if overlap is None else f"overlapping area <strong>{overlap:.2f}</strong>"


def _means(compared: Mapping[str, Any]) -> str:
    written, real = compared["generated"]["mean"], compared["real"]["mean"]
    return "" if written is None or real is None else f"; on average {written:.3g} written, {real:.3g} real"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _swatch(color: str, opacity: float) -> str:
    return f'<span style="display:inline-block;width:1em;height:1em;background:{with_alpha(color, opacity)}"></span>'
