//! Machines told from people (RFC 3834, RFC 3464, RFC 2919).
//!
//! Marks in the headers come first, wording second; where both are silent it is a person, since a
//! colleague's report that is taken for a machine's is lost, while a machine taken for a person costs
//! the referent a glance. Choices that could be disputed:
//!
//! * `Auto-Submitted: auto-generated` is a [`Origin::Notifier`], whatever it says: the caller knows which
//!   notifiers (an ENT, a scanner) may report.
//! * A list's mail is [`Origin::Bulk`], except on a list of the very domain at which the mail arrived,
//!   from somebody's personal address and without a word of advertising: that is a colleague writing to
//!   a list on which our mailbox stands.
//! * Phishing needs all of a link, a threat or a bait, a demand, and nobody speaking for himself. Who
//!   tells of a phishing mail speaks for himself, or forwards, and is a person.

use super::Message;
use super::text::fold;
use super::trim::marks::{Prefix, prefix};

/// Who, or what, wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person.
    Person,
    /// A machine answering on someone's behalf: out of office, read receipt.
    AutoReply,
    /// A delivery status notification.
    Bounce,
    /// Advertising, newsletter, mailing list, phishing, spam.
    Bulk,
    /// A mail that Passerelle itself sent (own copy, or somebody's server handing it back).
    Ours,
    /// Another machine's notice (monitoring, ENT notifier, scanner), neither reply nor list.
    Notifier,
}

/// Tells who wrote `message`, by its marks first and its wording second.
///
/// Marks can be forged: [`Origin::Ours`] says only that a mail claims to be ours.
pub fn origin(message: &Message) -> Origin {
    let marks = &message.marks;
    if marks.passerelle_kind.is_some() || marks.passerelle_own.is_some() {
        return Origin::Ours;
    }
    if message.bounce.is_some() {
        return Origin::Bounce;
    }
    let words = Words::of(message);
    if marks.report_type.as_deref() == Some("disposition-notification") || words.is_receipt() {
        return Origin::AutoReply;
    }
    let replied = marks.auto_submitted.as_deref().is_some_and(|v| v.starts_with("auto-replied"));
    if replied || marks.auto_response || marks.precedence.as_deref() == Some("auto_reply") {
        return Origin::AutoReply;
    }
    let generated = marks.auto_submitted.as_deref().is_some_and(|v| v.starts_with("auto-"));
    let null_path = matches!(message.return_path, Some(None));
    let bulk_mark = marks.list || matches!(marks.precedence.as_deref(), Some("bulk" | "list" | "junk"));
    if words.is_absence(message, generated || null_path || bulk_mark) {
        return Origin::AutoReply;
    }
    if bulk_mark && (words.advertises() || !is_own_list(message)) {
        return Origin::Bulk;
    }
    if words.is_phishing(message) {
        return Origin::Bulk;
    }
    let sender = sender_kind(message);
    if (generated || sender == Sender::Machine) && words.is_digest() {
        return Origin::Bulk;
    }
    if generated {
        return Origin::Notifier;
    }
    if words.is_advertising(&sender, message) {
        return Origin::Bulk;
    }
    if sender == Sender::Machine {
        return Origin::Notifier;
    }
    Origin::Person
}

#[derive(Debug, PartialEq, Eq)]
enum Sender {
    Machine,
    Newsletter,
    Somebody,
}

fn sender_kind(message: &Message) -> Sender {
    let Some(from) = message.from_address() else { return Sender::Somebody };
    let local: String = from.local().chars().filter(|c| c.is_alphanumeric()).collect();
    const MACHINES: [&str; 6] =
        ["noreply", "nepasrepondre", "donotreply", "noresponse", "mailerdaemon", "nepasrepondr"];
    if MACHINES.iter().any(|m| local.contains(m)) {
        return Sender::Machine;
    }
    let domain = from.domain();
    let letter = ["newsletter", "lettre", "news", "promo", "infolettre", "marketing", "offres"];
    let named = letter.iter().any(|l| local == *l || domain.starts_with(&format!("{l}.")));
    if named { Sender::Newsletter } else { Sender::Somebody }
}

