"use strict";
// Counting while a trainer writes, and marking what a message names. Without this file the limits are said after
// saving, and marks are written by hand.

(() => {
  const fields = (text) => new Set(text.match(/\{\w+\}/g) ?? []);

  const count = (box) => {
    const line = document.getElementById(`count-${box.lang}`);
    const { limit, words, said } = box.dataset;
    const text = box.value.trim();
    // As the catalogue counts: characters, not the halves of an emoji.
    const length = [...text].length;
    const read = text.split(/\s+/).filter(Boolean).length;
    const lost = [...fields(said)].filter((name) => !fields(text).has(name));
    const over = length > Number(limit);
    const parts = [line.dataset.counts.replace("{characters}", `\u2066${length} / ${limit}\u2069`).replace("{words}", String(read))];
    if (over) parts.push(line.dataset.over);
    if (lost.length) parts.push(`${line.dataset.lost} ${lost.join(" ")}`);
    line.textContent = parts.join(" · ");
    line.classList.toggle("wrong", over || lost.length > 0);
    line.classList.toggle("much", read > Number(words));
    box.setAttribute("aria-invalid", String(over || lost.length > 0));
  };

  for (const box of document.querySelectorAll("textarea[data-limit]")) {
    box.addEventListener("input", () => count(box));
    count(box);
  }
})();

(() => {
  const line = document.getElementById("line");
  const shown = document.getElementById("marked");
  if (!line || !shown) return;
  const MARK = /\[([^\]]+)\](?:\(([^)]+)\)|(\{[^}]*\}))/g;
  const names = new Map([...document.querySelectorAll("#entity option")].map((one) => [one.value, one.textContent]));

  const entityOf = (match) => {
    if (match[2]) return match[2];
    try {
      return JSON.parse(match[3]).entity ?? "?";
    } catch {
      return "?";
    }
  };

  // The sentence as it will be understood: marks as labels, beside what is written.
  const draw = () => {
    const parts = [];
    let at = 0;
    for (const match of line.value.matchAll(MARK)) {
      const mark = document.createElement("mark");
      const label = document.createElement("small");
      const entity = entityOf(match);
      label.textContent = ` ${names.get(entity) ?? entity}`;
      mark.append(match[1], label);
      parts.push(line.value.slice(at, match.index), mark);
      at = match.index + match[0].length;
    }
    shown.hidden = at === 0;
    shown.replaceChildren(...parts, line.value.slice(at));
  };

  const put = (start, end, text) => {
    line.setRangeText(text, start, end, "select");
    line.focus();
    draw();
  };

  // The selection is the textarea's own: by mouse, by touch, or by Shift and the arrows.
  document.getElementById("mark").addEventListener("click", () => {
    let [start, end] = [line.selectionStart, line.selectionEnd];
    while (start < end && /\s/.test(line.value[start])) start += 1;
    while (end > start && /\s/.test(line.value[end - 1])) end -= 1;
    const text = line.value.slice(start, end);
    if (!text || /[[\](){}]/.test(text)) return line.focus();
    const entity = document.getElementById("entity").value;
    const value = document.getElementById("value").value.trim();
    put(start, end, value && value !== text ? `[${text}]${JSON.stringify({ entity, value })}` : `[${text}](${entity})`);
    document.getElementById("value").value = "";
  });

  document.getElementById("unmark").addEventListener("click", () => {
    const place = line.selectionStart;
    const inside = [...line.value.matchAll(MARK)].find((m) => m.index <= place && place <= m.index + m[0].length);
    if (inside) put(inside.index, inside.index + inside[0].length, inside[1]);
  });

  line.addEventListener("input", draw);
  draw();
})();
