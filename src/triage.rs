//! Message + who sent it -> which way it goes. Pure.
//!
//! Machines never receive an answer (RFC 3834); people outside the school wait at the door. Support's
//! own machines are listened to, since a desk's first answer is an automatic one.

use crate::message::Message;
use crate::message::automatic::Origin;
use crate::school::Role;

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Our own mail, or our own address: evidence of a delivery at most.
    Ours,
    /// A delivery report: tied to the mail of ours that bounced, if any.
    Bounce,
    /// Nobody reads it: the reason.
    Ignore(&'static str),
    /// A person from outside: the referent decides.
    Stranger,
    /// Support, person or machine.
    Support {
        /// Written by a machine.
        automatic: bool,
    },
    /// A referent.
    Referent,
    /// A colleague.
    Staff,
    /// A machine that reports for people: read, never answered.
    Relay,
}

/// Tells the way of `message`.
pub fn route(message: &Message, origin: Origin, role: Role) -> Route {
    if role == Role::Ourselves || message.marks.passerelle_kind.is_some() || message.marks.passerelle_own.is_some() {
        return Route::Ours;
    }
    match (origin, role) {
        (Origin::Ours, _) => Route::Ours,
        (Origin::Bounce, _) => Route::Bounce,
        (Origin::Bulk, Role::Support) => Route::Support { automatic: true },
        (Origin::Bulk, Role::Relay) => Route::Relay,
        (Origin::Bulk, _) => Route::Ignore("list, newsletter or advertising"),
        (Origin::AutoReply | Origin::Notifier, Role::Support) => Route::Support { automatic: true },
        (Origin::Notifier, Role::Relay) => Route::Relay,
        (Origin::AutoReply, _) => Route::Ignore("automatic reply"),
        (Origin::Notifier, _) => Route::Ignore("automatic notice"),
        (Origin::Person, Role::Support) => Route::Support { automatic: false },
        (Origin::Person, Role::Referent) => Route::Referent,
        (Origin::Person, Role::Relay) => Route::Relay,
        (Origin::Person, Role::Staff) => Route::Staff,
        (Origin::Person, Role::Stranger | Role::Ourselves) => Route::Stranger,
    }
}

/// Words of thanks and assent, folded. Alone they say nothing of a fault: who answers "ok merci" to
/// an acknowledgement has not seen anything repaired.
const COURTESY: [&str; 67] = [
    "a", "accord", "agreable", "attends", "au", "aussi", "avance", "beaucoup", "bien", "bientot", "bon", "bonjour", "bonne",
    "bonsoir", "c", "ca", "cdlt", "compris", "cordialement", "courage", "d", "de", "des", "efficacite", "encore",
    "entendu", "est", "et", "excellent", "fin", "genial", "grand", "impeccable", "infos", "information", "informations",
    "info", "intervention", "je", "journee", "l", "la", "le", "les", "marche", "merci", "nickel", "note",
    "ok", "okay", "oki", "parfait", "pour", "reactivite", "recu", "reponse", "retour", "semaine", "soiree", "suivi",
    "super", "top", "toute", "tres", "un", "votre", "vous",
];

/// Is this text nothing but thanks or assent?
pub fn is_courtesy(text: &str) -> bool {
    let folded = crate::report::text::fold(text);
    let mut words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).peekable();
    words.peek().is_some() && words.all(|w| COURTESY.contains(&w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_alone_are_courtesy_and_any_news_is_not() {
        for text in ["OK merci", "Parfait, merci beaucoup !", "ça marche", "Très bien, merci de votre réactivité.", "D'accord"] {
            assert!(is_courtesy(text), "{text}");
        }
        for text in ["", "oui", "non", "ok c'est réparé", "merci, ça remarche", "merci mais toujours en panne", "B204"] {
            assert!(!is_courtesy(text), "{text}");
        }
    }

    #[test]
    fn machines_are_not_answered_but_support_is_heard() {
        let m = Message::default();
        assert_eq!(route(&m, Origin::AutoReply, Role::Staff), Route::Ignore("automatic reply"));
        assert_eq!(route(&m, Origin::AutoReply, Role::Support), Route::Support { automatic: true });
        assert_eq!(route(&m, Origin::Notifier, Role::Relay), Route::Relay);
    }

    #[test]
    fn whatever_bears_our_mark_is_ours_whoever_sends_it() {
        let mut m = Message::default();
        m.marks.passerelle_kind = Some("digest".to_owned());
        assert_eq!(route(&m, Origin::Person, Role::Referent), Route::Ours);
    }
}
