//! A headless Chromium, told what to do by the DevTools protocol over two named pipes: messages of JSON that end with a
//! NUL (`--remote-debugging-pipe`, which takes file descriptors 3 and 4).

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// The names under which distributions have it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Longest time for an answer: two cores may be busy with other things, and a page of 34 MB took one browser two minutes.
const PATIENCE: Duration = Duration::from_secs(400);

pub(crate) struct Browser {
    process: Child,
    out: File,
    answers: Receiver<Value>,
    /// Events that came while an answer was waited for.
    events: Vec<Value>,
    session: Option<String>,
    sent: u64,
}

/// The browser's name, where there is one.
pub(crate) fn installed() -> Option<&'static str> {
    NAMES.into_iter().find(|name| {
        let asked = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        asked.is_ok_and(|status| status.success())
    })
}

impl Browser {
    /// Starts it with all its files in `folder`.
    pub(crate) fn start(name: &str, folder: &Path) -> Browser {
        let pipe = |name: &str| {
            let path = folder.join(name);
            assert!(
                Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .unwrap()
                    .success()
            );
            path
        };
        let (input, output) = (pipe("browser-in"), pipe("browser-out"));
        let call = format!(
            "exec {name} --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
             --disable-background-networking --remote-debugging-pipe --user-data-dir=profile --window-size=1400,1500 \
             3<browser-in 4>browser-out"
        );
        let process = Command::new("sh")
            .args(["-c", &call])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = OpenOptions::new().write(true).open(input).unwrap();
        let from = BufReader::new(File::open(output).unwrap());
        let (sender, answers) = channel();
        thread::spawn(move || {
            for message in from.split(0) {
                let Ok(message) = message else { return };
                let Ok(message) = serde_json::from_slice(&message) else {
                    return;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Browser {
            process,
            out,
            answers,
            events: Vec::new(),
            session: None,
            sent: 0,
        };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attached = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.ask("Target.attachToTarget", attached);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Asks for something and waits for what comes of it.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.out
            .write_all(format!("{message}\0").as_bytes())
            .unwrap();
        loop {
            let message = self
                .answers
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|e| panic!("{method}: {e}"));
            if message["id"] == json!(self.sent) {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Opens a file and waits until it is there.
    pub(crate) fn open(&mut self, file: &Path) {
        self.events.clear();
        self.ask(
            "Page.navigate",
            json!({"url": format!("file://{}", file.display())}),
        );
        let began = Instant::now();
        while self.run("location.protocol + document.readyState") != json!("file:complete") {
            assert!(
                began.elapsed() < PATIENCE,
                "{} is not loaded",
                file.display()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The value of an expression in the page.
    pub(crate) fn run(&mut self, expression: &str) -> Value {
        let result = self.ask(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true}),
        );
        assert!(
            result.get("exceptionDetails").is_none(),
            "{expression}: {result}"
        );
        result["result"]["value"].clone()
    }

    /// Presses a key and lets it go.
    pub(crate) fn press(&mut self, key: &str) {
        let mut event = json!({"type": "keyDown", "key": key});
        if key.len() == 1 {
            event["text"] = json!(key);
        }
        if key == "Enter" {
            event["text"] = json!("\r");
            event["windowsVirtualKeyCode"] = json!(13);
        }
        if key == "Escape" {
            event["windowsVirtualKeyCode"] = json!(27);
        }
        self.ask("Input.dispatchKeyEvent", event.clone());
        event["type"] = json!("keyUp");
        self.ask("Input.dispatchKeyEvent", event);
    }

    /// Moves the mouse to the middle of an element.
    pub(crate) fn hover(&mut self, selector: &str) {
        let place = self.run(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2] }})()"
        ));
        self.ask(
            "Input.dispatchMouseEvent",
            json!({"type": "mouseMoved", "x": place[0], "y": place[1]}),
        );
    }

    /// What went wrong on the page, and what it asked for, since it was opened.
    pub(crate) fn complaints(&mut self, file: &Path) -> Vec<Value> {
        // What has happened by now comes before the answer.
        self.run("1");
        let own = format!("file://{}", file.display());
        let is_complaint = |event: &&Value| match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" | "Log.entryAdded" | "Runtime.consoleAPICalled" => true,
            "Page.javascriptDialogOpening" => true,
            "Network.requestWillBeSent" => event["params"]["request"]["url"] != json!(own),
            _ => false,
        };
        self.events.iter().filter(is_complaint).cloned().collect()
    }

    /// Keeps a picture of the whole page, at most `height` pixels of it.
    pub(crate) fn screenshot(&mut self, file: &Path, height: u32) {
        let clip = json!({"x": 0, "y": 0, "width": 1400, "height": height, "scale": 1});
        let shot = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let shot = self.ask("Page.captureScreenshot", shot);
        let data = shot["data"].as_str().unwrap();
        let png = base64::engine::general_purpose::STANDARD
            .decode(data)
            .unwrap();
        std::fs::write(file, png).unwrap();
    }

    /// Dark or light, screen or print.
    pub(crate) fn media(&mut self, scheme: &str, medium: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({"media": medium, "features": features}),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
