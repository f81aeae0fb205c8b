"""Makes a book of many small listings: `make_listings.py FOLDER KIND NUMBER CHAPTERS`. KIND is python, java
or rust; `asleep` is Python where every tenth listing sleeps for most of a second, `newer` the same where four of
ten are for a Python that there is not yet. Each listing prints something, and the book shows what; some import
another of their chapter. Beside the book lies `files`, a file a listing, for whoever runs them plainly."""

import pathlib
import sys

PYTHON = '''# {name}.py
{imports}

@dataclass
class Ship{n}:
    name: str
    crates: int

    def unload(self) -> int:
        return self.crates * {n}

def tally(ships: list[Ship{n}]) -> dict[str, int]:
    count: dict[str, int] = defaultdict(int)
    for ship in ships:
        count[ship.name] += ship.unload()
    return dict(count)

fleet = [Ship{n}("Alba", 3), Ship{n}("Brise", 5)]
print(tally(fleet))
#: {{'Alba': {a}, 'Brise': {b}}}
print(sum(ship.crates for ship in fleet))
#: 8
'''

JAVA = '''// {name}.java
import java.util.ArrayList;
import java.util.List;

public class {name} {{
  record Ship(String name, int crates) {{}}
  static int unload(List<Ship> ships) {{
    int sum = 0;
    for (Ship ship : ships)
      sum += ship.crates() * {n};
    return sum;
  }}
  public static void main(String[] args) {{
    List<Ship> fleet = new ArrayList<>();
    fleet.add(new Ship("Alba", 3));
    fleet.add(new Ship("Brise", 5));
    System.out.println("sum " + unload(fleet));
  }}
}}
/* Output:
sum {c}
*/
'''

RUST = '''// {name}.rs
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
struct Ship {{
    name: String,
    crates: u64,
}}

fn tally(ships: &[Ship]) -> BTreeMap<String, u64> {{
    let mut count = BTreeMap::new();
    for ship in ships {{
        *count.entry(ship.name.clone()).or_insert(0) += ship.crates * {n};
    }}
    count
}}

fn main() {{
    let fleet = vec![
        Ship {{ name: "Alba".into(), crates: 3 }},
        Ship {{ name: "Brise".into(), crates: 5 }},
    ];
    println!("{{:?}}", tally(&fleet));
}}
/* Output:
{{"Alba": {a}, "Brise": {b}}}
*/
'''

# What no interpreter takes yet: some are refused as text, others lack a name when they run.
NEWER = [
    "def first[[T]](ships):\n    return ships[0]\n",
    "lazily import json\n",
    "def first[[T]](ships):\n    return ships[0]\n",
    "from typing import of_a_later_python\n",
]

MODULES = ["asyncio", "json", "threading", "queue", "random", "re", "itertools", "functools"]


def listing(language, n, chapter, first):
    numbers = {"n": n, "a": 3 * n, "b": 5 * n, "c": 8 * n}
    if language == "java":
        name = f"Fleet{n}"
        return f"{name}.java", JAVA.format(name=name, **numbers)
    name = f"fleet_{n}"
    if language == "rust":
        return f"{name}.rs", RUST.format(name=name, **numbers)
    imports = ["from collections import defaultdict", "from dataclasses import dataclass"]
    if n % 3 == 0:
        imports.append(f"import {MODULES[n % len(MODULES)]}")
    if n % 7 == 0 and n != first:
        imports.append(f"import shared_{chapter}")
    if language != "python" and n % 10 == 3:
        imports.append(f"import time\ntime.sleep(0.{3 + n // 10 % 6})")
    code = PYTHON.format(name=name, imports="\n".join(imports), **numbers)
    if language == "newer" and n % 13 in (1, 4, 6, 8, 11):
        code += NEWER[n % len(NEWER)]
    return f"{name}.py", code


def main():
    folder, language, number, chapters = sys.argv[1:]
    folder, number, chapters = pathlib.Path(folder), int(number), int(chapters)
    per = -(-number // chapters)
    names, n = [], 0
    for chapter in range(1, chapters + 1):
        text = [f"# Chapter {chapter}\n"]
        files = folder / "files" / f"{chapter:02}"
        files.mkdir(parents=True)
        (folder / "chapters").mkdir(exist_ok=True)
        first = n
        while n < min(first + per, number):
            if n == first and language not in ("java", "rust"):
                name, code = f"shared_{chapter}.py", f"# shared_{chapter}.py\nLIMIT = {chapter}\n"
            else:
                name, code = listing(language, n, chapter, first)
            (files / name).write_text(code)
            fence = language if language in ("java", "rust") else "python"
            text.append(f"Some words before the listing {n}.\n\n```{fence}\n{code}```\n")
            n += 1
        names.append(f"chapters/{chapter:02}.md")
        (folder / names[-1]).write_text("\n".join(text))
    inputs = "".join(f"  - {name}\n" for name in names)
    (folder / "book.yaml").write_text(
        f"from: markdown\ninput-files:\n{inputs}metadata:\n  title: Many Listings\n  lang: en\n"
        "  concbook:\n    listings:\n      width: 90\n"
    )


if __name__ == "__main__":
    main()
