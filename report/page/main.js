// What is shown, and what keys and links do.

let printing = false;

const view = {
  filter: "",
  order: diff ? "verdict" : "order",
  log: true,
  hidden: new Set(),
  allMetrics: false,
  onlySteps: false,
  metric: null,
};

// Where the overview was scrolled to when a case was opened.
let overviewScroll = 0;

function change(what) {
  Object.assign(view, what);
  render();
}

// The case that the address names, null for none.
function caseOfAddress() {
  let name = location.hash.slice(1);
  try {
    name = decodeURIComponent(name);
  } catch {
    // Not encoded: taken as it is.
  }
  return name === "" ? null : { name, found: caseByName.get(name) };
}

function overview() {
  return [summary(), diff ? overviewTwo() : steps ? overviewMany() : overviewOne()];
}

function contents() {
  const asked = caseOfAddress();
  if (asked === null) return overview();
  if (asked.found) return casePage(asked.found);
  return [el("nav", { class: "neighbours" }, el("a", { href: "#" }, "\u2190 All cases")),
    nothing(`There is no case ${asked.name} in this report.`)];
}

function render() {
  destroyPlots();
  const asked = caseOfAddress();
  const main = byId("view");
  const parts = contents().flat(Infinity).filter((part) => part);
  document.documentElement.dataset.sides = steps && asked === null ? "many" : "few";
  document.documentElement.dataset.width = printing ? "paper" : widthClass();
  main.replaceChildren(...parts);
  for (const wide of document.querySelectorAll(".wide")) {
    wide.classList.toggle("fits", wide.scrollWidth <= wide.clientWidth);
  }
  drawWaiting();
  document.title = `${asked?.found ? asked.name + " \u2013 " : ""}${headline()} \u2013 exitbench`;
  document.body.dataset.page = asked === null ? "overview" : "case";
  document.body.dataset.drawn = String(window.innerWidth);
}

function go() {
  const toOverview = caseOfAddress() === null;
  if (!toOverview && document.body.dataset.page === "overview") {
    overviewScroll = window.scrollY;
  }
  if (!toOverview && document.body.dataset.page === "overview") view.metric = null;
  render();
  window.scrollTo(0, toOverview ? overviewScroll : 0);
}

// How much room there is: the style sheet leaves out columns by it.
function widthClass() {
  const width = window.innerWidth;
  return width >= 1200 ? "wide" : width >= 900 ? "medium" : width >= 640 ? "small" : "narrow";
}

// Moves the focus to the next (1) or previous (-1) link to a case.
function step(by) {
  const links = [...document.querySelectorAll("a.case-link")];
  if (links.length === 0) {
    document.querySelector(`[data-go=${by > 0 ? "next" : "previous"}]`)?.click();
    return;
  }
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[Math.min(links.length - 1, Math.max(0, next))].focus();
}

const KEYS = {
  "/": () => { byId("filter").focus(); byId("filter").select(); },
  j: () => step(1),
  k: () => step(-1),
  t: nextTheme,
  "?": () => byId("help").showModal(),
  Escape: () => { if (caseOfAddress() !== null) location.hash = ""; },
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const typing = event.target.matches("input, select, textarea");
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
}

// Calls `later` once nothing has happened for `ms`.
function settled(later, ms) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(later, ms);
  };
}

function onFilter() {
  view.filter = byId("filter").value.trim();
  if (caseOfAddress() !== null) location.hash = "";
  else render();
}

// On paper everything is drawn, and light.
function onPrint(now) {
  printing = now;
  render();
}

function start() {
  showTheme();
  byId("headline").textContent = headline();
  byId("filter").addEventListener("input", settled(onFilter, 80));
  byId("theme").addEventListener("click", nextTheme);
  byId("keys").addEventListener("click", KEYS["?"]);
  byId("skip").addEventListener("click", () => byId("view").focus());
  window.addEventListener("hashchange", go);
  window.addEventListener("keydown", onKey);
  let width = window.innerWidth;
  window.addEventListener("resize", settled(() => {
    if (window.innerWidth === width || printing) return;
    width = window.innerWidth;
    render();
  }, 150));
  window.addEventListener("beforeprint", () => onPrint(true));
  window.addEventListener("afterprint", () => onPrint(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  go();
  document.body.dataset.ready = "yes";
}

start();
