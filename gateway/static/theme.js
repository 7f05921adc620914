// Nobody has chosen a theme yet: the system's is followed, also when it changes. It runs before the page is drawn.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { if (!/(^|; )theme=/.test(document.cookie)) document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
})();
