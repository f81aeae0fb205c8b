//! The preview's server: on this machine alone, to read alone, and nothing but the preview's own files and
//! entries of the ePub. There are no paths on the disk in it.

use super::guard::{self, Requester};
use super::state::PreviewState;
use super::watch::PreviewEvent;
use concfilter::error::{Error, Result};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tiny_http::{Header, Method, Request, Response};

/// The port that is tried first, so that a page that is open finds the next preview.
const PORT: u16 = 4848;

/// How long a page waits for news before it asks again.
const POLL: Duration = Duration::from_secs(20);

/// How many requests are answered at a time; a browser sends six.
const MOST: usize = 64;

/// How long the last answers may take when the preview ends.
const FAREWELL: Duration = Duration::from_millis(200);

const HTML: &str = include_str!("assets/preview.html");
const CSS: &str = include_str!("assets/preview.css");
const JS: &str = include_str!("assets/preview.js");
const PAGE_JS: &str = include_str!("assets/page.js");

/// What the preview's own page may do: load what is served here.
const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// A server that runs.
pub(super) struct PreviewServer {
    http: Arc<tiny_http::Server>,
    handler: Arc<RequestHandler>,
    thread: JoinHandle<()>,
}

/// Whoever answers requests.
struct RequestHandler {
    port: u16,
    /// The path below which the book lies: one that no page of the web can guess.
    root: String,
    state: Arc<PreviewState>,
    events: Mutex<Sender<PreviewEvent>>,
    open: Mutex<usize>,
    fewer: Condvar,
}

/// An answer: its status, its type, what it holds, and the policy that holds for it.
struct HttpAnswer {
    status: u16,
    media_type: String,
    data: Vec<u8>,
    policy: String,
}

impl PreviewServer {
    /// Starts to serve.
    ///
    /// # Errors
    /// The port is taken.
    pub(super) fn start(
        port: Option<u16>,
        state: Arc<PreviewState>,
        events: Sender<PreviewEvent>,
    ) -> Result<Self> {
        let listener = listen(port)?;
        let failed =
            |error: String| Error::new(format!("cannot serve the preview: {error}"));
        let address = listener.local_addr().map_err(|error| failed(error.to_string()))?;
        let http = tiny_http::Server::from_listener(listener, None)
            .map_err(|error| failed(error.to_string()))?;
        let http = Arc::new(http);
        let handler = Arc::new(RequestHandler {
            port: address.port(),
            root: format!("/book/{}/", secret()),
            state,
            events: Mutex::new(events.clone()),
            open: Mutex::new(0),
            fewer: Condvar::new(),
        });
        let (server, own) = (Arc::clone(&http), Arc::clone(&handler));
        let thread = std::thread::spawn(move || {
            let error = serve(&server, &own);
            // It may be that the preview has ended, and nobody wants to know.
            let _ = events.send(PreviewEvent::Broken(failed(error.to_string())));
        });
        Ok(Self { http, handler, thread })
    }

    /// Where the preview is found.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.handler.port)
    }

    /// Ends it, after the answers that are under way.
    pub(super) fn stop(self) {
        self.http.unblock();
        let _ = self.thread.join();
        let open = self.handler.open();
        let is_busy = |open: &mut usize| *open > 0;
        drop(self.handler.fewer.wait_timeout_while(open, FAREWELL, is_busy));
    }
}

/// Answers requests, each by itself, until the server ends; why it ended.
fn serve(server: &tiny_http::Server, handler: &Arc<RequestHandler>) -> std::io::Error {
    loop {
        let request = match server.recv() {
            Ok(request) => request,
            Err(error) => return error,
        };
        if *handler.open() >= MOST {
            // A client that went away does not hear of it.
            let _ = request.respond(Response::empty(503));
            continue;
        }
        *handler.open() += 1;
        let handler = Arc::clone(handler);
        std::thread::spawn(move || {
            handler.respond(request);
            *handler.open() -= 1;
            handler.fewer.notify_all();
        });
    }
}

/// A socket of this machine alone. Without a wish it is the first port that is free.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    let at = |port| TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
    let bound = match port {
        Some(port) => at(port),
        None => at(PORT).or_else(|_| at(0)),
    };
    let listener = bound.map_err(|error| {
        let number = port.unwrap_or(PORT);
        Error::new(format!("cannot serve the preview on port {number}: {error}"))
            .hint("Name another with --port, or none, and a free one is found")
    })?;
    // The connections inherit it: small answers are not held back for larger ones.
    #[cfg(unix)]
    let _ = rustix::net::sockopt::set_tcp_nodelay(&listener, true);
    Ok(listener)
}

