//! A TURN server that is not ours, coturn, on the loopback interface: `script/setup --test` installs it.
use crate::util::{Folder, wait_until};
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The name and the password of its only user.
pub const USER: &str = "alice";
pub const PASSWORD: &str = "s3cret-of-alice";

/// Where media comes from that it passes on.
pub const RELAYED_FROM: &str = "127.0.0.2";

/// A process with a configuration of its own; it ends with the test.
pub struct TurnServer {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl TurnServer {
    /// Starts it with further lines of configuration; `None` if it is not installed, which fails the test where `script/setup`
    /// installs it.
    pub fn start(folder: &Folder, lines: &str) -> Option<Self> {
        if Command::new("turnserver").arg("--version").output().is_err() {
            let is_debian = fs::read_to_string("/etc/os-release")
                .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
            assert!(
                !is_debian,
                "coturn is not installed; script/setup --test installs it"
            );
            eprintln!("left out: coturn is not installed; script/setup --test says how");
            return None;
        }
        let (port, log) = (free_port(), folder.path("turn.log"));
        let file = |name: &str| folder.path(name).display().to_string();
        let configuration = folder.write(
            "turn.conf",
            format!(
                "listening-ip=127.0.0.1\nlistening-port={port}\nrelay-ip={RELAYED_FROM}\nlt-cred-mech\nuser={USER}:{PASSWORD}\n\
                 realm=test\nno-cli\nno-tls\nno-dtls\nlog-file=stdout\nsimple-log\nverbose\npidfile={}\nuserdb={}\n{lines}\n",
                file("turn.pid"),
                file("turn.db"),
            ),
        );
        let child = Command::new("turnserver")
            .arg("-c")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&log).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, port, log };
        wait_until("the TURN server", || {
            server.log().contains("UDP listener opened on")
        });
        Some(server)
    }

    /// Its URL, without a transport.
    pub fn url(&self) -> String {
        format!("turn:127.0.0.1:{}", self.port)
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it has taken an address back because it was told to, and returns how many packets it has passed on.
    pub fn passed_on(&self) -> u64 {
        wait_until("the address to be given back", || {
            self.log()
                .contains("refreshed, realm=<test>, username=<alice>, lifetime=0")
        });
        wait_until("the sums of the session", || self.log().contains("peer usage:"));
        let log = self.log();
        let sums = log.lines().filter(|line| line.contains("peer usage:"));
        let sent = sums.filter_map(|line| line.split("sp=").nth(1)?.split(',').next()?.parse::<u64>().ok());
        sent.sum()
    }
}

impl Drop for TurnServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that is free for both transports.
pub fn free_port() -> u16 {
    let found = (0..100).find_map(|_| {
        let tcp = TcpListener::bind("127.0.0.1:0").ok()?;
        let port = tcp.local_addr().ok()?.port();
        UdpSocket::bind(("127.0.0.1", port)).ok().map(|_| port)
    });
    found.expect("the loopback interface has free ports")
}
