// A page brought back from the browser's memory may show money or names that are out of date: load it anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
