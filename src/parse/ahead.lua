-- Reads a little of all that texts have before one comes, so often that the reader has as much memory as a chapter
-- takes: to map it page by page takes longer than to read.
local text = [==[
---
title: A
---

# A *b* **c** `d` {#a .b c=d}

A [link](b.md "t"), [other][one] ![picture](c.png){width=50%}, <http://e.org>, "quoted" -- dash --- 'it''s'
... ~~out~~ H~2~O x^2^ $x^2$ [small]{.smallcaps} a\
b[^note] ^[inline] @cite [see @cite, p. 3] <b>raw</b> &amp; \* e.g. x.

[one]: http://e.org
[^note]: A note.

    In it.

> quoted

1. one
2. two

   two

- a
    - b

* [ ] c

term
:   definition

``` {.python .numberLines #l caption="c"}
def f(x):
    return x
```

```go
x := 1
```

    indented

| a | b |
|---|:-:|
| c | d |

: Caption {#tbl:a}

------- ------
a       b
------- ------

::: {.note}
Div.
:::

<div class="x">

raw

</div>

$$ x = y $$

***

## B

Text of `code`{.python}, and text.
]==]
for _ = 1, 16 do
  pandoc.write(pandoc.read(text), "json")
end
