// What leaves the page: a case as Markdown, the cases in sight as CSV. Both as `harness.report` writes them.
const oneLine = (text) => text.split(/\s+/).filter(Boolean).join(" ");

// A code span, whatever backticks it holds: in one, Markdown, HTML, links and mentions mean nothing.
const codeSpan = (text) => {
  const shown = oneLine(text) || " ";
  const ticks = "`".repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map((run) => run[0].length)));
  return shown.startsWith("`") || shown.endsWith("`") ? `${ticks} ${shown} ${ticks}` : `${ticks}${shown}${ticks}`;
};

const markdownOf = (place) => {
  const [rule, detail] = [ruleAt(place), detailAt(place)];
  const facts = [
    ...pairs(detail.findings).flatMap(([observed, expected]) => [["observed", observed], ["expected", expected]]),
    ...pairs(detail.evidence).map(([name, value]) => ["value", `${name} = ${value}`]),
    [detail.findings ? "remark" : "reason", textAt(detail.reason ?? -1)],
    ...(detail.notes ?? []).map((note) => ["note", textAt(note)]),
    ["why", rule.why], ["fix", rule.fix], ["owner", rule.owner], ["resource", part(place, "resource")],
    ["policy", positionOf(rule)], ["org", data.org], ["run", data.started],
  ];
  return [
    `**${codeSpan(rule.id)} ${rule.severity}, ${verdictAt(place)}:** ${codeSpan(labelAt(place))}`,
    "", codeSpan(rule.title), "",
    ...facts.filter(([, value]) => value).map(([name, value]) => `- ${name}: ${codeSpan(value)}`),
  ].join("\n");
};

const CSV = {
  verdict: (i) => verdictAt(i),
  severity: (i) => ruleAt(i).severity,
  counts: (i) => (countsAt(i) ? "yes" : "no"),
  rule: (i) => ruleAt(i).id,
  title: (i) => ruleAt(i).title,
  kind: (i) => ruleAt(i).kind,
  subject: (i) => labelAt(i),
  queue: (i) => part(i, "queue"),
  division: (i) => part(i, "division"),
  observed: (i) => pairs(detailAt(i).findings).map((it) => it[0]).join("; "),
  expected: (i) => pairs(detailAt(i).findings).map((it) => it[1]).join("; "),
  reason: (i) => textAt(detailAt(i).reason ?? -1),
  waived_until: (i) => waivers[detailAt(i).waiver]?.until,
  waived_by: (i) => waivers[detailAt(i).waiver]?.by,
  known_since: (i) => detailAt(i).known,
  change: (i) => detailAt(i).change,
  owner: (i) => ruleAt(i).owner,
  controls: (i) => ruleAt(i).controls.join("; "),
  fix: (i) => ruleAt(i).fix,
  policy: (i) => ruleAt(i).path,
  line: (i) => ruleAt(i).line,
  id: (i) => [part(i, "id"), part(i, "at")].filter(Boolean).join("@"),
  address: (i) => part(i, "resource"),
  source: (i) => part(i, "source"),
};

// A cell that a spreadsheet takes for a text: what it would take for a formula gets an apostrophe in front.
const neutral = (text) => (/^ *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);
const csvCell = (value) => {
  const text = neutral(String(value ?? "").replace(/[\n\r\t]/g, " "));
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvOf = (places) => {
  const [names, values] = [Object.keys(CSV), Object.values(CSV)];
  const lines = Array.from(places, (place) => values.map((value) => csvCell(value(place))).join(","));
  return `\ufeff${[names.join(","), ...lines].map((line) => `${line}\r\n`).join("")}`;
};

const download = (name, text) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

// Pages opened from a file may be refused the clipboard; then the older way works.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element("textarea", { class: "w-unseen", "aria-hidden": "true" });
    field.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};
