"use strict";
/* Only comfort: columns that can be sorted, folds of text that open for paper. Everything can be read without it. */
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[place].textContent.replace(/,/g, "").replace(/−/g, "-");
      const order = (one, other) => {
        const a = parseFloat(key(one)), b = parseFloat(key(other));
        if (isNaN(a) !== isNaN(b)) return isNaN(a) ? 1 : -1;
        const found = isNaN(a) ? key(one).localeCompare(key(other)) : a - b;
        return down ? -found : found;
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
const folds = () => document.querySelectorAll("section details");
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...folds()].filter((fold) => !fold.open && !fold.querySelector("table"));
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });
