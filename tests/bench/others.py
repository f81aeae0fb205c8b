"""The same bolding as concfilter's, with the two Python libraries for filters:
`others.py panflute|pandocfilters < document.json > filtered.json`.

Inline code that is an identifier by a plain pattern gets the class `identifier` and is set in
Strong, unless it stands in a heading or in Strong; listings get the class `listing`.
"""

import json
import re
import sys

IDENTIFIER = re.compile(r"[@.$&*]{0,2}[^\W\d]\w*((\.|::)[^\W\d]\w*)*(\(\)|!)?")


def panflute():
    import panflute as pf

    def bold(element, _):
        if isinstance(element, pf.CodeBlock):
            element.classes.append("listing")
        elif isinstance(element, pf.Code) and IDENTIFIER.fullmatch(element.text):
            element.classes.append("identifier")
            if not isinstance(element.parent, (pf.Header, pf.Strong)):
                return pf.Strong(element)

    pf.run_filter(bold)


def pandocfilters():
    import pandocfilters as pf

    def bold(key, value, _format, _meta):
        if key == "CodeBlock":
            (identifier, classes, pairs), code = value
            return pf.CodeBlock([identifier, [*classes, "listing"], pairs], code)
        if key in ("Header", "Strong"):
            # What it holds is bold already: only the class is set.
            return {"t": key, "c": pf.walk(value, mark, _format, _meta)}
        if key == "Code" and "identifier" not in value[0][1]:
            marked = mark(key, value, _format, _meta)
            return pf.Strong([marked]) if marked else None

    def mark(key, value, _format, _meta):
        if key == "Code" and IDENTIFIER.fullmatch(value[1]):
            (identifier, classes, pairs), code = value
            return pf.Code([identifier, [*classes, "identifier"], pairs], code)

    document = json.load(sys.stdin)
    json.dump(pf.walk(document, bold, "", document["meta"]), sys.stdout)


{"panflute": panflute, "pandocfilters": pandocfilters}[sys.argv[1]]()
