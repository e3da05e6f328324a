//! `[school.intake]` and `[school.delivery]`: the servers, or the Maildirs in their place.

use std::path::{Path, PathBuf};

use super::read::{Findings, Section};
use super::secret::{self, Secret};
use super::{Purpose, value};
use crate::mailbox::imap::{ImapConfig, ImapLimits, ImapTls};
use crate::transport::smtp::{SmtpConfig, SmtpLimits, SmtpTls};

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// STARTTLS, or no connection.
    StartTls,
    /// STARTTLS where the server offers it (SMTP only).
    Opportunistic,
    /// No encryption; accepted to this very machine only.
    Plain,
}

/// Where mail is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// A folder of an IMAP server.
    Imap(ImapSettings),
    /// A Maildir.
    Maildir {
        /// The folder that holds `new`, `cur`, `tmp`.
        path: PathBuf,
        /// Handled messages are moved to this Maildir++ folder of it (`Traités`).
        done_folder: Option<String>,
    },
}

/// An IMAP server and its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapSettings {
    /// Name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Never [`Security::Opportunistic`].
    pub security: Security,
    /// Log-in name.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// Where mail arrives, as people write it (not mUTF-7).
    pub folder: String,
    /// Where handled messages are moved; `None`: they stay.
    pub done_folder: Option<String>,
    /// PEM file of a private certification authority, trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
}

/// Where mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A submission server.
    Smtp(SmtpSettings),
    /// A folder with one Maildir per recipient in it.
    Maildir(PathBuf),
}

/// A submission server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password; `None`: the server relays for us without a log-in.
    pub credentials: Option<(String, Secret)>,
    /// PEM file of a private certification authority, trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
}

impl ImapSettings {
    /// As [`crate::mailbox::imap`] wants it; larger messages than `max_message_size` bytes are not
    /// read whole.
    pub fn connection(&self, max_message_size: u64) -> ImapConfig {
        ImapConfig {
            host: self.host.clone(),
            port: self.port,
            tls: match self.security {
                Security::Tls => ImapTls::Implicit,
                Security::StartTls | Security::Opportunistic => ImapTls::StartTls,
                Security::Plain => ImapTls::Plain,
            },
            user: self.user.clone(),
            password: self.password.expose().to_owned(),
            folder: self.folder.clone(),
            done_folder: self.done_folder.clone(),
            ca_file: self.ca_file.clone(),
            max_message_size,
            limits: ImapLimits::default(),
        }
    }
}

impl SmtpSettings {
    /// As [`crate::transport::smtp`] wants it; `hello_name` is how we call ourselves in EHLO (a
    /// domain).
    pub fn connection(&self, hello_name: &str) -> SmtpConfig {
        let (user, password) = self.credentials.clone().unzip();
        SmtpConfig {
            host: self.host.clone(),
            port: self.port,
            tls: match self.security {
                Security::Tls => SmtpTls::Implicit,
                Security::StartTls => SmtpTls::StartTlsRequired,
                Security::Opportunistic => SmtpTls::StartTlsOpportunistic,
                Security::Plain => SmtpTls::None,
            },
            user,
            password: password.map(|p| p.expose().to_owned()),
            ca_file: self.ca_file.clone(),
            hello_name: hello_name.to_owned(),
            limits: SmtpLimits::default(),
        }
    }
}

/// Where and why a section is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// Relative paths count from here.
    pub(super) base: &'a Path,
    /// Are files and environment looked at?
    pub(super) purpose: Purpose,
}

