// How many items of a long form are answered; every form works without this script.
for (const line of document.querySelectorAll("[data-answered]")) {
  const form = line.closest("form");
  const tell = () => {
    const done = new Set([...form.querySelectorAll(".item input:checked")].filter((radio) => radio.value !== "").map((radio) => radio.name));
    line.textContent = line.dataset.answered.replace("{done}", done.size);
  };
  form.addEventListener("change", tell);
  addEventListener("pageshow", tell);
  tell();
}

// Help that an answer needs is brought into sight where it is given.
addEventListener("change", (event) => {
  if (event.target.matches("[data-urgent]:checked")) event.target.closest(".item").querySelector(".help").scrollIntoView({ block: "nearest" });
});
