// What all plots share. uPlot draws them; texts about them are HTML.

const ROW_HEIGHT = 26;  // As --row of page.css.
const FONT = "12px system-ui, sans-serif";

let livePlots = [];
let waiting = [];  // Containers that are not drawn yet, with how to draw them.
let watcher = null;

function destroyPlots() {
  for (const plot of livePlots) plot.destroy();
  livePlots = [];
  waiting = [];
  watcher?.disconnect();
  watcher = null;
}

// Has `draw(container)` called by drawWaiting(), or later.
function drawLater(container, draw) {
  waiting.push([container, draw]);
}

// To be called once all containers are in the page, so have a width. Draws what
// is near the view, and the rest once it comes near. For paper, draws all.
function drawWaiting() {
  const drawOf = new Map(waiting);
  waiting = [];
  if (printing) {
    for (const [container, draw] of drawOf) draw(container);
    return;
  }
  watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      drawOf.get(target)(target);
    }
  }, { rootMargin: "400px 0px" });
  for (const container of drawOf.keys()) watcher.observe(container);
}

function newPlot(options, values, container) {
  container.replaceChildren();
  const plot = new uPlot({
    legend: { show: false },
    cursor: { show: false },
    select: { show: false },
    ...options,
  }, values, container);
  livePlots.push(plot);
  return plot;
}

function widthOf(container) {
  return Math.max(60, Math.floor(container.clientWidth));
}

// Returns the parts that look the same on all axes. `more` are uPlot's options.
function axis(more) {
  return {
    stroke: () => colour("muted"),
    font: FONT,
    labelFont: FONT,
    labelSize: 20,
    grid: { stroke: () => colour("grid"), width: 1 },
    ticks: { stroke: () => colour("grid"), width: 1, size: 4 },
    ...more,
  };
}

// Ticks of a logarithmic axis: 1, 2 and 5 of each decade, or 1 of many decades.
function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const steps = decades > 3.5 ? [1] : decades > 1.6 ? [1, 3] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); ++power) {
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

// Ticks of a linear axis, about `count`.
function linearTicks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((s) => s * power).find((s) => s >= rough);
  const ticks = [];
  for (let at = Math.ceil(low / step); at * step <= high; ++at) ticks.push(at * step);
  return ticks;
}

function ticksOf(scale) {
  if (scale.ticks) return scale.ticks;
  return scale.log ? logTicks(scale.low, scale.high)
    : linearTicks(scale.low, scale.high, scale.count ?? 6);
}

// Draws an interval with caps, in the canvas's pixels. `across` is the direction
// of the caps.
function drawWhisker(u, x1, y1, x2, y2, paint) {
  const { ctx } = u;
  const cap = 3 * uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = paint;
  ctx.lineWidth = 1.25 * uPlot.pxRatio;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  for (const [x, y] of [[x1, y1], [x2, y2]]) {
    const flat = y1 === y2;
    ctx.moveTo(flat ? x : x - cap, flat ? y - cap : y);
    ctx.lineTo(flat ? x : x + cap, flat ? y + cap : y);
  }
  ctx.stroke();
  ctx.restore();
}

// Draws a mark: "up" and "down" are triangles, "dot" and "ring" circles.
function drawMark(u, x, y, shape, paint, size = 5) {
  const { ctx } = u;
  const r = size * uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = paint;
  ctx.strokeStyle = paint;
  ctx.lineWidth = 1.5 * uPlot.pxRatio;
  ctx.beginPath();
  if (shape === "up" || shape === "down") {
    const tip = shape === "up" ? -r : r;
    ctx.moveTo(x, y + tip);
    ctx.lineTo(x - r, y - tip);
    ctx.lineTo(x + r, y - tip);
    ctx.closePath();
  } else {
    ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
  if (shape === "ring") ctx.stroke();
  else ctx.fill();
  ctx.restore();
}

// Clips to the plot's own area while `draw` draws.
function clipped(u, draw) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  draw();
  u.ctx.restore();
}

// A plug-in that shows what `describe(index, series)` returns beside the
// pointer; null hides it.
function tooltip(describe) {
  const tip = el("div", { class: "tip", hidden: true });
  const show = (u) => {
    const { idx, left, top } = u.cursor;
    const focused = u.series.findIndex((s, i) => i > 0 && s._focus);
    const words = idx === null || left < 0 ? null : describe(idx, focused);
    tip.hidden = words === null || words === undefined;
    if (tip.hidden) return;
    tip.textContent = words;
    const right = left > u.over.clientWidth / 2;
    tip.style.left = right ? "" : `${left + 14}px`;
    tip.style.right = right ? `${u.over.clientWidth - left + 14}px` : "";
    tip.style.top = `${Math.max(0, top - 12)}px`;
  };
  return {
    hooks: {
      init: (u) => u.over.append(tip),
      setCursor: show,
      setSeries: show,
    },
  };
}

const POINTER = { show: true, drag: { setScale: false, x: false, y: false },
  points: { show: false } };

// A legend: [colour's name or colour, text, "box" | "line" | "ring"] each.
function legend(items) {
  return el("ul", { class: "legend" }, items.map(([paint, words, shape = "box"]) =>
    el("li", {}, el("span", { class: `swatch ${shape}`,
      style: { "--paint": paint } }), words)));
}
