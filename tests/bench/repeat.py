"""Makes a large document out of a small one: `repeat.py MIB < book.json > large.json`.

The blocks are repeated until the document has that many MiB. In each copy numbers are appended
to the words of the prose now and then, and to all identifiers, so that no two copies are alike.
"""

import itertools
import json
import sys


def renumber(value, copy, count):
    """A copy of `value` with its own words and identifiers."""
    if isinstance(value, list):
        if len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], list):
            return [f"{value[0]}-{copy}" if value[0] else "", value[1], value[2]]
        return [renumber(item, copy, count) for item in value]
    if isinstance(value, dict):
        if value.get("t") == "Str" and next(count) % 50 == 0:
            return {"t": "Str", "c": f"{value['c']}{copy}"}
        return {key: renumber(item, copy, count) for key, item in value.items()}
    return value


def main():
    wanted = float(sys.argv[1]) * 2**20
    document = json.load(sys.stdin)
    blocks, size, count = [], 0, itertools.count()
    for copy in itertools.count(1):
        if size >= wanted:
            break
        more = renumber(document["blocks"], copy, count)
        size += len(json.dumps(more, separators=(",", ":"), ensure_ascii=False).encode())
        blocks += more
    document["blocks"] = blocks
    # In one piece: to write it part by part takes longer than all else.
    sys.stdout.write(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


main()
