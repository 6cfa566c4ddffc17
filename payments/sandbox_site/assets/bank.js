// Counts the payment window down; without it the page shows the time it ends.
"use strict";
const clock = document.getElementById("time-left");
if (clock && clock.dataset.state === "open") {
  const end = Date.parse(clock.dateTime);
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} min`;
    clock.classList.toggle("hurry", left <= 60);
    if (left === 0) {
      clearInterval(timer);
      location.reload();
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}
