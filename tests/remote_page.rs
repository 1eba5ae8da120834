//! A page of another program in a headless browser, driven from outside by the protocols for that of Chromium and Firefox.
//! Neither needs a driver.
use crate::browser_process::{BrowserProcess, Kind};
use crate::util::wait_until;
use crate::websocket::WebSocket;
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

/// On a busy machine, a start takes many seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the page and its video are.
const STATE: &str = "[document.hidden, document.body.innerText, [...document.querySelectorAll('video')].map((v) => [v.currentTime, \
                     v.paused, v.seeking, v.readyState, [...Array(v.buffered.length).keys()].map((n) => [v.buffered.start(n), \
                     v.buffered.end(n)])])]";

/// An open page.
pub struct RemotePage {
    process: BrowserProcess,
    socket: WebSocket,
    /// Of the last command.
    id: u64,
    /// Chromium's session, or Firefox's browsing context.
    target: String,
    /// What the browser said of errors: in the console, of the content policy, of files that are not there.
    pub complaints: Vec<String>,
}

impl RemotePage {
    /// Opens a page; `None` if the browser is not installed.
    pub fn open(kind: Kind, url: &str) -> Option<Self> {
        let process = BrowserProcess::start(kind, &["--remote-debugging-port=0", "about:blank"])?;
        let socket = match kind {
            Kind::Chromium => connect_to_chromium(&process),
            Kind::Firefox => connect_to_firefox(&process),
        };
        let mut page = Self {
            process,
            socket,
            id: 0,
            target: String::new(),
            complaints: Vec::new(),
        };
        match kind {
            Kind::Chromium => page.navigate_chromium(url),
            Kind::Firefox => page.navigate_firefox(url),
        }
        Some(page)
    }

    pub fn kind(&self) -> Kind {
        self.process.kind
    }

    /// The value of an expression in the page; a promise is waited for.
    pub fn eval(&mut self, expression: &str) -> Value {
        let expression = format!("(async () => JSON.stringify(await ({expression})))()");
        let result = match self.kind() {
            Kind::Chromium => {
                let words = json!({"expression": expression, "awaitPromise": true, "userGesture": true});
                let answer = self.command("Runtime.evaluate", words);
                assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
                answer["result"]["value"].clone()
            }
            Kind::Firefox => {
                let words = json!({"expression": expression, "awaitPromise": true, "userActivation": true,
                    "target": {"context": self.target}});
                let answer = self.command("script.evaluate", words);
                assert_eq!(answer["type"], "success", "{expression}: {answer}");
                answer["result"]["value"].clone()
            }
        };
        result
            .as_str()
            .map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
    }

    /// Clicks the element of this ID.
    pub fn click(&mut self, id: &str) {
        self.eval(&format!("document.getElementById('{id}').click()"));
    }

    /// Presses and releases the key of this letter, wherever the focus is.
    pub fn key(&mut self, letter: &str) {
        if self.kind() == Kind::Firefox {
            let actions = ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": letter}));
            let keyboard = json!([{"type": "key", "id": "keyboard", "actions": actions}]);
            self.command(
                "input.performActions",
                json!({"context": self.target, "actions": keyboard}),
            );
            return;
        }
        for kind in ["keyDown", "keyUp"] {
            let mut words = json!({"type": kind, "key": letter});
            if kind == "keyDown" {
                words["text"] = json!(letter);
            }
            self.command("Input.dispatchKeyEvent", words);
        }
    }

