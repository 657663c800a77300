// Plots of one case, and of all cases over many sides.

const FIGURE_HEIGHT = 260;

// Shares of the samples by value: of each side an outline, of one side filled.
// A bin that is wider than the narrowest is as much lower: areas are shares.
function drawHistogram(container, bins, unit, log) {
  const { edges } = bins;
  const sizes = edges.slice(1).map((edge, i) => edge - edges[i]);
  const narrowest = Math.min(...sizes);
  const values = bins.sides.map((side) => {
    if (!side) return null;
    const heights = side.counts.map((count, i) =>
      100 * count / side.total * narrowest / sizes[i]);
    return [...heights, heights.at(-1)];
  });
  const shown = values.map((_, side) => side).filter((side) => values[side]);
  const filled = shown.length <= 2;
  newPlot({
    width: widthOf(container), height: FIGURE_HEIGHT, padding: [8, 16, 0, 0],
    cursor: POINTER,
    scales: {
      x: { time: false, distr: log ? 3 : 1, range: [log ? Math.max(edges[0], .5) : edges[0],
        edges.at(-1)] },
      y: { range: (u, low, high) => [0, high * 1.05] },
    },
    axes: [
      axis({ size: 28, label: unit, values: (u, splits) => splits.map((v) => short(v)), ...(log ? {
        splits: () => logTicks(Math.max(edges[0], .5), edges.at(-1)),
        filter: (u, splits) => splits } : {}) }),
      axis({ size: 52, label: `% of samples per ${number(narrowest)} ${unit}`,
        values: (u, splits) => splits.map((v) => trimmed(v)) }),
    ],
    series: [{}, ...shown.map((side) => ({
      stroke: sideColour(side), width: 1.5,
      fill: filled ? translucent(sideColour(side)) : undefined,
      points: { show: false },
      paths: uPlot.paths.stepped({ align: 1 }),
    }))],
    plugins: [tooltip((i) => i >= sizes.length ? null
      : `${number(edges[i])} to ${number(edges[i + 1])} ${unit}\n` + shown.map((side) =>
        `${isOne ? "" : shortNames[side] + ": "}` +
        `${number(bins.sides[side].counts[i])} of ` +
        `${number(bins.sides[side].total)}`).join("\n"))],
  }, [edges, ...shown.map((side) => values[side])], container);
}

function translucent(paint) {
  return paint + "38";
}

// The runs of a metric in the order in which they were made, session by session
// and side by side.
function runsInOrder(c, metric) {
  const all = [];
  for (const side of sideOrder) {
    const values = c.sides[side]?.points.get(metric);
    if (!values) continue;
    const of = c.sides[side].runs
      .map((run, i) => ({ ...run, side, value: values[i] }))
      .filter((run) => run.value !== null && run.value !== undefined);
    of.sort((a, b) => a.session - b.session || a.round - b.round || a.attempt - b.attempt);
    all.push(...of);
  }
  return all;
}

function sessionBands(runs) {
  const bands = [];
  runs.forEach((run, i) => {
    const last = bands.at(-1);
    if (last && last.side === run.side && last.session === run.session) last.end = i;
    else bands.push({ side: run.side, session: run.session, start: i, end: i });
  });
  return bands;
}

function bandName({ side, session }) {
  if (isOne) return `session ${session + 1}`;
  const name = sides.length === 2 ? ["old", "new"][side] : shortNames[side];
  return sides[side].sessions.length > 1 ? `${name} ${session + 1}` : name;
}

