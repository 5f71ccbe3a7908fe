// Which rows there are to see: numbers of cases, and before each group its own row, as -1 - its code.
const viewOf = (state, collapsed) => {
  const many = MANY.map((name) => ({ of: facets[name]().of, wanted: facets[name]().names.map((it) => !state[name].size || state[name].has(it)) }));
  const single = ONE.filter((name) => state[name]).map((name) => ({ of: facets[name]().of, code: facets[name]().codes.get(state[name]) ?? -1 }));
  const counts = many.map(({ wanted }) => new Int32Array(wanted.length));
  const hit = state.q.trim() ? matcher(state.q) : null;
  const found = [];
  const [verdict, severity] = many;
  const all = !single.length && !hit;
  for (let i = 0; i < size; i++) {
    if (!all && (single.some(({ of, code }) => of[i] !== code) || (hit && !hit(i)))) continue;
    const [v, s] = [verdict.of[i], severity.of[i]];
    // A choice says how many cases it would show, whatever else of its own kind is chosen.
    if (severity.wanted[s]) counts[0][v]++;
    if (verdict.wanted[v]) counts[1][s]++;
    if (verdict.wanted[v] && severity.wanted[s]) found.push(i);
  }
  const cases = sorted(found, state);
  const view = { rows: cases, cases, groups: null, counts: { verdict: counts[0], severity: counts[1] } };
  return state.group ? grouped(view, state.group, collapsed) : view;
};

const sorted = (found, { sort, desc }) => {
  const position = gravest();
  const rank = sort ? rankOf(sort) : null;
  const of = sort ? facets[sort]().of : null;
  const last = sort ? rank.length : 0;
  const keys = new Float64Array(found.length);
  for (let i = 0; i < found.length; i++) {
    const place = found[i];
    keys[i] = rank ? (desc ? last - rank[of[place]] : rank[of[place]]) * size + position[place] : position[place];
  }
  const placeAt = new Int32Array(size);
  for (const place of found) placeAt[position[place]] = place;
  keys.sort();
  const places = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at++) places[at] = placeAt[keys[at] % size];
  return places;
};

const grouped = (view, name, collapsed) => {
  const { names, of } = facets[name]();
  const rank = rankOf(name);
  const groups = new Map();
  for (const place of view.cases) {
    if (!groups.has(of[place])) groups.set(of[place], []);
    groups.get(of[place]).push(place);
  }
  const order = [...groups.keys()].sort((a, b) => rank[a] - rank[b]);
  const rows = [];
  for (const code of order) {
    rows.push(-1 - code);
    if (!collapsed.has(names[code])) for (const place of groups.get(code)) rows.push(place);
  }
  return { ...view, rows: Int32Array.from(rows), groups };
};
