/* A form with a file shows how much has arrived. Without this script the browser posts it as ever. */
const TOO_LARGE = "文件太大，没有被接收。请拆分文件或删去图片后重新选择。";
const NO_ANSWER = "系统暂时没有应答，文件没有读取。您的选择还在，请过一两分钟再按一次。";

const send = (form, bar) => {
  const request = new XMLHttpRequest();
  const words = bar.querySelector("p");
  const progress = bar.querySelector("progress");

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const share = Math.floor((event.loaded / event.total) * 100);
    progress.value = share;
    words.textContent = share < 100 ? `正在上传：${share}%` : "文件已送达，正在读取，请稍候";
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("X-Next");
    if (next) {
      window.location.assign(next);
      return;
    }
    // To the sign-in page, for instance.
    if (request.status === 200 && request.responseURL !== form.action) {
      window.location.assign(request.responseURL);
      return;
    }
    // A refused form comes back on the same address: its content takes the place of this one.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("main");
    if (!main) {
      // Not the portal has answered but the server in front of it, in words of its own.
      words.textContent = request.status === 413 ? TOO_LARGE : NO_ANSWER;
      return;
    }
    document.querySelector("main").replaceWith(main);
    start();
    const errors = main.querySelector('[role="alert"]');
    if (errors) errors.focus();
  });
  request.addEventListener("error", () => {
    words.textContent = "网络中断，文件没有送达。您的选择还在，请再按一次。";
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(new FormData(form));
};

const start = () => {
  for (const form of document.querySelectorAll('form[data-behaviour="upload"]')) {
    const bar = document.querySelector("[data-upload-bar]");
    if (!bar) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      bar.hidden = false;
      send(form, bar);
    });
  }
};

start();