    /// Changes the size of the page, in CSS pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        match self.kind() {
            Kind::Chromium => self.command(
                "Emulation.setDeviceMetricsOverride",
                json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
            ),
            Kind::Firefox => self.command(
                "browsingContext.setViewport",
                json!({"context": self.target, "viewport": {"width": width, "height": height}}),
            ),
        };
    }

    /// Waits until an expression is true in the page.
    pub fn wait_for(&mut self, condition: &str) {
        let begin = Instant::now();
        while self.eval(&format!("Boolean({condition})")) != json!(true) {
            if begin.elapsed() > PATIENCE {
                let video = self.eval(STATE);
                let (kind, complaints) = (self.kind(), &self.complaints);
                panic!("{kind:?}: waited in vain for {condition}: {video} {complaints:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a script of some length.
    pub fn run(&mut self, script: &str) {
        let words = match self.kind() {
            Kind::Chromium => ("Runtime.evaluate", json!({"expression": script})),
            Kind::Firefox => (
                "script.evaluate",
                json!({"expression": script, "awaitPromise": false, "target": {"context": self.target}}),
            ),
        };
        self.command(words.0, words.1);
    }

    /// Does a command of the protocol; what the browser tells meanwhile is kept if it is a complaint.
    fn command(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let mut command = json!({"id": self.id, "method": method});
        command["params"] = params;
        if self.kind() == Kind::Chromium && !self.target.is_empty() {
            command["sessionId"] = json!(self.target);
        }
        self.socket.send(&command.to_string());
        loop {
            let message = self.socket.receive(PATIENCE);
            let message = message.unwrap_or_else(|| panic!("no answer to {method}\n{}", self.process.said()));
            let message: Value = serde_json::from_str(&message).unwrap();
            if message["id"] == self.id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.complaints.extend(complaint(&message));
        }
    }

    fn navigate_chromium(&mut self, url: &str) {
        let mut targets = Value::Null;
        let begin = Instant::now();
        let page = loop {
            let answer = self.command("Target.getTargets", json!({}));
            let found = answer["targetInfos"].as_array().unwrap();
            if let Some(page) = found.iter().find(|target| target["type"] == "page") {
                break page["targetId"].clone();
            }
            assert!(begin.elapsed() < PATIENCE, "no page: {targets}");
            targets = answer;
        };
        let attached = self.command(
            "Target.attachToTarget",
            json!({"targetId": page, "flatten": true}),
        );
        attached["sessionId"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.target);
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            self.command(domain, json!({}));
        }
        let answer = self.command("Page.navigate", json!({"url": url}));
        assert!(answer["errorText"].is_null(), "{answer}");
        self.wait_for(&format!(
            "location.href === {} && document.readyState === 'complete'",
            json!(url)
        ));
    }

    fn navigate_firefox(&mut self, url: &str) {
        self.command("session.new", json!({"capabilities": {}}));
        self.command("session.subscribe", json!({"events": ["log.entryAdded"]}));
        let tree = self.command("browsingContext.getTree", json!({}));
        tree["contexts"][0]["context"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.target);
        let words = json!({"context": self.target, "url": url, "wait": "complete"});
        self.command("browsingContext.navigate", words);
    }
}

/// It writes its port and its path.
fn connect_to_chromium(process: &BrowserProcess) -> WebSocket {
    let path = process.home.path("DevToolsActivePort");
    let read = || fs::read_to_string(&path).unwrap_or_default();
    wait_until("the port of Chromium", || read().lines().count() == 2);
    let text = read();
    let (port, path) = text.trim_end().split_once('\n').unwrap();
    WebSocket::connect(([127, 0, 0, 1], port.parse().unwrap()).into(), path)
}

fn connect_to_firefox(process: &BrowserProcess) -> WebSocket {
    let path = process.home.path("WebDriverBiDiServer.json");
    let read = || serde_json::from_str::<Value>(&fs::read_to_string(&path).ok()?).ok();
    wait_until("the port of Firefox", || read().is_some());
    let port = read().unwrap()["ws_port"].as_u64().unwrap();
    WebSocket::connect(([127, 0, 0, 1], port.try_into().unwrap()).into(), "/session")
}

/// What the browser complains of, if it does.
fn complaint(message: &Value) -> Option<String> {
    let params = &message["params"];
    let is_one = match message["method"].as_str()? {
        "Runtime.exceptionThrown" => true,
        "Runtime.consoleAPICalled" => params["type"] == "error" || params["type"] == "warning",
        "Log.entryAdded" => params["entry"]["level"] == "error" || params["entry"]["level"] == "warning",
        "log.entryAdded" => params["level"] == "error" || params["level"] == "warn",
        _ => false,
    };
    is_one.then(|| params.to_string())
}
