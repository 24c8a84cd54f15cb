// What the theme leaves out for people who use a screen reader or a keyboard: names of landmarks, and a way into what scrolls.
function mend() {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, n) => nav.setAttribute("aria-label", `Code block ${n + 1}`));
  document.querySelectorAll(".md-sidebar .md-nav[aria-labelledby]").forEach((nav) => {
    const title = nav.querySelector(":scope > .md-nav__title")?.textContent.trim();
    if (title) {
      nav.removeAttribute("aria-labelledby");
      nav.setAttribute("aria-label", nav.classList.contains("md-nav--secondary") ? "On this page" : `Pages of ${title}`);
    }
  });
  document.querySelectorAll('.md-typeset__scrollwrap, math[display="block"]').forEach((wide) => {
    if (wide.scrollWidth > wide.clientWidth) wide.setAttribute("tabindex", "0");
  });
}
document.addEventListener("DOMContentLoaded", () => {
  mend();
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", mend);
});
