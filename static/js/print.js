/* The foot of a printed page tells the moment of printing: the server's moment plus the time since then. */
const foot = document.querySelector('time[data-behaviour="print"]');

if (foot) {
  const loaded = new Date(foot.dateTime).getTime() - performance.now();
  const words = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  window.addEventListener("beforeprint", () => {
    foot.textContent = `${words.format(new Date(loaded + performance.now()))}打印`;
  });
}
