//! The author's filters, run as pandoc runs them when it writes the book: they are told the format of
//! the ePub, its file, the writer's options.
//!
//! ````text
//! document ─► pandoc --to epub3 -o Book.epub, filters [author's …, dump.lua] ─► document, mediabag
//! ````
//!
//! After the author's filters comes one of ours, which leaves the document and what is in the mediabag
//! in a folder and ends the process: nothing is written to the ePub's file. In the next run of pandoc another
//! one puts the mediabag back, so that later filters and the writer find it.

use super::blame::blame;
use crate::finding::Finding;
use crate::fsx;
use crate::pandoc::defaults::{self, DefaultsFile};
use crate::pandoc::{self, Message, Pandoc};
use crate::proc::Process;
use crate::project::Project;
use concfilter::ast::Document;
use concfilter::error::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Leaves the document and the mediabag in the folder named by the variable.
const DUMP: &str = r#"
function Pandoc(doc)
  local folder = os.getenv("CONCBOOK_DUMP")
  local function write(name, bytes)
    local file = assert(io.open(folder .. "/" .. name, "wb"))
    assert(file:write(bytes))
    file:close()
  end
  local names = {}
  for name, mime, contents in pandoc.mediabag.items() do
    write(#names + 1 .. ".bin", contents)
    write(#names + 1 .. ".name", name)
    names[#names + 1] = string.format("{%q, %q},", name, mime or "")
  end
  write("media.lua", "return {" .. table.concat(names, "\n") .. "}\n")
  write("document.json", pandoc.write(doc, "json"))
  os.exit(0)
end
"#;

/// Puts the mediabag back.
const RESTORE: &str = r#"
local folder = os.getenv("CONCBOOK_MEDIA")
function Pandoc(doc)
  for number, item in ipairs(dofile(folder .. "/media.lua")) do
    local file = assert(io.open(folder .. "/" .. number .. ".bin", "rb"))
    local mime = item[2] ~= "" and item[2] or nil
    pandoc.mediabag.insert(item[1], mime, file:read("a"))
    file:close()
  end
  return nil
end
"#;

/// Tells a filter which files the book is made of: pandoc itself is given their document. Filters look
/// there for the folder that paths begin at.
const TELL: &str = r#"
local files = { @FILES@ }
local meta = debug.getmetatable(PANDOC_STATE)
local index = meta.__index
meta.__index = function(state, key)
  if key == "input_files" then return files end
  if type(index) == "function" then return index(state, key) end
  return index[key]
end
PANDOC_SCRIPT_FILE = @SCRIPT@
return dofile(PANDOC_SCRIPT_FILE)
"#;

/// Runs of the author's filters, one after the other, and what they leave for the next.
#[derive(Debug)]
pub struct FilterRuns<'a> {
    project: &'a Project,
    pandoc: &'a Pandoc,
    /// The file of the ePub, which filters are told.
    output: &'a Path,
    /// A folder for files that last as long as the build.
    temp: &'a Path,
    /// The folder in which the last run left the mediabag.
    media: Option<PathBuf>,
    /// How many runs there have been.
    number: usize,
}

impl<'a> FilterRuns<'a> {
    /// Runs for an ePub in this file; `temp` is a folder that outlasts them.
    pub fn new(
        project: &'a Project,
        pandoc: &'a Pandoc,
        output: &'a Path,
        temp: &'a Path,
    ) -> Self {
        Self { project, pandoc, output, temp, media: None, number: 0 }
    }

    /// Runs filters over a document's JSON; what pandoc says is added to `messages`.
    ///
    /// # Errors
    /// A filter failed.
    pub fn run(
        &mut self,
        filters: &[Value],
        document: Vec<u8>,
        messages: &mut Vec<Message>,
    ) -> Result<Vec<u8>> {
        if filters.is_empty() {
            return Ok(document);
        }
        self.number += 1;
        let folder = self.temp.join(format!("filters-{}", self.number));
        fsx::create_dir_all(&folder)?;
        let dump = folder.join("dump.lua");
        fsx::write_atomic(&dump, DUMP.as_bytes())?;
        let manifest = &self.project.manifest;
        let mut all: Vec<Value> = self.restoring(&folder)?.into_iter().collect();
        for (number, filter) in filters.iter().enumerate() {
            all.push(
                self.with_input_files(filter, &folder.join(format!("{number}.lua")))?,
            );
        }
        all.push(lua(&dump));
        let mut options = defaults::writing(manifest.options(), self.pandoc.version());
        options["filters"] = Value::Array(all);
        let file = DefaultsFile::write(&options)?;
        let job = self
            .job(&file)
            .env("CONCBOOK_DUMP", &folder)
            .arg("--output")
            .arg(self.output)
            .stdin(document);
        let said = pandoc::finished(job.run()?, &manifest.place(&["filters"]));
        let (_, said) =
            said.map_err(|error| blame(error, self.project, self.pandoc, &options))?;
        messages.extend(said);
        let document = fsx::read(&folder.join("document.json"))?;
        self.media = Some(folder);
        Ok(document)
    }

    /// A filter that is told what it asks for; `file` is where it can be written. One that does not ask for
    /// the input files stays as it is.
    fn with_input_files(&self, filter: &Value, file: &Path) -> Result<Value> {
        let manifest = &self.project.manifest;
        let name = filter.as_str().or_else(|| filter["path"].as_str());
        let is_lua = |name: &str| {
            filter["type"] == "lua" || Path::new(name).extension() == Some("lua".as_ref())
        };
        let script = name.filter(|name| is_lua(name));
        let Some(script) = script.and_then(|name| manifest.locate(name, &["filters"]))
        else {
            return Ok(filter.clone());
        };
        if !fsx::read_text(&script)?.contains("input_files") {
            return Ok(filter.clone());
        }
        let quoted = |path: &Path| {
            let path = path.to_string_lossy().replace('\\', "\\\\");
            format!("\"{}\"", path.replace('"', "\\\"").replace('\n', "\\n"))
        };
        let chapters = self.project.chapters.iter();
        let files: Vec<String> = chapters.map(|chapter| quoted(&chapter.path)).collect();
        let script = std::path::absolute(&script).unwrap_or(script);
        let text = TELL
            .replace("@SCRIPT@", &quoted(&script))
            .replace("@FILES@", &files.join(", "));
        fsx::write_atomic(file, text.as_bytes())?;
        Ok(lua(file))
    }

    /// The names of what is in the mediabag.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn media(&self) -> Result<BTreeSet<String>> {
        let Some(folder) = &self.media else { return Ok(BTreeSet::new()) };
        let files = fsx::list(folder)?.into_iter().map(|name| folder.join(name));
        let names = files.filter(|file| file.extension() == Some("name".as_ref()));
        names.map(|file| fsx::read_text(&file)).collect()
    }

    /// The filter that puts the mediabag back, written to a folder; none where nothing is in it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn restoring(&self, folder: &Path) -> Result<Option<Value>> {
        if self.media.is_none() {
            return Ok(None);
        }
        let restore = folder.join("restore.lua");
        fsx::write_atomic(&restore, RESTORE.as_bytes())?;
        Ok(Some(lua(&restore)))
    }

    /// A run of pandoc that writes the book's format from JSON, with these options.
    pub fn job(&self, options: &DefaultsFile) -> Process {
        let job = self.pandoc.job().dir(&self.project.dir);
        let job = match &self.media {
            Some(folder) => job.env("CONCBOOK_MEDIA", folder),
            None => job,
        };
        job.args(["--verbose", "--from", "json", "--to", self.project.manifest.to()])
            .arg("--defaults")
            .arg(options.path())
    }
}

/// Runs the filters before concfilter over a document that is not the whole book; what they warn of is
/// added to `findings`.
///
/// # Errors
/// A filter failed.
pub fn filters_before(
    project: &Project,
    pandoc: &Pandoc,
    document: Document,
    findings: &mut Vec<Finding>,
) -> Result<Document> {
    let (before, _) = defaults::filters(project.manifest.options());
    if before.is_empty() {
        return Ok(document);
    }
    let temp = fsx::temp_dir()?;
    let output = project.manifest.output_file().unwrap_or(Path::new("book.epub"));
    let mut runs = FilterRuns::new(project, pandoc, output, temp.path());
    let mut messages = Vec::new();
    let json = runs.run(&before, document.to_json()?, &mut messages)?;
    drop(document);
    let place = project.manifest.place(&["filters"]);
    findings.extend(messages.iter().filter_map(|message| message.finding(&place)));
    Document::parse(&json)
}

/// A Lua filter in a file, as a defaults file has it.
fn lua(file: &Path) -> Value {
    json!({"type": "lua", "path": file.to_string_lossy()})
}
