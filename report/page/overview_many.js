// Cases over many results files: kernels in their order, or values of a setting.

// Sides as they are shown: in the order of a setting if that is a number.
const sideOrder = (() => {
  const order = sides.map((_, i) => i);
  const values = steps?.axis?.values.map(settingNumber);
  if (values?.every((v) => v !== null)) order.sort((a, b) => values[a] - values[b]);
  return order;
})();

function settingNumber(words) {
  return words !== "" && Number.isFinite(Number(words)) ? Number(words) : null;
}

// A name of a side: the value of the setting in which the sides differ, the words
// by which `diff` tells them apart, or its files.
function sideName(side) {
  if (steps?.axis) return steps.axis.values[side];
  const { label, file } = sides[side];
  return label === file ? baseNames(file).replaceAll(".pb", "") : label;
}

// What tells the sides apart, once what all begin or end with is left out.
const shortNames = (() => {
  const names = sides.map((_, i) => sideName(i));
  if (steps?.axis || names.length < 2) return names;
  const words = names.map((name) => name.split(/(?<=[-_+. \/])|(?=[-_+. \/])/));
  let tail = 0;
  while (words.every((w) => w.length > tail + 1 &&
      w[w.length - 1 - tail] === words[0][words[0].length - 1 - tail])) ++tail;
  const cut = words.map((w) =>
    w.slice(0, w.length - tail).join("").replace(/[-_+. \/]+$/, ""));
  return new Set(cut).size === cut.length && !cut.includes("") ? cut : names;
})();

function directionOf(name, metric) {
  const c = caseByName.get(name);
  return c?.sides.map((of) => of?.metrics.get(metric)).find((m) => m)?.direction;
}

// The colour of a change: the stronger the larger, nothing below half a percent.
function heat(row, toFirst) {
  if (!(toFirst > 0) || Math.abs(toFirst - 1) < .005) return null;
  const up = toFirst > 1;
  const worse = directionOf(row.name, row.metric) === "higher is better" ? !up : up;
  const strength = Math.min(1, Math.abs(Math.log2(toFirst)) ** .6);
  return `color-mix(in srgb, var(--${worse ? "worse" : "better"}) ` +
    `${Math.round(8 + 62 * strength)}%, transparent)`;
}

function heatCell(row, side) {
  const cell = row.cells[side];
  if (!cell) return el("td", { class: "num none" }, NONE);
  if (cell.value === undefined) {
    return el("td", { class: "num none", title: cell.outcome }, cell.outcome.toLowerCase());
  }
  const from = cell.step ? `; ${cell.verdict} than ${sideName(cell.base)}` : "";
  const relative = cell.toFirst === null ? "" :
    `; ${changeText(cell.toFirst)} against the first`;
  return el("td", {
    class: `num heat${cell.step ? " step" : ""}`,
    title: `${cell.value} ${row.unit}${relative}${from}`,
    style: { background: heat(row, cell.toFirst) ?? "none" },
    data: { value: String(cell.value), what: "cell" },
  }, cell.step ? el("span", { class: `v-${cell.verdict.replaceAll(" ", "-")}` },
    ICONS[cell.verdict] ?? "\u2022") : null, " ", number(cell.value));
}

function hasStep(row) {
  return row.cells.some((cell) => cell?.step);
}

// How far the last value is from the first.
function wholeChange(row) {
  const last = row.cells.filter((cell) => cell?.toFirst > 0).at(-1);
  return last ? Math.abs(Math.log(last.toFirst)) : 0;
}

const ORDERS_MANY = [["order", "as listed"], ["change", "by change"], ["name", "by name"]];

function rowsOfMany() {
  let rows = steps.rows.filter((row) => matches(row.name, view.filter));
  if (!view.allMetrics) rows = rows.filter((row) => isMainRow(row));
  if (view.onlySteps) rows = rows.filter(hasStep);
  if (view.order === "change") {
    rows = [...rows].sort((a, b) => wholeChange(b) - wholeChange(a));
  } else if (view.order === "name") {
    rows = [...rows].sort((a, b) => a.name < b.name ? -1 : 1);
  }
  return rows;
}

// The row of the metric that stands for the case, or of the first that is judged.
function isMainRow(row) {
  const of = stepRowsOf.get(row.name);
  const main = caseByName.get(row.name)?.main;
  return row === (of.find((one) => one.metric === main) ?? of[0]);
}

function heatTable(rows) {
  const columns = [["case", "case"], ["metric", "metric"],
    ...sideOrder.map((side) => [shortNames[side], "num heat-head", sides[side].label])];
  const body = [];
  let family = null;
  for (const row of rows) {
    const of = caseByName.get(row.name)?.family;
    if (view.order === "order" && of !== family) {
      family = of;
      body.push(el("tr", { class: "family" },
        el("th", { colspan: columns.length, scope: "rowgroup" }, family)));
    }
    body.push(el("tr", {}, caseCell(row.name), el("td", { class: "metric" }, row.metric,
      row.unit === ticks ? "" : el("span", { class: "dim" }, ` ${row.unit}`)),
      sideOrder.map((side) => heatCell(row, side))));
  }
  return el("div", { class: "scroll wide" }, el("table", {
    class: sides.length > 8 ? "heatmap dense" : "heatmap" },
    tableHead(columns, ""), el("tbody", {}, body)));
}

function overviewMany() {
  const rows = rowsOfMany();
  const lines = el("div", { class: "figure", role: "img",
    "aria-label": "All cases relative to the first; the figures are in the table" });
  if (rows.length > 0) drawLater(lines, () => drawRelativeLines(lines, rows));
  return [
    el("div", { class: "tools" },
      select("Sort", ORDERS_MANY, view.order, (order) => change({ order })),
      choice("Rows", [[false, "one a case"], [true, "all metrics"]], view.allMetrics,
        (allMetrics) => change({ allMetrics })),
      choice("Show", [[false, "all"], [true, "with steps"]], view.onlySteps,
        (onlySteps) => change({ onlySteps })),
      legend([["color-mix(in srgb, var(--worse) 60%, transparent)",
        steps.against_first ? "more than the baseline" : "more than the first"],
        ["color-mix(in srgb, var(--better) 60%, transparent)", "less"]]),
      el("span", { class: "dim" }, steps.against_first
        ? "\u25b2 worse, \u25bc better than the baseline" : "\u25b2 \u25bc a step")),
    rows.length === 0 ? nothing("No case is left by the filter.")
      : [el("h2", {}, steps.against_first ? `Relative to the baseline, ${sideName(0)}`
        : "Relative to the first"), lines, heatTable(rows)],
  ];
}
