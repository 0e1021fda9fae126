{
// A page brought back from the browser's memory may show money or names that are out of date: load it anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
{
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
}
{
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
}
{
// After a refused form the focus stands on the summary of what is wrong.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
}
{
// An open menu closes on Escape, giving the focus back, and on a press outside of it.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  });
});
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("focusin", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
}
{
// The submit button of a form with data-picks says how many boxes are ticked and what they come to.
document.querySelectorAll("form[data-picks]").forEach((form) => {
  const label = form.querySelector("button[type=submit] span");
  if (!label) return;
  const plain = label.textContent;
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: form.dataset.currency });
  const digits = money.resolvedOptions().maximumFractionDigits;
  const show = () => {
    const picked = [...form.querySelectorAll("[data-pick]:checked")];
    const sum = picked.reduce((all, box) => all + Number(box.dataset.pick), 0) / 10 ** digits;
    const text = form.dataset.picks.replace("{n}", picked.length).replace("{sum}", money.format(sum));
    label.textContent = picked.length ? text : plain;
  };
  form.addEventListener("change", show);
  show();
});
}
{
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
}
{
// "/" goes to the search box.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-slash]");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || !box || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});
}
