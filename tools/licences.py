#!/usr/bin/env python3
"""Writes the licences of all crates that the programs are made of, with their texts, as Markdown.

What is listed follows from `Cargo.lock`: the packages that a build of the two programs resolves to, without those
that only tests and build scripts use. A crate that brings no text is named with its licence's name alone.
"""

import collections
import json
import pathlib
import subprocess
import sys

TEXTS = ("LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE")


def linked(metadata):
    """The identifiers of the packages that are linked into the programs."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo, seen = list(metadata["workspace_members"]), set()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        for dependency in nodes[one]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    return seen


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.check_output(command))
    # Not by their sources: grammars lie in vendor/, and are others' work.
    wanted = linked(metadata) - set(metadata["workspace_members"])
    packages = [one for one in metadata["packages"] if one["id"] in wanted]
    packages.sort(key=lambda one: (one["name"], one["version"]))
    users, out = collections.OrderedDict(), sys.stdout
    print("# Licences of what concbook is made of\n", file=out)
    for one in packages:
        name = f"{one['name']} {one['version']}"
        licence = one["license"] or "see its text"
        print(f"- {name}: {licence}, {one['repository'] or 'https://crates.io/crates/' + one['name']}", file=out)
        folder = pathlib.Path(one["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.name.upper().startswith(TEXTS):
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                users.setdefault(text, []).append(name)
    for text, names in users.items():
        print(f"\n## {', '.join(names)}\n\n~~~~~~text\n{text}\n~~~~~~", file=out)


main()
