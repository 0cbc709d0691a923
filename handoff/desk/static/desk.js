"use strict";
// Small comforts; without this file every form still works.

(() => {
  const lines = document.getElementById("log");
  const box = () => document.getElementById("text");
  const byId = (id) => document.getElementById(id);
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
    new MutationObserver(() => atEnd && toEnd()).observe(lines, { childList: true, subtree: true });
    new ResizeObserver(() => atEnd && toEnd()).observe(lines);
  }

  const notSent = (form) => {
    const sentence = document.createElement("p");
    sentence.className = "notice";
    sentence.textContent = form.dataset.notSent;
    byId("notice").replaceChildren(sentence);
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    const { successful, xhr, requestConfig } = event.detail;
    if (!successful && requestConfig.verb === "post") byId("notice").scrollIntoView({ block: "nearest" });
    if (form.id !== "reply") return;
    if (successful) {
      // What was typed meanwhile is the next message: it stays.
      if (box().value === requestConfig.formData.get("text")) box().value = "";
      answer("");
      atEnd = true;
      toEnd();
    } else if (xhr.status === 0 || xhr.status >= 500) {
      notSent(form);
    }
    box().focus();
  });

  // A form that is being filled in within the bar or the steps stays; they are drawn anew at the next change.
  const held = new Set();
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const target = event.detail.target;
    if (!["bar", "life"].includes(target.id) || !target.querySelector("details[open], .lost")) return;
    event.detail.shouldSwap = false;
    held.add(target.id);
  });
  document.addEventListener("htmx:afterRequest", () => {
    for (const id of held) if (byId(`seen-${id}_mark`)) byId(`seen-${id}_mark`).value = "";
    held.clear();
    // Nobody can write from here any more; what was typed stays to be read.
    if (box()?.value === "" && document.querySelector("#bar [data-holds='0']")) {
      byId("box").replaceChildren();
      byId("seen-box").value = "0";
    }
  });

  // A silent page must not be taken for a quiet queue.
  for (const [name, live] of [["htmx:sseOpen", "yes"], ["htmx:sseError", "no"]]) {
    document.addEventListener(name, () => {
      document.body.dataset.live = live;
    });
  }

  // The child sees that somebody is writing; the server knows how often its messenger needs to hear it.
  let typed = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (event.target !== box() || !event.target.value.trim() || Date.now() - typed < 4000) return;
    typed = Date.now();
    const headers = { "HX-Request": "true", "X-Form-Token": form.querySelector("[name=form_token]").value };
    fetch(form.dataset.typing, { method: "POST", headers }).catch(() => {});
  });

  // What the reply answers: the messenger points at it on the child's phone.
  const answer = (place, words) => {
    if (!box()) return;
    byId("answers").value = place;
    byId("answering").hidden = place === "";
    byId("answering").querySelector("q").textContent = words ?? "";
    box().focus();
  };

  // Quick replies and guides go into the box, where they are read before they are sent.
  const insert = (text) => {
    const field = box();
    if (!field) return;
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !/\s$/.test(before) ? "\n" : "";
    field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert], [data-answers]");
    if (button) {
      if (button.dataset.insert) insert(button.dataset.insert);
      else answer(button.dataset.answers, button.dataset.quote);
      button.closest("details")?.removeAttribute("open");
    }
    for (const open of document.querySelectorAll("details.menu[open], details.confirm[open]")) {
      if (!open.contains(event.target)) open.removeAttribute("open");
    }
  });

  // A field goes to the clipboard; where the browser has none, it is marked for copying by hand.
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const value = button.parentElement.querySelector(".value");
    try {
      await navigator.clipboard.writeText(value.textContent);
      button.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(value);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.target === box() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    if (event.key === "Escape") {
      const open = event.target.closest?.("details.menu[open], details.confirm[open]");
      open?.removeAttribute("open");
      open?.querySelector("summary").focus();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    const drafts = document.querySelectorAll("#text, #note-text, #task-text");
    if ([...drafts].some((draft) => draft.value.trim())) event.preventDefault();
  });

  // The bell: a sound, the title and, where allowed, a notification for every call that was not heard yet.
  const title = document.title;
  const heard = new Set(JSON.parse(sessionStorage.getItem("heard") ?? "[]"));
  let sound;
  const ring = (reference) => {
    try {
      sound ??= new AudioContext();
      for (const [start, pitch] of [[0, 880], [0.25, 660]]) {
        const tone = sound.createOscillator();
        const volume = sound.createGain();
        tone.frequency.value = pitch;
        volume.gain.value = 0.1;
        tone.connect(volume).connect(sound.destination);
        tone.start(sound.currentTime + start);
        tone.stop(sound.currentTime + start + 0.2);
      }
    } catch {
      // No sound on this machine: the title tells.
    }
    document.body.dataset.rung = String(Number(document.body.dataset.rung ?? 0) + 1);
    if (globalThis.Notification?.permission === "granted") {
      new Notification(byId("notify").dataset.alarm, { body: reference, tag: reference });
    }
  };
  const look = () => {
    const told = document.querySelector("#bell [data-calls]");
    if (!told) return;
    const calls = told.dataset.calls.split(" ").filter(Boolean);
    document.title = calls.length ? `(${calls.length}) ${title}` : title;
    const fresh = calls.filter((reference) => !heard.has(reference));
    heard.clear();
    calls.forEach((reference) => heard.add(reference));
    sessionStorage.setItem("heard", JSON.stringify(calls));
    if (fresh.length) ring(fresh[0]);
  };
  let alarms = document.querySelector("#bar [data-alarms]")?.dataset.alarms;
  const danger = () => {
    const bar = document.querySelector("#bar [data-alarms]");
    if (bar && Number(bar.dataset.alarms) > Number(alarms)) ring(bar.dataset.reference);
    alarms = bar?.dataset.alarms;
  };
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("htmx:oobAfterSwap", danger);

  const notify = byId("notify");
  if (notify && globalThis.Notification?.permission === "default") {
    notify.hidden = false;
    notify.addEventListener("click", async () => {
      notify.hidden = (await Notification.requestPermission()) !== "default";
    });
  }
})();
