// A color well beside a field that holds the color as text: each follows the other.
document.querySelectorAll("[data-paints]").forEach((well) => {
  const field = document.getElementById(well.dataset.paints);
  well.hidden = false;
  well.addEventListener("input", () => { field.value = well.value; });
  field.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) well.value = field.value.trim(); });
});
