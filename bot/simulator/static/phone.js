// The phone: shows what the child reads, sends what it writes, presses or attaches.
const chat = document.getElementById("chat");
const box = document.getElementById("text");
const media = {image: "📷", video: "🎬", voice: "🎤", document: "📄", sticker: "🙂", location: "📍", contact: "👤"};
const who = {counsellor: "Conseiller · مستشار", system: "M3ak · معاك"};

async function send(message) {
  const answer = await fetch("/simulator/messages", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(message),
  });
  return answer.ok;
}

function show(message) {
  if (document.getElementById("m" + message.number)) return;
  const item = document.createElement("li");
  item.id = "m" + message.number;
  item.className = message.from;
  if (who[message.from]) {
    const label = document.createElement("small");
    label.textContent = who[message.from];
    item.append(label);
  }
  const text = document.createElement("p");
  text.dir = "auto";
  text.textContent = [media[message.media], message.text].filter(Boolean).join(" ");
  item.append(text);
  if (message.choices.length) {
    const choices = document.createElement("div");
    choices.className = "choices";
    choices.dir = /[\u0600-\u06ff]/.test(message.text) ? "rtl" : "ltr";
    for (const choice of message.choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.dir = "auto";
      button.textContent = choice.title;
      button.addEventListener("click", () => send({choice: choice.id, title: choice.title}));
      choices.append(button);
    }
    item.append(choices);
  }
  chat.append(item);
  chat.scrollTop = chat.scrollHeight;
}

document.getElementById("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (text && await send({text})) box.value = "";
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    document.getElementById("write").requestSubmit();
  }
});
for (const button of document.querySelectorAll("[data-media]")) {
  button.addEventListener("click", () => {
    document.getElementById("attach").open = false;
    send({media: button.dataset.media});
  });
}
new EventSource("/simulator/events").onmessage = (event) => show(JSON.parse(event.data));
