/* Stands in each document of the previewed ePub, and not in the ePub: it tells the preview around it which place
   is read, finds that place again in the document's next version, and sets the colours of a reading theme. */
(() => {
  "use strict";
  const own = document.currentScript;
  const home = new URL(own.src).origin;
  own.remove();
  // Opened by itself, the document is shown as it is.
  if (parent === window) return;
  const head = document.head?.innerHTML;

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

  /* ---- The document's next version, in the place of this one. ---- */

  const hasScripts = (of) => of.querySelector("script") !== null;
  const sameAttributes = (one, other) => one.cloneNode(false).isEqualNode(other.cloneNode(false));

  /** The next version of the document, where it can stand in this one's page: what is in its head is the same, and no
      program of the book's may have changed what is here. */
  function readable(text) {
    const made = new DOMParser().parseFromString(text, "application/xhtml+xml");
    if (!made.head || !made.body || !document.body || made.querySelector("parsererror")) return null;
    for (const script of made.head.querySelectorAll("script")) {
      if (script.getAttribute("src") === own.getAttribute("src")) script.remove();
    }
    const same = made.head.innerHTML === head && sameAttributes(made.documentElement, document.documentElement);
    return same && !hasScripts(made) && !hasScripts(document) ? made : null;
  }

  /** Makes one element what another is, and touches of what it holds only that which differs. */
  function become(one, other) {
    if (!sameAttributes(one, other)) {
      for (const { name } of [...one.attributes]) if (!other.hasAttribute(name)) one.removeAttribute(name);
      for (const attribute of other.attributes) {
        one.setAttributeNS(attribute.namespaceURI, attribute.name, attribute.value);
      }
    }
    const old = [...one.childNodes];
    const now = [...other.childNodes];
    let start = 0;
    while (start < old.length && start < now.length && old[start].isEqualNode(now[start])) start++;
    let end = 0;
    const left = Math.min(old.length, now.length) - start;
    while (end < left && old.at(-1 - end).isEqualNode(now.at(-1 - end))) end++;
    const gone = old.slice(start, old.length - end);
    const come = now.slice(start, now.length - end);
    const [first, wanted] = [gone[0], come[0]];
    const isOne = gone.length === 1 && come.length === 1;
    if (isOne && first.nodeType === 1 && wanted.nodeType === 1 && first.nodeName === wanted.nodeName) {
      return become(first, wanted);
    }
    const behind = old[old.length - end] ?? null;
    for (const node of gone) node.remove();
    for (const node of come) one.insertBefore(document.importNode(node, true), behind);
    return undefined;
  }

  /** Shows the next version of the document where the same text stood; whether that can be. */
  function replace(text, wanted) {
    const made = readable(text);
    if (!made) return false;
    become(document.body, made.body);
    show(wanted);
    return true;
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
    if (asked.text !== undefined) {
      // A link may have led elsewhere meanwhile.
      const replaced = asked.path === location.pathname && replace(asked.text, place());
      say({ replaced, place: place() });
    }
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
