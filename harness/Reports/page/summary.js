"use strict";
// Above the table of cases: groups by targets, and a sentence for each failure with what heals it. The page's own parts are handed in.
function summarize({ data, ordered, groups, element, marks, plain, open, choose }) {
  const product = target => target.replace(/-(smallest|best)/, "");
  const sentence = row => row.fails ?? `It fails: ${plain(row.title)}.`;
  const passes = result => result && ["ok", "non-strict", "informational"].includes(result.verdict);

  const table = element("table", { class: "groups" },
    element("thead", null, element("tr", null, element("th", { scope: "col" }, "Failed of asked"), ...data.runs.map(run => element("th", { scope: "col" }, run.target)))));
  const body = element("tbody");
  for (const group of groups) {
    const entries = group.sections.flatMap(section => section.entries);
    const line = element("tr", null, element("th", { scope: "row" }, `${group.number} ${data.groups[group.number] ?? ""}`));
    data.runs.forEach((run, column) => {
      const asked = entries.map(entry => entry.cells[column]).filter(result => result && result.verdict !== "skipped");
      const count = verdict => asked.filter(result => result.verdict === verdict).length;
      const worst = ["error", "failed", "beside-others", "non-strict"].find(verdict => count(verdict) > 0) ?? "ok";
      const text = asked.length === 0 ? "–" : count("failed") > 0 ? `${marks.failed} ${count("failed")}/${asked.length}` : `${marks[worst]} ${asked.length}`;
      const button = element("button", { type: "button", class: asked.length === 0 ? "skipped" : worst, "aria-label": `${run.target}, group ${group.number}: ${count("failed")} failed of ${asked.length}` }, text);
      button.addEventListener("click", () => choose(group.number, count("failed") > 0));
      line.append(element("td", null, button));
    });
    body.append(line);
  }
  table.append(body);

  // The same target with another configuration, in which the case passes.
  const healer = (entry, column) => data.runs.findIndex((other, place) =>
    place !== column && product(other.target) === product(data.runs[column].target) && passes(entry.cells[place]));

  const told = data.runs.map((run, column) => {
    const failing = ordered.filter(entry => entry.cells[column]?.verdict === "failed");
    const bySentence = Map.groupBy ? Map.groupBy(failing, entry => sentence(entry.row)) : failing.reduce((map, entry) => map.set(sentence(entry.row), [...(map.get(sentence(entry.row)) ?? []), entry]), new Map());
    const list = element("ul");
    for (const [text, entries] of bySentence) {
      const cases = entries.flatMap(entry => {
        const button = element("button", { type: "button", class: "failed", title: plain(entry.row.title) }, entry.key);
        button.addEventListener("click", () => open(entry, column));
        return [" ", button];
      });
      const by = entries.map(entry => healer(entry, column)).find(place => place >= 0);
      list.append(element("li", null, text, ...cases, by === undefined ? null : element("small", null, `  healed by ${data.runs[by].target}`)));
    }
    const configuration = Object.entries(run.configuration ?? {}).map(([name, text]) =>
      element("details", null, element("summary", null, `its configuration: ${name}`), element("pre", null, text)));
    return element("details", { open: data.runs.length === 1 },
      element("summary", null, `${run.target}: ${failing.length === 0 ? "nothing fails" : `${failing.length} ${failing.length === 1 ? "case fails" : "cases fail"}`}`), list, ...configuration);
  });
  return element("section", { class: "band summary" }, element("div", { class: "scroll" }, table), ...told);
}
