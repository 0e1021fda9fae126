// Shows a typed password; the button is there only when this script is.
document.querySelectorAll("[data-reveal]").forEach((button) => {
  const box = document.getElementById(button.dataset.reveal);
  if (!box) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = box.type === "password";
    box.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
});
