// What changed from one results file to another.

// In the order in which they are shown; others follow.
const VERDICTS = ["worse", "newly failing", "better", "recovered", "removed",
  "newly skipped", "other payload", "not comparable", "added", "unsure", "same",
  "still failing", "skipped on both"];

function inOrder(verdicts) {
  const known = VERDICTS.filter((verdict) => verdicts.has(verdict));
  return [...known, ...[...verdicts.keys()].filter((v) => !VERDICTS.includes(v))];
}

const ORDERS_TWO = [["verdict", "by verdict"], ["change", "by change"],
  ["order", "as listed"]];

const COLUMNS_TWO = [
  ["case", "case"],
  ["metric", "metric"],
  ["old", "num opt2", "Median of the runs of the first file"],
  ["new", "num opt2", "Median of the runs of the second file"],
  ["change", "num", "By all runs of both; for counts that repeat, exact"],
  ["p", "num small opt3", "Corrected for the number of tests"],
  ["verdict", "verdict"],
];

const ICONS = { worse: "\u25b2", better: "\u25bc", same: "=", unsure: "?",
  "newly failing": "\u2716", recovered: "\u2714" };

function verdictBadge(verdict) {
  return el("span", { class: `badge v-${verdict.replaceAll(" ", "-")}` },
    ICONS[verdict] ? `${ICONS[verdict]} ` : "",
    el("span", { class: "word" }, verdict));
}

function pText(row) {
  if (row.exact) return "exact";
  if (!row.change || !(row.p <= 1)) return NONE;
  return row.p < .001 ? "<.001" : row.p.toFixed(3).replace(/^0/, "");
}

function cellsOfTwo(row) {
  if (row.metric === null) {
    return [caseCell(row.name),
      el("td", { class: "reason", colspan: 5, title: row.reason }, row.reason),
      el("td", { class: "verdict" }, verdictBadge(row.verdict))];
  }
  const before = figureCell(row.before, row.unit, "old");
  const after = figureCell(row.after, row.unit, "new");
  before.classList.add("opt2");
  after.classList.add("opt2");
  return [
    caseCell(row.name),
    el("td", { class: "metric", title: row.unit }, row.metric,
      row.unit === ticks ? "" : el("span", { class: "dim" }, ` ${row.unit}`)),
    before,
    after,
    el("td", { class: "num", data: { value: row.change, what: "change" } },
      row.change.replace("-", MINUS) || NONE),
    el("td", { class: "num small opt3" }, pText(row)),
    el("td", { class: "verdict" }, verdictBadge(row.verdict)),
  ];
}

// How far a row is from no change, for sorting.
function sizeOfChange(row) {
  return row.ratio > 0 ? Math.abs(Math.log(row.ratio)) : 0;
}

function groupsOfTwo(rows) {
  const sorted = [...rows].sort((a, b) => sizeOfChange(b) - sizeOfChange(a));
  if (view.order === "order") return byFamily(rows, (row) => row.name, "row");
  if (view.order === "change") return [{ title: "", note: "", rows: sorted }];
  const groups = groupBy(sorted, (row) => row.verdict);
  return inOrder(groups).map((verdict) => ({ title: verdict,
    note: plural(groups.get(verdict).length, "row"), rows: groups.get(verdict) }));
}

// Buttons with the number of rows of each verdict, which show or hide them.
function verdictButtons(rows) {
  const counts = groupBy(rows, (row) => row.verdict);
  return el("div", { class: "verdicts", role: "group", "aria-label": "Verdicts" },
    inOrder(counts).map((verdict) => el("button", {
      type: "button", class: `count v-${verdict.replaceAll(" ", "-")}`,
      "aria-pressed": view.hidden.has(verdict) ? "false" : "true",
      on: { click: () => toggleVerdict(verdict) },
    }, el("b", {}, number(counts.get(verdict).length)), ` ${verdict}`)));
}

function toggleVerdict(verdict) {
  const hidden = new Set(view.hidden);
  if (!hidden.delete(verdict)) hidden.add(verdict);
  change({ hidden });
}

function overviewTwo() {
  const found = diff.rows.filter((row) => matches(row.name, view.filter));
  const rows = found.filter((row) => !view.hidden.has(row.verdict));
  return [
    verdictButtons(found),
    el("div", { class: "tools" },
      select("Sort", ORDERS_TWO, view.order, (order) => change({ order })),
      legend([["var(--band)", `threshold \u00b1${percent(diff.threshold)}%`],
        ["var(--ink)", "95% interval", "line"]])),
    rows.length === 0
      ? nothing(found.length === 0 ? "No case has such a name."
        : "All verdicts are hidden.")
      : blocks({ columns: COLUMNS_TWO, groups: groupsOfTwo(rows), cells: cellsOfTwo,
        scale: changeScale(rows), label: "Change of each row, with its interval",
        draw: (container, of, scale) =>
          drawChanges(container, of, scale, diff.threshold) }),
  ];
}
