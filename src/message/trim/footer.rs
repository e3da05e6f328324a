//! What programs and offices add to a mail: warnings, client footers, notices. Folded text throughout.

use super::words::{is_room_code, tells_fault};

/// A mail gateway's warning at the top.
pub(super) fn is_banner(text: &str) -> bool {
    const BANNERS: [&str; 15] = [
        "[externe]",
        "[external]",
        "[ext]",
        "provient de l'exterieur",
        "expediteur externe",
        "emetteur externe",
        "external sender",
        "external email",
        "originated from outside",
        "externe a l'organisation",
        "vous n'obtenez pas souvent d",
        "vous ne recevez pas souvent d",
        "you don't often get email from",
        "decouvrez pourquoi ceci est important",
        "learn why this is important",
    ];
    const ADVICE: [&str; 3] = ["ne cliquez pas sur", "n'ouvrez pas les pieces jointes", "do not click"];
    text.len() < 400 && (BANNERS.iter().any(|b| text.contains(b)) || ADVICE.iter().any(|a| text.starts_with(a)))
}

/// "Envoyé de mon iPhone", "Obtenez Outlook pour iOS", an anti-virus program's advertising.
pub(super) fn is_footer(text: &str) -> bool {
    if text.len() > 200 {
        return false;
    }
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    names_device(text) || offers_client(text) || advertises(text)
}

/// "Envoyé de mon …": the device, then at most an excuse. A sentence that begins so is no footer.
fn names_device(text: &str) -> bool {
    // What leads to a device, and what leads to somebody's own device, of whatever make.
    const STARTS: [&str; 22] = [
        "envoye de l'appli",
        "envoye d'un ",
        "envoye d'une ",
        "envoye depuis ",
        "envoye a partir d",
        "envoye avec ",
        "envoye via ",
        "envoyes de mon",
        "sent from ",
        "sent with ",
        "sent via ",
        "sent by ",
        "sent using ",
        "provenance : courrier",
        "provenance: courrier",
        "enviado desde ",
        "gesendet von ",
        "gesendet mit ",
        "inviato da",
        "message envoye depuis ",
        "message envoye avec ",
        "courriel envoye depuis ",
    ];
    const OWN: [&str; 14] = [
        "envoye de mon ",
        "envoye de ma ",
        "envoye depuis mon ",
        "envoye depuis ma ",
        "envoye a partir de mon ",
        "envoye a partir de ma ",
        "expedie de mon ",
        "expedie depuis mon ",
        "sent from my ",
        "sent from a ",
        "enviado desde mi ",
        "enviado do meu ",
        "inviato dal mio ",
        "von meinem ",
    ];
    const DEVICES: [&str; 33] = [
        "iphone",
        "ipad",
        "ipod",
        "mobil",
        "telephone",
        "smartphone",
        "portable",
        "appareil",
        "android",
        "galaxy",
        "samsung",
        "outlook",
        "yahoo",
        "gmail",
        "orange",
        "sfr",
        "bouygues",
        "free",
        "proton",
        "courrier",
        "mail",
        "huawei",
        "xiaomi",
        "redmi",
        "windows",
        "tablet",
        "bluemail",
        "k-9",
        "thunderbird",
        "phone",
        "blackberry",
        "messagerie",
        "typeapp",
    ];
    // "Envoyé de ma salle", "Sent from my desk": a place, and so perhaps a report's.
    const PLACES: [&str; 16] = [
        "salle",
        "poste",
        "bureau",
        "labo",
        "cdi",
        "classe",
        "lycee",
        "college",
        "atelier",
        "maison",
        "desk",
        "room",
        "office",
        "class",
        "classroom",
        "school",
    ];
    let own = OWN.iter().find_map(|s| text.strip_prefix(s));
    let Some(rest) = own.or_else(|| STARTS.iter().find_map(|s| text.strip_prefix(s))) else {
        return text.starts_with("from my ") && text.split_whitespace().count() <= 4
            || text.ends_with(" gesendet") && text.contains("von meinem ");
    };
    let device = rest.split([',', '.', '!', ';', '<', '(', '[']).next().unwrap_or_default();
    let said = rest.get(device.len()..).unwrap_or_default();
    let words = || device.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let place = words().any(|w| PLACES.contains(&w) || is_room_code(w));
    let known = DEVICES.iter().any(|d| device.contains(d)) && words().count() <= 9;
    let own = own.is_some() && words().count() <= 6;
    (known || own) && !place && (said.split_whitespace().count() <= 3 || excuses(said))
}

