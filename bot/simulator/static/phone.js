"use strict";
// The phone: shows what the child reads, sends what it writes, presses or attaches.
const chat = document.getElementById("chat");
const box = document.getElementById("text");
const attach = document.getElementById("attach");
let last = -1;

async function send(message) {
  const answer = await fetch("/simulator/messages", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(message),
  });
  return answer.ok;
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
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choice], [data-media]");
  if (!attach.contains(event.target) || button) attach.open = false;
  if (!button) return;
  button.closest("details.sheet")?.removeAttribute("open");
  send(button.dataset.media ? {media: button.dataset.media} : {choice: button.dataset.choice, title: button.textContent});
});
new EventSource("/simulator/events").onmessage = (event) => {
  const {number, html} = JSON.parse(event.data);
  if (number <= last) return;
  last = number;
  chat.insertAdjacentHTML("beforeend", html);
  chat.parentElement.scrollTop = chat.parentElement.scrollHeight;
};
