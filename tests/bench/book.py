#!/usr/bin/env python3
"""Writes a book to measure builds with: book.py FOLDER [CHAPTERS]

47 chapters of 30 kB, each with 15 listings, as a book on programming has them: prose with names in it,
headings, links between chapters, notes, tables, lists. The same arguments give the same bytes.
"""

import itertools
import pathlib
import random
import sys

VERBS = "waits runs starts holds returns stores reads sends checks copies locks shares".split()
NOUNS = ("thread worker queue lock task result value buffer event message process pool counter "
         "reader writer signal timer socket file page").split()
ADJECTIVES = "slow quick shared private empty large small first last simple".split()


class Chapter:
    def __init__(self, number, chapters, rng):
        self.number, self.chapters, self.rng = number, chapters, rng
        self.names = [f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}_{number}_{k}" for k in range(15)]
        self.classes = [f"{rng.choice(NOUNS).title()}{rng.choice(NOUNS).title()}{number}" for _ in range(5)]

    def sentence(self):
        rng = self.rng
        words = []
        for _ in range(rng.randint(2, 4)):
            words += ["the", rng.choice(ADJECTIVES), rng.choice(NOUNS), rng.choice(VERBS), "what the",
                      rng.choice(NOUNS), rng.choice(VERBS), rng.choice(["and", "while", "until", "because"])]
        words[-1] = rng.choice([f"by `{rng.choice(self.names)}`", f"by {rng.choice(self.names)}()",
                                f"of a `{rng.choice(self.classes)}`", "at the end", "*once more*", "**twice**"])
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def paragraph(self):
        return " ".join(self.sentence() for _ in range(self.rng.randint(4, 7))) + "\n"

    def listing(self, k):
        rng = self.rng
        name = self.names[k]
        lines = [f"# ch{self.number:02}/{name}.py", "import queue", "from threading import Lock", "", "",
                 f"def {name}(count: int) -> list[int]:", '    """Collects numbers."""',
                 "    lock, found = Lock(), []"]
        for step in range(rng.randint(4, 12)):
            noun = rng.choice(NOUNS)
            lines += [f"    for {noun} in range(count + {step}):  # one {noun} each",
                      f"        with lock: found.append({noun} * {step})"]
        lines += ["    return found", "", "", f"print(len({name}(3)))", f"#: {0}"]
        return "```python\n" + "\n".join(lines) + "\n```\n"

    def table(self):
        rows = "\n".join(f"| {rng_word} | `{self.rng.choice(self.names)}` | {self.rng.randint(1, 9999)} |"
                         for rng_word in self.rng.sample(NOUNS, 5))
        return "| What | Where | Count |\n|:-----|:------|------:|\n" + rows + "\n"

    def text(self):
        rng = self.rng
        parts = [f"# Chapter {self.number}: the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} {{#ch{self.number:02}}}\n"]
        size, section = 0, 0
        listings = iter(range(15))
        while size < 29_000:
            section += 1
            parts.append(f"## Section {section} of {self.number}\n")
            for _ in range(3):
                parts.append(self.paragraph())
            for k in itertools.islice(listings, 2):
                parts.append(self.listing(k))
            kind = section % 4
            if kind == 0:
                parts.append(self.table())
            elif kind == 1:
                other = rng.randint(1, self.chapters)
                parts.append(f"More of it stands in [another chapter](chapter{other:02}.md), and in a note.[^n{self.number}x{section}]\n")
                parts.append(f"[^n{self.number}x{section}]: {self.sentence()}\n")
            elif kind == 2:
                parts.append("".join(f"- {self.sentence()}\n" for _ in range(3)))
            else:
                parts.append("> " + self.sentence() + "\n")
            size = sum(map(len, parts))
        return "\n".join(parts)


def main():
    folder = pathlib.Path(sys.argv[1])
    chapters = int(sys.argv[2]) if len(sys.argv) > 2 else 47
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"chapter{number:02}.md" for number in range(1, chapters + 1)]
    for number, name in enumerate(names, 1):
        rng = random.Random(number)
        (folder / name).write_text(Chapter(number, chapters, rng).text())
    files = "\n".join(f"- {name}" for name in names)
    (folder / "book.yaml").write_text(
        f"input-files:\n{files}\nto: epub3\ntoc: true\n"
        "metadata:\n  title: A book to measure\n  author: Nobody\n  lang: en\n")


main()
