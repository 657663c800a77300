// What the page was made with: report/*_json.h say what is where.

const data = JSON.parse(byId("data").textContent);
const text = (index) => data.strings[index];

const sides = data.sides;
const isOne = sides.length === 1;
const countsInstructions = sides[0].counts_instructions;
const ticks = sides[0].ticks;

// The files of a side, without their folders.
function baseNames(file) {
  return file.split(",").map((path) => path.slice(path.lastIndexOf("/") + 1)).join(", ");
}

const LEGS = ["exit_leg", "userspace", "entry_leg"];

function readMetric(m) {
  const [kind, value, spread, p99, count, mean, sd, min, p50, p90, p999, max] = m;
  const words = text(kind).split("\n");
  const [unit, direction, judged] = words.splice(-3);
  return { name: words.join("\n"), unit, direction, judged: judged !== "", value,
    spread, p99, count, mean, sd, min, p50, p90, p999, max };
}

function readRuns(of) {
  const [names, events] = of.runs.map((index) => text(index).split(","));
  if (names[0] === "") return [];
  const runs = names.map((name, i) => {
    const [session, round, attempt] = name.split(" ").map(Number);
    return { session, round, attempt, events: Number(events[i]), disturbance: null };
  });
  for (const [run, what] of of.disturbed ?? []) runs[run].disturbance = text(what);
  return runs;
}

function readCaseOfSide(of) {
  if (of === null) return null;
  return {
    ...of,
    reason: of.reason === undefined ? "" : text(of.reason),
    proof: of.proof === undefined ? "" : text(of.proof),
    no_legs: of.no_legs === undefined ? "" : text(of.no_legs),
    ok: of.outcome === "OK",
    runs: readRuns(of),
    metrics: new Map(of.metrics.map(readMetric).map((m) => [m.name, m])),
    points: new Map(of.points.map(([metric, values]) => [text(metric), values])),
  };
}

// Bins as edges, and counts of each side.
function readBins([metric, segments, ofSides]) {
  const edges = [];
  for (let i = 0; i < segments.length; i += 3) {
    const [lower, width, bins] = segments.slice(i, i + 3);
    for (let bin = 0; bin < bins; ++bin) edges.push(lower + bin * width);
    if (i + 3 === segments.length) edges.push(lower + bins * width);
  }
  const counts = ofSides.map((side) => side === 0 ? null
    : { total: side[0], below: side[1], above: side[2], counts: side.slice(3) });
  return [text(metric), { edges, sides: counts }];
}

function readCase(c) {
  return { ...c, main: c.main === undefined ? null : text(c.main),
    bins: new Map((c.bins ?? []).map(readBins)),
    sides: c.sides.map(readCaseOfSide) };
}

const cases = data.cases.map(readCase);
const caseByName = new Map(cases.map((c) => [c.name, c]));

// The metric `name` of a case on a side, or undefined.
function metricOf(c, side, name) {
  return c.sides[side]?.metrics.get(name);
}

function mainMetric(c, side = 0) {
  return c.main === null ? undefined : metricOf(c, side, c.main);
}

function legsOf(c, side = 0) {
  const legs = LEGS.map((name) => metricOf(c, side, name));
  return legs[0] && legs[2] ? legs : null;
}

function readDiffRow(row) {
  const name = text(row[0]);
  if (row[1] < 0) {
    return { name, metric: null, reason: text(row[2]), verdict: text(row[3]) };
  }
  const [, metric, unit, verdict, before, after, ratio, low, high, p, margin, exact,
    runsToSettle, change] = row;
  return { name, metric: text(metric), unit: text(unit), verdict: text(verdict),
    before, after, ratio, low, high, p, margin, exact: exact === 1, runsToSettle,
    change };
}

function readCell(cell) {
  if (cell === 0) return null;
  if (cell.length === 1) return { outcome: text(cell[0]) };
  const [value, toFirst, verdict, ratio, base, step] = cell;
  return { value, toFirst, ratio, base, step: step === 1,
    verdict: verdict === undefined ? null : text(verdict) };
}

function readStepRow([name, metric, unit, cells]) {
  return { name: text(name), metric: text(metric), unit: text(unit),
    cells: cells.map(readCell) };
}

const diff = data.diff && { ...data.diff, rows: data.diff.rows.map(readDiffRow) };
const steps = data.steps && { ...data.steps, rows: data.steps.rows.map(readStepRow) };

function groupBy(list, key) {
  const groups = new Map();
  for (const item of list) {
    const of = key(item);
    if (!groups.has(of)) groups.set(of, []);
    groups.get(of).push(item);
  }
  return groups;
}

const diffRowsOf = groupBy(diff ? diff.rows : [], (row) => row.name);
const stepRowsOf = groupBy(steps ? steps.rows : [], (row) => row.name);

// Words that all must occur in a name; those after "-" must not.
function matches(name, filter) {
  return filter.toLowerCase().split(/\s+/).every((word) => {
    if (word.length > 1 && word[0] === "-") {
      return !name.toLowerCase().includes(word.slice(1));
    }
    return name.toLowerCase().includes(word);
  });
}
