//! Kinds of things of which an ePub may have many.

use super::{Files, Kind};
use crate::support::archive::{CONTAINER, archive, member};

pub(super) const BOTH: &[&str] =
    &["pack --no-cover -o out.epub a.epub", "check --epubcheck never a.epub"];
const KINDLE: &[&str] = &["pack --no-cover --edition kindle -o out.epub a.epub"];

/// An ePub of one page, and what is put into it.
#[derive(Default)]
struct Book {
    body: String,
    css: String,
    metadata: String,
    items: String,
    spine: String,
    nav: String,
    /// More than the table of contents, beside it.
    navs: String,
    /// What stands behind the spine.
    more: String,
    /// Attributes of the package's root element.
    package: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Book {
    fn files(self) -> Files {
        let package = format!(
            "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"i\"{}>\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"i\">urn:x\
             </dc:identifier><dc:title>T</dc:title><dc:language>en</dc:language>\
             <meta property=\"dcterms:modified\">2020-01-01T00:00:00Z</meta>{}</metadata><manifest>\
             <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>\
             <item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" \
             properties=\"nav\"/><item id=\"c\" href=\"c.css\" media-type=\"text/css\"/>\
             <item id=\"p\" href=\"p.png\" media-type=\"image/png\"/>{}</manifest>\
             <spine><itemref idref=\"a\"/>{}</spine>{}</package>",
            self.package, self.metadata, self.items, self.spine, self.more
        );
        let nav = format!(
            "<html xmlns=\"http://www.w3.org/1999/xhtml\" \
             xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>N</title></head><body>\
             <nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">A</a></li>{}</ol></nav>{}</body></html>",
            self.nav, self.navs
        );
        let mut members = vec![
            member("mimetype", "application/epub+zip"),
            member("META-INF/container.xml", CONTAINER),
            member("EPUB/content.opf", package),
            member("EPUB/nav.xhtml", nav),
            member("EPUB/a.xhtml", page(&self.body)),
            member("EPUB/c.css", self.css),
            member("EPUB/p.png", png()),
        ];
        let more = self.files.iter();
        members.extend(more.map(|(name, data)| {
            let beside = name.strip_prefix('/').map(str::to_owned);
            member(&beside.unwrap_or_else(|| format!("EPUB/{name}")), data)
        }));
        vec![("a.epub".to_owned(), archive(&members))]
    }
}

/// A picture of one pixel.
fn png() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(1, 1).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

fn page(body: &str) -> String {
    format!(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\">\
         <head><title>C</title><link rel=\"stylesheet\" href=\"c.css\"/></head><body>{body}</body></html>"
    )
}

/// A text of so many pieces.
pub(super) fn many(number: usize, one: impl Fn(usize) -> String) -> String {
    (0..number).map(one).collect()
}

pub(super) fn body(body: String) -> Files {
    Book { body, ..Book::default() }.files()
}

fn css(css: String) -> Files {
    let body = "<p class=\"c1 c2\" id=\"x\">Text <code>f()</code></p>".to_owned();
    Book { body, css, ..Book::default() }.files()
}

fn metadata(metadata: String) -> Files {
    Book { metadata, ..Book::default() }.files()
}

const fn body_kind(name: &'static str, files: fn(usize) -> Files) -> Kind {
    Kind { name, commands: BOTH, files }
}

pub(super) const KINDS: &[Kind] = &[
    body_kind("paragraphs", |n| body(many(n, |i| format!("<p>p{i}</p>\n")))),
    body_kind("words", |n| body(format!("<p>{}</p>", many(n, |i| format!("word{i} "))))),
    body_kind("text", |n| {
        body(format!("<p>{}</p>", many(n, |_| "一二三四五六七".into())))
    }),
    body_kind("entities", |n| {
        body(format!("<p>{}</p>", many(n, |_| "&#233;&amp;".into())))
    }),
    body_kind("comments", |n| body(many(n, |i| format!("<!-- {i} --><?p {i}?>")))),
    body_kind("one identifier", |n| {
        body(many(n, |i| format!("<p id=\"same\">p{i}</p>")))
    }),
    body_kind("identifiers that are none", |n| {
        body(many(n, |i| format!("<p id=\"{i} x\">p{i} <a href=\"#{i} x\">z</a></p>")))
    }),
    body_kind("unclosed blocks", |n| body(many(n, |i| format!("<div>{i}<p>")))),
    body_kind("unclosed inlines", |n| {
        body(many(n, |i| format!("<p><b class=\"b{i}\">{i}</p>")))
    }),
    body_kind("unclosed links", |n| {
        body(many(n, |i| format!("<a href=\"x{i}\">{i}<p>")))
    }),
    body_kind("unclosed cells", |n| body(many(n, |i| format!("<table><tr><td>{i}")))),
    body_kind("end tags alone", |n| body(many(n, |i| format!("{i}</p></b></br>")))),
    body_kind("nested blocks", |n| {
        let n = n / 8;
        body(format!("{}x{}", "<div>".repeat(n), "</div>".repeat(n)))
    }),
    body_kind("nested quotes in lists", |n| {
        let n = n / 16;
        body(format!(
            "{}<p>x</p>{}",
            "<blockquote><ul><li>".repeat(n),
            "</li></ul></blockquote>".repeat(n)
        ))
    }),
    body_kind("headings", |n| {
        body(many(n, |i| format!("<h{}>H {i}</h{}><p>x</p>", i % 6 + 1, i % 6 + 1)))
    }),
    body_kind("headings of one text", |n| {
        body(many(n, |_| "<h2>Same</h2><p>x</p>".into()))
    }),
    body_kind("links", |n| {
        body(many(n, |i| format!("<p id=\"t{i}\"><a href=\"#t{}\">l</a></p>", i * 7 % n)))
    }),
    body_kind("dead links", |n| {
        body(many(n, |i| {
            format!("<p><a href=\"gone{i}.xhtml#x\">l</a> <a href=\"#no{i}\">m</a></p>")
        }))
    }),
    body_kind("links in one paragraph", |n| {
        body(format!(
            "<p>{}</p>",
            many(n, |i| format!("<a href=\"#l{i}\" id=\"l{i}\">l</a> "))
        ))
    }),
    body_kind("links within links", |n| {
        body(many(n, |i| format!("<p><a href=\"#x\">a<a href=\"#y\">{i}</a></a></p>")))
    }),
    body_kind("notes", |n| {
        let refs = many(n, |i| {
            format!(
                "<p>t<a epub:type=\"noteref\" href=\"#fn{i}\" id=\"r{i}\" \
                 class=\"footnote-ref\">{i}</a></p>"
            )
        });
        let notes = many(n, |i| {
            format!(
                "<li id=\"fn{i}\"><p>n <a href=\"#r{i}\" class=\"footnote-back\">b</a></p></li>"
            )
        });
        body(format!(
            "{refs}<section class=\"footnotes\" epub:type=\"footnotes\"><ol>{notes}</ol></section>"
        ))
    }),
    body_kind("tables", |n| {
        body(many(n, |i| {
            format!(
                "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>{i}</td>\
                 <td>c</td></tr></tbody></table>"
            )
        }))
    }),
    body_kind("rows", |n| {
        body(format!(
            "<table><tbody>{}</tbody></table>",
            many(n, |i| format!("<tr><td>{i}</td><td>c</td></tr>"))
        ))
    }),
    body_kind("cells", |n| {
        body(format!(
            "<table><tbody><tr>{}</tr></tbody></table>",
            many(n, |i| format!("<td>{i}</td>"))
        ))
    }),
    body_kind("cells over all rows", |n| {
        body(format!(
            "<table><tbody>{}</tbody></table>",
            many(n, |i| format!("<tr><td rowspan=\"{n}\" colspan=\"2\">{i}</td></tr>"))
        ))
    }),
    body_kind("columns", |n| {
        body(format!(
            "<table><colgroup>{}</colgroup><tbody><tr><td>x</td></tr></tbody></table>",
            "<col style=\"width: 1%\"/>".repeat(n)
        ))
    }),
    body_kind("entries of lists", |n| {
        body(format!("<ul>{}</ul>", many(n, |i| format!("<li>{i}</li>"))))
    }),
    body_kind("terms", |n| {
        body(format!("<dl>{}</dl>", many(n, |i| format!("<dt>t{i}</dt><dd>d</dd>"))))
    }),
    body_kind("names in code", |n| {
        body(format!("<p>{}</p>", many(n, |i| format!("<code>f{i}()</code> "))))
    }),
    body_kind("listings", |n| {
        body(many(n, |i| {
            format!("<pre class=\"python\"><code>x{i} = {i}\nprint(x{i})</code></pre>")
        }))
    }),
    body_kind("lines of a listing", |n| {
        body(format!(
            "<pre class=\"python\"><code>{}</code></pre>",
            many(n, |i| format!("x{i} = f({i})\n"))
        ))
    }),
    body_kind("a line of a listing", |n| {
        body(format!(
            "<pre class=\"java\"><code>{}</code></pre>",
            many(n, |i| format!("some.name{i}(a, b) "))
        ))
    }),
    body_kind("spans", |n| {
        body(format!(
            "<div class=\"sourceCode\" id=\"cb1\"><pre class=\"sourceCode python\">\
             <code class=\"sourceCode python\">{}</code></pre></div>",
            many(n, |i| {
                format!(
                    "<span id=\"cb1-{i}\"><a href=\"#cb1-{i}\"></a>x <span class=\"op\">=</span> {i}</span>\n"
                )
            })
        ))
    }),
    body_kind("open brackets", |n| {
        body(format!(
            "<pre class=\"python\"><code>{}</code></pre>",
            many(n, |i| format!("f{i}((\"\n"))
        ))
    }),
    body_kind("pictures named", |n| {
        body(many(n, |i| format!("<p><img src=\"p.png\" alt=\"p{i}\"/></p>")))
    }),
    body_kind("pictures on a line", |n| {
        body(format!(
            "<p>{}</p>",
            many(n, |i| format!("<img src=\"p.png\" alt=\"p{i}\"/>"))
        ))
    }),
    body_kind("pictures that lack", |n| {
        body(many(n, |i| format!("<p><img src=\"lost{i}.png\" alt=\"\"/></p>")))
    }),
    body_kind("figures", |n| {
        body(many(n, |i| {
            format!(
                "<figure><img src=\"p.png\" alt=\"\"/><figcaption>F {i}</figcaption></figure>"
            )
        }))
    }),
    body_kind("formulas", |n| {
        body(many(n, |i| {
            format!(
                "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi><mo>=</mo>\
                 <mn>{i}</mn></math></p>"
            )
        }))
    }),
    body_kind("parts of a formula", |n| {
        body(format!(
            "<p><math xmlns=\"http://www.w3.org/1998/Math/MathML\">{}</math></p>",
            many(n, |i| format!("<mi>x</mi><mo>+</mo><mn>{i}</mn>"))
        ))
    }),
    body_kind("unknown attributes", |n| {
        body(many(n, |i| format!("<p wrong{i}=\"x\" align=\"left\">p{i}</p>")))
    }),
    body_kind("attributes of an element", |n| {
        body(format!("<p {}>x</p>", many(n, |i| format!("data-a{i}=\"x\" "))))
    }),
    body_kind("attributes of an element that is mended", |n| {
        body(format!("<p {}>x<br>", many(n, |i| format!("a{i}=\"x\" "))))
    }),
    body_kind("attributes that are one", |n| {
        body(format!("<p {}>x</p>", many(n, |_| "a=\"x\" ".into())))
    }),
    body_kind("attributes with a prefix", |n| {
        let attributes = many(n, |i| format!("epub:a{i}=\"x\" "));
        body(format!("<p {attributes}>x</p>"))
    }),
    body_kind("namespaces where others hold", |n| {
        let inner = many(n, |i| format!("<p xmlns:q=\"urn:{i}\">x</p>"));
        let all = many(n.min(40), |i| format!("xmlns:p{i}=\"urn:{i}\" "));
        body(format!("<div {all}>{inner}</div>"))
    }),
    body_kind("classes of an element", |n| {
        body(format!("<p class=\"{}\">x</p>", many(n, |i| format!("c{i} "))))
    }),
    body_kind("styles", |n| {
        body(many(n, |i| {
            format!(
                "<p style=\"background: #ff{:x}; color: #00{:x}; width: {i}px\">p</p>",
                i % 16,
                i % 16
            )
        }))
    }),
    body_kind("declarations of a style", |n| {
        body(format!("<p style=\"{}\">x</p>", many(n, |i| format!("width: {i}px; "))))
    }),
    body_kind("prefixes of namespaces", |n| {
        body(many(n, |i| format!("<p xmlns:p{i}=\"urn:{i}\" p{i}:a=\"x\">x</p>")))
    }),
    body_kind("types", |n| {
        body(many(n, |i| {
            format!(
                "<section epub:type=\"chapter x{i}\" role=\"doc-x{i}\"><p>x</p></section>"
            )
        }))
    }),
    body_kind("elements that are none", |n| body(many(n, |i| format!("<x{i}>a</x{i}>")))),
    body_kind("blocks in inlines", |n| {
        body(many(n, |i| format!("<p><em>a<div>{i}</div></em></p>")))
    }),
    body_kind("inline SVG", |n| {
        body(format!(
            "<p><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{}</svg></p>",
            many(n, |i| format!("<g id=\"g{i}\"><rect width=\"3\" height=\"3\"/></g>"))
        ))
    }),
    body_kind("words of several attributes", |n| {
        body(format!(
            "<section epub:type=\"{}\" aria-labelledby=\"{}\" role=\"{}\"><p>x</p></section>",
            many(n, |i| format!("x{i} ")),
            many(n, |i| format!("y{i} ")),
            many(n, |i| format!("z{i} "))
        ))
    }),
    body_kind("options of a list", |n| {
        let some = "<option>x</option>".repeat(n / 2);
        let chosen = "<option selected=\"\">x</option>".repeat(n / 2);
        body(format!("<p><select>{some}{chosen}</select></p>"))
    }),
    body_kind("fields", |n| {
        body(many(n, |i| {
            format!("<p><label for=\"f{i}\">l</label><input id=\"f{i}\" name=\"a\"/></p>")
        }))
    }),
    // Stylesheets.
    body_kind("rules", |n| css(many(n, |i| format!(".c{i} {{ margin: {i}px }}\n")))),
    body_kind("rules that hold", |n| {
        Book {
            css: many(n, |i| format!(".c{i} {{ color: #0{:x}0 }}\n", i % 16)),
            body: many(n, |i| format!("<p class=\"c{i}\">x <span>y</span></p>\n")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("selectors", |n| css(many(n, |i| format!("p.a{i}, ")) + "p { margin: 0 }")),
    body_kind("parts of a selector", |n| css("p > ".repeat(n) + "p { margin: 0 }")),
    body_kind("declarations", |n| {
        css(format!("p {{ {} }}", many(n, |i| format!("margin: {i}px; "))))
    }),
    body_kind("declarations that are none", |n| {
        css(format!("p {{ {} }}", many(n, |i| format!("m{i}: {i}; ; }} "))))
    }),
    body_kind("unclosed rules", |n| css(many(n, |i| format!("p{i} {{ margin: 0; ")))),
    body_kind("groups of rules", |n| {
        css(many(n, |i| format!("@media (min-width: {i}px) {{ p {{ margin: 0 }} }}\n")))
    }),
    body_kind("groups of rules in each other", |n| {
        let n = n / 16;
        css(format!("{}p {{ margin: 0 }}{}", "@media all { ".repeat(n), "}".repeat(n)))
    }),
    body_kind("comments of a stylesheet", |n| css(many(n, |i| format!("/* {i} */\n")))),
    body_kind("fonts of a stylesheet", |n| {
        css(many(n, |i| {
            format!("@font-face {{ font-family: F{i}; src: url(f{i}.ttf) }}\n")
        }))
    }),
    body_kind("families", |n| {
        css(many(n, |i| format!("p.c{i} {{ font-family: F{i}, G{i}, serif }}\n")))
    }),
    body_kind("names of a family", |n| {
        css(format!("p {{ font-family: {} serif }}", many(n, |i| format!("F{i}, "))))
    }),
    body_kind("variables", |n| {
        css(many(n, |i| {
            format!("p {{ --v{}: var(--v{i}); color: var(--v{i}) }}\n", i + 1)
        }))
    }),
    body_kind("imports", |n| css(many(n, |i| format!("@import \"x{i}.css\";\n")))),
    body_kind("addresses in a stylesheet", |n| {
        css(many(n, |i| format!("p.c{i} {{ background: url(p{i}.png) }}\n")))
    }),
    // The package and its files.
    body_kind("files without an item", |n| {
        let files = (0..n).map(|i| (format!("x{i}.txt"), b"x".to_vec())).collect();
        Book { files, ..Book::default() }.files()
    }),
    body_kind("pages", |n| {
        let files = (0..n)
            .map(|i| {
                (format!("x{i}.xhtml"), page(&format!("<h1>H{i}</h1>")).into_bytes())
            })
            .collect();
        Book {
            files,
            items: many(n, |i| {
                format!(
                    "<item id=\"x{i}\" href=\"x{i}.xhtml\" media-type=\"application/xhtml+xml\"/>"
                )
            }),
            spine: many(n, |i| format!("<itemref idref=\"x{i}\"/>")),
            nav: many(n, |i| format!("<li><a href=\"x{i}.xhtml\">H{i}</a></li>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("files of pictures", |n| {
        let file = |i: usize| {
            let unlike = i.to_le_bytes().to_vec();
            (format!("x{i}.png"), [png(), unlike].concat())
        };
        Book {
            files: (0..n).map(file).collect(),
            items: many(n, |i| {
                format!("<item id=\"x{i}\" href=\"x{i}.png\" media-type=\"image/png\"/>")
            }),
            body: many(n, |i| format!("<p><img src=\"x{i}.png\" alt=\"x\"/></p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("stylesheets", |n| {
        let files = (0..n)
            .map(|i| {
                (format!("x{i}.css"), format!("p.x{i} {{ margin: 0 }}").into_bytes())
            })
            .collect();
        Book {
            files,
            items: many(n, |i| {
                format!("<item id=\"x{i}\" href=\"x{i}.css\" media-type=\"text/css\"/>")
            }),
            css: many(n, |i| format!("@import \"x{i}.css\";\n")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("files of fonts", |n| {
        let files = (0..n).map(|i| (format!("x{i}.ttf"), b"no font".to_vec())).collect();
        Book {
            files,
            items: many(n, |i| {
                format!("<item id=\"x{i}\" href=\"x{i}.ttf\" media-type=\"font/ttf\"/>")
            }),
            css: many(n, |i| {
                format!("@font-face {{ font-family: F{i}; src: url(x{i}.ttf) }}\n")
            }),
            ..Book::default()
        }
        .files()
    }),
    body_kind("items without a file", |n| {
        Book {
            items: many(n, |i| {
                format!("<item id=\"x{i}\" href=\"x{i}.png\" media-type=\"image/png\"/>")
            }),
            ..Book::default()
        }
        .files()
    }),
    body_kind("items that are one", |n| {
        Book {
            items: many(n, |_| {
                "<item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>"
                    .into()
            }),
            spine: "<itemref idref=\"a\"/>".repeat(n),
            ..Book::default()
        }
        .files()
    }),
    body_kind("items of the spine without an item", |n| {
        Book {
            spine: many(n, |i| format!("<itemref idref=\"x{i}\"/>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("fallbacks", |n| {
        Book {
            items: many(n, |i| {
                format!(
                    "<item id=\"x{i}\" href=\"p.png\" media-type=\"a/b\" fallback=\"x{}\"/>",
                    i + 1
                )
            }),
            ..Book::default()
        }
        .files()
    }),
    body_kind("entries of the contents", |n| {
        Book {
            nav: many(n, |i| format!("<li><a href=\"a.xhtml#t{i}\">T{i}</a></li>")),
            body: many(n, |i| format!("<p id=\"t{i}\">x</p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("nested entries of the contents", |n| {
        let n = n / 16;
        Book {
            nav: many(n, |_| "<li><a href=\"a.xhtml\">T</a><ol>".into())
                + "<li><a href=\"a.xhtml\">T</a></li>"
                + &"</ol></li>".repeat(n),
            ..Book::default()
        }
        .files()
    }),
    body_kind("entries of a list of pages", |n| {
        let entries = many(n, |i| format!("<li><a href=\"a.xhtml#t{i}\">{i}</a></li>"));
        Book {
            navs: format!("<nav epub:type=\"page-list\"><ol>{entries}</ol></nav>"),
            body: many(n, |i| format!("<p id=\"t{i}\">x</p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("landmarks", |n| {
        let entry =
            |i| format!("<li><a epub:type=\"x{i}\" href=\"a.xhtml#t{i}\">L{i}</a></li>");
        Book {
            navs: format!(
                "<nav epub:type=\"landmarks\"><ol>{}</ol></nav>",
                many(n, entry)
            ),
            body: many(n, |i| format!("<p id=\"t{i}\">x</p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("points of an NCX", |n| {
        let points = many(n, |i| {
            format!(
                "<navPoint id=\"n{i}\" playOrder=\"{i}\"><navLabel><text>T{i}</text></navLabel>\
                 <content src=\"a.xhtml#t{i}\"/></navPoint>"
            )
        });
        let ncx = format!(
            "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\"><head/>\
             <docTitle><text>T</text></docTitle><navMap>{points}</navMap></ncx>"
        );
        Book {
            files: vec![("toc.ncx".to_owned(), ncx.into_bytes())],
            items: "<item id=\"x\" href=\"toc.ncx\" \
                    media-type=\"application/x-dtbncx+xml\"/>"
                .to_owned(),
            body: many(n, |i| format!("<p id=\"t{i}\">x</p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("parts of a media overlay", |n| {
        let pars = many(n, |i| {
            format!(
                "<par id=\"q{i}\"><text src=\"a.xhtml#t{i}\"/><audio src=\"s.mp3\" \
                 clipBegin=\"{i}s\" clipEnd=\"{}s\"/></par>",
                i + 1
            )
        });
        let smil = format!(
            "<smil xmlns=\"http://www.w3.org/ns/SMIL\" version=\"3.0\"><body>{pars}</body></smil>"
        );
        Book {
            files: vec![
                ("o.smil".to_owned(), smil.into_bytes()),
                ("s.mp3".to_owned(), b"no sound".to_vec()),
            ],
            items: "<item id=\"o\" href=\"o.smil\" media-type=\"application/smil+xml\"/>\
                    <item id=\"s\" href=\"s.mp3\" media-type=\"audio/mpeg\"/>"
                .to_owned(),
            body: many(n, |i| format!("<p id=\"t{i}\">x</p>")),
            ..Book::default()
        }
        .files()
    }),
    body_kind("references of a guide", |n| {
        let all = many(n, |i| {
            format!("<reference type=\"text\" title=\"T{i}\" href=\"a.xhtml#t{i}\"/>")
        });
        Book { more: format!("<guide>{all}</guide>"), ..Book::default() }.files()
    }),
    body_kind("collections", |n| {
        let one = |i| {
            format!(
                "<collection role=\"index\"><link href=\"a.xhtml#t{i}\"/></collection>"
            )
        };
        Book { more: many(n, one), ..Book::default() }.files()
    }),
    body_kind("files that are encrypted", |n| {
        let all = many(n, |i| {
            format!(
                "<EncryptedData xmlns=\"http://www.w3.org/2001/04/xmlenc#\"><EncryptionMethod \
                 Algorithm=\"http://www.idpf.org/2008/embedding\"/><CipherData><CipherReference \
                 URI=\"EPUB/x{i}.ttf\"/></CipherData></EncryptedData>"
            )
        });
        let list = format!(
            "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">{all}</encryption>"
        );
        let mut files = vec![("/META-INF/encryption.xml".to_owned(), list.into_bytes())];
        files.extend((0..n).map(|i| (format!("x{i}.ttf"), b"no font".to_vec())));
        Book { files, ..Book::default() }.files()
    }),
    body_kind("metadata that refine each other", |n| {
        metadata(many(n, |i| {
            format!(
                "<meta id=\"m{}\" refines=\"#m{i}\" property=\"display-seq\">{i}</meta>",
                i + 1
            )
        }))
    }),
    body_kind("subjects", |n| {
        metadata(many(n, |i| format!("<dc:subject>S{i}</dc:subject>")))
    }),
    body_kind("creators that are refined", |n| {
        metadata(many(n, |i| {
            format!(
                "<dc:creator id=\"c{i}\">A{i}</dc:creator><meta refines=\"#c{i}\" \
                 property=\"role\">aut</meta>"
            )
        }))
    }),
    body_kind("metadata that is unknown", |n| {
        metadata(many(n, |i| format!("<meta property=\"p{i}:x\">x</meta>")))
    }),
    body_kind("titles", |n| metadata(many(n, |i| format!("<dc:title>T{i}</dc:title>")))),
    body_kind("prefixes", |n| {
        let package =
            format!(" prefix=\"{}\"", many(n, |i| format!("p{i}: http://x/{i}/ ")));
        Book { package, ..Book::default() }.files()
    }),
    Kind {
        name: "elements of a vector image",
        commands: KINDLE,
        files: |n| {
            svg(&many(n, |i| {
                format!(
                    "<g id=\"g{i}\"><rect x=\"{i}\" width=\"3\" height=\"3\" class=\"c\"/></g>"
                )
            }))
        },
    },
    Kind {
        name: "uses of a vector image",
        commands: KINDLE,
        files: |n| {
            svg(&many(n, |i| {
                format!(
                    "<linearGradient id=\"g{i}\"/><rect id=\"r{i}\" fill=\"url(#g{i})\" width=\"1\" height=\"1\"/><use href=\"#r{i}\"/>"
                )
            }))
        },
    },
    Kind {
        name: "rules of a vector image",
        commands: KINDLE,
        files: |n| {
            svg(&format!(
                "<style>{}</style><rect class=\"c1\" width=\"3\" height=\"3\"/>",
                many(n, |i| format!(".c{i} {{ fill: red }}\n"))
            ))
        },
    },
    Kind {
        name: "points of a path",
        commands: KINDLE,
        files: |n| {
            svg(&format!(
                "<path d=\"M0 0 {}\"/>",
                many(n, |i| format!("L{} {} ", i % 9, i * 7 % 9))
            ))
        },
    },
    Kind {
        name: "letters of a vector image",
        commands: KINDLE,
        files: |n| {
            svg(&format!("<text y=\"5\" font-size=\"1\">{}</text>", "word ".repeat(n)))
        },
    },
];

fn svg(inside: &str) -> Files {
    let image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{inside}</svg>"
    );
    Book {
        files: vec![("s.svg".to_owned(), image.into_bytes())],
        items: "<item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\"/>".to_owned(),
        body: "<p><img src=\"s.svg\" alt=\"s\"/></p>".to_owned(),
        ..Book::default()
    }
    .files()
}
