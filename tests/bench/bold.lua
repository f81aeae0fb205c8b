-- The same bolding as concfilter's, inside pandoc: inline code that is an identifier by a plain
-- pattern gets a class and is set in Strong, unless it stands in a heading or in Strong.

local function is_identifier(text)
  return text:match("^[@.$&*]*[%a_][%w_]*[%w_.:]*%(?%)?!?$") ~= nil
end

local function mark(code)
  if is_identifier(code.text) then
    code.classes:insert("identifier")
    return code
  end
end

local function already_bold(element)
  return element:walk({ Code = mark }), false
end

return {
  {
    traverse = "topdown",
    Header = already_bold,
    Strong = already_bold,
    Code = function(code)
      local marked = mark(code)
      if marked then
        return pandoc.Strong({ marked }), false
      end
    end,
    CodeBlock = function(block)
      block.classes:insert("listing")
      return block
    end,
  },
}