/// What nobody can guess: the system's random numbers, as hash tables are seeded by them.
fn secret() -> String {
    let number = || RandomState::new().hash_one(0_u8);
    format!("{:016x}{:016x}", number(), number())
}

impl RequestHandler {
    fn open(&self) -> MutexGuard<'_, usize> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn respond(&self, request: Request) {
        let answer = self.answer(&request);
        let fields = [
            ("Content-Type", &*answer.media_type),
            ("Content-Security-Policy", &answer.policy),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            // Fonts are asked for across origins by the frame, which has one of its own.
            ("Access-Control-Allow-Origin", "null"),
        ];
        let is_own = answer.policy == OWN_POLICY;
        let fields =
            fields.into_iter().filter(|(name, _)| !is_own || !name.starts_with("Acc"));
        let headers =
            fields.filter_map(|(name, value)| Header::from_bytes(name, value).ok());
        let mut response = Response::from_data(answer.data)
            .with_status_code(answer.status)
            .with_chunked_threshold(usize::MAX);
        for header in headers {
            response.add_header(header);
        }
        // A client that went away does not hear of it.
        let _ = request.respond(response);
    }

    fn answer(&self, request: &Request) -> HttpAnswer {
        let field = |name: &'static str| {
            let mut fields = request.headers().iter();
            let field = fields.find(|field| field.field.equiv(name));
            field.map(|field| field.value.as_str())
        };
        let requester = Requester {
            host: field("Host"),
            origin: field("Origin"),
            site: field("Sec-Fetch-Site"),
            dest: field("Sec-Fetch-Dest"),
        };
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        let inner = path.strip_prefix(&*self.root);
        if !guard::admits(self.port, requester, inner.is_some()) {
            return HttpAnswer::line(403, "This preview is for pages of its own.");
        }
        if !matches!(request.method(), Method::Get | Method::Head) {
            return HttpAnswer::line(405, "This preview is only read.");
        }
        let missing = || HttpAnswer::line(404, "The book has no such file.");
        match (path, inner) {
            ("/", _) => HttpAnswer::file_of_preview("text/html; charset=utf-8", HTML),
            ("/preview.css", _) => {
                HttpAnswer::file_of_preview("text/css; charset=utf-8", CSS)
            }
            ("/preview.js", _) => {
                HttpAnswer::file_of_preview("text/javascript; charset=utf-8", JS)
            }
            ("/state", _) => self.state(query),
            (_, Some("page.js")) => {
                HttpAnswer::file_of_preview("text/javascript; charset=utf-8", PAGE_JS)
            }
            (_, Some(inner)) => {
                let host = requester.host.unwrap_or_default();
                self.file(inner, host).unwrap_or_else(missing)
            }
            _ => missing(),
        }
    }

    /// The state behind the version that a page has.
    fn state(&self, query: &str) -> HttpAnswer {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let edition = self.state.edition(value("edition"));
        let after = value("after").and_then(|number| number.parse().ok()).unwrap_or(0);
        if self.state.ask(edition) {
            let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody builds any more when the preview ends.
            let _ = events.send(PreviewEvent::Asked);
        }
        match self.state.wait(after, edition, POLL) {
            Some(mut state) => {
                state["root"] = self.root.as_str().into();
                HttpAnswer::file_of_preview("application/json", &state.to_string())
            }
            None => HttpAnswer::line(503, "The preview has ended."),
        }
    }

    /// An entry of the ePub of an edition: `color/EPUB/text/ch001.xhtml`.
    fn file(&self, path: &str, host: &str) -> Option<HttpAnswer> {
        let (edition, path) = path.split_once('/')?;
        let book = self.state.book(self.state.edition(Some(edition)))?;
        let file = book.file(&crate::reference::percent_decode(path))?;
        let own = format!("http://{host}{}", self.root);
        // Scripts of the book run, as in reading systems that run them, in an origin that reaches nobody.
        let policy = format!(
            "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; \
             default-src {own} data: blob: 'unsafe-inline' 'unsafe-eval'; \
             media-src * data: blob:; form-action 'none'"
        );
        let data = file.with_script(&format!("{}page.js", self.root));
        Some(HttpAnswer {
            status: 200,
            media_type: file.media_type.clone(),
            data,
            policy,
        })
    }
}

impl HttpAnswer {
    /// A file of the preview's own.
    fn file_of_preview(media_type: &str, text: &str) -> Self {
        Self {
            status: 200,
            media_type: media_type.to_owned(),
            data: text.into(),
            policy: OWN_POLICY.to_owned(),
        }
    }

    /// A line that says why there is nothing.
    fn line(status: u16, text: &str) -> Self {
        Self { status, ..Self::file_of_preview("text/plain; charset=utf-8", text) }
    }
}
