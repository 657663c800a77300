// Tables in blocks, with a plot beside each whose rows are those of the table.
// One head and one axis serve all blocks.

// Rows of a block: canvases are bounded, and sheets of paper are.
const MOST_ROWS = 100, MOST_ROWS_ON_PAPER = 15;

function split(rows) {
  const most = printing ? MOST_ROWS_ON_PAPER : MOST_ROWS;
  const parts = [];
  for (let i = 0; i < rows.length; i += most) parts.push(rows.slice(i, i + most));
  return parts;
}

function tableHead(columns, className) {
  return el("thead", { class: className }, el("tr", {},
    columns.map(([heading, kind, title]) =>
      el("th", { class: kind, title, scope: "col" }, heading))));
}

function widths(columns) {
  return el("colgroup", {}, columns.map(([, kind]) => el("col", { class: kind })));
}

// Returns blocks of `groups`, each { title, note, rows }. cells(row) returns its
// cells, draw(container, rows, scale) the plot of a block. Without a scale there
// are no plots.
function blocks({ columns, groups, cells, scale, draw, label }) {
  const plotOf = (rows) => {
    const container = el("div", { class: "plot", role: "img",
      "aria-label": `${label}; the figures are in the table` });
    drawLater(container, () => draw(container, rows, scale));
    return container;
  };
  const blockOf = (rows) => {
    const plot = scale ? plotOf(rows) : null;
    if (plot) plot.style.height = `${rows.length * ROW_HEIGHT}px`;
    return el("div", { class: "block-body" },
      el("table", { class: "rows" }, widths(columns), tableHead(columns, "unseen"),
        el("tbody", {}, rows.map((row) => el("tr", {}, cells(row))))), plot);
  };
  const axisPlot = el("div", { class: "plot", "aria-hidden": "true" });
  if (scale) drawLater(axisPlot, () => drawRowAxis(axisPlot, scale));
  return el("div", { class: "blocks" },
    el("div", { class: "block-body block-head", "aria-hidden": "true" },
      el("table", { class: "rows" }, widths(columns), tableHead(columns, "")),
      scale ? axisPlot : null),
    groups.map(({ title, note, rows }) => el("section", { class: "block" },
      title ? el("h2", {}, title, " ", el("small", {}, note)) : null,
      split(rows).map(blockOf))));
}

// The name of a case, as a link to it.
function caseCell(name) {
  const slash = name.indexOf("/") + 1;
  return el("td", { class: "case", title: name },
    el("a", { href: linkTo(name), class: "case-link" },
      el("span", { class: "dim" }, name.slice(0, slash)), name.slice(slash)));
}

function linkTo(name) {
  return "#" + encodeURIComponent(name).replaceAll("%2F", "/");
}

function byFamily(rows, nameOf, word) {
  return [...groupBy(rows, (row) => caseByName.get(nameOf(row))?.family ?? "")]
    .map(([title, of]) => ({ title, note: plural(of.length, word), rows: of }));
}

function nothing(words) {
  return el("p", { class: "empty" }, words);
}
