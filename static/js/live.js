// News of an open order by WebSocket. The page asks by itself now and then, without this too: a
// message makes it ask at once, and while the socket is open it asks less often.
"use strict";
(() => {
  const SLOW_MS = 20000, FIRST_MS = 1000, LONGEST_MS = 30000, STEADY_MS = 5000;
  // Closed for good: all was told, or it is not ours to hear.
  const FOR_GOOD = [1000, 4401, 4404, 4422];
  let socket = null, isOpen = false, openedAt = 0, askedAt = 0, seen = 0, wait = FIRST_MS, timer = 0;

  const order = () => document.querySelector("#order[data-live]");

  const ask = () => {
    askedAt = 0;
    if (order()) window.htmx?.trigger(order(), "order-news");
  };

  const hear = (event) => {
    const news = JSON.parse(event.data);
    if (news.type !== "order.status") return;
    seen = Math.max(seen, news.seq);
    ask();
  };

  const again = () => {
    clearTimeout(timer);
    // Not all at the same moment when the process comes back.
    timer = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_MS);
  };

  const lost = (event) => {
    if (event.target !== socket) return;
    if (isOpen && Date.now() - openedAt > STEADY_MS) wait = FIRST_MS;
    socket = null;
    isOpen = false;
    if (order() && !FOR_GOOD.includes(event.code)) again();
  };

  const connect = () => {
    clearTimeout(timer);
    const told = order()?.dataset;
    if (!told || socket) return;
    seen = Math.max(seen, Number(told.liveAfter));
    const query = new URLSearchParams({ after: seen });
    if (told.liveToken) query.set("token", told.liveToken);
    socket = new WebSocket(`${told.live}?${query}`);
    socket.onopen = () => { isOpen = true; openedAt = askedAt = Date.now(); };
    socket.onmessage = hear;
    socket.onclose = lost;
  };

  const leave = () => {
    clearTimeout(timer);
    const open = socket;
    socket = null;
    isOpen = false;
    open?.close();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== order()) return;
    if (isOpen && Date.now() - askedAt < SLOW_MS) event.preventDefault();
    else askedAt = Date.now();
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!order()) leave();
    // What came while the answer was on its way would wait for the next turn.
    else if (seen > Number(order().dataset.liveAfter)) ask();
  });
  document.addEventListener("countdown-over", ask);
  // A page that is kept for "back" has no socket, and a computer that slept may have a dead one.
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { ask(); connect(); } });
  window.addEventListener("online", () => { wait = FIRST_MS; connect(); });
  if (order()) connect();
})();
