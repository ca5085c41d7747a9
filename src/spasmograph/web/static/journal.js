// Small comforts for forms; every page works without them.

// A choice that is tapped again is taken back.
for (const radio of document.querySelectorAll(".chips input[type=radio], .scale input[type=radio]")) {
  const label = radio.closest("label");
  let was = radio.checked;
  const remember = () => { was = radio.checked; };
  label.addEventListener("pointerdown", remember);
  label.addEventListener("keydown", (event) => {
    remember();
    if (event.key !== " " || !was) return;
    event.preventDefault();
    clear(radio);
  });
  radio.addEventListener("click", () => { if (was) clear(radio); was = radio.checked; });
}

function clear(radio) {
  radio.checked = false;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

// What was typed is not lost by a wrong tap on a link; a form that was sent is sent once.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let typed = false;
  form.addEventListener("input", (event) => { typed ||= event.target.matches("textarea, input:not([type=radio], [type=checkbox])"); });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    typed = false;
  });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}

// Back in the browser's history, a form can be sent again.
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-guard]")) delete form.dataset.sent; });

for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());
