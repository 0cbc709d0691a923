"use strict";
// Counting while a trainer writes; without this file the limits are said after saving.

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
