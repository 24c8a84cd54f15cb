// Names that the theme leaves out, for people who use a screen reader.
function nameLandmarks() {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, n) => nav.setAttribute("aria-label", `Code block ${n + 1}`));
  document.querySelectorAll(".md-sidebar .md-nav[aria-labelledby]").forEach((nav) => {
    const title = nav.querySelector(":scope > .md-nav__title")?.textContent.trim();
    if (title) {
      nav.removeAttribute("aria-labelledby");
      nav.setAttribute("aria-label", nav.classList.contains("md-nav--secondary") ? "On this page" : `Pages of ${title}`);
    }
  });
}
document.addEventListener("DOMContentLoaded", () => {
  nameLandmarks();
  new MutationObserver(nameLandmarks).observe(document.body, { childList: true, subtree: true });
});
