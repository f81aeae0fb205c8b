/* The page around the previewed book: it asks for news, and loads a changed document behind the one that is read
   until it stands at the same place. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const stage = $("stage");
  const SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  /** How long a document may take to tell that it is loaded; one that is no HTML never does. */
  const PATIENCE = 3000;

  let state = null; // What was told last.
  let frame = null; // The frame that is read.
  let refreshed = null; // The page whose next version was put into it, until it answers.
  let next = null; // The frame that loads behind it: {frame, page, place}.
  let page = null; // The page that is read, as it stands in the state's list.
  let shown = 0; // The version of the book that is read.
  let looks = ""; // What its documents look by.
  let place = null; // The place that is read.

  /* ---- What the author chose, kept for the next time. ---- */

  const choice = { width: "full", theme: "white", edition: "" };
  try {
    const { width, theme } = JSON.parse(localStorage.getItem("concbook") || "{}");
    Object.assign(choice, { width: width ?? "full", theme: theme ?? "white" });
  } catch {
    // A browser that keeps nothing forgets it.
  }

  function choose(name, value) {
    choice[name] = value;
    try {
      localStorage.setItem("concbook", JSON.stringify(choice));
    } catch {
      // As above.
    }
    apply();
  }

  function apply() {
    stage.dataset.width = choice.width;
    stage.dataset.theme = choice.theme;
    if (state) stage.dataset.edition = state.edition;
    for (const name of ["width", "theme", "edition"]) {
      for (const button of $(name).children) {
        button.setAttribute("aria-pressed", String(button.value === choice[name]));
      }
    }
    tell(frame, { theme: choice.theme });
  }

  for (const name of ["width", "theme", "edition"]) {
    $(name).addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || button.value === choice[name]) return;
      const before = place;
      choose(name, button.value);
      if (name === "edition") hurry();
      // Lines break elsewhere: the same text comes back to the same place.
      if (name === "width") tell(frame, { show: before });
    });
  }

  /* ---- Frames. ---- */

  function tell(target, message) {
    target?.contentWindow?.postMessage(message, "*");
  }

  const address = (path) =>
    `${state.root}${state.edition}/${path.split("/").map(encodeURIComponent).join("/")}`;

  /** Loads a page behind the one that is read; it is shown when it stands at the place. */
  function load(wanted, at) {
    next?.frame.remove();
    const made = document.createElement("iframe");
    made.className = "next";
    made.title = wanted.title;
    made.setAttribute("sandbox", SANDBOX);
    next = { frame: made, page: wanted, place: at };
    made.src = address(wanted.path);
    stage.append(made);
    setTimeout(() => next?.frame === made && swap(), PATIENCE);
  }

  /** Puts the text of a page's next version into the frame that shows it; where that cannot be, loads it. */
  async function refresh(wanted) {
    const version = shown;
    const isLast = () => version === shown && !next;
    const orLoad = () => isLast() && load(wanted, place || { top: 0 });
    try {
      const answer = await fetch(address(wanted.path));
      const text = await answer.text();
      if (!answer.ok) throw new Error(answer.statusText);
      if (!isLast()) return;
      refreshed = wanted;
      tell(frame, { text, path: address(wanted.path) });
      setTimeout(() => refreshed === wanted && orLoad(), PATIENCE);
    } catch {
      orLoad();
    }
  }

  function swap() {
    if (!next) return;
    const old = frame;
    ({ frame, page } = next);
    next = null;
    frame.className = "";
    for (const other of stage.querySelectorAll("p")) other.remove();
    // Whoever scrolls by keys goes on doing so.
    if (document.activeElement === old) frame.focus();
    old?.remove();
    read(page);
  }

  /** Notes which page is read. */
  function read(now) {
    page = now;
    $("pages").value = now.path;
    history.replaceState(null, "", `#${encodeURI(now.path)}`);
    document.title = `${now.title} – ${state.book.title}`;
    status();
  }

  function pageAt(pathname) {
    const start = `${state.root}${state.edition}/`;
    const path = pathname.startsWith(start) && decodeURIComponent(pathname.slice(start.length));
    return state.book.pages.find((one) => one.path === path);
  }

  addEventListener("message", (event) => {
    const said = event.data?.concbook;
    if (!said || !state?.book) return;
    if (event.source === next?.frame.contentWindow) {
      if (said.loaded) {
        // The place may have changed since the build began.
        next.place &&= place || next.place;
        tell(next.frame, { theme: choice.theme, show: next.place });
      }
      if (said.shown) {
        place = said.place;
        swap();
      }
    } else if (event.source === frame?.contentWindow) {
      if (said.loaded) {
        // A link in the book was followed.
        tell(frame, { theme: choice.theme, where: true });
        const now = pageAt(said.loaded);
        if (now) read(now);
      }
      if (said.place) place = said.place;
      if ("replaced" in said && refreshed) {
        const now = refreshed;
        refreshed = null;
        if (said.replaced) read(now);
        else if (!next) load(now, place);
      }
    }
  });

  $("pages").addEventListener("change", (event) => {
    const wanted = state.book.pages.find((one) => one.path === event.target.value);
    if (wanted) go(wanted);
  });

  function go(wanted) {
    place = null;
    load(wanted, null);
  }

  /* ---- What is told. ---- */

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /** Where something is, as a link to the editor where it is a file. */
  function where(told) {
    if (!told.place) return null;
    return told.link
      ? element("a", { class: "place", href: told.link, title: "Open in the editor" }, told.place)
      : element("span", { class: "place" }, told.place);
  }

  function finding(one) {
    return element("li", { class: one.severity },
      where(one),
      element("span", { class: "severity" }, one.new ? `new ${one.severity}` : one.severity), " ",
      element("span", {}, one.message), " ",
      element("span", { class: "code" }, `[${one.code}]`),
      one.detail ? element("pre", {}, one.detail) : null,
      one.hint ? element("span", { class: "hint" }, one.hint) : null);
  }

  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

  let errors = 0;
  function findings() {
    const list = $("findings");
    const scrolled = list.scrollTop;
    const all = state.findings.map(finding);
    list.replaceChildren(all.length ? element("ol", {}, ...all) : element("p", {}, "No findings."));
    list.scrollTop = scrolled;
    const toggle = $("toggle");
    toggle.textContent = `${count(state.errors, "error")}, ${count(state.warnings, "warning")}`;
    toggle.className = state.errors ? "errors" : state.warnings ? "warnings" : "";
    // A new error is not to be missed.
    if (state.errors > errors) open(true);
    errors = state.errors;
  }

  function open(wanted) {
    $("findings").hidden = !wanted;
    $("toggle").setAttribute("aria-expanded", String(wanted));
  }
  $("toggle").addEventListener("click", () => open($("findings").hidden));

  function fail(told) {
    const box = $("error");
    box.hidden = !told;
    if (!told) return;
    box.replaceChildren(...[
      element("strong", {}, told.title || "The book cannot be built; the page is of the last good build."),
      where(told), told.message,
      told.hint ? element("span", { class: "hint" }, told.hint) : null,
    ].filter((child) => child));
  }

  function status(text) {
    const line = $("status");
    if (text) return line.replaceChildren(text);
    const isOld = state.book?.stale && !state.error;
    if (state.building || isOld) return line.replaceChildren("Building…");
    if (!state.book) return line.replaceChildren("");
    const took = `Built in ${(state.took / 1000).toFixed(2)} s`;
    const other = state.book.changed.find((one) => one.path !== page?.path);
    const isHere = state.book.changed.some((one) => one.path === page?.path);
    if (!other || isHere) return line.replaceChildren(took);
    const link = element("button", { type: "button" }, other.title);
    link.addEventListener("click", () => go(other));
    return line.replaceChildren(took, "; changed: ", link);
  }

  /* ---- News. ---- */

  function update(told) {
    if (state && state.root !== told.root) return location.reload();
    const isFirst = !state;
    const isOther = state?.edition !== told.edition;
    state = told;
    const editions = $("edition");
    if (isFirst) {
      editions.replaceChildren(...told.editions.map((name) =>
        element("button", { type: "button", value: name }, name)));
      choice.edition = told.edition;
    }
    apply();
    fail(told.error && { ...told.error, title: told.book ? "" : "The book cannot be built." });
    findings();
    status();
    if (!told.book) {
      if (!frame) stage.replaceChildren(element("p", {}, told.error ? "" : "Building the book…"));
      return;
    }
    const { pages } = told.book;
    const select = $("pages");
    select.replaceChildren(...pages.map((one) => element("option", { value: one.path }, one.title)));
    const wanted = decodeURI(location.hash.slice(1));
    // Where another page is on its way already, that is the one.
    const last = next ? next.page : page;
    const same = last && (pages.find((one) => last.id && one.id === last.id)
      || pages.find((one) => one.path === last.path));
    const now = same || pages.find((one) => one.path === wanted) || pages[0];
    if (!now) return;
    select.value = now.path;
    if (!frame || isOther || shown !== told.book.version) {
      const looksSame = looks === told.book.looks && !isOther;
      shown = told.book.version;
      looks = told.book.looks;
      if (frame && !next && looksSame && page?.path === now.path) refresh(now);
      else load(now, next ? next.place : frame ? place || { top: 0 } : null);
    } else if (!next) {
      page = now;
    }
  }

  let asking = null;
  function hurry() {
    asking?.abort();
  }

  async function ask() {
    let version = 0;
    let edition = null;
    for (;;) {
      asking = new AbortController();
      // Another edition is asked for at once.
      if (edition !== choice.edition) version = 0;
      edition = choice.edition;
      try {
        const query = `after=${version}&edition=${encodeURIComponent(edition)}`;
        const answer = await fetch(`state?${query}`, { signal: asking.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const told = await answer.json();
        version = told.version;
        if (edition === "" || edition === choice.edition) update(told);
        edition = choice.edition;
      } catch (error) {
        if (error.name === "AbortError") continue;
        fail({ title: "The preview has ended.", message: "Start it again with concbook watch; this page will find it." });
        await new Promise((done) => setTimeout(done, 1000));
        version = 0;
      }
    }
  }

  apply();
  ask();
})();
