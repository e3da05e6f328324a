//! A network that fails when it is told to: a proxy that cuts or hangs at a given word.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Which direction is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What the client says.
    ToServer,
    /// What the server says.
    ToClient,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Both connections are closed.
    Cut,
    /// Nothing moves any more, the connections stay: half-open.
    Hang,
}

/// A fault that happens once.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Direction.
    pub way: Way,
    /// The word that sets it off.
    pub at: &'static [u8],
    /// Whether the word itself still passes.
    pub passes: bool,
    /// Whether the other side's next words are awaited, and swallowed, first.
    pub after_reply: bool,
    /// What happens.
    pub action: Action,
}

impl Fault {
    /// The content's end does not reach the server.
    pub fn before_dot(action: Action) -> Self {
        Self { way: Way::ToServer, at: b"\r\n.\r\n", passes: false, after_reply: false, action }
    }

    /// The server has taken the message, its word does not reach the client.
    pub fn after_dot(action: Action) -> Self {
        Self { way: Way::ToServer, at: b"\r\n.\r\n", passes: true, after_reply: true, action }
    }

    /// At a recipient.
    pub fn at_rcpt(action: Action) -> Self {
        Self { way: Way::ToServer, at: b"RCPT TO", passes: false, after_reply: false, action }
    }

    /// Once IDLE has begun.
    pub fn in_idle(action: Action) -> Self {
        Self { way: Way::ToClient, at: b"+ idling\r\n", passes: true, after_reply: false, action }
    }

    /// Where a message's bytes begin.
    pub fn in_fetch(action: Action) -> Self {
        Self { way: Way::ToClient, at: b"BODY[] {", passes: true, after_reply: false, action }
    }

    /// A move that the server does not hear of.
    pub fn before_move(action: Action) -> Self {
        Self { way: Way::ToServer, at: b"UID MOVE", passes: false, after_reply: false, action }
    }

    /// A move that was made, and whose confirmation is lost.
    pub fn after_move(action: Action) -> Self {
        Self { way: Way::ToServer, at: b"UID MOVE", passes: true, after_reply: true, action }
    }

    /// The server's first word does not come.
    pub fn at_greeting(action: Action) -> Self {
        Self { way: Way::ToClient, at: b" ", passes: false, after_reply: false, action }
    }
}

/// A running proxy.
pub struct Proxy {
    port: u16,
    armed: Arc<Mutex<Option<Fault>>>,
    ended: Arc<AtomicBool>,
}

impl Proxy {
    pub(super) fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let armed: Arc<Mutex<Option<Fault>>> = Arc::default();
        let ended = Arc::new(AtomicBool::new(false));
        let (rules, end) = (Arc::clone(&armed), Arc::clone(&ended));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                for s in [&client, &server] {
                    s.set_nodelay(true).unwrap();
                }
                let hung = Arc::new(Mutex::new(None));
                for way in [Way::ToServer, Way::ToClient] {
                    let (from, to) = match way {
                        Way::ToServer => (client.try_clone().unwrap(), server.try_clone().unwrap()),
                        Way::ToClient => (server.try_clone().unwrap(), client.try_clone().unwrap()),
                    };
                    let (armed, state, end) = (Arc::clone(&rules), Arc::clone(&hung), Arc::clone(&end));
                    thread::spawn(move || pump(way, from, to, &armed, &state, &end));
                }
            }
        });
        Self { port, armed, ended }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next time the word is said, it happens; once.
    pub fn arm(&self, fault: Fault) {
        *self.armed.lock().unwrap() = Some(fault);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A fault under way on one connection: what happens at the next word of that direction.
type State = Mutex<Option<(Way, Action)>>;

fn pump(
    way: Way,
    mut from: TcpStream,
    mut to: TcpStream,
    armed: &Mutex<Option<Fault>>,
    state: &State,
    end: &AtomicBool,
) {
    let mut tail: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = match from.read(&mut buffer) {
            Ok(n) if n > 0 => n,
            _ => break,
        };
        let bytes = &buffer[..n];
        let due = *state.lock().unwrap();
        if let Some((_, action)) = due.filter(|(w, _)| *w == way) {
            return act(action, &from, &to, end);
        }
        tail.extend_from_slice(bytes);
        // Where in this piece the word ends, and what is to happen.
        let fault = {
            let mut armed = armed.lock().unwrap();
            let at = armed.filter(|f| f.way == way).and_then(|f| {
                let end = tail.windows(f.at.len()).position(|w| w == f.at)? + f.at.len();
                Some((f, (end + n).saturating_sub(tail.len())))
            });
            if at.is_some() {
                *armed = None;
            }
            at
        };
        let keep = tail.len().saturating_sub(64);
        tail.drain(..keep);
        match fault {
            None => {
                if to.write_all(bytes).is_err() {
                    break;
                }
            }
            Some((fault, end_of_word)) => {
                if fault.after_reply {
                    let other = if way == Way::ToServer { Way::ToClient } else { Way::ToServer };
                    *state.lock().unwrap() = Some((other, fault.action));
                    let _ = to.write_all(bytes);
                    continue;
                }
                if fault.passes {
                    let _ = to.write_all(&bytes[..end_of_word]);
                }
                // The other direction stops too.
                let other = if way == Way::ToServer { Way::ToClient } else { Way::ToServer };
                *state.lock().unwrap() = Some((other, fault.action));
                return act(fault.action, &from, &to, end);
            }
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

fn act(action: Action, from: &TcpStream, to: &TcpStream, end: &AtomicBool) {
    if action == Action::Hang {
        while !end.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
