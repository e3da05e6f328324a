//! Who Postfix refuses: its policy delegation protocol, answered from the test.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Default)]
struct Rules {
    recipients: HashMap<String, String>,
    content: Option<String>,
}

/// The rules; they hold from the next command on.
#[derive(Clone)]
pub struct Policy {
    port: u16,
    rules: Arc<Mutex<Rules>>,
}

impl Policy {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let rules: Arc<Mutex<Rules>> = Arc::default();
        let asked = Arc::clone(&rules);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let rules = Arc::clone(&asked);
                thread::spawn(move || answer(&stream, &rules));
            }
        });
        Self { port, rules }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// `recipient` is refused with `reply` (`550 5.1.1 …`, `451 4.7.1 …`) at RCPT.
    pub fn refuse(&self, recipient: &str, reply: &str) {
        self.rules.lock().unwrap().recipients.insert(recipient.to_owned(), reply.to_owned());
    }

    /// Every message is refused with `reply` after its final dot.
    pub fn refuse_content(&self, reply: &str) {
        self.rules.lock().unwrap().content = Some(reply.to_owned());
    }

    /// Nobody is refused any more.
    pub fn clear(&self) {
        *self.rules.lock().unwrap() = Rules::default();
    }
}

fn answer(stream: &TcpStream, rules: &Mutex<Rules>) {
    let mut asked: HashMap<String, String> = HashMap::new();
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if let Some((key, value)) = line.split_once('=') {
            asked.insert(key.to_owned(), value.to_owned());
            continue;
        }
        let field = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let action = {
            let rules = rules.lock().unwrap();
            match field("protocol_state") {
                "RCPT" => rules.recipients.get(field("recipient")).cloned(),
                "END-OF-MESSAGE" => rules.content.clone(),
                _ => None,
            }
        };
        asked.clear();
        let text = format!("action={}\n\n", action.as_deref().unwrap_or("DUNNO"));
        if (&mut &*stream).write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}
