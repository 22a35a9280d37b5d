// Small comforts over pages that work without this file: focus on errors, one submit per click, a print button, rows of
// a table as cards on a narrow screen, time to type at a self-service terminal.
"use strict";

const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // A page restored by the Back button may be sent again.
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// At a terminal a page is left when nobody shows up; who types or points is there, and the server hears of it.
if (document.body.dataset.leaveTo) {
  const { leaveAfter, leaveTo } = document.body.dataset;
  let timer;
  let told = Date.now();
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.assign(leaveTo), leaveAfter * 1000);
  };
  const seen = () => {
    wait();
    if (Date.now() - told < 30_000) return;
    told = Date.now();
    fetch(leaveTo, { method: "HEAD" });
  };
  for (const sign of ["input", "keydown", "pointerdown", "scroll"]) document.addEventListener(sign, seen, { passive: true });
  wait();
}

// A narrow screen would show two columns of seven: there each row becomes a card whose cells carry their column's
// heading (portal.css). Roles are written out because cells that are laid out as blocks lose them.
for (const table of document.querySelectorAll(".table-scroll > .table:not(.call-board)")) {
  const headings = [];
  for (const heading of table.querySelectorAll(":scope > thead > tr:last-child > *")) {
    for (let column = 0; column < heading.colSpan; column += 1) headings.push(heading.textContent.trim());
  }
  if (headings.length < 3) continue;
  table.setAttribute("role", "table");
  for (const group of table.querySelectorAll(":scope > :is(thead, tbody, tfoot)")) group.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    const named = row.querySelector("th") !== null; // otherwise the first cell names the row, and needs no heading
    row.setAttribute("role", "row");
    let column = 0;
    for (const cell of row.cells) {
      const heads = cell.matches("th");
      cell.setAttribute("role", !heads ? "cell" : cell.closest("thead") ? "columnheader" : "rowheader");
      if (!heads && (named || column > 0) && cell.colSpan === 1 && (cell.childElementCount || cell.textContent.trim())) {
        const value = document.createElement("div");
        value.append(...cell.childNodes);
        cell.append(value);
        cell.dataset.label = headings[column];
      }
      column += cell.colSpan;
    }
  }
  table.classList.add("cards");
}
