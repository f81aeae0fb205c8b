// Both reading systems as they are used: opened with a book, turned from section to section. Each answers
// with a list of {section, pages, faults, gaps, dark}: what `pages.js` says of each, and what cannot be read
// in the reader's dark theme.
"use strict";
(() => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  /** Judges the document of a section. */
  async function judged(section, view, columns, stride) {
    await view.document.fonts.ready;
    await drawn();
    return { section, ...window.pages(view, columns(view.document), stride()) };
  }

  /** What cannot be read in a document as it is. */
  function unread(view, judge) {
    view.eval(judge);
    return view.judge.read();
  }

  async function epubjs(judge) {
    const [width, height] = [innerWidth, innerHeight];
    const book = ePub(window.data.buffer);
    const rendition = book.renderTo("area", {
      width, height, flow: "paginated", spread: "none", allowScriptedContent: true,
    });
    rendition.themes.register("dark", { body: { background: "#121212", color: "#e0e0e0" } });
    await book.ready;
    const found = [];
    for (const { href } of book.spine.spineItems) {
      rendition.themes.select("default");
      await rendition.display(href);
      const [contents] = rendition.getContents();
      const view = contents.window;
      const result = await judged(href, view, (document) => document.body, () => rendition._layout.pageWidth);
      rendition.themes.select("dark");
      await drawn();
      found.push({ ...result, dark: unread(view, judge) });
    }
    return found;
  }

  // What the reader that comes with foliate-js sets itself.
  const FOLIATE = `html { color-scheme: light dark }
    @media (prefers-color-scheme: dark) { a:link { color: lightblue } }
    p, li, blockquote, dd { line-height: 1.4; text-align: justify; hyphens: auto; widows: 2 }
    pre { white-space: pre-wrap !important }`;

  async function foliate(judge) {
    await customElements.whenDefined("foliate-view");
    const element = document.createElement("foliate-view");
    element.style.cssText = "display: block; width: 100%; height: 100%";
    document.getElementById("area").append(element);
    await element.open(new File([window.data], "book.epub"));
    element.renderer.setStyles(FOLIATE);
    const found = [];
    for (const [at, { id }] of element.book.sections.entries()) {
      await element.goTo(at);
      const { doc } = element.renderer.getContents()[0];
      const result = await judged(id, doc.defaultView, (document) => document.documentElement,
        () => element.renderer.size);
      found.push({ ...result, dark: unread(doc.defaultView, judge) });
    }
    return found;
  }

  window.readers = { epubjs, foliate };
})();
