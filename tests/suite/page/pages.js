// How a document that a reading system sets in columns falls on its pages: what stands alone at the end
// of one, what reaches beyond one, and which are left empty for more than a fifth, and why.
"use strict";
(() => {
  /** Text and pictures in order, line by line: where they stand, and in which element. */
  function pieces(view) {
    const { document } = view;
    const found = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, view.NodeFilter.SHOW_ALL);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const isPicture = /^(img|svg|hr|input)$/.test(node.localName);
      const isText = node.nodeType === 3 && node.data.trim() && !node.parentElement.closest("svg, style, script");
      if (!isPicture && !isText) continue;
      if (isText) range.selectNodeContents(node);
      const element = isText ? node.parentElement : node;
      for (const rect of (isText ? range : node).getClientRects()) {
        if (rect.width > 0.5 && rect.height > 0.5) found.push({ rect, element, isText });
      }
    }
    return found;
  }

  /** The pieces of each page, each page from where its text may begin to where it has to end. */
  function paged(view, columns, stride) {
    const style = view.getComputedStyle(columns);
    const top = parseFloat(style.paddingTop);
    const bottom = columns.clientHeight - parseFloat(style.paddingBottom);
    const sides = [parseFloat(style.paddingLeft), parseFloat(style.paddingRight)];
    const pages = [];
    for (const piece of pieces(view)) {
      const at = Math.max(0, Math.floor((piece.rect.left + 1) / stride));
      while (pages.length <= at) pages.push([]);
      piece.left = at * stride + sides[0];
      piece.right = (at + 1) * stride - sides[1];
      pages[at].push(piece);
    }
    return { pages, top, bottom };
  }

  const HEADS = "h1, h2, h3, h4, h5, h6, thead, caption, dt, .title";
  const start = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);

  function ancestors(element) {
    const all = [];
    for (let one = element; one && one.localName !== "body"; one = one.parentElement) all.push(one);
    return all;
  }

  /**
   * How much of a page has to stay together at its top: a picture, a row, a heading and what follows it,
   * the first lines of a paragraph. Answers with its height and what it is.
   */
  function unit(view, page) {
    const style = (element) => view.getComputedStyle(element);
    const names = new Set();
    let [at, lines, lowest] = [0, 0, 0];
    const last = (element) => page.findLastIndex((piece) => element.contains(piece.element));
    for (;;) {
      const { element, rect } = page[at];
      const kept = ancestors(element).filter((one) => style(one).breakInside === "avoid").pop();
      if (kept) {
        names.add(kept.localName);
        at = last(kept);
        lowest = Math.max(lowest, rect.top + kept.getClientRects()[0].height);
      } else if (/^(img|svg)$/.test(element.localName)) {
        names.add(element.localName);
      }
      const top = rect.top;
      while (at + 1 < page.length && page[at + 1].rect.top < page[at].rect.bottom - 1) at += 1;
      lowest = Math.max(lowest, ...page.slice(0, at + 1).map((piece) => piece.rect.bottom));
      if (at + 1 >= page.length) break;
      const next = page[at + 1].element;
      const ends = ancestors(page[at].element).filter((one) => !one.contains(next));
      const begins = ancestors(next).filter((one) => !one.contains(page[at].element));
      const stays = ends.find((one) => style(one).breakAfter === "avoid")
        ?? begins.find((one) => style(one).breakBefore === "avoid");
      if (stays) {
        names.add(stays.localName);
        [at, lines] = [at + 1, 0];
        continue;
      }
      // Lines of one paragraph: as many as have to stay together, or all where the rest were too few.
      const block = ancestors(element).find((one) => !/^inline/.test(style(one).display));
      lines += 1;
      const rest = new Set(page.slice(at + 1).filter((piece) => block?.contains(piece.element))
        .map((piece) => Math.round(piece.rect.top))).size;
      if (!kept && rest > 0 && (lines < style(block).orphans || rest < style(block).widows)) {
        names.add(`lines of ${block.localName}`);
        at += 1;
        continue;
      }
      break;
    }
    return [lowest - page[0].rect.top, [...names].join(", ")];
  }

  /** Faults as [kind, text, detail], and pages that are left empty, with the reason. */
  function judge(view, columns, stride) {
    const { pages, top, bottom } = paged(view, columns, stride);
    const [faults, gaps] = [[], []];
    const em = parseFloat(view.getComputedStyle(columns).fontSize);
    pages.forEach((page, at) => {
      for (const { rect, element, left, right, isText } of page) {
        const scrolls = ancestors(element).some((one) =>
          one.localName !== "pre" && /auto|scroll/.test(view.getComputedStyle(one).overflowX));
        if (rect.bottom > bottom + 2) {
          faults.push(["below", start(element) || element.localName, `by ${Math.round(rect.bottom - bottom)} px`]);
        } else if (!isText && rect.right > right + 1 && !scrolls) {
          faults.push(["beyond", element.localName, `by ${Math.round(rect.right - right)} px`]);
        }
      }
      const next = pages[at + 1];
      if (!page.length || !next?.length) return;
      const end = page[page.length - 1].element;
      const head = end.closest(HEADS) ?? captionOf(end, next[0].element);
      if (head && !head.contains(next[0].element) && !head.matches("summary")) {
        faults.push(["alone", start(head), `${head.localName} at the end of page ${at + 1}`]);
      }
      const below = captionOf(next[0].element, end);
      if (below && !below.contains(end)) {
        faults.push(["alone", start(below), `below what it belongs to, on page ${at + 2}`]);
      }
      const free = bottom - Math.max(...page.map((piece) => piece.rect.bottom));
      if (free <= (bottom - top) / 5) return;
      const [needed, what] = unit(view, next);
      const said = `page ${at + 1} of ${pages.length}, ${Math.round((100 * free) / (bottom - top))} % empty: `
        + `${Math.round(needed)} px in ${Math.round(free)}: ${what || next[0].element.localName}`;
      // What stands between both has margins, too.
      if (needed + 2.5 * em > free) gaps.push([start(next[0].element), said]);
      else faults.push(["gap", start(next[0].element), said]);
    });
    return { faults, gaps, pages: pages.length };
  }

  /** The caption that an element is in, where what it belongs to is on the other page. */
  function captionOf(element, other) {
    const caption = element.closest("figcaption, .caption");
    return caption?.parentElement.contains(other) ? caption : null;
  }

  window.pages = judge;
})();
