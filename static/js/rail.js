/* The rail can be put away on wide screens; the browser remembers it. */
const KEY = "rail";
const button = document.querySelector('[data-behaviour="rail"]');

const show = (open) => {
  document.documentElement.dataset.rail = open ? "open" : "closed";
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? "收起目录" : "展开目录";
};

if (button) {
  button.hidden = false;
  show(localStorage.getItem(KEY) !== "closed");
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    localStorage.setItem(KEY, open ? "open" : "closed");
    show(open);
  });
}
