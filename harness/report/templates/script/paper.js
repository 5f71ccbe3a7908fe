// On paper every finding is there: those that the page does not list are put after those that it does.
const findingItem = (place) =>
  element("li", { class: "w-finding" },
    element("div", { class: "w-subject" }, element("strong", {}, element("bdi", {}, labelAt(place))),
      ...[CHANGES[detailAt(place).change], part(place, "division") && `division ${part(place, "division")}`]
        .filter(Boolean).map((text) => element("span", { class: "w-quiet w-line" }, element("bdi", {}, text)))),
    element("div", { class: "w-what" }, element("dl", {}, ...findingFacts(place).filter(Boolean))));

const fillPaper = () => {
  for (const gap of document.querySelectorAll(".w-unlisted:not(.w-filled)")) {
    const [rule, verdict] = [Number(gap.dataset.rule), verdicts.indexOf(gap.dataset.verdict)];
    const list = element("ul", { class: "w-findings w-only-paper" });
    for (let i = 0; i < size; i++) {
      if (ruleOf[i] === rule && verdictOf[i] === verdict && !byId(`case-${i}`)) list.append(findingItem(i));
    }
    gap.classList.add("w-filled");
    gap.after(list);
  }
};
const clearPaper = () => {
  for (const list of document.querySelectorAll("ul.w-only-paper")) list.remove();
  for (const gap of document.querySelectorAll(".w-filled")) gap.classList.remove("w-filled");
};

addEventListener("beforeprint", fillPaper);
addEventListener("afterprint", clearPaper);
