/* Stands in each document of the previewed ePub, and not in the ePub: it tells the preview around it which place
   is read, finds that place again in the document's next version, and sets the colours of a reading theme. */
(() => {
  "use strict";
  const own = document.currentScript;
  const home = new URL(own.src).origin;
  own.remove();
  // Opened by itself, the document is shown as it is.
  if (parent === window) return;

  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, dt, dd, pre, table, figure, blockquote, img, svg";
  const THEMES = {
    sepia: ["#f4ecd8", "#5f4b32"],
    black: ["#000000", "#ffffff"],
  };
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const say = (message) => parent.postMessage({ concbook: message }, "*");
  const words = (block) => block.textContent.replace(/\s+/g, " ").trim().slice(0, 300);

  /** The blocks that have no block in them, in the order of the text. */
  function blocks() {
    const all = document.body ? [...document.body.querySelectorAll(BLOCKS)] : [];
    return all.filter((block) => !block.querySelector(BLOCKS));
  }

  /** The nearest identifier before a block, and how many blocks stand between. */
  function anchor(all, number) {
    for (let at = number; at >= 0; at--) {
      const holder = all[at].closest("[id]");
      // One around all of the text says nothing of a place in it.
      if (holder && (all[at] === holder || all[at - 1] === undefined || !holder.contains(all[at - 1]))) {
        return [holder.id, number - at];
      }
    }
    return ["", number];
  }

  /** What is read: the first block that is not above the window. */
  function place() {
    const all = blocks();
    const number = all.findIndex((block) => block.getBoundingClientRect().bottom > 1);
    if (scrollY < 1 || number < 0) return { top: scrollY };
    const [id, since] = anchor(all, number);
    const block = all[number];
    return {
      top: scrollY, number, id, since,
      name: block.localName, words: words(block), offset: block.getBoundingClientRect().top,
    };
  }

  /** The block of this document that a place means, though text was put before it or it was rewritten. */
  function find(wanted) {
    const all = blocks();
    const distance = (block) => Math.abs(all.indexOf(block) - wanted.number);
    const same = all.filter((block) => block.localName === wanted.name && words(block) === wanted.words);
    const home = wanted.id && document.getElementById(wanted.id);
    const near = home ? same.filter((block) => home.compareDocumentPosition(block) & 4 || home === block) : [];
    const [best] = (near.length ? near : same).sort((a, b) => distance(a) - distance(b));
    if (best) return best;
    const start = home ? all.findIndex((block) => home === block || home.contains(block)) : -1;
    return all[Math.min(all.length - 1, start < 0 ? wanted.number : start + wanted.since)];
  }

  function show(wanted) {
    if (!wanted) return;
    let top = wanted.top;
    if (wanted.number !== undefined) {
      const block = find(wanted);
      if (block) top = scrollY + block.getBoundingClientRect().top - wanted.offset;
    }
    scrollTo({ top, behavior: "instant" });
  }

  function paint(theme) {
    const [ground, text] = THEMES[theme] || [];
    const rule = `background-color: ${ground} !important; color: ${text} !important;`;
    sheet.replaceSync(ground ? `html, body { ${rule} }` : "");
  }

  addEventListener("message", (event) => {
    const asked = event.origin === home && event.source === parent && event.data;
    if (!asked) return;
    if (asked.theme !== undefined) paint(asked.theme);
    if (asked.where) say({ place: place() });
    if ("show" in asked) {
      show(asked.show);
      say({ shown: true, place: place() });
    }
  });

  let waiting = 0;
  addEventListener("scroll", () => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      say({ place: place() });
    }, 80);
  }, { passive: true });

  // What leads out of the book opens beside the preview.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || new URL(link.href, location.href).origin === new URL(location.href).origin) return;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }, true);

  const hello = () => say({ loaded: location.pathname, hash: location.hash });
  addEventListener("load", () => document.fonts.ready.then(hello, hello));
})();
