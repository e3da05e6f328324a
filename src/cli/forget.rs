//! `passerelle forget`: a person is taken out of everything that is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::{Done, Global, out, site};
use crate::address::Address;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::mailbox::MessageKey;
use crate::school::Role;
use crate::store::{Forgotten, OnServer, Store};

/// Arguments of `forget`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whose; or, after an older backup was restored, the hash that an earlier `forget` printed
    #[arg(value_name = "ADDRESS")]
    pub who: String,
    /// Delete their mails on the mail server, too
    #[arg(long)]
    pub server: bool,
}

/// Forgets somebody. May be repeated, and done while the service runs.
///
/// # Errors
/// An address that is none or that the configuration needs, a store that cannot be used, or, with
/// `--server`, a mailbox that cannot: then nothing was forgotten yet.
pub async fn run(global: &Global, args: &Args) -> anyhow::Result<Done> {
    let config = global.load_config()?;
    let store = site::open_store(&config).await?;
    let Some(who) = whom(&store, &args.who).await? else {
        out::line("Nobody in this store has this hash: nothing to forget.")?;
        return Ok(Done::Well);
    };
    let notes = standing(&config, &who)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let on_server = store.messages_of(&who).await?;
    let deleted = if args.server { Some(delete(&config, &store, &clock, &on_server).await?) } else { None };
    store.keep_forgotten(clock.now()).await?;
    let done = store.forget(&who, clock.now()).await?;
    tell(&store, &who, &done)?;
    match deleted {
        Some(n) => out::line(format_args!("Deleted on the mail server: {n} of {}.", mails(on_server.len())))?,
        None if on_server.is_empty() => {}
        None => {
            out::line(format_args!(
                "Still on the mail server: {} of theirs. `--server` would have deleted them; now delete by hand:",
                mails(on_server.len())
            ))?;
            for (mailbox, n) in by_mailbox(&on_server) {
                out::line(format_args!("  {mailbox}: {n}"))?;
            }
        }
    }
    if !done.is_nothing() {
        out::line(
            "Also look at: mails in which others quote them, in the mailbox and at their recipients'; the server's \
             own backups.",
        )?;
    }
    for note in notes {
        out::line(note)?;
    }
    store.close().await;
    Ok(Done::Well)
}

/// The person meant. `None`: a hash that nobody's address has.
async fn whom(store: &Store, text: &str) -> anyhow::Result<Option<Address>> {
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(store.address_of_hash(&text.to_ascii_lowercase()).await?);
    }
    let who = Address::parse(text)?;
    if who.is_forgotten() {
        bail!("`{who}` stands for somebody who is forgotten already");
    }
    Ok(Some(who))
}

/// Refuses whom the configuration needs; says where else it names the person.
fn standing(config: &Config, who: &Address) -> anyhow::Result<Vec<String>> {
    let mut notes = Vec::new();
    for it in &config.schools {
        let school = &it.school;
        let uai = &school.uai;
        let needed = match school.role_of(who) {
            Role::Ourselves => Some("mailbox"),
            Role::Referent => Some("referent"),
            Role::Support if *who == school.support => Some("support"),
            _ if school.correspondents.contains(who) => Some("correspondents"),
            _ => None,
        };
        if let Some(key) = needed {
            bail!(
                "school {uai}: `{who}` stands in the configuration as `{key}` and goes on receiving mail; name \
                 somebody else there first"
            );
        }
        if school.known_senders.contains(who) || school.relay_senders.contains(who) {
            notes.push(format!("school {uai}: the configuration still names `{who}`; take it out there."));
        }
        if let Some(contact) = &school.contact
            && crate::compose::person::Person::new(who, &[]).is_named_in(contact)
        {
            notes.push(format!("school {uai}: `contact` in the configuration still names them; tickets show it."));
        }
    }
    Ok(notes)
}

/// Deletes what was received of theirs in every mailbox, where it was found and where it was moved.
async fn delete(config: &Config, store: &Store, clock: &Arc<dyn Clock>, found: &[OnServer]) -> anyhow::Result<usize> {
    let mut deleted = 0;
    for post in site::posts(config, store, clock)? {
        let uai = &post.office.school.uai;
        let name = post.intake.name();
        let here: Vec<&OnServer> = found.iter().filter(|m| m.school == *uai && m.key.mailbox == name).collect();
        if here.is_empty() {
            continue;
        }
        let failed = || format!("school {uai}: nothing was forgotten yet, since the mail server's part failed");
        let cursor = store.cursor(&name).await?;
        let mut mailbox = post.intake.open(cursor).await.with_context(failed)?;
        let keys: Vec<MessageKey> = here.iter().map(|m| m.key.clone()).collect();
        deleted += mailbox.delete(&keys).await.with_context(failed)?;
        let ids: Vec<String> = here.iter().filter_map(|m| m.message_id.clone()).collect();
        deleted += mailbox.delete_message_ids(&ids).await.with_context(failed)?;
    }
    Ok(deleted)
}

fn by_mailbox(found: &[OnServer]) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for m in found {
        *count.entry(m.key.mailbox.as_str()).or_default() += 1;
    }
    count
}

fn mails(n: usize) -> String {
    if n == 1 { "1 mail".to_owned() } else { format!("{n} mails") }
}

fn tell(store: &Store, who: &Address, done: &Forgotten) -> anyhow::Result<()> {
    if done.is_nothing() {
        return out::line(format_args!("Nothing in this store is of `{who}`, or names them."));
    }
    out::line(format_args!("Forgotten. In its place stands {}.", store.pseudonym(who)))?;
    for (n, what) in [
        (done.messages, "messages of theirs: bytes, sender and subject are gone"),
        (done.reports, "reports of theirs: the facts stay, the name is gone"),
        (done.quoting, "mails of others, or of ours, that named them: the bytes are gone"),
        (done.unsent, "mails to them that had not left: they will not"),
        (done.lines, "other entries that named them"),
        (done.to_leave, "mails to others that name them and have not left yet: their bytes go when they have"),
    ] {
        if n > 0 {
            out::line(format_args!("{n:>6}  {what}"))?;
        }
    }
    for (school, reference) in &done.open {
        out::line(format_args!(
            "{school} {reference} is still open: it is followed, but they are asked nothing any more (if nobody else \
             reported it, the referent is)."
        ))?;
    }
    for id in &done.held {
        out::line(format_args!(
            "Message {} of somebody else names them and waits for you: `passerelle quarantine show {}`, then drop \
             it or let it in, and forget again.",
            id.0, id.0
        ))?;
    }
    out::line("Whoever writes from this address again is somebody new.")?;
    match store.forgotten_file() {
        Some(file) => out::line(format_args!(
            "Backups made before this still hold everything. Restored beside {}, they are made to forget at the \
             next start: keep a copy of that file with them. It holds hashes only.",
            file.display()
        )),
        None => out::line(format_args!(
            "Backups made before this still hold everything. Keep this hash with them, and after restoring one run: \
             passerelle forget {}",
            store.address_hash(who)
        )),
    }
}
