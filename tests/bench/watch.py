#!/usr/bin/env python3
"""Times `concbook watch` in a browser: from the moment a chapter is saved until the page shows it.

Usage: watch.py RUNS, with concbook, pandoc and chromium on PATH.

A book of twelve chapters of 30 kB; one of them is saved RUNS times, and told is the median of how long
it takes until the new line stands in the page that the browser shows, of that the part that the build takes
as `watch` says, and the processor time that `watch` and its children use for a save. The chapters have every letter
and digit, as chapters of that length do, so that no save changes the book's fonts. A number to look at; no test
asserts it.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import string
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
    # A frame in a sandbox is reached by the page's own socket then.
    "--disable-features=IsolateSandboxedIframes",
]


# Chooses the chapter that is edited.
CHOOSE = """(() => { const pages = document.getElementById('pages');
  pages.value = [...pages.options].find((one) => one.text === 'Chapter 0').value;
  pages.dispatchEvent(new Event('change')); })()"""


# Tells when a text stands in a document and was drawn.
WAIT = """new Promise((done) => {
  const isThere = () => document.body?.textContent.includes(%s);
  const drawn = () => requestAnimationFrame(() => setTimeout(() => done(true)));
  if (isThere()) return drawn();
  const observer = new MutationObserver(() => {
    if (!isThere()) return;
    observer.disconnect();
    drawn();
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  setTimeout(() => done(false), 1000);
})"""


class Page:
    """A page of a browser, over its DevTools protocol."""

    def __init__(self, port):
        # The browser may have no page in its first moments.
        for _ in range(200):
            targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            pages = [one for one in targets if one["type"] == "page"]
            if pages:
                break
            time.sleep(0.05)
        url = pages[0]["webSocketDebuggerUrl"]
        host, path = re.match(r"ws://([^/]+)(/.*)", url).groups()
        name, number = host.split(":")
        self.socket = socket.create_connection((name, int(number)))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        while self.file.readline().strip():
            pass
        self.last = 0

    def receive(self):
        """A whole message; one may come in several frames."""
        text = b""
        while True:
            first, second = self.file.read(2)
            length = second & 127
            if length == 126:
                length = int.from_bytes(self.file.read(2), "big")
            elif length == 127:
                length = int.from_bytes(self.file.read(8), "big")
            text += self.file.read(length)
            if first & 128:
                return json.loads(text)

    def call(self, method, **params):
        self.last += 1
        data = json.dumps({"id": self.last, "method": method, "params": params}).encode()
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self.socket.sendall(head + mask + bytes(one ^ mask[at % 4] for at, one in enumerate(data)))
        while True:
            answer = self.receive()
            if answer.get("id") == self.last:
                return answer.get("result", {})

    def shown(self, text):
        """Whether a frame of the page shows a text, waited for up to a second: told when the frame after its coming
        is drawn. To ask again and again would take one of two processors."""
        tree = self.call("Page.getFrameTree")
        for frame in tree["frameTree"].get("childFrames", []):
            world = self.call("Page.createIsolatedWorld", frameId=frame["frame"]["id"])
            if "executionContextId" not in world:
                continue
            # Where the frame goes away meanwhile, the answer is an error.
            answer = self.call(
                "Runtime.evaluate", expression=WAIT % json.dumps(text), contextId=world["executionContextId"],
                returnByValue=True, awaitPromise=True,
            )
            if answer.get("result", {}).get("value") is True:
                return True
        return False

    def until(self, text):
        start = time.monotonic()
        while not self.shown(text):
            if time.monotonic() - start > 120:
                raise SystemExit(f"never: {text}")
            time.sleep(0.005)


def used(process):
    """Processor time of a process and of the children that it waited for, in seconds."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[at]) for at in range(11, 15)) / os.sysconf("SC_CLK_TCK")


def chapter(number):
    lines = [f"# Chapter {number}", "", f"{string.ascii_letters} {string.digits} :", ""]
    for part in range(37):
        lines += [f"## Part {part}", "", "Boats lie at the pier, and `rope.coil()` is called. " * 10, ""]
        lines += ["```python", f"# part{number}_{part}.py", *(["def coil(rope, times=3):", "    return rope * times", ""] * 5), "```", ""]
    return "\n".join(lines)


def main():
    runs = int(sys.argv[1])
    temp = pathlib.Path(tempfile.mkdtemp())
    book = temp / "book"
    book.mkdir()
    names = [f"chapter{number:02}.md" for number in range(12)]
    (book / "book.yaml").write_text(
        f"input-files: [{', '.join(names)}]\nmetadata: {{title: Boats, lang: en, identifier: 'urn:x'}}\n"
    )
    for number, name in enumerate(names):
        (book / name).write_text(chapter(number))
    edited = book / names[0]
    text = edited.read_text()
    watch = subprocess.Popen(
        ["concbook", "watch", book, "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    profile = temp / "profile"
    browser = subprocess.Popen(
        ["chromium", *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )
    builds = []
    try:
        address = watch.stderr.readline().split()[0]

        def listen():
            for line in watch.stderr:
                found = re.match(r"built in ([0-9.]+) s", line)
                if found:
                    builds.append(float(found.group(1)))

        threading.Thread(target=listen, daemon=True).start()
        port_file = profile / "DevToolsActivePort"
        while not port_file.exists() or not port_file.read_text():
            time.sleep(0.05)
        page = Page(int(port_file.read_text().split()[0]))
        page.call("Page.enable")
        page.call("Page.navigate", url=address)
        page.until("")
        page.call("Runtime.evaluate", expression=CHOOSE)
        page.until("Boats lie")
        time.sleep(1)
        waits, times = [], []
        for run in range(runs):
            before = used(watch.pid)
            start = time.monotonic()
            edited.write_text(text.replace("Boats lie", f"Save {run}: boats lie", 1))
            page.until(f"Save {run}:")
            waits.append(time.monotonic() - start)
            time.sleep(1)
            times.append(used(watch.pid) - before)
        print(
            f"watch: {len(names)} chapters of {len(text) / 1000:.0f} kB, from save to page "
            f"{statistics.median(waits):.3f} s (from {min(waits):.3f} to {max(waits):.3f}), of which the build "
            f"{statistics.median(builds[1:] or [0]):.2f} s; {statistics.median(times):.2f} s of processors a save; "
            f"medians of {runs}"
        )
    finally:
        watch.terminate()
        browser.terminate()
        watch.wait()
        browser.wait()
        shutil.rmtree(temp, ignore_errors=True)


main()
