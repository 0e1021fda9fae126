// A second press does nothing: the first submit marks the form and its button as busy, in the button's own words.
document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if ((form.getAttribute("method") || "").toLowerCase() !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  const label = button.querySelector("span") || button;
  if (button.dataset.busy) label.textContent = button.dataset.busy;
});
