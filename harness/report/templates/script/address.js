// What is looked at, and its place in the address: `#cases?verdict=failed&queue=Billing&case=RTL-001+queue+Billing`.
const MANY = ["verdict", "severity"];
const ONE = ["rule", "queue", "division", "owner"];
const ORDERS = ["verdict", "severity", "rule", "subject", "queue", "division", "owner", "observed"];
const GROUPS = ["verdict", "severity", "rule", "queue", "division", "owner"];
const fresh = () => ({ q: "", verdict: new Set(), severity: new Set(), rule: "", queue: "", division: "", owner: "", sort: "", desc: false, group: "" });

// Escapes with `~`, not with `%`: pytest-html's script unescapes the whole address when its table is sorted.
const escaped = (text) =>
  encodeURIComponent(text.toWellFormed?.() ?? text)
    .replace(/[~'()!*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+").replaceAll("%", "~");
const unescaped = (text) => {
  try {
    return decodeURIComponent(text.replaceAll("+", " ").replaceAll("~", "%"));
  } catch {
    return text;
  }
};

const nameOf = (place) => `${ruleAt(place).id} ${labelAt(place)}`;
const placeOf = (name) => {
  for (let i = 0; i < size; i++) if (name.startsWith(`${ruleAt(i).id} `) && nameOf(i) === name) return i;
  return -1;
};

const addressOf = (state, open) => {
  const parts = [];
  const add = (name, value) => { if (value) parts.push(`${name}=${escaped(value)}`); };
  add("q", state.q);
  for (const name of MANY) add(name, [...state[name]].join(","));
  for (const name of ONE) add(name, state[name]);
  add("sort", state.sort);
  add("desc", state.desc ? "1" : "");
  add("group", state.group);
  add("case", open >= 0 ? nameOf(open) : "");
  return `#cases${parts.length ? `?${parts.join("&")}` : ""}`;
};

// Returns the state that an address names, and its open case; null when it names none. What is not known is left out.
const readAddress = (hash) => {
  const single = /^#case-(\d+)$/.exec(hash);
  if (single && !byId(hash.slice(1)) && Number(single[1]) < size) return { state: fresh(), open: Number(single[1]) };
  if (!hash.startsWith("#cases?")) return null;
  const state = fresh();
  let open = -1;
  for (const pair of hash.slice("#cases?".length).split("&")) {
    const [name, value] = [pair.split("=", 1)[0], unescaped(pair.slice(pair.indexOf("=") + 1))];
    if (MANY.includes(name)) state[name] = new Set(value.split(",").filter((it) => facets[name]().names.includes(it)));
    else if (name === "q" || ONE.includes(name)) state[name] = value;
    else if (name === "sort" && ORDERS.includes(value)) state.sort = value;
    else if (name === "group" && GROUPS.includes(value)) state.group = value;
    else if (name === "desc") state.desc = value === "1";
    else if (name === "case") open = placeOf(value);
  }
  return { state, open };
};
