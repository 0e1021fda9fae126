// A button that copies a text; without the clipboard it marks the text beside it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("span") || button;
    if (button.dataset.copied) label.textContent = button.dataset.copied;
  } catch {
    const box = button.parentElement.querySelector("input");
    if (box) box.select();
  }
});
