//! `passerelle check`: each line ok, or what to do.

use super::{Done, Global, out};
use crate::config::{Config, Delivery, Intake, SchoolConfig, Texts};
use crate::mailbox::Cursor;
use crate::mailbox::imap::ImapMailbox;
use crate::mailbox::maildir::MaildirMailbox;
use crate::store::Store;
use crate::transport::Transport;
use crate::transport::maildir::MaildirTransport;
use crate::transport::smtp::SmtpTransport;

/// Lines told so far.
#[derive(Debug, Default)]
struct Told {
    trouble: usize,
}

impl Told {
    fn line(&mut self, what: &str, result: Result<String, String>) -> anyhow::Result<()> {
        match result {
            Ok(text) => out::line(format_args!("ok     {what}: {text}")),
            Err(text) => {
                self.trouble += 1;
                out::line(format_args!("WRONG  {what}: {text}"))
            }
        }
    }
}

/// Checks everything that the service will need, and tells it line by line. Sends no mail; makes
/// the store if it is not there yet.
///
/// # Errors
/// The configuration cannot be used, or standard output cannot be written.
pub async fn run(global: &Global) -> anyhow::Result<Done> {
    let path = global.config_path()?;
    let config = Config::load(&path)?;
    let file = path.display().to_string();
    let mut told = Told::default();
    let schools = match config.schools.len() {
        1 => "1 school".to_owned(),
        n => format!("{n} schools"),
    };
    told.line("configuration", Ok(format!("{file}, {schools}")))?;
    for w in &config.warnings {
        out::line(format_args!("note   {}", w.in_file(&file)))?;
    }
    told.line("store", store(&config).await)?;
    for school in &config.schools {
        check_school(&config, school, &mut told).await?;
    }
    match told.trouble {
        0 => out::line("All is well.")?,
        1 => out::line("One thing needs you.")?,
        n => out::line(format_args!("{n} things need you."))?,
    }
    Ok(if told.trouble == 0 { Done::Well } else { Done::NeedsPerson })
}

async fn store(config: &Config) -> Result<String, String> {
    let store = Store::open(config.store_url.as_str()).await.map_err(|e| e.to_string())?;
    let place = store.place().to_owned();
    store.close().await;
    Ok(place)
}

async fn check_school(config: &Config, it: &SchoolConfig, told: &mut Told) -> anyhow::Result<()> {
    let uai = &it.school.uai;
    let texts = Texts::load(config.templates.as_deref(), &it.school)
        .map(|t| t.profile.title().to_owned())
        .map_err(|e| format!("{e:#}"));
    told.line(&format!("{uai} templates"), texts)?;
    let limit = it.school.policy.max_message_size;
    match &it.intake {
        Intake::Imap(imap) => {
            for (step, result) in ImapMailbox::check(&imap.connection(limit)).await {
                told.line(&format!("{uai} intake, {step}"), result)?;
            }
        }
        Intake::Maildir { path, done_folder } => {
            let opened = MaildirMailbox::open(path.clone(), done_folder.clone(), limit, Cursor::default()).await;
            let result = opened.map(|_| path.display().to_string()).map_err(|e| e.to_string());
            told.line(&format!("{uai} intake, Maildir"), result)?;
        }
    }
    let transport: Box<dyn Transport> = match &it.delivery {
        Delivery::Smtp(smtp) => Box::new(SmtpTransport::new(smtp.connection(it.school.mailbox.domain()))),
        Delivery::Maildir(dir) => Box::new(MaildirTransport::new(dir.clone())),
    };
    told.line(&format!("{uai} delivery"), transport.check().await)
}
