/* An act that asks once more: the first press changes the button's words, the second one posts. */
const WAIT = 6000;

for (const form of document.querySelectorAll('[data-behaviour="confirm"]')) {
  const button = form.querySelector("button");
  const words = button.textContent;
  let asked = false;

  const forget = () => {
    asked = false;
    button.textContent = words;
  };

  button.setAttribute("aria-live", "polite");
  form.addEventListener("submit", (event) => {
    if (asked) return;
    event.preventDefault();
    asked = true;
    button.textContent = form.dataset.confirm;
    setTimeout(forget, WAIT);
  });
  button.addEventListener("blur", forget);
}
