// The submit button of a form with data-picks says how many boxes are ticked and what they come to.
document.querySelectorAll("form[data-picks]").forEach((form) => {
  const label = form.querySelector("button[type=submit] span");
  if (!label) return;
  const plain = label.textContent;
  const money = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "currency", currency: form.dataset.currency });
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
