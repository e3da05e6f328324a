//! Who stays outside until the referent says otherwise.

use anyhow::Result;

use super::{Ending, Opened};
use crate::compose::letter::{Held, StrangerView};
use crate::incident::policy::Actor;
use crate::message::Message;
use crate::service::desk::{Cause, Desk};

/// Characters of a text that a `stranger` mail shows.
const SHOWN: usize = 2_000;

fn view(one: &Opened, held: Held) -> StrangerView {
    let from = match &one.message.from {
        Some(p) => match (&p.address, p.name.is_empty()) {
            (Some(a), true) => a.to_string(),
            (Some(a), false) => format!("{} <{a}>", p.name),
            (None, _) => p.name.clone(),
        },
        None => String::new(),
    };
    StrangerView { message: one.waiting.id.0, from, subject: one.message.subject.clone(), held }
}

/// What the sender wrote, forwarded text included, cut to a bearable length.
pub(crate) fn shown_text(m: &Message) -> String {
    let mut text = m.body.new_text.trim().to_owned();
    for f in &m.body.forwarded {
        text.push_str("\n\n");
        text.push_str(f.text.trim());
    }
    text.chars().take(SHOWN).collect()
}

fn cause(one: &Opened) -> Cause {
    Cause { actor: Actor::Passerelle, message: Some(one.waiting.id) }
}

/// Mail from outside: kept, shown, never answered.
pub(super) async fn stranger(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    desk.show_stranger(view(one, Held::Outside), shown_text(&one.message), &cause(one)).await?;
    Ok(Ending::quarantined("sender from outside the school"))
}

/// A referent's name without the proof that the school's mail host demands.
pub(super) async fn unauthenticated(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    desk.show_stranger(view(one, Held::Unauthenticated), shown_text(&one.message), &cause(one)).await?;
    Ok(Ending::quarantined("bears a referent's address, but the mail host did not authenticate it"))
}

/// Larger than allowed: its head is kept, and the referent told.
pub(super) async fn too_large(desk: &mut Desk<'_>, one: &Opened) -> Result<Ending> {
    desk.show_stranger(view(one, Held::TooLarge), shown_text(&one.message), &cause(one)).await?;
    Ok(Ending::quarantined(format!("larger than max_message_size: {} bytes", one.waiting.size)))
}
