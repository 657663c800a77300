// Plots whose rows are those of a table beside them.

// A scale: { low, high, log, ticks, label(value) }.
function scaleOptions(scale) {
  return { ori: 0, dir: 1, distr: scale.log ? 3 : 1, range: [scale.low, scale.high] };
}

function rowOptions(rows, scale, container) {
  return {
    width: widthOf(container),
    height: rows * ROW_HEIGHT,
    padding: [0, 0, 0, 0],
    scales: {
      x: { time: false, ori: 1, dir: -1, range: [-.5, rows - .5] },
      y: scaleOptions(scale),
    },
    axes: [
      { show: false, side: 3 },
      axis({ scale: "y", side: 2, size: 0, gap: 0, ticks: { show: false },
        splits: () => spaced(scale, widthOf(container), 50),
        filter: (u, splits) => splits, values: (u, splits) => splits.map(() => "") }),
    ],
  };
}

// The axis of all blocks, above them.
function drawRowAxis(container, scale) {
  newPlot({
    width: widthOf(container),
    height: 30,
    padding: [0, 0, 0, 0],
    scales: { x: { time: false, ori: 1, range: [0, 1] }, y: scaleOptions(scale) },
    axes: [
      { show: false, side: 3 },
      axis({ scale: "y", side: 0, size: 26, gap: 4, grid: { show: false },
        splits: () => spaced(scale, widthOf(container), 50),
        filter: (u, splits) => splits,
        values: (u, splits) => splits.map((v) => scale.label ? scale.label(v) : short(v)) }),
    ],
    series: [{}, { scale: "y", show: false }],
  }, [[0, 1], [null, null]], container);
}

// Leaves out ticks whose labels would meet, which are `room` pixels wide. What is
// named stays: 0 and, where a scale has it, what is next to it.
function spaced(scale, length, room) {
  const at = (v) => length * (scale.log
    ? Math.log(v / scale.low) / Math.log(scale.high / scale.low)
    : (v - scale.low) / (scale.high - scale.low));
  const kept = [];
  const keep = (tick) => {
    const fits = at(tick) >= room / 2 - 4 && at(tick) <= length - room / 2 + 4 &&
      kept.every((other) => Math.abs(at(other) - at(tick)) >= room);
    if (fits) kept.push(tick);
  };
  const ticks = ticksOf(scale);
  const first = ticks.filter((tick) => (scale.first ?? []).includes(tick));
  for (const tick of [...first, ...ticks]) keep(tick);
  return kept.sort((a, b) => a - b);
}

function barSeries(paint) {
  return { scale: "y", width: 0, fill: paint, stroke: paint, points: { show: false },
    paths: uPlot.paths.bars({ size: [.58, 15], align: 0 }) };
}

// Bars of the legs, one after the other, or of the whole where a case has none;
// and how far runs lie apart.
function drawLegBars(container, rows, scale) {
  const stacked = [[], [], []], whole = [];
  for (const { legs, main } of rows) {
    const values = legs?.map((leg) => leg?.value ?? 0);
    let sum = 0;
    stacked.forEach((of, i) => of.push(values ? (sum += values[i]) : null));
    whole.push(legs ? null : main?.value ?? null);
  }
  const paints = ["entry", "userspace", "exit", "whole"].map(colour);
  newPlot({
    ...rowOptions(rows.length, scale, container),
    series: [{}, ...paints.map(barSeries)],
    hooks: { draw: [(u) => clipped(u, () => rows.forEach(({ main }, i) => {
      if (!main || !(main.spread > 0)) return;
      const y = u.valToPos(i, "x", true);
      const low = Math.max(main.value * (1 - main.spread), scale.low);
      drawWhisker(u, u.valToPos(low, "y", true), y,
        u.valToPos(main.value * (1 + main.spread), "y", true), y, colour("ink"));
    }))] },
  }, [rows.map((_, i) => i), stacked[2], stacked[1], stacked[0], whole], container);
}

// Changes are shown on a scale that is linear near 0 and then logarithmic, by how
// far the logarithm of the ratio is from 0: half and double are as far from it.
const NEAR = .02;
const squeezed = (ratio) => Math.asinh(Math.log(Math.max(ratio, 1e-6)) / NEAR);
const squeezedPercent = (percent) => squeezed(1 + percent / 100);

const CHANGE_TICKS = [-99.9, -99, -95, -90, -80, -67, -50, -33, -20, -10, -5, -2, 0, 2, 5,
  10, 25, 50, 100, 200, 400, 900, 2000, 9900, 99900];

function changeScale(rows) {
  let least = .95, most = 1.05;
  for (const { ratio, low, high } of rows) {
    for (const one of [ratio, low, high]) {
      if (!(one > 0)) continue;
      least = Math.min(least, one);
      most = Math.max(most, one);
    }
  }
  return scaleOfChanges(squeezed(least) - .25, squeezed(most) + .25);
}

function scaleOfChanges(low, high) {
  return {
    low, high, log: false,
    ticks: CHANGE_TICKS.map(squeezedPercent).filter((tick) => tick > low && tick < high),
    first: [0, -10, 10, -50, 100].map(squeezedPercent),
    label: (tick) => signedPercent(CHANGE_TICKS.find((c) => squeezedPercent(c) === tick)),
  };
}

const VERDICT_MARKS = { worse: "up", better: "down", same: "dot", unsure: "ring" };

// The change of each row with its interval; the threshold is a band.
function drawChanges(container, rows, scale, threshold) {
  const at = (u, ratio) => u.valToPos(squeezed(ratio), "y", true);
  newPlot({
    ...rowOptions(rows.length, scale, container),
    series: [{}, { scale: "y", show: false }],
    hooks: {
      drawClear: [(u) => {
        const left = at(u, 1 - threshold), right = at(u, 1 + threshold);
        u.ctx.save();
        u.ctx.fillStyle = colour("band");
        u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
        u.ctx.restore();
      }],
      draw: [(u) => clipped(u, () => rows.forEach((row, i) => {
        if (row.ratio === null || row.ratio === undefined) return;
        const y = u.valToPos(i, "x", true);
        const paint = colour(row.verdict);
        if (row.low !== null && row.high !== null && !row.exact) {
          drawWhisker(u, at(u, row.low), y, at(u, row.high), y, paint);
        }
        drawMark(u, at(u, row.ratio), y, VERDICT_MARKS[row.verdict] ?? "dot", paint);
      }))],
    },
  }, [rows.map((_, i) => i), rows.map(() => null)], container);
}
