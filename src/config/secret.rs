//! Passwords: where they come from, and that they stay out of logs.

use std::fmt;
use std::path::Path;

use super::read::{At, Findings, Section};

/// A password. `Debug` does not show it; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The password itself, for the log-in only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Larger files are no password files.
const LARGEST: u64 = 64 * 1024;

/// Where a section says that its password is.
enum Source {
    File(std::path::PathBuf),
    Environment(String),
    Written(String),
}

/// Reads `password_file`, `password_env` or `password` of `section`. With `look` off the keys are
/// checked but nothing outside the file is read.
pub(super) fn password(
    section: &mut Section<'_>,
    f: &mut Findings<'_>,
    base: &Path,
    look: super::Purpose,
) -> Option<Secret> {
    let of_smtp = section.path().ends_with("smtp");
    let (file, env) = if of_smtp {
        ("/etc/passerelle/smtp.password", "PASSERELLE_SMTP_PASSWORD")
    } else {
        ("/etc/passerelle/imap.password", "PASSERELLE_IMAP_PASSWORD")
    };
    let file = section.text(f, "password_file", file);
    let env = section.text(f, "password_env", env);
    let written = section.text(f, "password", "…");
    let mut sources: Vec<(At, Source)> = Vec::new();
    sources.extend(file.map(|x| (x.at, Source::File(base.join(x.value)))));
    sources.extend(env.map(|x| (x.at, Source::Environment(x.value.to_owned()))));
    sources.extend(written.map(|x| (x.at, Source::Written(x.value.to_owned()))));
    if let Some((at, _)) = sources.get(1) {
        f.wrong(at, "the password is given twice; keep one of `password_file`, `password_env` and `password`");
        return None;
    }
    let (at, source) = sources.pop()?;
    if look == super::Purpose::Reading {
        return Some(Secret::new(String::new()));
    }
    let found = match source {
        Source::Written(text) => Ok(text),
        Source::File(path) => read(&path, &at, f),
        Source::Environment(name) => std::env::var(&name).map_err(|_| {
            format!("the environment has no variable `{name}`; set it for the service, or use `password_file`")
        }),
    };
    match found {
        Ok(text) if text.is_empty() => f.wrong(&at, "the password is empty"),
        Ok(text) if text.contains(['\n', '\r', '\0']) => {
            f.wrong(&at, "the password has more than one line; only its own line belongs there");
        }
        Ok(text) => return Some(Secret(text)),
        Err(what) => f.wrong(&at, what),
    }
    None
}

fn read(path: &Path, at: &At, f: &mut Findings<'_>) -> Result<String, String> {
    let shown = path.display();
    let advice = "create it for the user that the service runs as, with the password as its only line";
    let meta = std::fs::metadata(path).map_err(|e| format!("cannot read {shown}: {e}; {advice}"))?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(format!("{shown} is not a password file; {advice}"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o004 != 0 {
            f.odd(at, format!("{shown} can be read by everybody on this machine; run `chmod 600 {shown}`"));
        }
    }
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {shown}: {e}; {advice}"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
