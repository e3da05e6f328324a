//! A server's reply, whatever lettre makes of it: it calls a refusal an error.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits.
    pub code: u16,
    /// Its text, without the codes.
    pub text: String,
}

impl Reply {
    /// The reply in lettre's result.
    ///
    /// # Errors
    /// In words, where no reply was understood.
    pub fn of(result: Result<Response, Error>) -> Result<Self, String> {
        match result {
            Ok(response) => {
                let text = response.message().collect::<Vec<_>>().join(" ");
                Ok(Self { code: response.code().into(), text })
            }
            Err(e) => {
                let text = e.source().map_or_else(|| e.to_string(), ToString::to_string);
                match e.status() {
                    Some(code) => Ok(Self { code: code.into(), text }),
                    None if e.is_response() => Err("what the server said is no SMTP".to_owned()),
                    None if e.is_client() => Err(text),
                    None => Err(format!("connection lost: {text}")),
                }
            }
        }
    }

    /// 2xx.
    pub fn is_ok(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text.chars().filter(|c| !c.is_control()).take(400).collect();
        write!(f, "{} {text}", self.code)
    }
}
