// One case: its figures, distribution, runs, proof and functions.

const legText = { exit_leg: "exit", userspace: "userspace", entry_leg: "entry" };

function fact(label, value, note = "") {
  return el("div", { class: "fact" }, el("dt", {}, label),
    el("dd", {}, value, note ? el("small", {}, " ", note) : null));
}

// The figures that most come for.
function keyFigures(c) {
  const side = isOne ? 0 : sides.length - 1;
  const of = c.sides[side];
  const main = mainMetric(c, side);
  if (!isOne || !main) return null;
  const ns = nsOf(main.value, main.unit, side);
  const spread = main.spread === null || main.spread === undefined ? ""
    : `\u00b1${percent(main.spread)}% over the runs`;
  return el("dl", { class: "facts" },
    fact(main.name, `${number(main.value)} ${main.unit}`, spread),
    ns === null || main.unit === "ns" ? null : fact("time", `${number(ns)} ns`),
    of.net ? fact("net of control", number(of.net[0]),
      of.net[1] === null ? "" : `\u00b1${number(of.net[1])}`) : null,
    main.p99 === undefined ? null : fact("p99", number(main.p99)),
    (legsOf(c, side) ?? []).filter((leg) => leg).map((leg) =>
      fact(`${legText[leg.name]}${leg.name === "userspace" ? "" : " leg"}`,
        number(leg.value))));
}

// The metrics of a case that some side has, in their order.
function metricNames(c) {
  const names = new Set();
  for (const of of c.sides) for (const name of of?.metrics.keys() ?? []) names.add(name);
  return [...names];
}

function metricTable(c) {
  if (!isOne) return metricTableOfSides(c);
  const all = [...c.sides[0].metrics.values()];
  const isSlim = all.every((m) => m.count === undefined);
  const columns = [["metric", "metric"], ["unit", "unit"],
    ["median", "num", "Of the runs' interquartile means"],
    ["\u00b1%", "num", "Standard deviation of the runs"], ...(isSlim ? [] : [
      ["mean", "num opt3"], ["p50", "num opt2"], ["p90", "num opt3"], ["p99", "num opt2"],
      ["p99.9", "num opt3"], ["max", "num opt2"], ["samples", "num opt3"]])];
  const rows = all.map((m) => [
    el("td", { class: "metric" }, m.name, m.judged ? "" : el("span", { class: "dim",
      title: "diff does not judge it" }, " *")),
    m.unit, figureCell(m.value, m.unit, m.name), percent(m.spread), ...(isSlim ? []
      : [m.mean, m.p50, m.p90, m.p99, m.p999, m.max, m.count].map(number))]);
  return el("section", {}, el("h2", {}, "Metrics"), table(columns, rows, "metrics"),
    el("p", { class: "note" }, "* for information; diff does not judge it"));
}

function metricTableOfSides(c) {
  const columns = [["metric", "metric"], ["unit", "unit"],
    ...sideOrder.map((side) => [sides.length === 2 ? ["old", "new"][side]
      : shortNames[side], "num", sides[side].label])];
  const rows = metricNames(c).map((name) => {
    const some = c.sides.map((of) => of?.metrics.get(name)).find((m) => m);
    return [name, some.unit, ...sideOrder.map((side) => {
      const m = metricOf(c, side, name);
      return m ? figureCell(m.value, m.unit, name) : el("td", { class: "num none" }, NONE);
    })];
  });
  return el("section", {}, el("h2", {}, "Metrics"),
    el("p", { class: "note" }, "Medians of all runs."), table(columns, rows, "metrics"));
}

// Which metric the plots show, and whether its axis is logarithmic.
function chosenMetric(c, names) {
  if (names.includes(view.metric)) return view.metric;
  return names.includes(c.main) ? c.main : names[0];
}

function isWide(edges) {
  return edges.at(-1) > 12 * Math.max(edges[0], 1);
}

function outliers(bins) {
  const notes = bins.sides.map((side, i) => side && side.below + side.above > 0
    ? `${isOne ? "" : shortNames[i] + ": "}${number(side.below)} below, ` +
      `${number(side.above)} above` : null).filter((note) => note);
  return notes.length === 0 ? "" : `Not shown: ${notes.join("; ")}.`;
}

function figure(heading, note, draw, description) {
  const container = el("div", { class: "figure", role: "img", "aria-label": description });
  drawLater(container, draw);
  return el("section", {}, el("h2", {}, heading), container,
    note ? el("p", { class: "note" }, note) : null);
}

function sideLegend(c) {
  if (isOne) return null;
  return legend(sideOrder.filter((side) => c.sides[side]?.ok).map((side) =>
    [sideColour(side), sides.length === 2
      ? `${["old", "new"][side]}: ${sideName(side)}` : sideName(side)]));
}

function distribution(c, metric) {
  const bins = c.bins.get(metric);
  if (!bins) return null;
  const unit = c.sides.map((of) => of?.metrics.get(metric)).find((m) => m).unit;
  return figure("Distribution", outliers(bins), (container) =>
    drawHistogram(container, bins, unit, isWide(bins.edges)), `Distribution of ${metric}`);
}

