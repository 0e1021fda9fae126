// Signing with a finger, a pen or the mouse: <div data-sign="id of the hidden field">. The radio "drawn" is there only
// when this script is; its box shows when it is chosen. What is kept are the strokes, in pixels of the page; in this tab
// until the approval, for who goes back to the form.
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
