// The functions of profiles, and their changes.

const functionsOf = (side, name) =>
  data.functions?.sides[side].find(([of]) => text(of) === name);

const isSampled = (side) => data.functions?.sampled[side] === true;

function functionNameCell(name, module) {
  return el("td", { class: "function", title: text(name) }, text(name), " ",
    el("span", { class: "dim" }, text(module)));
}

function count(value, sampled) {
  return sampled ? `${(100 * value).toFixed(value < .1 ? 2 : 1)}%` : number(value);
}

// A bar of the share of `whole`, as a background.
function barCell(value, whole, sampled) {
  const share = whole > 0 ? Math.min(1, value / whole) : 0;
  return el("td", { class: "num share", style: { "--share": `${(100 * share).toFixed(1)}%` },
    data: { value: String(value), what: "inclusive" } }, count(value, sampled));
}

function functionTable(side, entry) {
  const [, metric, figure, refused, all, rows] = entry;
  if (text(refused) !== "") return el("p", { class: "note" }, text(refused));
  const sampled = isSampled(side);
  const hasLegs = rows.some((row) => row.length > 5);
  const columns = [["function", "function"],
    ["with calls", "num", "With all that it calls"], ["self", "num"],
    ...(sampled ? [] : [["calls", "num"]]),
    ...(hasLegs ? [["exit", "num opt2", "Of self"], ["userspace", "num opt2", "Of self"],
      ["entry", "num opt2", "Of self"]] : [])];
  const whole = sampled ? 1 : figure;
  return [
    el("p", { class: "note" }, sampled
      ? `Shares of ${number(figure)} samples.`
      : `Instructions of one event: ${number(figure)}, the figure of ${text(metric)}.`),
    table(columns, rows.map(([name, module, inclusive, self, calls, ...legs]) => [
      functionNameCell(name, module), barCell(inclusive, whole, sampled),
      count(self, sampled), ...(sampled ? [] : [number(calls)]),
      ...(hasLegs ? legs.map(number) : [])]), "functions"),
    rows.length < all ? el("p", { class: "note" },
      `${rows.length} of ${all} functions; exitbench profile prints all.`) : null,
  ];
}

function signedCount(before, after, sampled) {
  const delta = after - before;
  if (!sampled) return signed(Number(delta.toPrecision(6)));
  return (delta < 0 ? MINUS : "+") + (100 * Math.abs(delta)).toFixed(2) + "%";
}

function changesOf(name) {
  return (data.functions?.changes ?? []).filter(([of]) => text(of) === name);
}

function changeTable([, from, to, before, after, all, rows]) {
  const sampled = isSampled(from);
  const columns = [["function", "function"], ["change", "num", "With all that it calls"],
    ["old", "num opt2", "With all that it calls"], ["new", "num opt2", "With all that it calls"],
    ["self", "num", "Change of what is in the function itself"],
    ...(sampled ? [] : [["calls", "num opt2", "Old and new"]])];
  return [
    el("h3", {}, `${sideName(from)} \u2192 ${sideName(to)}`),
    el("p", { class: "note" }, sampled
      ? `Functions whose share changed, of ${number(before)} and ${number(after)} samples.`
      : `${number(before)} \u2192 ${number(after)} instructions.`),
    table(columns, rows.map(([fn, module, oldSelf, newSelf, oldAll, newAll, oldCalls,
      newCalls]) => [
      functionNameCell(fn, module), signedCount(oldAll, newAll, sampled),
      count(oldAll, sampled), count(newAll, sampled),
      signedCount(oldSelf, newSelf, sampled),
      ...(sampled ? [] : [oldCalls === newCalls ? number(oldCalls)
        : `${number(oldCalls)} \u2192 ${number(newCalls)}`])]), "functions"),
    rows.length < all ? el("p", { class: "note" },
      `${rows.length} of ${all} changed functions.`) : null,
  ];
}

function functionsSection(c) {
  if (!data.functions) return null;
  const tables = sideOrder.map((side) => [side, functionsOf(side, c.name)])
    .filter(([, entry]) => entry);
  const changes = changesOf(c.name);
  if (tables.length === 0 && changes.length === 0) return null;
  return el("section", {},
    el("h2", {}, "Functions"),
    changes.map(changeTable),
    tables.map(([side, entry], i) => el("details", { open: changes.length === 0 && i === 0 },
      el("summary", {}, isOne ? "What an event runs" : sideName(side)),
      functionTable(side, entry))));
}
