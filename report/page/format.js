// Numbers and units as texts.

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";
const NONE = "\u2013";

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE);
}

// About four digits, and all before the point unless there are too many.
function number(value) {
  if (value === null || value === undefined) return NONE;
  const size = Math.abs(value);
  if (size >= 1e8) return short(Number(value.toPrecision(4)), 4);
  let digits;
  if (Number.isInteger(value) || size >= 1000) digits = String(Math.round(size));
  else if (size >= 100) digits = size.toFixed(1);
  else if (size >= 1) digits = size.toFixed(2);
  else digits = size.toPrecision(3);
  const [whole, part] = digits.split(".");
  const shown = grouped(whole) + (part === undefined ? "" : "." + part);
  return value < 0 && Number(digits) !== 0 ? MINUS + shown : shown;
}

// For an axis: 1.2k, 30M.
function short(value, digits = 3) {
  if (value === null) return "";
  for (const [size, letter] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(value) >= size) return trimmed(value / size, digits) + letter;
  }
  return trimmed(value, digits);
}

function trimmed(value, digits = 3) {
  return String(Number(value.toPrecision(digits))).replace("-", MINUS);
}

// A part as a percentage, without a sign.
function percent(part) {
  if (part === null || part === undefined) return NONE;
  const value = 100 * part;
  return value.toFixed(value !== 0 && Math.abs(value) < 10 ? 1 : 0);
}

// A change of percent, with its sign.
function signedPercent(value) {
  const digits = Math.abs(value) < 10 && value !== Math.round(value) ? 1 : 0;
  const shown = Math.abs(value).toFixed(digits);
  return (value < 0 ? MINUS : value > 0 ? "+" : "") + shown + "%";
}

// The change that a ratio is. Empty where there is none, as from 0 to something.
function changeText(ratio) {
  return ratio === null || ratio === undefined ? "" : signedPercent(100 * (ratio - 1));
}

function signed(value) {
  return value > 0 ? "+" + number(value) : number(value);
}

// The time that ticks of a side are, or null where they are no time.
function nsOf(value, unit, side = 0) {
  if (value === null || value === undefined) return null;
  if (unit === "ns") return value;
  const { khz, counts_instructions } = sides[side];
  if (unit !== sides[side].ticks || counts_instructions || !(khz > 0)) return null;
  return value * 1e6 / khz;
}

// A cell of a figure: rounded for people, with all digits for whoever asks.
function figureCell(value, unit, what) {
  if (value === null || value === undefined) {
    return el("td", { class: "num none" }, NONE);
  }
  return el("td", { class: "num", title: `${value} ${unit}`,
    data: { value: String(value), what } }, number(value));
}

function plural(count, word) {
  return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
}
