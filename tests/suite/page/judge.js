// What is wrong with the page that is open, as a reader would see it. Each check answers with a list of
// [kind, text, detail]; the same text is told once.
"use strict";
(() => {
  const root = document.documentElement;
  // A hyphen that a browser sets is no cut, and none is told from a cut; so words are looked at without.
  const sheet = document.createElement("style");
  sheet.textContent = `html * { hyphens: manual !important }
    [data-judged], [data-judged] * { overflow-wrap: normal !important; word-break: normal !important;
      width: auto !important; min-width: 0 !important; max-width: none !important }`;
  document.head.append(sheet);

  const WORD = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_’']{2,}/gu;

  /** The text nodes that are shown. */
  function texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && !node.parentElement.closest("script, style, title")) found.push(node);
    }
    return found;
  }

  /** A list of faults that tells each text once. */
  function list() {
    const faults = new Map();
    const add = (kind, text, detail) => {
      const start = text.trim().replace(/\s+/g, " ").slice(0, 60);
      const key = kind + "\0" + start;
      if (!faults.has(key)) faults.set(key, [kind, start, detail]);
    };
    return { add, all: () => [...faults.values()] };
  }

  const range = document.createRange();
  const rects = (node, start, end) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    return [...range.getClientRects()].filter((rect) => rect.width > 0.5 && rect.height > 0.5);
  };

  const scrolls = (style) => /auto|scroll/.test(style.overflowX);

  /**
   * From where to where what stands in an element may reach: the page, and within it the boxes that cut
   * off what leaves them, cells and listings, which are to hold what they have. In a box that scrolls, as
   * far as it likes.
   */
  function frames() {
    const known = new Map([[root, { left: 0, right: root.clientWidth }]]);
    const frame = (element) => {
      const found = known.get(element);
      if (found) return found;
      const outer = frame(element.parentElement ?? root);
      const style = getComputedStyle(element);
      let own = outer;
      const isListing = element.localName === "pre";
      if (element !== document.body && scrolls(style) && !isListing) {
        own = { left: -Infinity, right: Infinity };
      } else if (/hidden|clip/.test(style.overflowX) || /^(td|th|pre)$/.test(element.localName)) {
        const box = element.getBoundingClientRect();
        if (box.width > 1) {
          own = { left: Math.max(outer.left, box.left), right: Math.min(outer.right, box.right) };
        }
      }
      known.set(element, own);
      return own;
    };
    return frame;
  }

  const isBeyond = (rect, frame) => rect.right > frame.right + 1 || rect.left < frame.left - 1;
  const by = (rect, frame) =>
    `by ${Math.round(Math.max(rect.right - frame.right, frame.left - rect.left))} px`;

  /** Text and boxes that reach beyond what holds them. */
  function beyond(faults) {
    const frame = frames();
    for (const node of texts()) {
      const held = frame(node.parentElement);
      if (!rects(node, 0, node.length).some((rect) => isBeyond(rect, held))) continue;
      // Blanks at the end of a line hang beyond it, and nobody sees them.
      for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
        const lost = rects(node, index, index + word.length).find((rect) => isBeyond(rect, held));
        if (lost) faults.add("beyond", block(node).textContent, by(lost, held));
      }
    }
    for (const element of document.body.querySelectorAll("table, img, svg, hr, figure, pre, aside, div")) {
      if (element.parentElement.closest("svg, math")) continue;
      const [held, box] = [frame(element.parentElement), element.getBoundingClientRect()];
      if (box.width > 0 && isBeyond(box, held)) {
        faults.add("beyond", `<${element.localName}> ${element.textContent}`, by(box, held));
      }
    }
    if (root.scrollWidth > root.clientWidth + 1) {
      faults.add("beyond", "the page", `scrolls by ${root.scrollWidth - root.clientWidth} px`);
    }
  }

  /** The nearest box of lines around a node. */
  function block(node) {
    let element = node.parentElement;
    while (/^(inline|contents|ruby)/.test(getComputedStyle(element).display)) element = element.parentElement;
    return element;
  }

  function room(element) {
    const style = getComputedStyle(element);
    return element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  }

  const isBroken = (pieces) =>
    pieces.length > 1 && pieces[pieces.length - 1].top > pieces[0].top + pieces[0].height / 2;
  const width = (pieces) => pieces.reduce((sum, piece) => sum + piece.width, 0);

  // Stands in a passage where a line may end and nothing is to be seen.
  const BREAK = "\u200b";

  /** Text as it is read, whatever elements it stands in: [{ block, text, nodes: [[node, where it starts]] }]. */
  function passages() {
    const found = [];
    let last = null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) {
        if (!last && !node.data.trim()) continue;
        const around = block(node);
        if (last?.block !== around) found.push((last = { block: around, text: "", nodes: [] }));
        last.nodes.push([node, last.text.length]);
        last.text += node.data;
      } else if (node.localName === "wbr") {
        if (last && getComputedStyle(node).display !== "none") last.text += BREAK;
      } else if (!/^(span|a|em|strong|b|i|u|s|q|code|kbd|samp|tt|var|mark|small|abbr|cite|dfn|del|ins|sub|sup)$/.test(node.localName)) {
        last = null;
      }
    }
    return found;
  }

  /** Where a part of a passage stands. */
  function pieces({ nodes }, start, end) {
    return nodes.flatMap(([node, from]) => {
      const [own, until] = [Math.max(start - from, 0), Math.min(end - from, node.length)];
      return own < until ? rects(node, own, until) : [];
    });
  }

  const OPENS = /[([{,;=:./|\\>\u200b]/;

  /**
   * From where to where a word of a run and the signs belong together that no line may end between: a
   * quotation mark, the hyphens of an option, the comma behind it; the parts of a number.
   */
  function unit(run, start, end) {
    let [from, to] = [start, end];
    const isNumber = /\p{N}/u.test(run[start]);
    if (isNumber) from -= /[-+\p{N}.:,]*$/u.exec(run.slice(0, start))[0].length;
    const before = /[^\p{L}\p{N}_]*$/u.exec(run.slice(0, from))[0];
    for (const sign of [...before].reverse()) {
      if (OPENS.test(sign)) break;
      from -= sign.length;
    }
    // A letter before a quotation mark: `f"…"`.
    if (/["'`]/.test(run[from] ?? "") && /\p{L}/u.test(run[from - 1] ?? "")) from -= 1;
    if (isNumber) to += /^[-+\p{N}.:,]*/u.exec(run.slice(end))[0].length;
    const behind = /^[^\p{L}\p{N}_]*/u.exec(run.slice(to))[0];
    for (const [at, sign] of [...behind].entries()) {
      if (sign === BREAK || (at > 0 && OPENS.test(behind[at - 1]) && sign !== behind[at - 1])) break;
      to += sign.length;
    }
    return [from, to];
  }

  /**
   * What is cut where nobody asked for it, with how wide it is, how wide the signs are that belong to it,
   * and all that no blank parts from it.
   */
  function cuts(faults) {
    const found = [];
    for (const passage of passages()) {
      const [{ 0: node }] = passage.nodes;
      if (node.parentElement.closest("math") || !isBroken(pieces(passage, 0, passage.text.length))) continue;
      for (const { 0: run, index } of passage.text.matchAll(/\S+/g)) {
        const whole = pieces(passage, index, index + run.length);
        if (!isBroken(whole)) continue;
        const [first] = passage.nodes.findLast(([, from]) => from <= index);
        const isCode = first.parentElement.closest("code, pre, kbd") !== null;
        const measure = (start, end) => width(pieces(passage, index + start, index + end));
        for (const { 0: word, index: start } of run.matchAll(WORD)) {
          const end = start + word.length;
          const own = pieces(passage, index + start, index + end);
          if (!isBroken(own)) continue;
          const together = measure(...unit(run, start, end));
          found.push({ word, together, whole: width(whole), isCode, block: passage.block, node: first });
          if (isCode) found.push(...wordsOf(passage, [run, index], [word, start], measure));
        }
        operators(passage, index, run, faults);
      }
    }
    return found;
  }

  /** The words of a name that are cut. Short ones may stand together. */
  function wordsOf(passage, [run, index], [name, start], measure) {
    const found = [];
    for (const { 0: word, index: at } of name.matchAll(/\p{Lu}*\p{Ll}+_?|\p{Lu}+_?/gu)) {
      const own = [start + at, start + at + word.length];
      if (word === name || word.length < 4) continue;
      if (!isBroken(pieces(passage, index + own[0], index + own[1]))) continue;
      const [from, to] = unit(run, ...own);
      found.push({
        word, together: measure(Math.max(from - 2, 0), Math.min(to + 2, run.length)), whole: Infinity,
        isCode: true, block: passage.block, node: passage.nodes[0][0],
      });
    }
    return found;
  }

  /** Options and operators that are broken behind a sign of theirs. */
  function operators(passage, index, run, faults) {
    for (const match of run.matchAll(/-+(?=[\p{L}\p{N}])|[-=<]>|::/gu)) {
      const start = index + match.index;
      const end = start + match[0].length + (match[0].startsWith("-") && match[0].at(-1) === "-" ? 1 : 0);
      const isCode = passage.nodes.filter(([, from], at) => from < end && (passage.nodes[at + 1]?.[1] ?? end) > start)
        .every(([node]) => node.parentElement.closest("code, pre"));
      if (isCode && isBroken(pieces(passage, start, end))) faults.add("operator", run, `in ${match[0]}`);
    }
  }

  /** Whether a table whose words are left whole is as narrow as the room there is for it. */
  function fitsWhole(table) {
    let around = table.parentElement;
    while (scrolls(getComputedStyle(around)) && around !== document.body) around = around.parentElement;
    table.setAttribute("data-judged", "");
    const fits = table.getBoundingClientRect().width <= room(around) + 0.5
      && table.scrollWidth <= table.clientWidth + 1;
    table.removeAttribute("data-judged");
    return fits;
  }

  /**
   * Words that are cut though there is room for them, and names that are cut within a word though they have
   * several. Answers with how many words in tables are cut for want of room.
   */
  function words(faults) {
    const tables = new Map();
    let others = 0;
    for (const { word, together, whole, isCode, block, node } of cuts(faults)) {
      const table = node.parentElement.closest("table");
      const most = room(block) - 1;
      if (whole < most && !isCode) {
        faults.add("cut", word, "fits a line");
      } else if (together < most && (isCode || together < whole - 1)) {
        faults.add("split", word, "in a longer name");
      }
      if (table) tables.set(table, (tables.get(table) ?? []).concat(word));
    }
    for (const [table, cut] of tables) {
      if (fitsWhole(table)) {
        cut.forEach((word) => faults.add("cut", word, "though the table has room"));
      } else {
        others += cut.length;
      }
    }
    return others;
  }

  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pixel.canvas.width = pixel.canvas.height = 1;
  const colours = new Map();
  /** Red, green and blue from 0 to 1, and how much it covers. */
  function colour(text) {
    if (!colours.has(text)) {
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = text;
      pixel.fillRect(0, 0, 1, 1);
      colours.set(text, [...pixel.getImageData(0, 0, 1, 1).data].map((value) => value / 255));
    }
    return colours.get(text);
  }
  const over = (top, ground) =>
    [0, 1, 2].map((at) => top[at] * top[3] + ground[at] * (1 - top[3])).concat(1);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  /** WCAG 2.2, 1.4.3. */
  function contrast(one, other) {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  /** What is seen behind the text of an element. */
  function grounds() {
    const probe = document.createElement("div");
    probe.style.background = "Canvas";
    document.body.append(probe);
    const canvas = colour(getComputedStyle(probe).backgroundColor);
    probe.remove();
    const known = new Map();
    const ground = (element) => {
      if (!element) return canvas;
      if (!known.has(element)) {
        const own = colour(getComputedStyle(element).backgroundColor);
        // The ground of the body is that of the page.
        const outer = element === document.body ? over(colour(getComputedStyle(root).backgroundColor), canvas)
          : element === root ? over(colour(getComputedStyle(document.body).backgroundColor), canvas)
          : ground(element.parentElement);
        known.set(element, over(own, outer));
      }
      return known.get(element);
    };
    return ground;
  }

  /** Text that cannot be read on what is behind it, and pictures of which nothing can be seen. */
  function legible(faults, pictures = document.images) {
    const ground = grounds();
    const seen = new Map();
    const judge = (element, pseudo, text) => {
      const own = getComputedStyle(element, pseudo).color;
      const behind = ground(element);
      const value = contrast(over(colour(own), behind), behind);
      if (value < 4.5) faults.add("contrast", text, `${value.toFixed(1)}: ${own}`);
    };
    for (const node of texts()) {
      const element = node.parentElement;
      if (seen.has(element) || !element.getClientRects().length) continue;
      seen.set(element, true);
      judge(element, null, node.data);
    }
    for (const line of document.querySelectorAll("pre.numberLines .line, pre.number-lines .line")) {
      judge(line, "::before", "number of " + line.textContent);
    }
    for (const picture of pictures) drawing(picture, ground(picture), faults);
    for (const picture of document.querySelectorAll("svg")) strokes(picture, ground(picture), faults);
  }

  /** A drawing that is written into the text: whether any of its lines can be seen. */
  function strokes(picture, ground, faults) {
    const shapes = picture.querySelectorAll("path, line, rect, circle, ellipse, polyline, polygon, text");
    const seen = [...shapes].flatMap((shape) => {
      const { fill, stroke } = getComputedStyle(shape);
      return [fill, stroke].filter((one) => one !== "none").map((one) => over(colour(one), ground));
    });
    const most = Math.max(...seen.map((one) => contrast(one, ground)));
    if (seen.length && most < 3) faults.add("picture", "svg", `at most ${most.toFixed(1)}`);
  }

  function drawing(picture, ground, faults) {
    if (!picture.complete || !picture.naturalWidth) return;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0, 64, 64);
    const data = context.getImageData(0, 0, 64, 64).data;
    let most = 1;
    for (let at = 0; at < data.length; at += 4) {
      const own = [0, 1, 2, 3].map((part) => data[at + part] / 255);
      if (own[3] > 0) most = Math.max(most, contrast(over(own, ground), ground));
    }
    if (most < 3) {
      faults.add("picture", picture.alt || picture.src.split("/").pop(), `at most ${most.toFixed(1)}`);
    }
  }

  /**
   * Each size of type, in per cent, once the page is as wide as said:
   * [size, faults, words in tables that are cut for want of room].
   */
  async function sizes(width, list_of_sizes) {
    while (innerWidth !== width) await new Promise(requestAnimationFrame);
    return list_of_sizes.map((size) => {
      root.style.fontSize = `${size}%`;
      const faults = list();
      beyond(faults);
      const others = words(faults);
      root.style.fontSize = "";
      return [size, faults.all(), others];
    });
  }

  /** Each theme: a ground and a colour as reading systems set them, or none: [name, faults]. */
  function themes(list_of_themes) {
    return list_of_themes.map(([name, ground, text]) => {
      for (const element of [root, document.body]) {
        element.style.backgroundColor = ground;
        element.style.color = text;
      }
      const faults = list();
      legible(faults);
      for (const element of [root, document.body]) {
        element.style.backgroundColor = element.style.color = "";
      }
      return [name, faults.all()];
    });
  }

  /** What cannot be read as the page is now; its pictures are not looked at. */
  function read() {
    const faults = list();
    legible(faults, []);
    return faults.all();
  }

  window.judge = { sizes, themes, read };
})();
