// Themes. Colours are those of page.css, which plots ask for as they are drawn.

const THEMES = ["auto", "light", "dark"];
let theme = stored("exitbench-theme", "auto");

// What a page may store it may not where it is opened from disk.
function stored(key, otherwise) {
  try {
    const value = localStorage.getItem(key);
    return THEMES.includes(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It lasts as long as the page.
  }
}

function showTheme() {
  document.documentElement.dataset.theme = theme;
  const name = { auto: "Auto", light: "Light", dark: "Dark" }[theme];
  byId("theme").textContent = name;
  byId("theme").setAttribute("aria-label", `Theme: ${name}`);
}

function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  store("exitbench-theme", theme);
  showTheme();
  render();
}

function colour(name) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue("--" + name).trim();
}

// Two sides: the old one is grey. Many: from old to new.
function sideColour(side) {
  if (isOne) return colour("exit");
  if (sides.length === 2) return colour(side === 0 ? "old" : "new");
  const palette = ["side-0", "side-1", "side-2", "side-3", "side-4", "side-5",
    "side-6", "side-7"];
  return colour(palette[sideOrder.indexOf(side) % palette.length]);
}
