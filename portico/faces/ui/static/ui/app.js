{
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
{
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
document.addEventListener("input", (event) => {
const wanted = event.target.dataset && event.target.dataset.chooses;
const choice = wanted && event.target.value && document.getElementById(wanted);
if (choice) choice.checked = true;
});
}
{
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
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
}
{
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
}
{
document.querySelectorAll("[data-paints]").forEach((well) => {
const field = document.getElementById(well.dataset.paints);
well.hidden = false;
well.addEventListener("input", () => { field.value = well.value; });
field.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) well.value = field.value.trim(); });
});
}
{
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
}
{
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
const drawingOf = `drawing ${location.pathname}`;
document.querySelectorAll("[data-sign]").forEach((place) => {
const kept = document.getElementById(place.dataset.sign), pad = place.querySelector("[data-pad]");
const canvas = pad.querySelector("canvas"), pen = canvas.getContext("2d");
const radios = [...place.querySelectorAll("[type=radio]")];
const former = kept.value || sessionStorage.getItem(drawingOf) || "";
let strokes = former ? JSON.parse(former) : [], drawing = null;
const paint = () => {
const scale = devicePixelRatio || 1;
canvas.width = canvas.clientWidth * scale;
canvas.height = canvas.clientHeight * scale;
pen.scale(scale, scale);
pen.lineWidth = 2.5;
pen.lineCap = pen.lineJoin = "round";
pen.strokeStyle = "#14181f";
strokes.forEach((stroke) => {
pen.beginPath();
stroke.forEach(([x, y], at) => { at ? pen.lineTo(x, y) : pen.moveTo(x, y); });
pen.stroke();
});
};
const keep = (next) => { strokes = next; kept.value = strokes.length ? JSON.stringify(strokes) : ""; sessionStorage.setItem(drawingOf, kept.value); paint(); };
const point = (event) => {
const box = canvas.getBoundingClientRect();
return [Math.round(event.clientX - box.left), Math.round(event.clientY - box.top)];
};
canvas.addEventListener("pointerdown", (event) => {
if (drawing || event.button) return;
canvas.setPointerCapture(event.pointerId);
drawing = [point(event)];
keep([...strokes, drawing]);
});
canvas.addEventListener("pointermove", (event) => {
if (!drawing) return;
const [x, y] = point(event), [before, above] = drawing[drawing.length - 1];
if (Math.abs(x - before) + Math.abs(y - above) < 2) return;
drawing.push([x, y]);
paint();
});
const stop = () => { if (drawing) { drawing = null; keep(strokes); } };
["pointerup", "pointercancel", "lostpointercapture"].forEach((name) => canvas.addEventListener(name, stop));
place.querySelector("[data-take-back]").addEventListener("click", () => keep(strokes.slice(0, -1)));
place.querySelector("[data-clear]").addEventListener("click", () => keep([]));
const show = () => { pad.hidden = !radios.some((one) => one.checked && one.value === "drawn"); if (!pad.hidden) paint(); };
radios.forEach((one) => {
one.addEventListener("change", () => { show(); if (pad.hidden) sessionStorage.removeItem(drawingOf); });
if (former && !kept.value && one.value === "drawn") { kept.value = former; one.checked = true; }
});
addEventListener("resize", paint);
place.querySelector("[data-how]").hidden = false;
show();
});
document.querySelectorAll("#confirm").forEach((form) => form.addEventListener("submit", () => sessionStorage.removeItem(drawingOf)));
}
{
document.addEventListener("keydown", (event) => {
const box = document.querySelector("[data-slash]");
const typing = event.target.closest("input, textarea, select, [contenteditable]");
if (event.key !== "/" || !box || typing || event.ctrlKey || event.metaKey || event.altKey) return;
event.preventDefault();
box.focus();
box.select();
});
}
{
for (const one of document.querySelectorAll("[data-zone]")) {
const at = new Date(one.dataset.at), told = { dateStyle: "short", timeStyle: "short" };
const here = new Intl.DateTimeFormat("en-US", told).format(at);
one.hidden = here === new Intl.DateTimeFormat("en-US", { ...told, timeZone: one.dataset.zone }).format(at);
}
}