function runsFigure(c, metric) {
  const runs = runsInOrder(c, metric);
  const of = c.sides.map((one) => one?.metrics.get(metric)).find((m) => m);
  if (runs.length === 0) return null;
  const disturbed = runs.filter((run) => run.disturbance !== null).length;
  return figure("Runs", disturbed === 0 ? "" :
    `\u25cb ${disturbed} of ${runs.length} runs were disturbed.`,
    (container) => drawRuns(container, runs, of), `${metric} of each run by session`);
}

function overSides(c) {
  const rows = stepRowsOf.get(c.name) ?? [];
  if (rows.length === 0) return null;
  const row = rows.find((one) => one.metric === view.metric) ??
    rows.find((one) => one.metric === c.main) ?? rows[0];
  return el("section", {},
    el("h2", {}, steps.axis ? `By ${steps.axis.name}` : "Over the files"),
    rows.length > 1 ? choice("Metric", rows.map((one) => [one.metric, one.metric]),
      row.metric, (metric) => change({ metric })) : null,
    figure("", "", (container) => drawLine(container, c, row),
      `${row.metric} of each side`));
}

function diffTable(c) {
  const rows = diffRowsOf.get(c.name) ?? [];
  if (rows.length === 0) return null;
  const measured = rows.filter((row) => row.metric !== null);
  const scale = changeScale(measured);
  return el("section", {}, el("h2", {}, "Change"),
    rows.filter((row) => row.metric === null).map((row) =>
      el("p", {}, verdictBadge(row.verdict), " ", row.reason)),
    measured.length === 0 ? null : blocks({
      columns: COLUMNS_TWO.slice(1), groups: [{ title: "", note: "", rows: measured }],
      cells: (row) => cellsOfTwo(row).slice(1), scale, label: "Change of each metric",
      draw: (container, of) => drawChanges(container, of, scale, diff.threshold) }),
    measured.filter((row) => row.verdict === "unsure" && row.runsToSettle > 0).map((row) =>
      el("p", { class: "note" }, `${row.metric}: about ${row.runsToSettle} runs a side ` +
        "would probably settle it.")));
}

function sentences(list) {
  return el("ul", {}, list.map((sentence) => el("li", {}, sentence)));
}

function proofOf(of) {
  return el("div", { class: "proof" },
    el("p", {}, outcomeBadge(of.outcome), " ",
      of.ok ? el("span", { class: `badge verdict-${of.verdict}` }, of.verdict) : null,
      of.reason ? ` ${of.reason}` : ""),
    of.proof ? el("p", { class: "proof-text" }, of.proof) : null,
    of.unexpected ? [el("p", {}, "Not as expected of such a host:"),
      sentences(of.unexpected)] : null,
    of.reasons ? sentences(of.reasons) : null,
    of.no_legs ? el("p", { class: "note" }, `No legs: ${of.no_legs}`) : null,
    of.linearity ? el("p", { class: "note" }, "By number of events: ",
      of.linearity.map(([events, cost]) => `${number(cost)} at ${number(events)}`)
        .join(", ")) : null);
}

// Proofs of sides that are the same are shown once.
function proofs(c) {
  const groups = groupBy(sideOrder.filter((side) => c.sides[side]), (side) => {
    const { outcome, verdict, reason, proof, no_legs } = c.sides[side];
    return JSON.stringify([outcome, verdict, reason, proof, no_legs]);
  });
  return el("section", {}, el("h2", {}, "Proof"),
    [...groups.values()].map((of) => [
      isOne ? null : el("h3", {}, of.length === sides.length ? "All sides"
        : of.map((side) => shortNames[side]).join(", ")),
      proofOf(c.sides[of[0]])]));
}

function neighbours(c) {
  const names = cases.filter((one) => matches(one.name, view.filter)).map((one) => one.name);
  const at = names.indexOf(c.name);
  const link = (name, words, key) => name === undefined ? el("span", { class: "dim" }, words)
    : el("a", { href: linkTo(name), data: { go: key }, title: name }, words);
  return el("nav", { class: "neighbours", "aria-label": "Cases" },
    el("a", { href: "#", data: { go: "back" } }, "\u2190 All cases"),
    link(names[at - 1], "previous", "previous"), link(names[at + 1], "next", "next"));
}

function casePage(c) {
  const plotted = metricNames(c).filter((name) => c.bins.has(name) ||
    c.sides.some((of) => of?.points.has(name)));
  const metric = chosenMetric(c, plotted);
  const some = c.sides.find((of) => of);
  return [
    neighbours(c),
    el("article", {},
      el("h1", {}, c.name),
      c.measures ? el("p", { class: "measures" }, c.measures) : null,
      el("p", { class: "dim" }, `ring ${c.ring}, code ${some.hash}`),
      keyFigures(c),
      diff ? diffTable(c) : null,
      steps ? overSides(c) : null,
      plotted.length === 0 ? null : el("div", { class: "tools" },
        plotted.length > 1 ? choice("Metric", plotted.map((name) => [name, name]), metric,
          (name) => change({ metric: name })) : el("span", { class: "dim" }, metric),
        sideLegend(c)),
      plotted.length === 0 ? null
        : el("div", { class: c.bins.has(metric) ? "pair" : "pair alone" },
          distribution(c, metric), runsFigure(c, metric)),
      plotted.length === 0 || c.bins.has(metric) ? null : el("p", { class: "note" },
        `No distribution: there is no histogram of ${metric} in `,
        isOne ? "the file." : "the files."),
      metricTable(c),
      proofs(c),
      functionsSection(c)),
  ];
}
