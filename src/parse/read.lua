-- Reads several texts in one process: to start pandoc takes as long as to read a chapter.
-- Standard input: a line of JSON, {"format": …, "options": {…}, "sizes": [bytes of each text]}; then the texts.
-- Standard output: two lines for each text, the messages as JSON, oldest first, and the document; two
-- empty lines for a text that cannot be read.
io.stdin:setvbuf("full")
local job = pandoc.json.decode(io.read("l"), false)
local options = pandoc.ReaderOptions(job.options)
for _, size in ipairs(job.sizes) do
  local text = size > 0 and io.read(size) or ""
  local done, messages, document = pcall(pandoc.log.silence, pandoc.read, text, job.format, options)
  if done then
    local said = {}
    for at = #messages, 1, -1 do
      said[#said + 1] = pandoc.json.encode(messages[at])
    end
    io.write("[", table.concat(said, ","), "]\n", pandoc.write(document, "json"), "\n")
  else
    io.write("\n\n")
  end
end
