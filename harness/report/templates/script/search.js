// What can be filtered, sorted and grouped by: each case has one name in each facet.
const facet = (groupOf, groups, nameOf, known = []) => {
  const names = [...known];
  const codes = new Map(names.map((name, code) => [name, code]));
  const codeOfGroup = new Int32Array(groups);
  for (let group = 0; group < groups; group++) {
    const name = nameOf(group);
    if (!codes.has(name)) codes.set(name, names.push(name) - 1);
    codeOfGroup[group] = codes.get(name);
  }
  const of = new Int32Array(size);
  for (let i = 0; i < size; i++) of[i] = codeOfGroup[groupOf[i]];
  return { names, codes, of };
};
const once = (make) => { let made; return () => (made ??= make()); };
const ofSubjects = (nameOf) => once(() => facet(subjectOf, subjects.left.length, nameOf));
const ofRules = (nameOf, known) => once(() => facet(ruleOf, rules.length, (rule) => nameOf(rules[rule]), known));

const facets = {
  verdict: once(() => facet(verdictOf, verdicts.length, (verdict) => verdicts[verdict], verdicts)),
  severity: ofRules((rule) => rule.severity, severities),
  rule: ofRules((rule) => rule.id),
  subject: ofSubjects(labelOf),
  queue: ofSubjects((subject) => textAt(subjects.queue[subject])),
  division: ofSubjects((subject) => textAt(subjects.division[subject])),
  owner: ofRules((rule) => rule.owner ?? ""),
  observed: once(() => facet(detailOf.map((it) => it + 1), details.length + 1, (it) => (it ? saidBy(details[it - 1]) : ""))),
};

// Words as a reader compares them: without case and accents.
const fold = (text) =>
  (/^[\x20-\x7e]*$/.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();
const folded = once(() => texts.map(fold));

const NATURAL = new Set(["verdict", "severity", "rule"]);
const ranks = {};

// The rank of each name of a facet: in the order that the words have of themselves, else by name, numbers by their size.
const rankOf = (name) => (ranks[name] ??= (() => {
  const { names } = facets[name]();
  const rank = new Int32Array(names.length);
  const order = names.map((_, code) => code);
  if (!NATURAL.has(name)) {
    const keys = names.map((it) => (it === "" ? "\uffff" : fold(it).replace(/\d+/g, (digits) => digits.padStart(12, "0"))));
    order.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0));
  }
  order.forEach((code, at) => { rank[code] = at; });
  return rank;
})());

// The order in which a reader wants them: what failed first, the gravest first, what counts first.
const gravest = once(() => {
  const key = new Float64Array(size);
  const severity = facets.severity().of;
  for (let i = 0; i < size; i++) key[i] = ((verdictOf[i] * 8 + severity[i]) * 2 + (countsAt(i) ? 0 : 1)) * size + i;
  key.sort();
  const position = new Int32Array(size);
  for (let at = 0; at < size; at++) position[key[at] % size] = at;
  return position;
});

// Returns which cases hold all words of a text, in whatever they show; words in quotes belong together.
const matcher = (query) => {
  const words = [...fold(query).matchAll(/"([^"]+)"|\S+/g)].map((it) => it[1] ?? it[0].replaceAll('"', "")).filter(Boolean);
  const tests = words.map((word) => {
    const inText = folded().map((text) => text.includes(word));
    const has = (numbered) => numbered !== undefined && (Array.isArray(numbered) ? numbered.some((it) => inText[it]) : inText[numbered]);
    const inRule = rules.map((it) =>
      [it.id, it.title, it.severity, it.applies, it.owner, ...it.controls].some((text) => text && fold(text).includes(word)));
    const columns = ["kind", "left", "right", "queue", "division", "id", "resource"].map((name) => subjects[name]);
    const inSubject = Array.from(subjects.left, (_, subject) => word === "@" ? subjects.right[subject] >= 0 : columns.some((column) => inText[column[subject]]));
    const inDetail = details.map((it) => has(it.findings) || has(it.reason) || has(it.notes) || has(it.evidence));
    return (i) => inSubject[subjectOf[i]] || inRule[ruleOf[i]] || (detailOf[i] >= 0 && inDetail[detailOf[i]]);
  });
  return (i) => tests.every((test) => test(i));
};
