// The zone of a time is named where the reader's own clock says another time at that moment.
for (const one of document.querySelectorAll("[data-zone]")) {
  const at = new Date(one.dataset.at), told = { dateStyle: "short", timeStyle: "short" };
  const here = new Intl.DateTimeFormat("en-US", told).format(at);
  one.hidden = here === new Intl.DateTimeFormat("en-US", { ...told, timeZone: one.dataset.zone }).format(at);
}