// Every second session is shaded, and named if there is room.
function drawBands(u, bands) {
  const { ctx } = u;
  ctx.save();
  ctx.font = `${11 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  bands.forEach((band, i) => {
    const left = u.valToPos(band.start - .5, "x", true);
    const right = u.valToPos(band.end + .5, "x", true);
    if (i % 2 === 1) {
      ctx.fillStyle = colour("band");
      ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    }
    const name = bandName(band);
    if (ctx.measureText(name).width < right - left - 4) {
      ctx.fillStyle = colour("muted");
      ctx.fillText(name, (left + right) / 2, u.bbox.top + 4 * uPlot.pxRatio);
    }
  });
  ctx.restore();
}

function paddedRange(low, high, above = .12) {
  const size = high - low || Math.abs(high) * .02 || 1;
  return [low - .08 * size, high + above * size];
}

// The figure of each run; disturbed runs are rings.
function drawRuns(container, runs, metric) {
  const bands = sessionBands(runs);
  newPlot({
    width: widthOf(container), height: FIGURE_HEIGHT, padding: [8, 16, 0, 0],
    cursor: POINTER,
    scales: {
      x: { time: false, range: [-.5, runs.length - .5] },
      y: { range: (u, low, high) => paddedRange(low, high, .2) },
    },
    axes: [
      axis({ size: 28, label: "runs, in their order", grid: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        values: (u, splits) => splits.map((v) => v + 1) }),
      axis({ size: 64, label: metric.unit,
        values: (u, splits) => exactLabels(splits) }),
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      drawClear: [(u) => drawBands(u, bands)],
      draw: [(u) => runs.forEach((run, i) => drawMark(u, u.valToPos(i, "x", true),
        u.valToPos(run.value, "y", true), run.disturbance === null ? "dot" : "ring",
        sideColour(run.side), 4))],
    },
    plugins: [tooltip((i) => {
      const run = runs[i];
      return `${number(run.value)} ${metric.unit}\n${bandName(run)}, round ${run.round + 1}` +
        (run.attempt > 0 ? `, attempt ${run.attempt + 1}` : "") +
        `, ${plural(run.events, "event")}` +
        (run.disturbance === null ? "" : `\ndisturbed: ${run.disturbance}`);
    })],
  }, [runs.map((_, i) => i), runs.map((run) => run.value)], container);
}

// Labels with as many digits as tell neighbours apart.
function exactLabels(splits) {
  const step = Math.abs(splits[1] - splits[0]) || 1;
  if (splits.some((v) => Math.abs(v) >= 1e6) && step >= 1e4) return splits.map((v) => short(v));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return splits.map((v) => {
    const [whole, part] = Math.abs(v).toFixed(digits).split(".");
    return (v < 0 ? MINUS : "") + grouped(whole) + (part ? "." + part : "");
  });
}

// Where sides are on the x axis: at the setting's value if it is a number that
// can be shown to scale, else one after the other.
function sidePositions() {
  const values = sideOrder.map((side) =>
    steps?.axis ? settingNumber(steps.axis.values[side]) : null);
  const distinct = new Set(values).size === values.length;
  const toScale = distinct && values.every((v) => v !== null && v >= 0) && values.length > 2;
  const wide = toScale && Math.max(...values) > 20 * Math.min(...values.filter((v) => v > 0));
  // Logarithmic, but 0 is on it.
  const unit = Math.min(...values.filter((v) => v > 0));
  return { toScale, xs: toScale ? values.map((v) => wide ? Math.asinh(v / unit) : v)
    : sideOrder.map((_, i) => i) };
}

function sideAxis(positions, width) {
  const { xs } = positions;
  const widest = Math.max(...sideOrder.map((side) => shortNames[side].length)) * 7;
  const turned = widest > width / xs.length - 8;
  const size = turned ? Math.min(130, widest * .72 + 24) : 26;
  return axis({
    size, label: steps?.axis?.name, rotate: turned ? 40 : 0,
    splits: () => xs, filter: (u, splits) => splits, grid: { show: false },
    values: () => sideOrder.map((side) => shortNames[side]),
  });
}

function xRange(xs) {
  const room = (Math.max(...xs) - Math.min(...xs)) * .05 || .5;
  return [Math.min(...xs) - room, Math.max(...xs) + room];
}

// One metric over the sides, with the spread of the runs, and its steps marked.
function drawLine(container, c, row) {
  const width = widthOf(container);
  const positions = sidePositions();
  const cells = sideOrder.map((side) => row.cells[side]);
  const values = cells.map((cell) => cell?.value ?? null);
  const spreads = sideOrder.map((side) => metricOf(c, side, row.metric)?.spread ?? 0);
  const present = values.flatMap((v, i) => v === null ? []
    : [v * (1 - spreads[i]), v * (1 + spreads[i])]);
  newPlot({
    width, height: FIGURE_HEIGHT + 60, padding: [16, 24, 0, 8],
    cursor: POINTER,
    scales: {
      x: { time: false, range: xRange(positions.xs) },
      y: { range: paddedRange(Math.min(...present), Math.max(...present), .2) },
    },
    axes: [
      sideAxis(positions, width),
      axis({ size: 64, label: row.unit, values: (u, splits) => exactLabels(splits) }),
    ],
    series: [{}, { stroke: colour("line"), width: 1.5, spanGaps: true,
      points: { show: false } }],
    hooks: { draw: [(u) => cells.forEach((cell, i) => {
      if (values[i] === null) return;
      const x = u.valToPos(positions.xs[i], "x", true);
      const y = u.valToPos(values[i], "y", true);
      if (spreads[i] > 0) {
        drawWhisker(u, x, u.valToPos(values[i] * (1 - spreads[i]), "y", true), x,
          u.valToPos(values[i] * (1 + spreads[i]), "y", true), colour("muted"));
      }
      const step = cell.step && VERDICT_MARKS[cell.verdict];
      drawMark(u, x, y, step ? VERDICT_MARKS[cell.verdict] : "dot",
        step ? colour(cell.verdict) : colour("line"), step ? 7 : 4);
      if (step) labelStep(u, x, y, cell);
    })] },
    plugins: [tooltip((i) => values[i] === null ? null
      : `${sideName(sideOrder[i])}\n${number(values[i])} ${row.unit}` +
        (cells[i].step ? `\n${cells[i].verdict} than ${sideName(cells[i].base)}` : ""))],
  }, [positions.xs, values], container);
}

function labelStep(u, x, y, cell) {
  const { ctx } = u;
  ctx.save();
  ctx.font = `600 ${11 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.fillStyle = colour("ink");
  ctx.fillText(changeText(cell.ratio), x, y - 9 * uPlot.pxRatio);
  ctx.restore();
}

// All rows over the sides, relative to the first value of each.
function drawRelativeLines(container, rows) {
  const width = widthOf(container);
  const positions = sidePositions();
  const relative = rows.map((row) => sideOrder.map((side) => {
    const toFirst = row.cells[side]?.toFirst;
    return toFirst > 0 ? squeezed(toFirst) : null;
  }));
  const all = relative.flat().filter((v) => v !== null);
  const scale = scaleOfChanges(Math.min(...all, -1) - .2, Math.max(...all, 1) + .2);
  const ticks = spaced(scale, 240, 17);
  const plot = newPlot({
    width, height: 320, padding: [8, 24, 0, 8],
    cursor: { ...POINTER, focus: { prox: 24 } },
    focus: { alpha: .12 },
    scales: {
      x: { time: false, range: xRange(positions.xs) },
      y: { range: [scale.low, scale.high] },
    },
    axes: [
      sideAxis(positions, width),
      axis({ size: 60, splits: () => ticks, filter: (u, splits) => splits,
        values: () => ticks.map(scale.label) }),
    ],
    series: [{}, ...rows.map((row) => ({ stroke: lineColour(row), width: 1,
      spanGaps: true, points: { show: false } }))],
    plugins: [tooltip((i, series) => {
      const row = series > 0 ? rows[series - 1] : null;
      const cell = row?.cells[sideOrder[i]];
      return cell?.value === undefined ? null
        : `${row.name} ${row.metric}\n${sideName(sideOrder[i])}: ${number(cell.value)} ` +
          [row.unit, changeText(cell.toFirst)].filter((t) => t).join(", ");
    })],
  }, [positions.xs, ...relative], container);
  plot.over.addEventListener("click", () => {
    const focused = plot.series.findIndex((s, i) => i > 0 && s._focus);
    if (focused > 0) location.hash = linkTo(rows[focused - 1].name);
  });
}

function lineColour(row) {
  const last = row.cells.filter((cell) => cell?.toFirst > 0).at(-1);
  if (!last || Math.abs(last.toFirst - 1) < .02) return colour("faint");
  const worse = directionOf(row.name, row.metric) === "higher is better"
    ? last.toFirst < 1 : last.toFirst > 1;
  return translucentMore(colour(worse ? "worse" : "better"));
}

function translucentMore(paint) {
  return paint + "77";
}