/// Whether the mail came over a list of the very domain at which it arrived, from a personal address.
fn is_own_list(message: &Message) -> bool {
    let Some(list) = message.marks.list_id.as_deref() else { return false };
    if matches!(message.marks.precedence.as_deref(), Some("bulk" | "junk")) || sender_kind(message) != Sender::Somebody
    {
        return false;
    }
    let own = message.delivered_to.iter().chain(message.to.iter().filter_map(|p| p.address.as_ref()));
    let mut domains = own.map(|a| a.domain());
    domains.any(|d| list == d || list.ends_with(d) && list.trim_end_matches(d).ends_with('.'))
}

/// The folded words that are judged: what the sender wrote, and what surrounds it.
struct Words {
    subject: String,
    /// New text, one line.
    text: String,
    /// New text and signature (footers hold the unsubscribing link).
    all: String,
}

impl Words {
    fn of(message: &Message) -> Self {
        let flat = |text: &str| {
            let head: String = text.chars().take(8_000).map(|c| if c == '\n' { ' ' } else { c }).collect();
            fold(&head)
        };
        let text = flat(&message.body.new_text);
        let all = format!("{text} {}", flat(&message.body.signature));
        Self { subject: fold(&message.subject), text, all }
    }

    fn any(text: &str, list: &[&str]) -> bool {
        list.iter().any(|w| text.contains(w))
    }

    fn count(text: &str, list: &[&str]) -> usize {
        list.iter().filter(|w| text.contains(**w)).count()
    }

    /// Read receipts that are no RFC 8098 report.
    fn is_receipt(&self) -> bool {
        const SUBJECTS: [&str; 12] = [
            "lu :",
            "lu:",
            "non lu :",
            "non lu:",
            "read:",
            "not read:",
            "accuse de lecture",
            "confirmation de lecture",
            "accuse de reception (affiche)",
            "return receipt",
            "disposition:",
            "message lu",
        ];
        const TEXTS: [&str; 8] = [
            "a ete lu",
            "a ete affiche",
            "sans avoir ete lu",
            "was read",
            "has been read",
            "accuse de reception",
            "accuse de lecture",
            "a ete ouvert",
        ];
        SUBJECTS.iter().any(|s| self.subject.starts_with(s)) && (self.all.len() < 40 || Self::any(&self.all, &TEXTS))
    }

    /// Out-of-office replies. `machine` says that some mark speaks for a machine.
    fn is_absence(&self, message: &Message, machine: bool) -> bool {
        const SURE: [&str; 16] = [
            "reponse automatique",
            "automatic reply",
            "out of office",
            "absence du bureau",
            "message d'absence",
            "notification d'absence",
            "absent du bureau",
            "autoreply",
            "auto-reply",
            "auto reply",
            "auto :",
            "auto:",
            "abwesenheitsnotiz",
            "respuesta automatica",
            "risposta automatica",
            "message automatique",
        ];
        let subject = self.subject.trim_start_matches(['[', '(', '*']);
        let bare = subject.split_once(':').filter(|(p, _)| matches!(p.trim(), "re" | "rep" | "tr" | "fwd"));
        let bare = bare.map_or(subject, |(_, rest)| rest.trim());
        let direct = SURE.iter().any(|s| subject.starts_with(s));
        // A person may answer or forward such a reply: then the prefix stands before.
        if direct && prefix(&message.subject) == Prefix::None && message.body.forwarded.is_empty() {
            return true;
        }
        const AWAY: [&str; 16] = [
            "absent",
            "en conge",
            "en vacances",
            "en arret",
            "en formation",
            "indisponible",
            "en deplacement",
            "en mission",
            "away",
            "out of the office",
            "out of office",
            "on leave",
            "en mobilite",
            "en sortie",
            "en stage",
            "en disponibilite",
        ];
        const BACK: [&str; 17] = [
            "jusqu'au",
            "jusqu'a",
            "de retour",
            "mon retour",
            "until",
            "back on",
            "ne lirai",
            "ne consulte",
            "en cas d'urgence",
            "pour toute urgence",
            "prendrai connaissance",
            "pas acces a ma messagerie",
            "du lundi",
            "inclus",
            "avant le ",
            "avant lundi",
            "repondrai",
        ];
        const PERSON: [&str; 12] = [
            "?",
            "attente de votre reponse",
            "attente de ta reponse",
            "pouvez-vous",
            "peux-tu",
            "pourriez",
            "en panne",
            "ne marche",
            "fonctionne",
            "merci de me repondre",
            "videoproj",
            "imprimante",
        ];
        let says = Self::any(&self.text, &AWAY) && Self::any(&self.text, &BACK) && !Self::any(&self.text, &PERSON);
        let short = self.text.len() < 700 && message.body.forwarded.is_empty();
        let titled = ["absent", "absence", "conge", "en conge", "vacances"].iter().any(|s| bare.starts_with(s));
        let answers = !message.in_reply_to.is_empty() || prefix(&message.subject) == Prefix::Reply;
        // Without any mark the machine still betrays itself: it opens with the absence and says nothing else.
        let opens = self.text.trim_start_matches("bonjour").trim_start_matches([',', ' ', '!', '.']);
        let opens =
            ["je suis absent", "je suis actuellement", "je serai absent", "actuellement absent", "absent ", "absente "]
                .iter()
                .any(|o| opens.starts_with(o));
        says && short && (machine || titled && prefix(&message.subject) == Prefix::None || answers && opens)
    }

