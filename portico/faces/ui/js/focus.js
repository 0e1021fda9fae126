// After a refused form the focus stands on the summary of what is wrong.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
