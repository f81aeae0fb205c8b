#!/usr/bin/env python3
"""Judges what `detect: learned` adds to finished books, beyond what `distinctive` does.

  learned.py CORPUS        the identifiers' benchmark; concfilter on PATH

The books are as their authors wrote them. `learned.json` beside this file has verdicts of a reader: for each
place the text before and behind a word, and whether the word is an identifier there. Ends with 1 where fewer
than 90 of 100 judged additions are right.
"""
import gzip
import json
import pathlib
import subprocess
import sys

CONTEXT = 24
BLOCKS = ("Para", "Plain", "Header")


def pieces(value, out):
    """The text of a document, in pieces, each with whether it is code (1) or an identifier (2)."""
    if isinstance(value, list):
        for part in value:
            pieces(part, out)
    elif isinstance(value, dict):
        tag, content = value.get("t"), value.get("c")
        if tag == "Str":
            out.append((content, 0))
        elif tag in ("Space", "SoftBreak", "LineBreak", "CodeBlock", "RawBlock", "RawInline", "Math"):
            out.append((" ", 0))
        elif tag == "Code":
            out.append((content[1], 2 if "identifier" in json.dumps(content[0]) else 1))
        elif tag in BLOCKS:
            out.append(("\n", 0))
            pieces(content[-1] if tag == "Header" else content, out)
            out.append(("\n", 0))
        elif content is not None:
            pieces(content, out)


def places(document, least):
    """Where the code of a document stands, and its text."""
    out, found, at = [], {}, 0
    pieces(document["blocks"], out)
    for text, kind in out:
        if kind >= least:
            found[at, at + len(text)] = text
        at += len(text)
    return found, "".join(text for text, _ in out)


def filtered(document, mode):
    detect = {"t": "MetaMap", "c": {"detect": {"t": "MetaString", "c": mode}}}
    document["meta"]["concbook"] = {"t": "MetaMap", "c": {"identifiers": detect}}
    run = subprocess.run(["concfilter", "epub3"], input=json.dumps(document).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def additions(path):
    with gzip.open(path) as file:
        document = json.load(file)
    marked, _ = places(document, 1)
    distinctive, _ = places(filtered(document, "distinctive"), 2)
    learned, text = places(filtered(document, "learned"), 2)
    for (start, end), word in sorted(learned.items()):
        if (start, end) not in marked and (start, end) not in distinctive:
            around = (text[max(0, start - CONTEXT):start], text[end:end + CONTEXT])
            yield tuple(part.replace("\n", "¶") for part in (around[0], word, around[1]))


def main():
    corpus = pathlib.Path(sys.argv[1])
    verdicts = json.loads(pathlib.Path(__file__).with_name("learned.json").read_text(encoding="utf-8"))
    right = wrong = 0
    for book, judged in verdicts.items():
        known = {(before, word, behind): verdict for before, word, behind, verdict in judged}
        found = list(additions(corpus / "asts" / f"{book}.json.gz"))
        told = [known[place] for place in found if place in known]
        right += sum(told)
        wrong += len(told) - sum(told)
        avoided = sum(not verdict for place, verdict in known.items() if place not in found)
        print(f"{book:18} adds {len(found):3}  right {sum(told):3}  wrong {len(told) - sum(told):3}  "
              f"not judged {len(found) - len(told):3}  wrong ones not added {avoided:3}")
        for place in found:
            if place not in known:
                print("  not judged: {}[[{}]]{}".format(*place))
    print(f"right {right} of {right + wrong} judged")
    sys.exit(right < 0.9 * (right + wrong))


main()
