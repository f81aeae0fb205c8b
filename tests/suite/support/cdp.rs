//! A small client of the Chrome `DevTools` Protocol: it starts Chromium without a window, opens
//! one page and calls methods on it over a socket of this machine.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tungstenite::{Message, WebSocket};

/// The names that Chromium goes by.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    // A frame in a sandbox is reached by the page's own socket then.
    "--disable-features=IsolateSandboxedIframes",
    "--remote-debugging-port=0",
];

/// One page in a Chromium of its own, which ends when this is dropped.
pub(crate) struct Page {
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    last_id: u64,
    events: Vec<Value>,
    // Dropped in this order: the profile's folder goes after the process that writes to it.
    _process: Process,
    _profile: concbook::fsx::TempDir,
    _apart: std::sync::RwLockReadGuard<'static, ()>,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let group =
            i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            let _ =
                rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

impl Page {
    /// Starts Chromium with an empty page; nothing when it is not installed.
    pub(crate) fn open() -> Option<Self> {
        let apart = super::with_browser();
        let profile = concbook::fsx::temp_dir().unwrap();
        let mut process = NAMES.iter().find_map(|name| start(name, profile.path()))?;
        let address = listening(&mut process.0);
        let host = address.trim_start_matches("ws://").split('/').next().unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let (socket, _) = tungstenite::client(&address, stream).unwrap();
        let mut page = Self {
            socket,
            session: None,
            last_id: 0,
            events: Vec::new(),
            _process: process,
            _profile: profile,
            _apart: apart,
        };
        let target = page.call("Target.createTarget", json!({ "url": "about:blank" }));
        let params = json!({ "targetId": target["targetId"], "flatten": true });
        let session = page.call("Target.attachToTarget", params);
        page.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "DOM", "CSS"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        Some(page)
    }

    /// Calls a method and returns its result.
    ///
    /// # Panics
    /// Chromium answers with an error, or not within a minute.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.try_call(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same where an error is not the end; it is returned.
    fn try_call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.last_id += 1;
        let mut request =
            json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(request.to_string())).unwrap();
        loop {
            let mut answer = self.receive();
            if answer["id"] == self.last_id {
                if !answer["error"].is_null() {
                    return Err(answer["error"].take());
                }
                return Ok(answer["result"].take());
            }
            self.events.push(answer);
        }
    }

    /// Opens a file and waits until it and its fonts are loaded.
    pub(crate) fn load(&mut self, file: &Path) {
        self.visit(&format!("file://{}", file.display()).replace(' ', "%20"));
    }

    /// Opens an address and waits until what is there, and its fonts, are loaded.
    pub(crate) fn visit(&mut self, url: &str) {
        self.events.clear();
        let answer = self.call("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "{url}: {}", answer["errorText"]);
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.receive();
            self.events.push(event);
        }
        self.evaluate("document.fonts.ready.then(() => document.fonts.size)");
    }

    /// The value of a JavaScript expression, of a promise once it is kept.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let mut answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].take()
    }

    /// The value of an expression in the open page's only frame; `None` where there is none, or it has just
    /// gone.
    pub(crate) fn evaluate_in_frame(&mut self, expression: &str) -> Option<Value> {
        let tree = self.call("Page.getFrameTree", json!({}));
        let frames = tree["frameTree"]["childFrames"].as_array()?;
        let [frame] = &frames[..] else { return None };
        let params = json!({ "frameId": frame["frame"]["id"] });
        let world = self.try_call("Page.createIsolatedWorld", params).ok()?;
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
            "contextId": world["executionContextId"],
        });
        let mut answer = self.try_call("Runtime.evaluate", params).ok()?;
        answer["exceptionDetails"].is_null().then(|| answer["result"]["value"].take())
    }

    /// Makes the page as wide as that many CSS pixels.
    pub(crate) fn width(&mut self, width: u32) {
        self.size(width, 640);
    }

    /// Makes the page as large as that many CSS pixels.
    pub(crate) fn size(&mut self, width: u32, height: u32) {
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", params);
    }

    fn receive(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }
}

/// Starts the browser in a process group of its own, so that all its processes can be ended.
fn start(name: &str, profile: &Path) -> Option<Process> {
    #[expect(
        clippy::disallowed_methods,
        reason = "it runs beside the test, not to its end"
    )]
    let mut command = Command::new(name);
    command
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().ok().map(Process)
}

/// The address the browser says it listens on; what else it says is thrown away.
fn listening(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_owned))
        .expect("Chromium ended before it listened");
    std::thread::spawn(move || lines.for_each(drop));
    address
}
