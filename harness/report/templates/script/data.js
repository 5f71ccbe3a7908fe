// The cases of the run, as `harness.report.columns` wrote them; a column of distances becomes one of numbers.
const data = JSON.parse(document.getElementById("w-data").textContent);
const { texts, rules, details, waivers, verdicts } = data;
const severities = ["critical", "major", "minor", "advice"];

const sums = (distances) => {
  const numbers = new Int32Array(distances.length);
  let last = 0;
  for (let i = 0; i < distances.length; i++) numbers[i] = last += distances[i];
  return numbers;
};

const subjects = Object.fromEntries(Object.entries(data.subjects).map(([name, column]) => [name, sums(column)]));
const subjectOf = sums(data.cases.subject);
const size = subjectOf.length;
// Plain loops wherever every case is met: iterators cost ten times as much.
const verdictOf = new Uint8Array(size);
for (let i = 0; i < size; i++) verdictOf[i] = data.letters.indexOf(data.cases.verdict[i]);
const ruleOf = new Int32Array(size);
for (let run = 0, at = 0; run < data.cases.rule.length; run += 2) {
  ruleOf.fill(data.cases.rule[run], at, (at += data.cases.rule[run + 1]));
}
const detailOf = new Int32Array(size).fill(-1);
const numbers = sums(data.cases.detail);
sums(data.cases.at).forEach((place, i) => { detailOf[place] = numbers[i]; });

const NOTHING = {};
const textAt = (number) => (number >= 0 ? texts[number] : "");
const part = (place, name) => textAt(subjects[name][subjectOf[place]]);
const ruleAt = (place) => rules[ruleOf[place]];
const verdictAt = (place) => verdicts[verdictOf[place]];
const detailAt = (place) => (detailOf[place] < 0 ? NOTHING : details[detailOf[place]]);
const pairs = (list) => Array.from({ length: (list?.length ?? 0) / 2 }, (_, i) => [texts[list[2 * i]], texts[list[2 * i + 1]]]);

const labelOf = (subject) => {
  const [kind, left, right] = ["kind", "left", "right"].map((name) => textAt(subjects[name][subject]));
  return `${kind && `${kind} `}${left}${subjects.right[subject] < 0 ? "" : ` @ ${right}`}`;
};
const labelAt = (place) => labelOf(subjectOf[place]);

// Whether a case is a finding that counts, as `Results.counts` has it.
const countsAt = (place) => {
  const { known, change } = detailAt(place);
  return verdictAt(place) === "failed" && ruleAt(place).counts && !known && !(data.onlyNew && change === "before");
};

// What a case comes to in a phrase: the first finding, else why there is none.
const saidBy = (detail) => {
  const more = (detail.findings?.length ?? 0) / 2 - 1;
  return more >= 0 ? textAt(detail.findings[0]) + (more ? ` (and ${more} more)` : "") : textAt(detail.reason ?? -1);
};

const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
const byId = (id) => document.getElementById(id);

// An element; text is always text, never markup.
const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};
