//! Markup that `pack` mends, of which an element or a page may have much.

use super::Kind;
use super::epubs::{BOTH, body, many};

/// A kind of thing within something else.
macro_rules! kinds {
    ($($name:literal: $around:literal of $one:literal;)*) => {
        &[$(Kind {
            name: $name,
            commands: BOTH,
            files: |n| body(format!($around, A = many(n, |i| format!($one, i = i)))),
        }),*]
    };
}

pub(super) const KINDS: &[Kind] = kinds! {
    "attributes with capitals":
        "<p {A}>x</p>"
        of "data-A{i}=\"x\" ";
    "attributes that listen":
        "<p {A}>x</p>"
        of "on{i}=\"x\" ";
    "attributes of an own prefix":
        "<p xmlns:x=\"urn:x\" {A}>x</p>"
        of "x:a{i}=\"x\" ";
    "attributes of a listing":
        "<pre class=\"python\" {A}><code>x = 1</code></pre>"
        of "data-a{i}=\"x\" ";
    "attributes of a field":
        "<p><input {A}/></p>"
        of "data-a{i}=\"x\" ";
    "attributes of a formula":
        "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\" {A}><mi>x</mi></math></p>"
        of "a{i}=\"x\" ";
    "attributes of a second body":
        "<br><body {A}>x"
        of "a{i}=\"x\" ";
    "areas of an image map":
        "<p><img src=\"p.png\" alt=\"\" usemap=\"#n\"/></p><map name=\"n\">{A}</map>"
        of "<area shape=\"rect\" coords=\"0, 0, 1.5, {i}\" href=\"#x\" alt=\"a\"/>";
    "image maps":
        "{A}"
        of "<p><img src=\"p.png\" alt=\"\" usemap=\"#n{i}\"/></p><map id=\"m{i}\" name=\"n{i}\"><area href=\"#x\" alt=\"a\"/></map>";
    "tracks of a film":
        "<video controls=\"controls\">{A}x</video>"
        of "<track src=\"t{i}.vtt\" default=\"\"/>";
    "sources behind a text":
        "<audio controls=\"controls\">x{A}</audio>"
        of "<source src=\"v{i}.mp3\"/>";
    "sources behind a picture":
        "<p><picture><img src=\"p.png\" alt=\"\"/>{A}</picture></p>"
        of "<source media=\"(min-width: {i}px)\" srcset=\"p.png\"/>";
    "captions of a figure":
        "<figure>{A}</figure>"
        of "<p>x</p><figcaption>{i}</figcaption>";
    "captions of a table":
        "<table>{A}</table>"
        of "<caption>{i}</caption><tr><td>x</td></tr>";
    "heads of a table":
        "<table>{A}</table>"
        of "<tr><td>x</td></tr><thead><tr><td>{i}</td></tr></thead>";
    "feet of a table":
        "<table>{A}</table>"
        of "<tfoot><tr><td>{i}</td></tr></tfoot><tbody><tr><td>x</td></tr></tbody>";
    "groups of columns":
        "<table>{A}</table>"
        of "<tr><td>x</td></tr><colgroup id=\"c{i}\"><col/></colgroup>";
    "summaries":
        "<details>{A}</details>"
        of "<p>x</p><summary>{i}</summary>";
    "headings of a group":
        "<hgroup>{A}</hgroup>"
        of "<h2>{i}</h2>";
    "parentheses of a reading":
        "<p><ruby>{A}</ruby></p>"
        of "a<rp>{i}</rp>";
    "descriptions without a term":
        "<dl>{A}</dl>"
        of "<dd>{i}</dd>x<dt>y</dt>";
    "legends":
        "<fieldset>{A}</fieldset>"
        of "<p>x</p><legend>{i}</legend>";
    "paragraphs in a table":
        "<table>{A}</table>"
        of "<tr><td>x</td></tr><p>b{i}</p>y";
    "paragraphs in a row":
        "<table><tr>{A}</tr></table>"
        of "<td>x</td><p>b{i}</p>y";
    "paragraphs in a list":
        "<ul>{A}</ul>"
        of "a<p>b{i}</p>";
    "lists in a list":
        "<ul>{A}</ul>"
        of "<li>x</li><ul><li>b{i}</li></ul>";
    "entries without a list":
        "{A}"
        of "<li>{i}</li>y";
    "cells without a table":
        "{A}"
        of "<td>{i}</td>y";
    "terms without a list":
        "{A}"
        of "<dt>x</dt><dd>{i}</dd>y";
    "blocks in a heading":
        "<h2>{A}</h2>"
        of "a<p>b{i}</p><ul><li>c</li></ul>";
    "blocks in a paragraph":
        "<p><b>{A}</b></p>"
        of "a<p>b{i}</p>";
    "heads that a cell names":
        "<table><tr>{A}</tr></table>"
        of "<th id=\"h{i}\" headers=\"h{i} z{i}\">x</th>";
    "texts in a formula":
        "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>{A}</mrow></math></p>"
        of "a{i}<mi>x</mi>";
    "texts in a matrix":
        "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mtable>{A}</mtable></math></p>"
        of "a{i}<mi>x</mi><mtd/>";
    "borders of scripts":
        "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mmultiscripts><mi>x</mi>{A}</mmultiscripts></math></p>"
        of "<mi>{i}</mi><mprescripts/>";
    "elements that are none in a formula":
        "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>{A}</mrow></math></p>"
        of "<zz{i}>x</zz{i}><mi mathcolor=\"orange\">x</mi>";
    "HTML in a vector image":
        "<p><svg xmlns=\"http://www.w3.org/2000/svg\"><foreignObject>{A}</foreignObject></svg></p>"
        of "<p xmlns=\"http://www.w3.org/1999/xhtml\" id=\"q q\">{i}</p><g/>";
    "frames":
        "{A}"
        of "<iframe src=\"http://x/{i}\">x</iframe><object data=\"y{i}\"><param name=\"a\"/>z</object>";
    "sources of a film that lack":
        "<video>{A}x</video>"
        of "<source src=\"gone{i}.mp4\"/>";
    "looks of old":
        "{A}"
        of "<center><font color=\"red\" size=\"3\">{i}</font></center><tt>y</tt><big>z</big>";
    "names of old":
        "{A}"
        of "<a name=\"n{i}\"></a><a name=\"n{i}\">x</a>";
    "languages":
        "{A}"
        of "<p lang=\"en_US\" xml:lang=\"de_DE\">{i}</p>";
    "scripts":
        "{A}"
        of "<script>var a = {i};</script>";
    "breaks of pages":
        "{A}"
        of "<p>x<span epub:type=\"pagebreak\" id=\"pg{i}\" title=\"{i}\"></span></p>";
    "notes in asides":
        "{A}"
        of "<p>x<a epub:type=\"noteref\" href=\"#n{i}\">1</a></p><aside epub:type=\"footnote\" id=\"n{i}\"><p>y</p></aside>";
};
