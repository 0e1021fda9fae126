// Typing into a field that belongs to a choice makes that choice: <input data-chooses="id_how_1">.
document.addEventListener("input", (event) => {
  const wanted = event.target.dataset && event.target.dataset.chooses;
  const choice = wanted && event.target.value && document.getElementById(wanted);
  if (choice) choice.checked = true;
});
