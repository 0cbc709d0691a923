"use strict";
// The studio: what was done so far stays here, goes along with each request, and comes back drawn.
(() => {
  const byId = (id) => document.getElementById(id);
  const [chat, turns, notice, box, attach] = ["chat", "turns", "notice", "text", "attach"].map(byId);
  const lost = notice.dataset.lost;
  let state = {language: null, record: []};
  let shown = 0;
  let playing = false;

  const say = (text) => { notice.textContent = text || ""; };
  const keep = () => sessionStorage.setItem("studio", JSON.stringify(state));

  async function post(path, data) {
    try {
      const answer = await fetch(path, {
        method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({...state, ...data}),
      });
      if (answer.ok) return await answer.json();
    } catch {
      // The server is away: said below.
    }
    say(lost);
    return null;
  }

  function draw(came) {
    if (came.shown === 0) chat.replaceChildren(), turns.replaceChildren();
    for (const open of turns.querySelectorAll("details[open]")) open.open = false;
    chat.insertAdjacentHTML("beforeend", came.chat);
    for (const turn of came.turns) turns.insertAdjacentHTML("afterbegin", turn);
    byId("now").innerHTML = came.now;
    state = {language: came.language, record: came.record};
    shown = came.record.length;
    keep();
    chat.parentElement.scrollTop = chat.parentElement.scrollHeight;
    byId("back").disabled = byId("compare").disabled = shown === 0;
    const speaks = byId("now").querySelector("[data-language]").dataset.language;
    for (const button of document.querySelectorAll("[data-language][aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === speaks));
    }
    byId("clock").min = byId("now").querySelector("time").dateTime;
    if (!byId("clock").value || byId("clock").value < byId("clock").min) byId("clock").value = byId("clock").min;
  }

  // One request at a time: each goes on from what the last one brought.
  let queue = Promise.resolve();
  const play = (ask) => (queue = queue.then(async () => {
    say("");
    document.body.setAttribute("aria-busy", "true");
    const came = await post("/simulator/studio/play", {shown, ...ask()});
    document.body.removeAttribute("aria-busy");
    if (came?.record) draw(came);
    if (came?.refused) say(came.refused);
    return came;
  }));

  const act = (one) => play(() => ({act: one}));
  const back = (turns) => play(() => ({record: state.record.slice(0, turns), shown: 0}));
  const anew = (language = state.language) => play(() => ({record: [], language, shown: 0}));

  async function replay(story, pause) {
    let cursor = {};
    playing = true;
    byId("play").hidden = true;
    byId("stop").hidden = false;
    await anew();
    while (playing && cursor) {
      const at = cursor;
      const came = await play(() => ({story, cursor: at}));
      cursor = came && !came.refused && came.cursor && "turn" in came.cursor ? came.cursor : null;
      if (cursor) await new Promise((done) => setTimeout(done, pause));
    }
    playing = false;
    byId("play").hidden = false;
    byId("stop").hidden = true;
  }

  async function save(name, how) {
    const came = await post("/simulator/studio/save", {name, keep: how === "keep"});
    if (!came) return;
    say(came.refused || came.notice);
    if (came.refused || how === "keep") return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([came.yaml], {type: "application/yaml"}));
    link.download = `${name}.yml`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  byId("write").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text && (await act({child: text}))) box.value = "";
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    byId("write").requestSubmit();
  });
  for (const form of document.querySelectorAll("form[data-act]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const field = form.elements.value;
      const value = "number" in form.dataset ? Number(field.value) : field.value.trim();
      const came = value && (await act({[form.dataset.act]: value}));
      if (came && !came.refused && field.matches("textarea")) field.value = "";
    });
  }
  byId("replay").addEventListener("submit", (event) => {
    event.preventDefault();
    replay(byId("story").value, Number(byId("speed").value));
  });
  byId("stop").addEventListener("click", () => { playing = false; });
  byId("save").addEventListener("submit", (event) => {
    event.preventDefault();
    save(byId("name").value, event.submitter?.value);
  });
  byId("new").addEventListener("click", () => { byId("compared").hidden = true; anew(null); });
  byId("back").addEventListener("click", () => back(-1));
  byId("compare").addEventListener("click", async () => {
    const came = await post("/simulator/studio/compare", {});
    if (!came) return;
    byId("compared").innerHTML = came.html;
    byId("compared").hidden = false;
    byId("compared").focus();
    byId("compared").scrollIntoView({block: "start"});
  });
  document.addEventListener("click", (event) => {
    if (!attach.contains(event.target)) attach.open = false;
    const button = event.target.closest("button");
    const {choice, media, language, later, counsellor, before} = button?.dataset ?? {};
    if (choice) act({choice});
    else if (media) attach.open = false, act({media});
    else if (language) state.record.length ? act({choice: `language.${language}`}) : anew(language);
    else if (later) act({clock: `+${later}`});
    else if (counsellor) act({counsellor});
    else if (before) back(Number(before));
    else if (button?.id === "close-compared") byId("compared").hidden = true, byId("compare").focus();
    // A bubble shows its turn.
    const bubble = button ? null : event.target.closest("#chat [data-turn]");
    if (bubble) {
      const turn = turns.querySelector(`[data-turn="${bubble.dataset.turn}"] details`);
      turn.open = true;
      turn.scrollIntoView({block: "nearest"});
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && attach.open) attach.open = false, attach.querySelector("summary").focus();
  });

  const before = sessionStorage.getItem("studio");
  if (before) state = JSON.parse(before);
  // What was kept may go no further, as a flow has changed meanwhile: then it begins anew.
  play(() => ({shown: 0})).then((came) => came?.record || anew());
})();