/// "… veuillez excuser les fautes de frappe".
fn excuses(text: &str) -> bool {
    ["excus", "desole", "pardon", "faute", "typo", "brievete", "sorry", "http", "www."].iter().any(|w| text.contains(w))
}

/// "Télécharger Outlook pour Android".
fn offers_client(text: &str) -> bool {
    const OFFERS: [&str; 6] = ["telecharge", "obtenir ", "obtenez ", "get ", "download ", "holen sie sich "];
    const SYSTEMS: [&str; 6] = ["pour android", "pour ios", "pour mobile", "for android", "for ios", "fur android"];
    OFFERS.iter().any(|o| text.starts_with(o))
        && (SYSTEMS.iter().any(|s| text.contains(s)) || text.contains("outlook"))
        && text.split_whitespace().count() <= 8
}

fn advertises(text: &str) -> bool {
    const WHOLE: [&str; 9] = [
        "garanti sans virus",
        "sans virus.",
        "virus-free",
        "l'absence de virus dans ce courrier",
        "avast logo",
        "ce courrier electronique ne contient aucun virus",
        "cet e-mail a ete verifie par le logiciel antivirus",
        "this email has been checked for viruses",
        "yahoo mail: recherchez",
    ];
    const EXCUSES: [&str; 4] = [
        "excusez la brievete",
        "veuillez excuser la brievete",
        "veuillez excuser ma brievete",
        "please excuse my brevity",
    ];
    WHOLE.iter().any(|w| text.contains(w)) || text == "www.avast.com" || EXCUSES.iter().any(|e| text.starts_with(e))
}

/// How a confidentiality notice or the like begins.
pub(super) fn starts_disclaimer(text: &str) -> bool {
    const STARTS: [&str; 35] = [
        "ce message",
        "ce courriel",
        "ce mail",
        "ce courrier",
        "cet e-mail",
        "cet email",
        "cette communication",
        "ce document",
        "les informations contenues",
        "le contenu de ce",
        "l'integrite de ce",
        "this message",
        "this e-mail",
        "this email",
        "the information",
        "the contents of this",
        "confidentialite",
        "avis de confidentialite",
        "confidential",
        "avertissement",
        "disclaimer",
        "pensez a l'environnement",
        "avant d'imprimer",
        "n'imprimez",
        "merci de n'imprimer",
        "please consider",
        "afin de respecter l'environnement",
        "preservons l'environnement",
        "respectons l'environnement",
        "protegeons l'environnement",
        "imprimez ce",
        "droit a la deconnexion",
        "si vous recevez ce",
        "si vous n'etes pas le destinataire",
        "si ce message vous parvient",
    ];
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    STARTS.iter().any(|s| text.starts_with(s))
}

/// Whether a paragraph that begins like one is one.
pub(super) fn is_disclaimer(text: &str) -> bool {
    const PROOFS: [&str; 20] = [
        "confidentiel",
        "confidential",
        "destinataire",
        "par erreur",
        "intended",
        "recipient",
        "in error",
        "environnement",
        "environment",
        "usage exclusif",
        "non autorise",
        "unauthori",
        "ne pas y repondre",
        "ne pas repondre",
        "n'imprimer ce",
        "strictement interdite",
        "deconnexion",
        "heures de travail",
        "horaires de travail",
        "temps de travail",
    ];
    PROOFS.iter().filter(|p| text.contains(**p)).count() >= 1
        && text.len() < 4_000
        && (text.len() >= 160 || is_customary(text) || !tells_fault(text))
}

/// "… merci de n'imprimer ce message qu'en cas de nécessité", "Droit à la déconnexion : …": what
/// sounds like a fault in them is none.
fn is_customary(text: &str) -> bool {
    text.contains("n'imprimer ce")
        || text.contains("destinataire") && (text.contains("exclusi") || text.contains("diffusion"))
        || text.contains("environnement") && text.contains("imprim")
        || text.contains("droit a la deconnexion")
}