    /// Words of advertising and unsubscribing.
    fn advertises(&self) -> bool {
        self.unsubscribes() || Self::count(&self.text, &COMMERCE) >= 2
    }

    fn unsubscribes(&self) -> bool {
        const UNSUBSCRIBE: [&str; 18] = [
            "plus etre sollicit",
            "plus etre contact",
            "plus etre demarch",
            "optout",
            "opt-out",
            "se desinscrire",
            "se desabonner",
            "desabonn",
            "desinscri",
            "unsubscribe",
            "gerer mon abonnement",
            "gerer vos preferences",
            "vous recevez ce message car",
            "vous recevez cet e-mail car",
            "vous recevez ce mail car",
            "ne plus recevoir",
            "version en ligne",
            "voir dans le navigateur",
        ];
        Self::any(&self.all, &UNSUBSCRIBE)
    }

    fn is_advertising(&self, sender: &Sender, message: &Message) -> bool {
        if !message.in_reply_to.is_empty() || !message.body.forwarded.is_empty() || self.wraps_a_person() {
            return false;
        }
        let trade = Self::count(&self.text, &COMMERCE);
        self.unsubscribes() && (trade >= 1 || *sender != Sender::Somebody)
            || trade >= 3
            || *sender == Sender::Newsletter && trade >= 1
    }

    /// What happened in a week on a site, sent to all who use it.
    fn is_digest(&self) -> bool {
        const DIGEST: [&str; 9] = [
            "votre semaine",
            "votre mois",
            "votre resume",
            "votre recapitulatif",
            "resume de la semaine",
            "recapitulatif de la semaine",
            "recapitulatif hebdomadaire",
            "resume hebdomadaire",
            "les nouveautes de la semaine",
        ];
        Self::any(&self.subject, &DIGEST) && !self.wraps_a_person()
    }

    /// A notifier that hands on what somebody wrote: how to be rid of its notices stands below his words.
    fn wraps_a_person(&self) -> bool {
        const WRAPS: [&str; 12] = [
            "a adresse un message",
            "a adresse un nouveau message",
            "a ecrit un message",
            "a envoye un message",
            "a envoye un nouveau message",
            "vous a ecrit",
            "nouveau message de ",
            "nouveau message recu de ",
            "message recu de ",
            "message de la part de ",
            "recu un message de ",
            "recu un nouveau message de ",
        ];
        Self::any(&self.subject, &WRAPS) || Self::any(&self.text, &WRAPS)
    }

