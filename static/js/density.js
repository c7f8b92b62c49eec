/* Tables close or wide, as this browser remembers it; the switch is seen where there is a table. */
const KEY = "dense";
const button = document.querySelector('[data-behaviour="density"]');

const show = (dense) => {
  if (dense) document.documentElement.dataset.dense = "";
  else delete document.documentElement.dataset.dense;
  button.textContent = dense ? "宽松表格" : "紧凑表格";
};

if (button && document.querySelector(".list")) {
  button.hidden = false;
  show(localStorage.getItem(KEY) === "1");
  button.addEventListener("click", () => {
    const dense = !("dense" in document.documentElement.dataset);
    localStorage.setItem(KEY, dense ? "1" : "0");
    show(dense);
  });
}
