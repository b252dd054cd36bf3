"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  const button = document.getElementById("theme");
  let theme = "system";
  try { theme = localStorage.getItem("theme") || theme; } catch { /* a file may have no storage */ }
  const dress = () => {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("theme", theme); } catch { /* then it is forgotten */ }
    dress();
  });
  dress();

  for (const drawing of document.querySelectorAll(".graph .scroll")) {
    const seen = drawing.querySelector(".node.fails, .node.cut") || drawing.querySelector(".node");
    const middle = (box) => (box.left + box.right) / 2;
    drawing.scrollLeft += middle(seen.getBoundingClientRect()) - middle(drawing.getBoundingClientRect());
  }

  const form = document.getElementById("filter");
  const words = document.getElementById("words");
  const articles = [...document.querySelectorAll("article")];
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const on = new Set([...form.querySelectorAll(":checked")].map((box) => box.value));
    let left = 0;
    for (const article of articles) {
      const text = `${article.parentElement.querySelector("h2").textContent} ` +
        ["h3", ".message", ".meta"].map((part) => article.querySelector(part).textContent).join(" ");
      const shown = on.has(article.dataset.severity) &&
        wanted.every((word) => text.toLowerCase().includes(word));
      article.hidden = !shown;
      document.querySelector(`[data-finding="${article.id.slice(8)}"]`).hidden = !shown;
      left += shown;
    }
    for (const section of document.querySelectorAll("section")) {
      section.hidden = !section.querySelector("article:not([hidden]), li:not([hidden])");
    }
    document.getElementById("none-left").hidden = left > 0 || articles.length === 0;
  };
  if (articles.length > 0) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
})();