    fn is_phishing(&self, message: &Message) -> bool {
        const THREAT: [&str; 29] = [
            "suspen",
            "satur",
            "limite de stockage",
            "quota",
            "sera desactiv",
            "desactivation",
            "sous 24",
            "sous 48",
            "dans les 24",
            "dans les 48",
            "expire",
            "expiration",
            "sera supprim",
            "sera bloqu",
            "est bloque",
            "cloture",
            "activite inhabituelle",
            "connexion inhabituelle",
            "connexion suspecte",
            "non autorise",
            "dernier rappel",
            "en attente de livraison",
            "frais de",
            "remboursement",
            "vous avez gagne",
            "impaye",
            "24h",
            "48h",
            "messages en attente",
        ];
        const DEMAND: [&str; 24] = [
            "vos identifiants",
            "votre mot de passe",
            "mettre a jour",
            "mettez a jour",
            "verifier votre",
            "verifiez votre",
            "confirmer votre",
            "confirmez votre",
            "confirmer vos",
            "valider votre",
            "validez votre",
            "reactiver",
            "cliquez ici",
            "cliquez sur",
            "cliquer ici",
            "cliquer sur",
            "reglez",
            "payez",
            "connectez-vous ici",
            "authentifi",
            "debloquer",
            "recuperer votre",
            "telecharger la facture",
            "click here",
        ];
        const SELF: [&str; 26] = [
            "j'ai",
            "je ",
            "j'y",
            "je n'",
            "mon compte",
            "ma boite",
            "mon mot de passe",
            "mes identifiants",
            "nous avons recu",
            "on a recu",
            "arnaque",
            "hameconnage",
            "phishing",
            "frauduleux",
            "piege",
            "mon poste",
            "mon ordi",
            "ma salle",
            "mes eleves",
            "salle des profs",
            "est-ce",
            "faut-il",
            "que faire",
            "c'est un faux",
            "collegues ont recu",
            "attention a ce",
        ];
        let link = ["http://", "https://", "www.", "hxxp"].iter().any(|l| self.all.contains(l))
            || Self::any(&self.text, &["cliquez ici", "cliquer ici", "click here"]);
        let whole = format!("{} {}", self.subject, self.text);
        // Hardly any mail of colleagues threatens: the rest need not be looked for.
        if !Self::any(&whole, &THREAT) {
            return false;
        }
        // A button speaks in the first person for whoever is to press it: "Vérifier mon compte".
        let mut said = self.text.clone();
        let mut button = false;
        for verb in BUTTON_VERBS.into_iter().filter(|v| self.text.contains(v)) {
            for thing in BUTTON_THINGS {
                let label = format!("{verb} {thing}");
                if said.contains(&label) {
                    button = true;
                    said = said.replace(&label, " ");
                }
            }
        }
        let told = Self::any(&said, &SELF) || !message.body.forwarded.is_empty() || !message.in_reply_to.is_empty();
        (link || button) && !told && (button || Self::any(&whole, &DEMAND))
    }
}

/// What the buttons of phishing mails ask for …
const BUTTON_VERBS: [&str; 12] = [
    "verifier",
    "confirmer",
    "valider",
    "activer",
    "reactiver",
    "securiser",
    "debloquer",
    "recuperer",
    "restaurer",
    "renouveler",
    "liberer",
    "conserver",
];
/// … and of what.
const BUTTON_THINGS: [&str; 9] = [
    "mon compte",
    "mon acces",
    "mon mot de passe",
    "mon identite",
    "mes identifiants",
    "mes informations",
    "mes messages",
    "ma boite",
    "ma messagerie",
];

/// What sellers say.
const COMMERCE: [&str; 36] = [
    "nos offres",
    "notre offre",
    "offre speciale",
    "offre exclusive",
    "offres de",
    "promo",
    "€ ht",
    "euros ht",
    "eur ht",
    "remise de",
    "a partir de ",
    "devis gratuit",
    "votre devis",
    "demandez votre",
    "profitez",
    "decouvrez n",
    "notre catalogue",
    "nos nouveautes",
    "nos experts",
    "nos solutions",
    "nos produits",
    "essai gratuit",
    "webinaire",
    "livraison offerte",
    "repondez simplement",
    "etre rappele",
    "etes-vous interesse",
    "nos clients",
    "nos conseillers",
    "tarifs preferentiels",
    "prix imbattable",
    "heure d'information syndicale",
    "camarades",
    "en commande",
    "% de reduction",
    "jusqu'au 31",
];
