// The panel: its controls, and what they do to the list, the open case and the address.
const panel = byId("w-browser");
const controls = byId("w-filters");
const status = byId("w-status");
let state = fresh();
let view = null;
let timer = 0;
const collapsed = new Set();

const remember = () => history.replaceState(null, "", addressOf(state, pane.shown.place));
const grid = makeGrid(byId("w-grid"), {
  open: (place) => pane.show(place),
  fold(name) {
    if (!collapsed.delete(name)) collapsed.add(name);
    update({ keep: true });
  },
});
const pane = makeDetails(byId("w-case"), {
  step(place, by) {
    const at = view.cases.indexOf(place);
    return at < 0 ? -1 : view.cases[at + by] ?? -1;
  },
  moved(place) {
    if (place >= 0) grid.point(place);
    remember();
  },
});

const chip = (name, word) => {
  const box = element("input", { type: "checkbox", name, value: word });
  const label = element("label", { class: "w-chip" }, box, name === "verdict" ? verdictWord(word) : severityWord(word), " ", element("span", { class: "w-amount" }));
  return label;
};
// A name that this run does not have is shown all the same.
const choose = (name) => {
  const [field, value] = [controls.elements[name], state[name]];
  if (value && ![...field.options].some((it) => it.value === value)) {
    field.append(new Option(facets[name]?.().codes.has(value) ? value : `${value} (not in this run)`, value));
  }
  field.value = value;
};
const fill = (name) => {
  const rank = rankOf(name);
  const names = [...facets[name]().names];
  const order = names.map((_, code) => code).filter((code) => names[code] !== "").sort((a, b) => rank[a] - rank[b]);
  const options = document.createDocumentFragment();
  for (const code of order) options.append(new Option(names[code], names[code]));
  const field = controls.elements[name];
  field.options.length = 1;
  field.append(options);
  field.disabled = !order.length;
  choose(name);
};

// Puts the state into the controls.
const set = () => {
  controls.elements.q.value = state.q;
  for (const box of controls.querySelectorAll("input[type=checkbox]")) box.checked = state[box.name].has(box.value);
  for (const name of [...ONE, "sort", "group"]) choose(name);
};
const read = () => {
  state.q = controls.elements.q.value;
  for (const name of MANY) state[name] = new Set([...controls.querySelectorAll(`input[name=${name}]:checked`)].map((it) => it.value));
  for (const name of [...ONE, "group"]) state[name] = controls.elements[name].value;
  if (controls.elements.sort.value !== state.sort) [state.sort, state.desc] = [controls.elements.sort.value, false];
};

function update(options) {
  view = viewOf(state, collapsed);
  for (const name of MANY) {
    facets[name]().names.forEach((word, at) => {
      const label = controls.querySelector(`input[name=${name}][value="${word}"]`)?.parentElement;
      if (label) label.querySelector(".w-amount").textContent = number(view.counts[name][at]);
    });
  }
  for (const head of panel.querySelectorAll("[role=columnheader]")) {
    const own = head.dataset.sort === state.sort;
    head.setAttribute("aria-sort", own ? (state.desc ? "descending" : "ascending") : "none");
  }
  status.textContent = view.cases.length === size ? counted(size, "case") : `${number(view.cases.length)} of ${counted(size, "case")}`;
  byId("w-none").hidden = view.cases.length > 0;
  grid.show(view, state.group, collapsed, options);
}
const changed = () => { read(); update(); remember(); };
const reset = () => { state = fresh(); collapsed.clear(); set(); update(); remember(); controls.elements.q.focus(); };
const say = (button, text) => {
  const before = (button.dataset.says ??= button.textContent);
  button.textContent = text;
  setTimeout(() => { button.textContent = before; }, 2_000);
};

// Follows an address that names cases; any other belongs to the browser.
const follow = () => {
  const found = readAddress(location.hash);
  if (!found) return;
  state = found.state;
  set();
  update();
  byId("cases").scrollIntoView();
  if (found.open >= 0) pane.show(found.open);
  else if (byId("w-case").open) byId("w-case").close();
};

controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (event.target.name === "q") timer = setTimeout(changed, 120);
  else changed();
});
controls.elements.q.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "Enter") {
    clearTimeout(timer);
    changed();
    byId("w-grid").focus();
    event.preventDefault();
  }
});
panel.addEventListener("click", (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (act === "reset") reset();
  else if (act === "link") copy(location.href).then(() => say(event.target, "Link copied"));
  else if (act === "csv") download("wrapup-cases.csv", csvOf(view.cases));
  else if (act?.startsWith("sort-")) {
    const key = act.slice("sort-".length);
    if (state.sort !== key) [state.sort, state.desc] = [key, false];
    else if (!state.desc) state.desc = true;
    else [state.sort, state.desc] = ["", false];
    set();
    update();
    remember();
  }
});
pane.button("markdown").addEventListener("click", (event) => copy(markdownOf(pane.shown.place)).then(() => say(event.target, "Copied")));
pane.button("link").addEventListener("click", (event) => copy(location.href).then(() => say(event.target, "Link copied")));
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  panel.scrollIntoView();
  controls.elements.q.focus();
});
addEventListener("hashchange", follow);

for (const name of MANY) {
  byId(`w-${name}`).append(...facets[name]().names.filter((_, code) => facets[name]().of.includes(code)).map((word) => chip(name, word)));
}
// Thousands of names to choose from need not be there before the cases are.
(window.requestIdleCallback ?? setTimeout)(() => ONE.forEach(fill));
// Without this script these links lead to the section; with it, to the very cases.
for (const link of document.querySelectorAll("a[data-cases]")) {
  const pairs = link.dataset.cases.split("&").map((pair) => pair.split("="));
  link.href = `#cases?${pairs.map(([name, value]) => `${name}=${escaped(decodeURIComponent(value))}`).join("&")}`;
}
for (const link of document.querySelectorAll("a[data-case]")) {
  if (!byId(`case-${link.dataset.case}`)) link.href = `#case-${link.dataset.case}`;
}
panel.hidden = false;
set();
update();
follow();
