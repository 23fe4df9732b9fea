"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = id => document.getElementById(id);
  const marks = { "ok": "✓", "non-strict": "~", "beside-others": "≈", "failed": "✗", "informational": "i", "skipped": "–", "error": "!" };
  const names = Object.fromEntries(data.verdicts.map(verdict => [verdict.key, verdict.name]));
  const levels = { M: "must", S: "should", I: "informational" };

  // Every text goes in as text: nothing a target says is ever read as markup.
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
    return made;
  }

  const number = ms => ms < 10 ? String(Math.round(ms * 10) / 10) : String(Math.round(ms));
  const ending = result => !result.ending || result.ending === "none" ? "" : result.ending.toUpperCase() + (result.endingRight === false ? "!" : "");
  const plain = text => text.replaceAll("`", "");

  // ---- rows: a case under a profile

  const catalogue = new Map(data.rows.map((entry, place) => [entry.row.id, { ...entry.row, links: entry.links, place }]));
  const rows = new Map();
  data.runs.forEach((run, column) => {
    for (const result of run.results) {
      const key = result.profile ? `${result.id}@${result.profile}` : result.id;
      if (!rows.has(key)) {
        const known = catalogue.get(result.id) ?? { id: result.id, title: "(not in this catalogue)", slug: "", section: result.id.split(".").slice(0, 2).join("."), place: 1e6, links: [] };
        rows.set(key, { key, row: known, cells: [] });
      }
      rows.get(key).cells[column] = result;
    }
  });
  const ordered = [...rows.values()].sort((a, b) => a.row.place - b.row.place || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (const entry of ordered) {
    const ran = entry.cells.filter(Boolean);
    entry.verdicts = new Set(ran.map(result => result.verdict));
    entry.differs = entry.verdicts.size > 1;
    entry.text = [entry.key, entry.row.slug, entry.row.title, entry.row.clause, ...ran.map(result => result.actual)].join("\n").toLowerCase();
  }

  // ---- the table

  function columnHead(run) {
    const counts = data.verdicts.map(verdict => [verdict, run.results.filter(result => result.verdict === verdict.key).length]).filter(pair => pair[1] > 0);
    const bar = element("div", { class: "bar", "aria-hidden": "true" });
    for (const [verdict, count] of counts) {
      const part = element("i", { class: verdict.key });
      part.style.flexGrow = count;
      bar.append(part);
    }
    return element("th", { scope: "col", title: [run.command, run.note, run.machine].filter(Boolean).join("\n") },
      element("div", { class: "target" }, run.target),
      element("div", { class: "version" }, [run.targetVersion, run.mode].filter(Boolean).join(", ")),
      element("div", { class: "when" }, run.started.slice(0, 10)),
      bar,
      element("div", { class: "counts" }, ...counts.map(([verdict, count]) => element("span", { class: verdict.key, title: `${count} ${verdict.name}` }, `${marks[verdict.key]} ${count}`))));
  }

  function timing(result) {
    const taken = result.timing;
    if (!taken) return null;
    const ms = taken.firstEventMs ?? taken.headMs ?? taken.worstLagMs;
    return ms === undefined ? null : element("small", { class: "ms", title: timingText(taken) }, number(ms));
  }

  function timingText(taken) {
    const part = (name, through, direct) => through === undefined ? null : `${name} ${number(through)} ms` + (direct === undefined ? "" : ` (direct ${number(direct)})`);
    return [part("head", taken.headMs, taken.directHeadMs), part("first event", taken.firstEventMs, taken.directFirstEventMs), part("worst lag", taken.worstLagMs, taken.directWorstLagMs)].filter(Boolean).join(", ");
  }

  function cell(entry, column) {
    const result = entry.cells[column];
    if (!result) return element("td", { class: "none", title: "not in this run" }, "·");
    const end = ending(result);
    const label = `${entry.key} ${data.runs[column].target}: ${names[result.verdict]}${end ? ", ending " + end : ""}${result.known ? ", known" : ""}`;
    const button = element("button", { type: "button", tabindex: "-1", class: result.verdict + (result.known ? " known" : ""), "aria-label": label },
      element("b", null, marks[result.verdict]),
      end ? element("small", { class: result.endingRight === false ? "wrong" : null }, end.toLowerCase()) : null,
      timing(result));
    button.entry = entry;
    button.column = column;
    return element("td", { class: "cell" }, button);
  }

  const table = byId("matrix");
  table.append(element("thead", null, element("tr", null,
    element("th", { class: "corner", scope: "col" }, `${ordered.length} cases`), ...data.runs.map(columnHead))));
  const width = data.runs.length + 1;
  const groups = [];
  for (const entry of ordered) {
    const [number] = entry.row.section.split(".");
    let group = groups.at(-1);
    if (group?.number !== number) {
      group = { number, sections: [] };
      group.head = element("tr", { class: "group" }, element("th", { colspan: width, scope: "rowgroup" }, element("span", null, `${number}  ${data.groups[number] ?? ""}`)));
      groups.push(group);
      table.append(element("tbody", null, group.head));
    }
    let section = group.sections.at(-1);
    if (section?.number !== entry.row.section) {
      section = { number: entry.row.section, entries: [] };
      section.head = element("tr", { class: "section" }, element("th", { colspan: width, scope: "rowgroup" },
        element("span", null, `${entry.row.section}  `, element("code", null, data.sections[entry.row.section] ?? ""))));
      section.body = element("tbody", null, section.head);
      group.sections.push(section);
      table.append(section.body);
    }
    entry.line = element("tr", null,
      element("th", { class: "case", scope: "row", title: entry.row.slug }, element("div", { class: "case-line" },
        element("span", { class: "id" }, entry.key),
        element("span", { class: "title" }, plain(entry.row.title)),
        element("span", { class: "level", title: `${levels[entry.row.level] ?? ""}${entry.row.core ? ", core set" : ""}` }, entry.row.level ?? "", entry.row.core ? element("b", null, "★") : null))),
      ...data.runs.map((_, column) => cell(entry, column)));
    section.entries.push(entry);
    section.body.append(entry.line);
  }

  // ---- head and legend

  const days = [...new Set(data.runs.map(run => run.started.slice(0, 10)))].sort();
  byId("about").textContent = `${ordered.length} cases, ${data.runs.length} ${data.runs.length === 1 ? "target" : "targets"}, `
    + `${days.length > 1 ? `${days[0]} to ${days.at(-1)}` : days[0] ?? ""}. Catalogue ${[...new Set(data.runs.map(run => run.catalogueVersion))].join(", ")}.`;
  const meaning = (chip, text) => element("div", null, chip, element("span", null, text));
  byId("meanings").append(
    ...data.verdicts.map(verdict => meaning(element("span", { class: `chip ${verdict.key}` }, `${marks[verdict.key]} ${verdict.name}`), verdict.meaning)),
    meaning(element("span", { class: "chip failed known" }, "✗ known"), "Failed, but listed with a reason; does not fail the run."),
    ...data.endings.map(end => meaning(element("small", null, end.key), end.meaning)),
    meaning(element("small", null, "reset!"), "The ! says that this ending is not one the case allows."),
    meaning(element("small", null, "3.1"), "Milliseconds to the first event, or to the head where there is none."),
    meaning(element("small", null, "M  S  I  ★"), "Must, should, informational; core set."));

  // ---- filters

  for (const group of groups) byId("group").append(element("option", { value: group.number }, `${group.number} ${data.groups[group.number] ?? ""}`));
  for (const verdict of data.verdicts) byId("verdict").append(element("option", { value: verdict.key }, `${marks[verdict.key]} ${verdict.name}`));
  if (data.runs.length < 2) byId("differences").closest("label").hidden = true;

  function filter() {
    const words = byId("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [chosen, verdict, level] = [byId("group").value, byId("verdict").value, byId("level").value];
    const [core, failures, differences] = [byId("core").checked, byId("failures").checked, byId("differences").checked];
    let shown = 0;
    for (const group of groups) {
      let inGroup = 0;
      for (const section of group.sections) {
        let inSection = 0;
        for (const entry of section.entries) {
          const wanted = (!chosen || chosen === group.number) && (!verdict || entry.verdicts.has(verdict)) && (!level || entry.row.level === level)
            && (!core || entry.row.core) && (!failures || entry.verdicts.has("failed")) && (!differences || entry.differs)
            && words.every(word => entry.text.includes(word));
          entry.line.hidden = !wanted;
          inSection += wanted ? 1 : 0;
        }
        section.head.hidden = inSection === 0;
        inGroup += inSection;
      }
      group.head.hidden = inGroup === 0;
      shown += inGroup;
    }
    byId("count").textContent = shown === ordered.length ? `${shown} cases` : `${shown} of ${ordered.length}`;
    byId("nothing").hidden = shown > 0;
    byId("page").classList.toggle("more", byId("more").checked);
  }
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("submit", event => event.preventDefault());
  byId("reset").addEventListener("click", () => { byId("filters").reset(); filter(); });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !byId("details").open && !/^(INPUT|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      byId("text").focus();
    }
  });

  // The table's head stays below the filters, however many lines those take; what is not the table is as wide as what can be seen.
  function measure() {
    byId("page").style.setProperty("--bar", `${byId("filters").offsetHeight}px`);
    byId("page").style.setProperty("--width", `${byId("page").clientWidth}px`);
  }
  const resized = new ResizeObserver(measure);
  resized.observe(byId("filters"));
  resized.observe(byId("page"));

  // ---- moving in the table with the arrow keys: one cell is in the tab order

  let current = table.querySelector("td.cell button");
  current?.setAttribute("tabindex", "0");
  function goTo(button) {
    current?.setAttribute("tabindex", "-1");
    current = button;
    button.setAttribute("tabindex", "0");
    button.focus();
  }
  function neighbour(entry, column, down, right) {
    const visible = ordered.filter(candidate => !candidate.line.hidden);
    let place = visible.indexOf(entry);
    if (right !== 0) {
      for (let next = column + right; next >= 0 && next < data.runs.length; next += right) if (entry.cells[next]) return [entry, next];
      return null;
    }
    for (place += down; place >= 0 && place < visible.length; place += down) if (visible[place].cells[column]) return [visible[place], column];
    return null;
  }
  const buttonOf = (entry, column) => entry.line.children[column + 1].firstChild;
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", event => {
    const button = event.target.closest("td.cell button");
    if (!button || !arrows[event.key]) return;
    event.preventDefault();
    const next = neighbour(button.entry, button.column, ...arrows[event.key]);
    if (next) goTo(buttonOf(...next));
  });
  table.addEventListener("click", event => {
    const button = event.target.closest("td.cell button");
    if (button) { goTo(button); open(button.entry, button.column); }
  });

  // ---- details

  const dialog = byId("details");
  let opened = null;

  // The catalogue's Markdown: only `code` is told apart.
  const markdown = text => (text ?? "").replace(/\*(\(by reading[^)]*\))\*/g, "$1").split("`").map((part, index) => index % 2 ? element("code", null, part) : part).filter(part => part !== "");

  function open(entry, column) {
    const [result, run, row] = [entry.cells[column], data.runs[column], entry.row];
    opened = { entry, column };
    const tags = [row.slug, levels[row.level], row.core ? "core set" : null, row.raw ? "raw bytes" : null, row.long ? "long" : null, ...(row.capabilities ?? []).map(name => `cap:${name}`)];
    const facts = element("dl");
    const fact = (name, ...values) => { if (values.some(value => value)) facts.append(element("dt", null, name), element("dd", null, ...values)); };
    fact("Verdict", element("span", { class: `chip ${result.verdict}${result.known ? " known" : ""}` }, `${marks[result.verdict]} ${names[result.verdict]}`),
      ending(result) ? `  ending ${ending(result)}` : "", result.endingRight === false ? " (not one the case allows)" : "");
    if (result.verdict === "failed") fact("In short", row.fails);
    fact("Known", result.known);
    fact("Clause", ...markdown(row.clause), ...row.links.flatMap(link => ["  ", element("a", { href: link.url, rel: "noreferrer", target: "_blank" }, `${link.text} ↗`)]));
    fact("Sent", ...markdown(row.sent));
    fact("Expected", ...markdown(result.expected), ...(row.expected && row.expected !== result.expected && plain(row.expected) !== result.expected
      ? [element("div", { class: "key" }, "Catalogue: ", ...markdown(row.expected))] : []));
    fact("Actual", result.actual);
    if (result.timing) fact("Timing", timingText(result.timing));
    fact("Took", result.seconds ? `${number(result.seconds * 1000)} ms` : "");
    if (result.again) {
      const copy = element("button", { type: "button" }, "Copy");
      copy.addEventListener("click", () => navigator.clipboard?.writeText(result.again).then(() => { copy.textContent = "Copied"; }));
      fact("Again", element("div", { class: "again" }, element("span", null, result.again), navigator.clipboard ? copy : null));
    }
    fact("Target", `${run.target} ${run.targetVersion ?? ""}`, run.note ? element("div", { class: "key" }, run.note) : "", element("div", { class: "key" }, run.command),
      element("div", { class: "key" }, `${run.mode}, ${run.started.slice(0, 16).replace("T", " ")}, seed ${run.seed}, ${run.machine}, sse-harness ${run.harnessVersion}`));

    const step = (down, sign, label) => {
      const next = neighbour(entry, column, down, 0);
      const button = element("button", { type: "button", title: label, "aria-label": label, disabled: !next }, sign);
      button.addEventListener("click", () => open(...next));
      return button;
    };
    const close = element("button", { type: "button", "aria-label": "Close", title: "Close (Esc)" }, "✕");
    close.addEventListener("click", () => dialog.close());
    const targets = element("div", { class: "targets" });
    entry.cells.forEach((other, place) => {
      if (!other || entry.cells.filter(Boolean).length < 2) return;
      const button = element("button", { type: "button", class: other.verdict, "aria-pressed": String(place === column), title: names[other.verdict] }, `${marks[other.verdict]} ${data.runs[place].target}`);
      button.addEventListener("click", () => open(entry, place));
      targets.append(button);
    });
    dialog.replaceChildren(
      element("div", { class: "detail-head" },
        element("h2", { id: "details-title" }, `${entry.key}  ${plain(row.title)}`),
        element("p", null, tags.filter(Boolean).join(" · ")),
        element("div", { class: "buttons" }, step(-1, "↑", "Case before"), step(1, "↓", "Next case"), close),
        targets),
      element("div", { class: "detail-body" }, facts, ...(result.wire ?? []).flatMap(wire), result.wire?.length ? element("p", { class: "key" }, "> sent by the harness, < received by it, * neither; milliseconds since the case began; one row is one read or write.") : ""));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    history.replaceState(null, "", `#${encodeURIComponent(entry.key)}/${column}`);
  }

  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    history.replaceState(null, "", "#");
    if (opened) goTo(buttonOf(opened.entry, opened.column));
    opened = null;
  });
  dialog.addEventListener("keydown", event => {
    if (!opened || !arrows[event.key] || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("pre")) return;
    const next = neighbour(opened.entry, opened.column, ...arrows[event.key]);
    if (next && (arrows[event.key][1] !== 0 || event.target.closest(".detail-head"))) { event.preventDefault(); open(...next); }
  });

  // ---- wire log

  const bytesOf = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const strict = new TextDecoder("utf-8", { fatal: true });

  function wire(log) {
    const body = element("tbody");
    for (const entry of log.entries) {
      const bytes = entry.bytes ? bytesOf(entry.bytes) : null;
      const marked = entry.note?.match(/first difference at byte (\d+)/);
      const mark = marked ? Number(marked[1]) : -1;
      body.append(element("tr", { class: entry.direction === ">" ? "sent" : entry.direction === "<" ? "received" : null },
        element("td", null, entry.ms.toFixed(1)),
        element("td", null, entry.direction),
        element("td", null,
          bytes ? textOf(bytes, mark) : null,
          entry.note ? element("div", { class: "note" }, entry.note) : null,
          bytes?.length ? hexOf(bytes, mark) : null)));
    }
    const side = { client: "Harness to target", origin: "Target to stream server" }[log.side] ?? log.side;
    return [element("h3", null, `${side}, connection ${log.name}`), element("table", { class: "wire" }, body)];
  }

  // Text as far as the bytes are UTF-8 that can be seen; the rest as escapes. Lines break after a line end.
  function textOf(bytes, mark) {
    const pre = element("pre");
    let text = "";
    const flush = () => { if (text) { pre.append(text); text = ""; } };
    const escape = (shown, at) => { flush(); pre.append(element(at === mark ? "mark" : "i", null, shown)); };
    for (let at = 0; at < bytes.length;) {
      const byte = bytes[at];
      if (byte === 10 || byte === 13) {
        escape(byte === 10 ? "\\n" : "\\r", at++);
        if (byte === 10 || bytes[at] !== 10) text += "\n";
      } else if (byte >= 32 && byte < 127) {
        if (at === mark) escape(String.fromCharCode(byte), at);
        else text += String.fromCharCode(byte);
        at++;
      } else {
        const length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 0;
        let decoded = null;
        try { decoded = length > 0 && at + length <= bytes.length ? strict.decode(bytes.subarray(at, at + length)) : null; } catch { }
        if (decoded && !/[\p{C}\p{Zl}\p{Zp}]/u.test(decoded)) {
          if (mark >= at && mark < at + length) escape(decoded, mark);
          else text += decoded;
          at += length;
        } else {
          escape(byte === 9 ? "\\t" : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`, at++);
        }
      }
    }
    flush();
    return pre;
  }

  function hexOf(bytes, mark) {
    const details = element("details", null, element("summary", null, `${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"}`));
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      const pre = element("pre", { class: "hex" });
      for (let start = 0; start < bytes.length; start += 16) {
        const part = [...bytes.subarray(start, start + 16)];
        pre.append(start.toString(16).padStart(6, "0") + "  ");
        part.forEach((byte, index) => pre.append(start + index === mark ? element("mark", null, byte.toString(16).padStart(2, "0")) : byte.toString(16).padStart(2, "0"), index === 7 ? "  " : " "));
        pre.append(" ".repeat((16 - part.length) * 3 + (part.length < 8 ? 1 : 0)) + " " + part.map(byte => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".").join("") + "\n");
      }
      details.append(pre);
    });
    if (mark >= 0) details.open = true;
    return details;
  }

  // ---- the summary above

  const choose = (group, failures) => {
    byId("filters").reset();
    byId("group").value = group;
    byId("failures").checked = failures;
    filter();
    byId("filters").scrollIntoView();
  };
  byId("summary").replaceWith(summarize({ data, ordered, groups, element, marks, plain, open, choose }));

  filter();
  measure();
  const address = decodeURIComponent(location.hash.slice(1)).match(/^(.+)\/(\d+)$/);
  const linked = address && rows.get(address[1]);
  if (linked?.cells[Number(address[2])]) open(linked, Number(address[2]));
})();
