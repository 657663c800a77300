// All cases of one results file.

const ORDERS_ONE = [["order", "as listed"], ["cost", "by cost"], ["spread", "by spread"],
  ["name", "by name"]];

const COLUMNS_ONE = [
  ["case", "case"],
  [countsInstructions ? "instr." : ticks, "num",
    "Median of the runs, each by its interquartile mean: guest, or host for calls of the host"],
  ["\u00b1%", "num small", "Standard deviation of the runs, in percent"],
  ["ns", "num opt2", "The same as a time"],
  ["net", "num opt2", "Less the control: the same payload without the event"],
  ["p99", "num opt3", "99 of 100 events took at most this"],
  ["host", "num opt3", "As the VMM sees it"],
  ["exits", "num small opt4", "VM exits of each event, by the kernel's count"],
  ["", "mark", "~ consistent, not proven;  ! not as expected of such a host"],
].filter(([heading]) => !(countsInstructions && heading === "ns"));

const AS_HOST = ["round_trip", "kvm_run", "call", "host_batch"];

function rowOfOne(c) {
  const of = c.sides[0];
  const host = AS_HOST.map((name) => of.metrics.get(name)).find((m) => m);
  const exits = of.metrics.get("exits") ?? of.metrics.get("exits_mean");
  return { c, of, main: mainMetric(c), legs: legsOf(c), host, exits };
}

function cellsOfOne({ c, of, main, host, exits }) {
  const unit = main?.unit ?? ticks;
  const tail = of.metrics.get("guest") ?? main;
  const all = [
    caseCell(c.name),
    figureCell(main?.value, unit, "main"),
    el("td", { class: "num small" }, percent(main?.spread)),
    el("td", { class: "num opt2" }, number(nsOf(main?.value, unit))),
    el("td", { class: "num opt2" }, of.net ? number(of.net[0]) : NONE),
    el("td", { class: "num opt3" }, number(tail?.p99)),
    el("td", { class: "num opt3" }, number(host?.value)),
    el("td", { class: "num small opt4" }, number(exits?.value)),
    el("td", { class: "mark" }, (of.verdict === "proven" ? "" : "~") +
      (of.unexpected ? "!" : "")),
  ];
  if (countsInstructions) all.splice(3, 1);
  return all;
}

function sortOne(rows, order) {
  const by = {
    cost: (a, b) => (b.main?.value ?? 0) - (a.main?.value ?? 0),
    spread: (a, b) => (b.main?.spread ?? 0) - (a.main?.spread ?? 0),
    name: (a, b) => a.c.name < b.c.name ? -1 : 1,
  }[order];
  return by ? [...rows].sort(by) : rows;
}

// A scale that all values fit on; bars begin at its low end.
function costScale(rows, log) {
  const values = rows.flatMap(({ main, legs }) => main
    ? [main.value, main.value * (1 + (main.spread ?? 0)),
      ...(legs ? [legs.reduce((sum, leg) => sum + (leg?.value ?? 0), 0)] : [])] : [])
    .filter((value) => value > 0);
  if (values.length === 0) return null;
  const high = Math.max(...values) * 1.05;
  if (!log) return { low: 0, high, log: false };
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)) - .01);
  return { low, high: Math.max(high * 1.2, low * 10), log: true };
}

function notMeasured(list) {
  if (list.length === 0) return null;
  const causes = groupBy(list, (c) => `${c.sides[0].outcome}\n${c.sides[0].reason}`);
  return el("section", { class: "causes" },
    el("h2", {}, "Not measured ", el("small", {}, plural(list.length, "case"))),
    [...causes.values()].map((of) => el("div", { class: "cause" },
      el("p", {}, outcomeBadge(of[0].sides[0].outcome), " ", of[0].sides[0].reason),
      el("p", { class: "names" }, of.map((c) => [
        el("a", { href: linkTo(c.name), class: "case-link" }, c.name), " "])))));
}

function outcomeBadge(outcome) {
  return el("span", { class: `badge outcome-${outcome.toLowerCase()}` }, outcome);
}

function overviewOne() {
  const shown = cases.filter((c) => matches(c.name, view.filter));
  const rows = sortOne(shown.filter((c) => c.sides[0].ok).map(rowOfOne), view.order);
  const scale = costScale(rows, view.log);
  const groups = view.order === "order" ? byFamily(rows, (row) => row.c.name, "case")
    : [{ title: "", note: "", rows }];
  return [
    el("div", { class: "tools" },
      select("Sort", ORDERS_ONE, view.order, (order) => change({ order })),
      choice("Scale", [[true, "log"], [false, "linear"]], view.log,
        (log) => change({ log })),
      legend([["var(--exit)", "exit leg"], ["var(--userspace)", "userspace"],
        ["var(--entry)", "entry leg"], ["var(--whole)", "no legs: the whole"],
        ["var(--ink)", "\u00b1 runs", "line"]])),
    rows.length === 0 ? null : blocks({ columns: COLUMNS_ONE, groups,
      cells: cellsOfOne, scale, draw: drawLegBars,
      label: "Cost of each case by its legs" }),
    notMeasured(shown.filter((c) => !c.sides[0].ok)),
    shown.length === 0 ? nothing("No case has such a name.") : null,
  ];
}
