// One case, whole: what was observed and expected, why it matters, how to mend it, and where all that is written.
const fact = (term, ...values) => {
  const shown = values.flat().filter((value) => value !== null && value !== undefined && value !== "");
  const lines = shown.map((value) => (value instanceof Node ? value : element("bdi", {}, value)));
  return lines.length ? element("div", {}, element("dt", {}, term), ...lines.map((line) => element("dd", {}, line))) : null;
};
const code = (text) => (text ? element("code", {}, element("bdi", {}, text)) : null);
const positionOf = (rule) => (rule.line ? `${rule.path}:${rule.line}` : rule.path);
const external = (href, text) => element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);

// The queue's own page in the platform; only queues have one that can be linked to.
const queueId = (place) => part(place, "kind") === "queue" ? part(place, "id") : part(place, "at");
const adminPage = (place) => {
  const id = queueId(place);
  return data.admin && /^[0-9a-f-]{36}$/i.test(id) ? `${data.admin}${id}/general` : null;
};
const waiverText = (waiver) =>
  waiver && [`until ${waiver.until} by ${waiver.by}`, waiver.approvedBy ? `approved by ${waiver.approvedBy}` : "no approver named",
    waiver.ticket && `ticket ${waiver.ticket}`, waiver.reason].filter(Boolean).join("; ");
const CHANGES = { introduced: "introduced by the plan", before: "there before the plan" };

const findingFacts = (place) => {
  const detail = detailAt(place);
  return [
    ...pairs(detail.findings).flatMap(([observed, expected]) => [fact("Observed", observed), fact("Expected", expected)]),
    fact("Evidence", pairs(detail.evidence).map(([name, value]) => code(`${name} = ${value}`))),
    fact(detail.findings ? "Remark" : "Reason", textAt(detail.reason ?? -1)),
    fact("Notes", (detail.notes ?? []).map(textAt)),
    fact("Baseline", detail.known && `in it since ${detail.known}; does not count`),
  ];
};

const caseFacts = (place) => {
  const rule = ruleAt(place);
  const page = adminPage(place);
  return [
    ...findingFacts(place),
    fact("Plan", CHANGES[detailAt(place).change]),
    fact("Waiver", waiverText(waivers[detailAt(place).waiver])),
    fact("Why it matters", rule.why),
    fact("How to fix it", rule.fix),
    fact("Queue", part(place, "queue"), page && external(page, "Open its page in Genesys Cloud")),
    fact("Division", part(place, "division")),
    fact("Resource", code(part(place, "resource")), part(place, "source")),
    fact("Owner", rule.owner),
    fact("Controls", rule.controls.join(", ")),
    fact("Test", code(rule.applies), rule.where && `for each ${rule.kind} where`, rule.where && code(rule.where)),
    fact("Facts from", rule.source),
    fact("Policy", rule.file ? element("a", { href: rule.file }, positionOf(rule)) : positionOf(rule)),
  ];
};

// Returns the dialog: `show` opens it with a case; `moved` is told which case is open, -1 for none.
const makeDetails = (dialog, { moved, step }) => {
  const content = dialog.querySelector(".w-case");
  const shown = { place: -1 };
  const button = (name) => dialog.querySelector(`[data-do="${name}"]`);
  const show = (place) => {
    shown.place = place;
    const rule = ruleAt(place);
    byId("w-case-title").replaceChildren(element("span", { class: "w-id" }, rule.id), " ", element("bdi", {}, labelAt(place)));
    content.replaceChildren(
      element("p", { class: "w-standing" }, verdictWord(verdictAt(place)), severityWord(rule.severity),
        verdictAt(place) === "failed" && !countsAt(place) ? element("span", { class: "w-quiet" }, "does not count in this run") : null),
      element("p", {}, element("bdi", {}, rule.title)),
      element("dl", { class: "w-facts" }, ...caseFacts(place).filter(Boolean)));
    button("previous").disabled = step(place, -1) < 0;
    button("next").disabled = step(place, 1) < 0;
    dialog.querySelector(".w-scrolled").scrollTop = 0;
    if (!dialog.open) dialog.showModal();
    moved(place);
  };
  const turn = (by) => { const to = step(shown.place, by); if (to >= 0) show(to); };
  dialog.addEventListener("close", () => { shown.place = -1; moved(-1); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") turn(event.key === "ArrowLeft" ? -1 : 1);
  });
  button("close").addEventListener("click", () => dialog.close());
  button("previous").addEventListener("click", () => turn(-1));
  button("next").addEventListener("click", () => turn(1));
  return { show, shown, button };
};