fn ca_file(s: &mut Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<PathBuf> {
    let found = s.text(f, "ca_file", "/etc/passerelle/ca.pem")?;
    let path = cx.base.join(found.value);
    if cx.purpose == Purpose::Service {
        let shown = path.display();
        match std::fs::read(&path) {
            Err(e) => f.wrong(&found.at, format!("cannot read {shown}: {e}; it is the authority's certificate (PEM)")),
            Ok(bytes) if !bytes.windows(27).any(|w| w == b"-----BEGIN CERTIFICATE-----") => {
                f.wrong(&found.at, format!("{shown} holds no PEM certificate (-----BEGIN CERTIFICATE-----)"));
            }
            Ok(_) => {}
        }
    }
    Some(path)
}

/// `[school.intake]`; `None` where it is absent or wrong.
pub(super) fn intake(mut s: Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<Intake> {
    let at = s.at();
    let imap = s.section(f, "imap");
    let dir = s.text(f, "maildir", "/var/mail/panne-info");
    let result = match (imap, dir) {
        (Some(_), Some(dir)) => {
            f.wrong(&dir.at, "mail comes from one place; keep either `maildir` or the `imap` table");
            None
        }
        (Some(imap), None) => read_imap(imap, f, cx).map(Intake::Imap),
        (None, Some(dir)) => {
            let done = s.text(f, "done_folder", "Traités").map(|d| d.value.to_owned());
            Some(Intake::Maildir { path: cx.base.join(dir.value), done_folder: done })
        }
        (None, None) => {
            if !s.has("imap") && !s.has("maildir") {
                f.wrong(
                    &at,
                    "says from where mail comes; add `maildir = \"path\"`, or a table headed `[school.intake.imap]`",
                );
            }
            None
        }
    };
    s.finish(f);
    result
}

fn read_imap(mut s: Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<ImapSettings> {
    let url = s.parsed(f, "url", "imaps://imap.example.org", |t| value::server_url(t, &["imaps", "imap"]));
    let starttls = s.flag(f, "starttls");
    let user = s.text(f, "user", "panne-info").map(|x| x.value.to_owned());
    let password = secret::password(&mut s, f, cx.base, cx.purpose);
    let folder = s.text(f, "folder", "INBOX").map_or_else(|| "INBOX".to_owned(), |x| x.value.to_owned());
    let done = s.text(f, "done_folder", "Traités");
    let ca = ca_file(&mut s, f, cx);
    if let Some(d) = done.as_ref().filter(|d| d.value == folder) {
        f.wrong(&d.at, "is the folder that mail is read from; name another one, or leave the line out");
    }
    s.demand(f, "url", "imaps://imap.example.org", "the server of the fixed address");
    s.demand(f, "user", "panne-info", "the log-in name of the mailbox");
    demand_password(&s, f);
    let mut security = None;
    if let Some(url) = &url {
        let wants = starttls.as_ref().map(|x| x.value);
        security = match (url.value.scheme.as_str(), wants) {
            ("imaps", Some(true)) => {
                let at = starttls.as_ref().map_or(&url.at, |x| &x.at);
                f.wrong(
                    at,
                    "`imaps://` is encrypted from the start; write `imap://` for STARTTLS, or leave this line out",
                );
                None
            }
            ("imaps", _) => Some(Security::Tls),
            (_, Some(true)) => Some(Security::StartTls),
            _ if url.value.is_loopback() => Some(Security::Plain),
            _ => {
                f.wrong(
                    &url.at,
                    "`imap://` alone would send the password unencrypted; write `imaps://`, or add `starttls = true`",
                );
                None
            }
        };
    }
    s.finish(f);
    let (url, security) = (url?.value, security?);
    let port = url.port.unwrap_or(if security == Security::Tls { 993 } else { 143 });
    Some(ImapSettings {
        host: url.host,
        port,
        security,
        user: user?,
        password: password?,
        folder,
        done_folder: done.map(|d| d.value.to_owned()),
        ca_file: ca,
    })
}

fn demand_password(s: &Section<'_>, f: &mut Findings<'_>) {
    if !["password_file", "password_env", "password"].iter().any(|k| s.has(k)) {
        let meaning = "a file with the password as its only line; or `password_env`, `password`";
        s.demand(f, "password_file", "/etc/passerelle/password", meaning);
    }
}

/// `[school.delivery]`; `None` where it is absent or wrong.
pub(super) fn delivery(mut s: Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<Delivery> {
    let at = s.at();
    let smtp = s.section(f, "smtp");
    let dir = s.text(f, "maildir", "/var/lib/passerelle/sent");
    let result = match (smtp, dir) {
        (Some(_), Some(dir)) => {
            f.wrong(&dir.at, "mail leaves one way; keep either `maildir` or the `smtp` table");
            None
        }
        (Some(smtp), None) => read_smtp(smtp, f, cx).map(Delivery::Smtp),
        (None, Some(dir)) => Some(Delivery::Maildir(cx.base.join(dir.value))),
        (None, None) => {
            if !s.has("smtp") && !s.has("maildir") {
                f.wrong(
                    &at,
                    "says how mail leaves; add a table headed `[school.delivery.smtp]`, or `maildir = \"dir\"`",
                );
            }
            None
        }
    };
    s.finish(f);
    result
}

fn read_smtp(mut s: Section<'_>, f: &mut Findings<'_>, cx: Context<'_>) -> Option<SmtpSettings> {
    let url = s.parsed(f, "url", "smtp://smtp.example.org:587", |t| value::server_url(t, &["smtp", "smtps"]));
    let starttls = s.parsed(f, "starttls", "required", |t| match t.trim() {
        "required" => Ok(Security::StartTls),
        "opportunistic" => Ok(Security::Opportunistic),
        "none" => Ok(Security::Plain),
        _ => Err(format!("{} is none of \"required\", \"opportunistic\", \"none\"", value::shown(t))),
    });
    let user = s.text(f, "user", "panne-info");
    let password = secret::password(&mut s, f, cx.base, cx.purpose);
    let ca = ca_file(&mut s, f, cx);
    s.demand(f, "url", "smtp://smtp.example.org:587", "the server that takes our mail");
    let has_password = ["password_file", "password_env", "password"].iter().any(|k| s.has(k));
    match (&user, has_password) {
        (Some(_), false) => demand_password(&s, f),
        (None, true) => s.demand(f, "user", "panne-info", "a password is given, so a log-in name is needed"),
        _ => {}
    }
    let security = url.as_ref().and_then(|url| security_of(url.value.scheme == "smtps", starttls.as_ref(), f));
    if let (Some(url), Some(security)) = (&url, security)
        && !url.value.is_loopback()
    {
        let at = starttls.as_ref().map_or(&url.at, |x| &x.at);
        if security == Security::Plain {
            f.wrong(
                at,
                "\"none\" sends mail unencrypted and is accepted to this very machine only (localhost); write \"required\" or \"opportunistic\"",
);
        }
    }
    let logs_in = user.is_some() || has_password;
    s.finish(f);
    let (url, security) = (url?.value, security?);
    let credentials = match (user, password) {
        (Some(user), Some(password)) => Some((user.value.to_owned(), password)),
        _ if logs_in => return None,
        _ => None,
    };
    let port = url.port.unwrap_or(if security == Security::Tls { 465 } else { 587 });
    Some(SmtpSettings { host: url.host, port, security, credentials, ca_file: ca })
}

fn security_of(
    implicit: bool,
    starttls: Option<&super::read::Found<Security>>,
    f: &mut Findings<'_>,
) -> Option<Security> {
    match (implicit, starttls) {
        (true, Some(found)) => {
            f.wrong(
                &found.at,
                "`smtps://` is encrypted from the start; write `smtp://` for STARTTLS, or leave this line out",
            );
            None
        }
        (true, None) => Some(Security::Tls),
        (false, found) => Some(found.map_or(Security::StartTls, |x| x.value)),
    }
}
