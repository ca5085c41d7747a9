// Small comforts for files that come in; the pages work without them.

for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  // A file that is too large is told before it is sent.
  const check = () => {
    const large = [...field.files].some((file) => file.size > Number(field.dataset.most));
    field.setCustomValidity(large ? field.dataset.large : "");
    if (large) field.reportValidity();
  };
  field.addEventListener("change", check);
  check();
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  const told = document.getElementById(form.dataset.busy);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    told.textContent = told.dataset.words;
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; told.textContent = ""; });
}
