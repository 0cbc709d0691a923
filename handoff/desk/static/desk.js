"use strict";
// Small comforts; without this file every form still works.

(() => {
  const lines = document.getElementById("lines");
  const box = () => document.getElementById("text");
  let atEnd = true;

  const toEnd = () => {
    lines.scrollTop = lines.scrollHeight;
  };

  if (lines) {
    toEnd();
    lines.addEventListener("scroll", () => {
      atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
    });
    // Whoever reads further up is not pulled away by a new message.
    new MutationObserver(() => atEnd && toEnd()).observe(lines, { childList: true });
  }

  const notSent = (form) => {
    const sentence = document.createElement("p");
    sentence.className = "notice";
    sentence.textContent = form.dataset.notSent;
    document.getElementById("notice").replaceChildren(sentence);
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (form.id !== "reply") return;
    const { successful, xhr, requestConfig } = event.detail;
    if (successful) {
      // What was typed meanwhile is the next message: it stays.
      if (box().value === requestConfig.formData.get("text")) box().value = "";
      atEnd = true;
      toEnd();
    } else if (xhr.status === 0 || xhr.status >= 500) {
      notSent(form);
    }
    box().focus();
  });

  // A silent page must not be taken for a quiet queue.
  for (const [name, live] of [["htmx:sseOpen", "yes"], ["htmx:sseError", "no"]]) {
    document.addEventListener(name, () => {
      document.body.dataset.live = live;
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.target === box() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (box() && box().value.trim()) event.preventDefault();
  });
})();
