"""The summary of what changed, in Markdown."""

from collections.abc import Iterable, Sequence

from measure import Missing
from steps import NOT_COMPARED, Function, Metric, Step

# Rows of a table. All that are worse are named.
_ROWS = 10


def format_step(step: Step, title: str) -> list[str]:
    """Returns the lines of a section on one step."""
    lines = [f"## {_cell(title)}", ""]
    if step.refused:
        return [*lines, f"NOT COMPARABLE: {_cell(step.refused)}", ""]
    count = {verdict: len(metrics) for verdict, metrics in step.metrics.items()}
    said = [f"{count.get(verdict, 0)} {verdict}" for verdict in ("worse", "better")]
    said += [f"{step.same} the same"]
    said += [f"{count[verdict]} {verdict}" for verdict in (
        "unsure", "added", "removed", "not comparable") if verdict in count]
    lines += [f"Metrics: {', '.join(said)}.", ""]
    lines += _table("Worse", step.metrics.get("worse", ()), all_rows=True)
    lines += _functions(step)
    lines += _table("Better", step.metrics.get("better", ()))
    for verdict in ("unsure", "added", "removed", "not comparable"):
        lines += _table(verdict.capitalize(), step.metrics.get(verdict, ()))
    lines += _cases(step)
    lines += [f"- warning: {_cell(warning)}" for warning in step.warnings]
    return [*lines, ""] if lines[-1] else lines


def format_missing(missing: Sequence[Missing]) -> list[str]:
    """Returns the lines of a section on what has no results."""
    if not missing:
        return []
    return ["## Not measured", "", "Tried again the next time:", "",
            *(f"- {_cell(each.name)}: no {each.what}, {_cell(each.said)}"
              for each in missing), ""]


def _table(title: str, metrics: Sequence[Metric], all_rows: bool = False) -> list[str]:
    if not metrics:
        return []
    rows = [f"| {_cell(each.case)} | {each.name} | {_number(each.old)} | "
            f"{_number(each.new)} | {_percent(each.percent)} |" for each in metrics]
    return [f"| {title} | metric | before | now | change |",
            "| --- | --- | --- | --- | --- |",
            *(rows if all_rows else _first(rows, "| {} more | | | | |")), ""]


def _functions(step: Step) -> list[str]:
    """Returns a table of the functions that grew most in all worse cases together,
    where there are profiles. Its figures are those of the case where each grew most."""
    where: dict[tuple[str, str], list[tuple[float, str, Function]]] = {}
    for case, grown in step.functions.items():
        for each in grown:
            where.setdefault((each.name, each.module), []).append(
                (each.new - each.old, case, each))
    if not where:
        return []
    rows = []
    for cases in sorted(where.values(), key=lambda each: -sum(case[0] for case in each)):
        growth, case, most = max(cases, key=lambda each: each[0])
        rows.append(f"| {_cell(most.name)} | {most.module} | {len(cases)} | "
                    f"{_cell(case)} | {_number(most.old)} | {_number(most.new)} | "
                    f"{growth:+.6g} |")
    return ["| Function that grew | module | worse cases | most in | before | now | "
            "change |", "| --- | --- | --- | --- | --- | --- | --- |",
            *_first(rows, "| {} more | | | | | | |"), ""]


def _first(rows: list[str], more: str) -> list[str]:
    """Returns the first rows, and one that says how many more there are."""
    left = len(rows) - _ROWS
    return rows[:_ROWS] + ([more.format(left)] if left > 0 else [])


def _cases(step: Step) -> list[str]:
    """Returns a line for each way in which cases were not compared."""
    kinds: Iterable[str] = [*NOT_COMPARED, "recovered"]
    lines = []
    for kind in kinds:
        if not (cases := step.cases.get(kind)):
            continue
        label = kind if kind == "recovered" else f"NOT COMPARED, {kind}"
        named = ", ".join(name + (f" ({_cell(reason)})" if reason else "")
                          for name, reason in cases)
        lines.append(f"- {label} ({len(cases)}): {named}")
    return [*lines, ""] if lines else []


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.10g}" if value == int(value) \
        else f"{value:.1f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:+.2g}%" if abs(value) < 10 \
        else f"{value:+.0f}%"


def _cell(text: str) -> str:
    """Returns text as a cell of a table may have it, with nothing that is a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
