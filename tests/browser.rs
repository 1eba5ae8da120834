//! A headless browser that does what a test asks for, in the page `browsers/page.html`.
use crate::browser_process::BrowserProcess;
pub use crate::browser_process::Kind;
use crate::page_server::PageServer;
use crate::util::Folder;
use serde_json::Value;
use std::time::Duration;

/// A task takes a few seconds; on a busy machine, a start takes many.
const PATIENCE: Duration = Duration::from_secs(120);

/// It ends with its test.
pub struct Browser {
    process: BrowserProcess,
    server: PageServer,
}

impl Browser {
    /// Starts it with a page that has the files of this folder; `None` if it is not installed.
    pub fn start(kind: Kind, folder: &Folder) -> Option<Self> {
        let server = PageServer::start(folder.path(""));
        let process = BrowserProcess::start(kind, &[&server.url()])?;
        Some(Self { process, server })
    }

    pub fn kind(&self) -> Kind {
        self.process.kind
    }

    /// What the page answers to a task; it must succeed.
    pub fn ask(&self, task: Value) -> Value {
        let asked = format!("{:?}: {task}", self.kind());
        let answer = self.server.ask(task, PATIENCE);
        let Some(answer) = answer else {
            panic!("no answer from {asked}\n{}", self.process.said());
        };
        assert!(answer["error"].is_null(), "{asked}: {answer}");
        answer["done"].clone()
    }
}
