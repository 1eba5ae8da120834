//! A WebSocket client, as far as it takes to speak to a browser of this machine: texts both ways.
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const LAST: u8 = 0x80;

/// In place of a length: it follows, in so many bits.
const LENGTH_16: u8 = 0x7e;
const LENGTH_64: u8 = 0x7f;

/// The masking key. It protects proxies, of which there are none here: any one will do.
const MASK: [u8; 4] = [7, 1, 3, 5];

/// An open connection.
pub struct WebSocket {
    stream: BufReader<TcpStream>,
    /// What came of the next frame.
    partial: Vec<u8>,
    /// The frames of the next message.
    message: Vec<u8>,
}

impl WebSocket {
    /// Without an `Origin`, as browsers refuse that of a page.
    pub fn connect(address: SocketAddr, path: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWVkaWFyZWMncyB0ZXN0IQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            assert_ne!(stream.read_line(&mut answer).unwrap(), 0, "{answer}");
        }
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        Self {
            stream,
            partial: Vec::new(),
            message: Vec::new(),
        }
    }

    pub fn send(&mut self, text: &str) {
        self.send_frame(TEXT, text.as_bytes());
    }

    fn send_frame(&mut self, kind: u8, payload: &[u8]) {
        let mut frame = vec![LAST | kind];
        // Firefox demands the shortest form.
        match u16::try_from(payload.len()) {
            Ok(short @ 0..126) => frame.push(LAST | short as u8),
            Ok(length) => {
                frame.push(LAST | LENGTH_16);
                frame.extend(length.to_be_bytes());
            }
            Err(_) => {
                frame.push(LAST | LENGTH_64);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend(MASK);
        frame.extend(
            payload
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        self.stream.get_mut().write_all(&frame).unwrap();
    }

    /// The next text; `None` if none comes in time.
    pub fn receive(&mut self, patience: Duration) -> Option<String> {
        let begin = Instant::now();
        loop {
            let left = patience
                .checked_sub(begin.elapsed())?
                .max(Duration::from_millis(1));
            self.stream.get_ref().set_read_timeout(Some(left)).unwrap();
            let (head, payload) = self.next_frame()?;
            match head & 0xf {
                PING => self.send_frame(PONG, &payload),
                PONG => {}
                CLOSE => return None,
                _ => self.message.extend(payload),
            }
            if head & 0xf < CLOSE && head & LAST != 0 {
                return Some(String::from_utf8(std::mem::take(&mut self.message)).unwrap());
            }
        }
    }

    /// The first byte of the next frame, and its payload; what came too late is kept.
    fn next_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        self.fill(2)?;
        let (length, header) = match self.partial[1] {
            LENGTH_16 => (2, 4),
            LENGTH_64 => (8, 10),
            short => {
                self.fill(2 + usize::from(short))?;
                return Some(self.take(2));
            }
        };
        self.fill(header)?;
        let length = self.partial[header - length..header].iter();
        let payload = length.fold(0, |length, &byte| length << 8 | usize::from(byte));
        self.fill(header + payload)?;
        Some(self.take(header))
    }

    fn take(&mut self, header: usize) -> (u8, Vec<u8>) {
        let mut frame = std::mem::take(&mut self.partial);
        let head = frame[0];
        frame.drain(..header);
        (head, frame)
    }

    /// Reads until the frame has so many bytes.
    fn fill(&mut self, length: usize) -> Option<()> {
        while self.partial.len() < length {
            let missing = (length - self.partial.len()) as u64;
            match (&mut self.stream).take(missing).read_to_end(&mut self.partial) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        Some(())
    }
}
