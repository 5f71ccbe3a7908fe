// The rows that are in sight, and no others: the list is as tall as all of them, a few dozen are there.
const COLUMNS = ["verdict", "severity", "rule", "subject", "division", "observed"];
const SPARE = 10;

const cell = (name, ...children) => element("div", { role: "gridcell", class: `w-cell w-c-${name}` }, ...children);
const verdictWord = (word) => element("span", { class: `w-verdict w-v-${word.replace(" ", "-")}` }, word);
const severityWord = (word) => element("span", { class: `w-severity w-s-${word}` }, word);
const named = (text) => element("bdi", { title: text }, text);

const caseRow = (place) => {
  const rule = ruleAt(place);
  const aside = verdictAt(place) === "failed" && !countsAt(place) ? element("span", { class: "w-quiet" }, "does not count") : null;
  const calm = ["passed", "not applicable"].includes(verdictAt(place));
  return element("div", { role: "row", class: calm ? "w-row w-calm" : "w-row" },
    cell("verdict", verdictWord(verdictAt(place))),
    cell("severity", severityWord(rule.severity)),
    cell("rule", element("span", { class: "w-id", title: rule.title }, rule.id)),
    cell("subject", named(labelAt(place))),
    cell("division", named(part(place, "division"))),
    cell("observed", named(saidBy(detailAt(place))), aside && " ", aside));
};

const groupRow = (name, code, amount, open) => {
  const text = facets[name]().names[code];
  const title = name === "rule" ? rules.find((rule) => rule.id === text).title : null;
  return element("div", { role: "row", class: "w-row w-row-group" },
    element("div", { role: "gridcell", class: "w-cell", "aria-colspan": COLUMNS.length, "aria-expanded": String(open) },
      element("span", { class: "w-fold", "aria-hidden": "true" }, open ? "▾" : "▸"), " ",
      element("strong", {}, element("bdi", {}, text || `no ${name}`)), " ", title && element("bdi", {}, title), " ",
      element("span", { class: "w-quiet" }, counted(amount, "case"))));
};

// Returns the list: `show` gives it a view, `open` is called with a case, `fold` with a group's name.
const makeGrid = (grid, { open, fold: foldGroup }) => {
  const body = grid.querySelector(".w-rows");
  const head = grid.querySelector(".w-grid-head");
  let view = { rows: new Int32Array(0) };
  let grouping = "";
  let collapsed = new Set();
  let active = 0;
  let height = 40;
  let waiting = false;

  const inSight = () => Math.max(1, Math.floor((grid.clientHeight - head.offsetHeight) / height));
  const draw = () => {
    waiting = false;
    const first = Math.max(0, Math.floor(grid.scrollTop / height) - SPARE);
    const last = Math.min(view.rows.length, first + inSight() + 2 * SPARE);
    const made = [];
    for (let at = first; at < last; at++) {
      const place = view.rows[at];
      const group = place < 0 ? -1 - place : null;
      const row = group === null
        ? caseRow(place)
        : groupRow(grouping, group, view.groups.get(group).length, !collapsed.has(facets[grouping]().names[group]));
      row.id = `w-row-${at}`;
      row.style.top = `${at * height}px`;
      row.setAttribute("aria-rowindex", at + 2);
      row.setAttribute("aria-selected", String(at === active));
      made.push(row);
    }
    body.replaceChildren(...made);
    if (active >= first && active < last) grid.setAttribute("aria-activedescendant", `w-row-${active}`);
    else grid.removeAttribute("aria-activedescendant");
  };
  const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  const measure = () => {
    const row = body.firstElementChild;
    const now = row ? row.offsetHeight : height;
    if (now && now !== height) {
      height = now;
      body.style.height = `${view.rows.length * height}px`;
    }
    draw();
  };
  const go = (to) => {
    active = Math.max(0, Math.min(view.rows.length - 1, to));
    const [top, room] = [active * height, inSight() * height];
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + height > grid.scrollTop + room) grid.scrollTop = top + height - room;
    draw();
  };
  const act = (at) => {
    const place = view.rows[at];
    if (place === undefined) return;
    if (place < 0) foldGroup(facets[grouping]().names[-1 - place]);
    else open(place);
  };

  grid.addEventListener("scroll", later, { passive: true });
  new ResizeObserver(measure).observe(grid);
  grid.addEventListener("keydown", (event) => {
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: inSight(), PageUp: -inSight(), Home: -view.rows.length, End: view.rows.length };
    if (event.key in steps) go(active + steps[event.key]);
    else if (event.key === "Enter" || event.key === " ") act(active);
    else return;
    event.preventDefault();
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest(".w-row");
    if (!row || String(getSelection())) return;
    active = Number(row.id.slice("w-row-".length));
    draw();
    act(active);
  });

  return {
    show(next, group, folded, { keep = false } = {}) {
      [view, grouping, collapsed] = [next, group, folded];
      grid.setAttribute("aria-rowcount", view.rows.length + 1);
      body.style.height = `${view.rows.length * height}px`;
      if (!keep) active = grid.scrollTop = 0;
      active = Math.min(active, Math.max(0, view.rows.length - 1));
      measure();
    },
    // Makes a case the active row, where it is among the rows.
    point(place) {
      const at = view.rows.indexOf(place);
      if (at >= 0) go(at);
    },
  };
};
