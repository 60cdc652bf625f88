"""docs/performance.md, written from what was measured."""

from collections.abc import Mapping

from benchmarks.figures import Run, table

_HEAD = """\
# How fast Koe is

Written by `make bench`, from what `python -m benchmarks` measured; to be measured again, not mended by hand.
Every figure stands beside another way to the same end in the same run (*times better*), beside what no program
could do better than on this machine (*of the limit*), and beside what is aimed at. Absolute times vary from machine
to machine and with whatever else it does; ratios hold better. A load of 1 before a benchmark means that other work
held one core. Where threads are said to be limited to 1, the figures are those of one core; how far two cores would
change what is missed was not measured there.

    make bench                                     everything; about half an hour
    make bench ARGS='continuation autoencoders'    some of it
    make bench ARGS='crowd --visitors 20 --minutes 10'
    make bench ARGS='--list'                       what there is
"""


def report(runs: Mapping[str, Run], titles: Mapping[str, str]) -> str:
    """The document.

    Parameters
    ----------
    runs : mapping of str to Run
    titles : mapping of str to str
        By the names of runs, in the order in which they are to stand.
    """
    parts = [_HEAD, _summary(runs, titles)]
    for name, title in titles.items():
        if name not in runs:
            continue
        run = runs[name]
        parts.append(f"## {title}\n")
        parts.append(f"    {run.command}\n")
        parts.append(table(run.figures) + "\n")
        parts += [f"{remark}\n" for remark in run.remarks]
        parts.append(
            f"*{run.date}, {run.machine}; load {run.load:.1f} before it began; it took {run.seconds:.0f} s.*\n"
        )
    return "\n".join(parts)


def _summary(runs: Mapping[str, Run], titles: Mapping[str, str]) -> str:
    aimed = [(titles[name], figure) for name in titles if name in runs for figure in runs[name].figures]
    aimed = [(title, figure) for title, figure in aimed if figure.met is not None]
    missed = [f"{title}: {figure.name}" for title, figure in aimed if not figure.met]
    lines = [f"Of {len(aimed)} targets {len(aimed) - len(missed)} are met."]
    if missed:
        lines.append("Not met:\n")
        lines += [f"- {line}" for line in missed]
    if unmeasured := [title for name, title in titles.items() if name not in runs]:
        lines.append(f"\nNot measured here yet: {'; '.join(unmeasured)}.")
    return "\n".join(lines) + "\n"
