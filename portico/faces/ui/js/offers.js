// The total of an estimate follows what is ticked: <form data-offers>; the server reckons the same with "Update total".
document.querySelectorAll("form[data-offers]").forEach((form) => {
  const money = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "currency", currency: form.dataset.currency });
  const unit = 10 ** money.resolvedOptions().maximumFractionDigits;
  const write = (minor) => money.format(minor / unit).replace("-", "\u2212");
  const taxOn = (taxed, rate) => Math.sign(taxed) * Math.floor((Math.abs(taxed) * Math.round(rate * 1e6)) / 1e6 + 0.5);
  const say = (place, mark, minor) => place.querySelectorAll(mark).forEach((one) => { one.textContent = write(minor); });
  const show = () => form.querySelectorAll("[data-option]").forEach((card) => {
    const { base, taxable, tax, rate, option } = card.dataset;
    const ticked = [...card.querySelectorAll("[data-adds]:checked")];
    const sum = (boxes) => boxes.reduce((all, box) => all + Number(box.dataset.adds), 0);
    const subtotal = Number(base) + sum(ticked);
    const taxed = Number(taxable) + sum(ticked.filter((box) => "taxed" in box.dataset));
    const due = rate ? taxOn(taxed, Number(rate)) : Number(tax);
    say(card, "[data-subtotal-text]", subtotal);
    say(card, "[data-tax-text]", due);
    say(card, "[data-total-text]", subtotal + due);
    const radio = card.querySelector("[name=option]");
    if (radio && !radio.checked) return;
    form.querySelector("[data-chosen-name]").textContent = card.querySelector("[data-name]").textContent;
    say(form, "[data-chosen-total]", subtotal + due);
  });
  form.querySelectorAll("[data-update]").forEach((one) => { one.hidden = true; });
  form.addEventListener("change", show);
  show();
});
