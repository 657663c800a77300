// Elements. Text goes in as text only: whatever a file holds, it is never HTML.

// Returns an element. `attributes` are attributes, except `class`, `on` (an
// object of listeners), `data` (an object for dataset) and `style` (an object of
// CSS properties). Children are nodes or texts; null and false are left out.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") listen(element, value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") setStyle(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

function listen(element, listeners) {
  for (const [type, listener] of Object.entries(listeners)) {
    element.addEventListener(type, listener);
  }
}

function setStyle(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    element.style.setProperty(name, value);
  }
}

function byId(id) {
  return document.getElementById(id);
}

// A row of buttons of which one is chosen. `options` are [value, text].
function choice(label, options, chosen, onChoose) {
  const buttons = options.map(([value, text]) =>
    el("button", {
      type: "button",
      "aria-pressed": value === chosen ? "true" : "false",
      on: { click: () => onChoose(value) },
    }, text));
  return el("span", { class: "choice", role: "group", "aria-label": label },
    el("span", { class: "choice-label" }, label), buttons);
}

function select(label, options, chosen, onChoose) {
  const box = el("select", { on: { change: () => onChoose(box.value) } },
    options.map(([value, text]) =>
      el("option", { value, selected: value === chosen }, text)));
  return el("label", { class: "choice" },
    el("span", { class: "choice-label" }, label), box);
}

// A table: `columns` are [heading, class, title], `rows` lists of cells.
function table(columns, rows, className = "") {
  const head = columns.map(([heading, kind, title]) =>
    el("th", { class: kind, title, scope: "col" }, heading));
  const body = rows.map((cells) => el("tr", {}, cells.map((cell, i) =>
    cell instanceof HTMLTableCellElement
      ? cell : el("td", { class: columns[i][1] }, cell))));
  return el("div", { class: "scroll" },
    el("table", { class: className },
      el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)));
}
