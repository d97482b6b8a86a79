"use strict";
// Shared by all pages: the language shown, and what the address keeps of a view. Both languages stand in the page;
// nothing here makes HTML, and no text of a file stands in a script.
const root = document.documentElement;
const firstLang = root.lang;

const address = () => new URLSearchParams(location.hash.slice(1));

/** Keep lists of words in the address, so that a link to this very view can be sent; an empty list leaves it. */
const remember = (lists) => {
  const kept = address();
  for (const [key, words] of Object.entries(lists)) {
    kept.delete(key);
    for (const word of words) kept.append(key, word);
  }
  const text = kept.toString();
  const wanted = text ? `#${text}` : "";
  if (wanted !== location.hash) history.replaceState(null, "", wanted || location.pathname + location.search);
};

/** What changes with the language: the page's own, the title, the buttons; scripts of a page listen to "spoken". */
const speak = (lang) => {
  root.lang = lang;
  for (const one of document.querySelectorAll("[data-zh]")) one.textContent = one.getAttribute(`data-${lang}`);
  for (const one of document.querySelectorAll("[data-speak]")) one.setAttribute("aria-pressed", String(one.dataset.speak === lang));
  document.dispatchEvent(new Event("spoken"));
};

const speakAsAddressed = () => {
  const lang = address().get("lang");
  speak(lang === "zh" || lang === "en" ? lang : firstLang);
};

for (const button of document.querySelectorAll("[data-speak]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.speak);
    remember({ lang: root.lang === firstLang ? [] : [root.lang] });
  });
}
document.querySelector(".languages").hidden = false;
addEventListener("hashchange", speakAsAddressed);
speakAsAddressed();
