//! Replies in many voices, and the corpus where it is there.

use std::sync::LazyLock;

use super::reader::Reader;
use super::*;

mod additions;
mod closed_doors;
mod crowded;
mod shorthand;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fn reader(places: &Places) -> Reader<'_> {
    Reader::new(&PROFILE, places, jiff::civil::date(2026, 1, 22)).unwrap()
}

/// Reads a folder of labelled replies and writes what is understood, for measuring.
#[test]
fn labelled_replies_are_read_where_they_are_there() {
    let (Ok(folder), Ok(output)) = (std::env::var("PASSERELLE_REPLIES"), std::env::var("PASSERELLE_OUT")) else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let places = Places::default();
    let mut lines = String::new();
    for line in std::fs::read_to_string(folder.join("gold.jsonl")).unwrap().lines() {
        let gold: serde_json::Value = serde_json::from_str(line).unwrap();
        let raw = std::fs::read(folder.join(gold["file"].as_str().unwrap())).unwrap();
        let message = crate::message::parse::parse(&raw);
        let date = message.date.unwrap_or(Timestamp::UNIX_EPOCH);
        let ctx = AnswerContext { profile: &PROFILE, places: &places, date, zone: &zone };
        let mut out = match gold["role"].as_str().unwrap() {
            "referent" => json::referent(&referent(&message.subject, &message.body.new_text, &ctx)),
            "support" => json::support(&support(&message.subject, &message.body.new_text, &ctx)),
            _ => json::reporter(&reporter(&message.subject, &message.body.new_text, &ctx)),
        };
        out.insert("file".to_owned(), gold["file"].clone());
        lines.push_str(&serde_json::to_string(&out).unwrap());
        lines.push('\n');
    }
    std::fs::write(output, lines).unwrap();
}

const SUBJECT: &str = "Re: [SIG-2026-0050] Vidéoprojecteur – B204 : ticket à confirmer";

#[track_caller]
fn referent_says(text: &str) -> Vec<Order> {
    let places = Places::default();
    referent::read(&reader(&places), SUBJECT, text, &[])
}

/// One line per reply: the intent (with `+` where a correction also confirms), `|`, the text.
fn check_table(table: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for (expected, text) in table {
        let got = read(text);
        if got != *expected {
            wrong.push(format!("WRONG {text:?}: {got}, should be {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn brief(orders: &[Order]) -> String {
    let one = |o: &Order| {
        let target = match o.target {
            Target::This => String::new(),
            Target::Ref(r) => format!("{r}:"),
            Target::Others => "others:".to_owned(),
            Target::All => "all:".to_owned(),
        };
        let detail = match &o.verb {
            Verb::Correct { changes, confirms } => {
                let mut all: Vec<String> = Vec::new();
                all.extend(changes.place.as_ref().map(|p| p.to_string()));
                all.extend(changes.equipment.map(|e| e.to_string()));
                all.extend(changes.count.map(|e| e.to_string()));
                all.extend(changes.serial.clone());
                all.extend(changes.label.clone());
                format!("{} {}", if *confirms { "+" } else { "" }, all.join(" "))
            }
            Verb::Redirect { to } => format!(" {to}"),
            Verb::Duplicate { of, of_place } => {
                format!(
                    " {}",
                    of.map(|r| r.to_string()).or(of_place.as_ref().map(|p| p.to_string())).unwrap_or_default()
                )
            }
            Verb::Merge { refs } => refs.iter().map(|r| format!(" {r}")).collect(),
            _ => String::new(),
        };
        format!("{target}{}{detail}", json::intent(&o.verb))
    };
    orders.iter().map(one).collect::<Vec<_>>().join("; ").trim_end().to_owned()
}

#[test]
fn referents_are_understood_in_many_voices() {
    check_table(REFERENT, |text| brief(&referent_says(text)));
}

const REFERENT: &[(&str, &str)] = &[
    // Plain yes.
    ("confirm", "ok"),
    ("confirm", "OK."),
    ("confirm", "Ok pour moi\n\nSandrine"),
    ("confirm", "C'est bon pour moi, merci.\n\nSandrine"),
    ("confirm", "C'est tout bon pour moi, tu peux envoyer."),
    ("confirm", "Oui"),
    ("confirm", "oui oui vas y"),
    ("confirm", "OUI !!!"),
    ("confirm", "👍👍"),
    ("confirm", "ok 👍"),
    ("confirm", "Bonjour,\n\nJe valide.\n\nBonne journée,\nK. B."),
    ("confirm", "Bonjour,\nc'est validé de mon côté, merci beaucoup.\nCordialement,\nHélène Roubaud"),
    ("confirm", "dac, envoie"),
    ("confirm", "ok svp c urgent"),
    ("confirm", "Allez-y, c'est urgent."),
    ("confirm", "OK pour envoi"),
    ("confirm", "Ok, tu peux l'envoyer à CESAME"),
    ("confirm", "vous pouvez y aller"),
    ("confirm", "Je confirme le ticket."),
    ("confirm", "Je confirme l'envoi du ticket, merci"),
    ("confirm", "Rien à changer, envoyez."),
    ("confirm", "Aucune remarque, tu peux envoyer."),
    ("confirm", "Tout est correct. Envoyez."),
    ("confirm", "oui, c'est parti"),
    ("confirm", "Parfait"),
    ("confirm", "d'accord pour l'envoi"),
    ("confirm", "bon pour accord"),
    ("confirm", "Approuvé."),
    ("confirm", "OK pour la B204"),
    ("confirm", "ok pour le vidéoprojecteur de la B204, merci"),
    ("confirm", "Envoyez-le tel quel."),
    ("confirm", "envoie stp"),
    ("confirm", "ok (désolé pour le retard)"),
    ("confirm", "Oui, envoyez, et dites-leur que c'est la troisième fois ce trimestre."),
    ("confirm", "ok, et précisez que la salle sert au bac blanc"),
    ("confirm", "Je confirme. Même si je doute que la région se presse."),
    ("confirm", "Ce n'est pas un doublon, envoyez."),
    ("confirm", "Non non, rien à redire, vous pouvez envoyer"),
    ("confirm", "Ok car les élèves attendent"),
    ("confirm", "yes"),
    ("confirm", "Oui. Merci à vous. Bon week-end !"),
    ("confirm", "ça me va"),
    ("confirm", "ok\n--\nKarim Benhaddou\nRéférent numérique"),
    // No yes, whatever it looks like.
    ("unclear", "ok merci je passe voir"),
    ("unclear", "ok je regarde"),
    ("unclear", "oui mais attends"),
    ("unclear", "Oui mais pas tout de suite"),
    ("unclear", "ok noté"),
    ("unclear", "bien reçu 👍"),
    ("unclear", "ok bien reçu merci"),
    ("unclear", "vu"),
    ("unclear", "oui peut-être"),
    ("unclear", "ok si c'est encore sous garantie"),
    ("unclear", "oui dès que Paul a vérifié"),
    ("unclear", "ok demain"),
    ("unclear", "Envoyez demain, pas avant."),
    ("unclear", "je vais tester avant"),
    ("unclear", "pourquoi pas"),
    ("unclear", "mouais"),
    ("unclear", "Je ne sais pas."),
    ("unclear", "pas sûr"),
    ("unclear", "je te dis ça demain"),
    ("unclear", "Oui, je vais voir avec Sylvie."),
    ("unclear", "merci beaucoup"),
    ("unclear", "Bonjour,"),
    ("unclear", ""),
    ("unclear", "\n\n  \n"),
    ("unclear", "ok je demande au collègue et je reviens vers vous"),
    ("unclear", "attendez avant d'envoyer"),
    ("unclear", "Je confirme que je passe demain"),
    ("unclear", "En principe oui"),
    ("unclear", "Ok on en reparle lundi"),
    ("unclear", "pas ok"),
    ("unclear", "ok, enfin si Gérard n'a rien en stock"),
    ("unclear", "D'accord sur le principe, je confirmerai."),
    ("unclear", "Je crois que oui"),
    ("unclear", "Envoyez-moi la photo d'abord"),
    ("unclear", "N'envoyez pas encore."),
    ("unclear", "stop"),
    ("unclear", "ok boomer"),
    ("unclear", "Oui j'ai bien eu le message"),
    ("unclear", "C'est bien compliqué tout ça"),
    ("question", "ne pas envoyer ?"),
    ("unclear", "Je suis en congés du 12 au 26 janvier, de retour le 27."),
    ("unclear", "ça marche je teste à la récré"),
    ("unclear", "ok je m'en charge"),
    ("unclear", "comme vous voulez"),
    ("unclear", "OK reçu, je monte voir"),
    ("unclear", "oui oui je sais"),
    ("unclear", "ok, mets-le de côté pour l'instant"),
    ("unclear", "l'ok viendra du proviseur"),
    ("unclear", "Il faut que le proviseur dise oui"),
    ("unclear", "Sylvie m'a dit ok pour la réunion"),
    // Questions.
    ("question", "C'est où exactement ?"),
    ("question", "ok mais quelle salle ?"),
    ("question", "Vous pouvez me rappeler qui a signalé ?"),
    ("question", "ok ?"),
    ("question", "c'est quoi le symptôme au juste"),
    ("question", "Est-ce que c'est bien la B204 ?"),
    ("question", "C'est pas plutôt pour les agents ?"),
    ("question", "On l'avait pas déjà signalé ?"),
    ("question", "Oui... mais il y a combien de postes ?"),
    ("question", "pourquoi CESAME et pas SCC ?"),
    // Refusals.
    ("reject", "non"),
    ("reject", "NON"),
    ("reject", "Non merci"),
    ("reject", "non c'est réglé, c'était le câble"),
    ("reject", "Ok c'est réparé, ça remarche"),
    ("reject", "c'est bon ça remarche"),
    ("reject", "oui je confirme que ça marche maintenant"),
    ("reject", "Je confirme, c'est réglé."),
    ("reject", "laisse tomber"),
    ("reject", "Annulez svp, fausse manip de ma part."),
    ("reject", "Pas la peine, j'ai rebranché la prise."),
    ("reject", "fausse alerte, l'interrupteur était sur off"),
    ("reject", "Inutile : on a changé la prise ce midi."),
    ("reject", "n'envoyez rien, la salle ferme"),
    ("reject", "J'ai réglé le problème moi-même"),
    ("reject", "👎"),
    ("reject", "ça remarche"),
    ("reject", "à annuler merci"),
    // Somebody else's.
    ("redirect atte", "c'est pour les agents"),
    ("redirect atte", "ATTE"),
    ("redirect atte", "ATTE, c'est la cartouche"),
    ("redirect rectorat", "RECTORAT : ils sont déjà prévenus"),
    ("question", "ATTE, ou CESAME ?"),
    ("redirect atte", "Voir avec les TOS svp"),
    ("redirect atte", "Non, c'est aux agents de changer l'ampoule."),
    ("redirect atte", "Gérard s'en occupe, il a une lampe en stock"),
    ("redirect etablissement", "à voir avec l'intendance"),
    ("redirect etablissement", "ETABLISSEMENT"),
    ("redirect etablissement", "ok mais c'est sur le budget du lycée"),
    ("redirect rectorat", "RECTORAT"),
    ("redirect rectorat", "non, ça c'est le rectorat"),
    ("redirect rectorat", "À adresser à la DSI du rectorat, CESAME ne s'occupe pas de ça."),
    ("redirect ent", "ENT"),
    ("redirect ent", "c'est l'ENT, pas CESAME"),
    // Belongs elsewhere.
    ("duplicate 2026-0012", "DOUBLON 2026-0012"),
    ("duplicate B206", "déjà signalé, c'est la même que celle de la B206"),
    ("duplicate 2026-0012", "ok mais c'est le même que 2026-0012"),
    ("duplicate 2026-0012", "doublon avec le 0012"),
    ("duplicate 2026-0012", "à rattacher à SIG-2026-0012 svp"),
    ("duplicate", "doublon"),
    // Corrections.
    ("correct+ B205", "ok mais c'est la B205"),
    ("correct B205", "non c'est la B205"),
    ("correct+ B205", "OK, mais en B205 et non en B204."),
    ("correct+ B205", "Non, c'est la B205, sinon vous pouvez envoyer."),
    ("correct B205", "B205"),
    ("correct B205", "c'est la salle B205 pas la B204"),
    ("correct+ CDI", "oui mais c'est au CDI"),
    ("correct 3", "il y en a trois"),
    ("correct+ 3", "ok mais il y en a 3"),
    ("correct+ tableau_interactif", "ok mais c'est le TBI, pas le vidéoprojecteur"),
    ("correct+ 5CG1234XYZ", "ok, numéro de série 5CG1234XYZ"),
    ("correct RIDF-004512", "Étiquette RIDF-004512"),
    ("correct B205", "C'est la B205, je vérifie et je te confirme."),
    ("correct B205", "c'est en B205, attends avant d'envoyer"),
    // Several at once.
    (
        "2026-0012:confirm; 2026-0014:confirm; others:redirect atte",
        "ok pour 2026-0012 et 2026-0014, l'autre c'est l'ATTE",
    ),
    (
        "2026-0012:confirm; 2026-0014:duplicate 2026-0012; 2026-0015:reject",
        "2026-0012 ok\n2026-0014 doublon 2026-0012\n2026-0015 : non c'est réglé",
    ),
    ("all:confirm", "OK pour tout"),
    ("all:confirm", "ok pour tous, merci"),
    ("2026-0012:confirm", "ok 2026-0012"),
    ("2026-0012:confirm; 2026-0014:reject", "0012 : ok, 0014 : annule"),
    ("2026-0012:confirm; 2026-0014:redirect rectorat", "2026-0012 OK et 2026-0014 c'est pour le rectorat"),
    ("2026-0012:confirm; 2026-0014:unclear", "ok pour 2026-0012, 2026-0014 je vois ça demain"),
    ("2026-0012:confirm; others:reject", "ok pour la 2026-0012, les autres c'est réglé"),
    // Commands.
    ("help", "AIDE"),
    ("help", "help"),
    ("help", "Bonjour, aide svp"),
    ("list", "LISTE"),
    ("list", "liste des tickets en cours svp"),
    ("2026-0012:history", "2026-0012"),
    ("2026-0012:history", "SIG-2026-0012 ?"),
    ("split", "SCINDER"),
    ("2026-0012:split", "scinder 2026-0012"),
    ("2026-0012:merge 2026-0012 2026-0014", "FUSIONNER 2026-0012 2026-0014"),
    ("2026-0012:merge 2026-0012 2026-0014", "fusionner 2026-0012 et 2026-0014 stp"),
    ("2026-0012:reopen", "rouvrir 2026-0012"),
    ("reopen", "Réouvrir"),
    ("2026-0012:close", "CLÔTURER 2026-0012"),
    ("close", "clore"),
    ("2026-0012:chase", "Relancer 2026-0012 merci"),
    ("chase", "RELANCER"),
    ("confirm", "Okay c tout bon"),
    ("confirm", "Feu vert pour moi !"),
    ("confirm", "Bonjour, oui tout à fait, merci de l'envoyer."),
    ("confirm", "C'est parfait, envoie-le."),
    ("confirm", "OK, merci d'envoyer"),
    ("confirm", "oui stp"),
    ("confirm", "Je suis d'accord."),
    ("confirm", "Bien sûr, allez-y !"),
    ("confirm", "Tu peux transmettre, merci Karim"),
    ("confirm", "pas de souci, vous pouvez envoyer"),
    ("confirm", "ok j'ai vérifié, envoyez"),
    ("confirm", "Vous pouvez valider."),
    ("confirm", "ça marche, envoyez"),
    ("confirm", "On envoie !"),
    ("confirm", "ok pour cesame"),
    ("confirm", "Oui merci d'envoyer au plus vite, les élèves ont le bac blanc lundi"),
    ("confirm", "Oui, le vidéoprojecteur est bien en panne, envoyez."),
    ("confirm", "OK. Pour info c'est la deuxième fois."),
    ("confirm", "oui, c'est bien la B204"),
    ("confirm", "J'approuve"),
    ("confirm", "ok go"),
    ("confirm", "Envoyez, s'il vous plaît."),
    ("confirm", "Merci d'envoyer le ticket."),
    ("confirm", "C'est validé"),
    ("confirm", "Validation OK"),
    ("confirm", "très bien, merci"),
    ("confirm", "Ok merci bcp"),
    ("confirm", "oui bonne soirée"),
    ("confirm", "Accord."),
    ("confirm", "Ok pr moi tu peux y aller"),
    ("unclear", "Oui, mais je préfère vérifier avant"),
    ("unclear", "ok je vous redis"),
    ("unclear", "j'attends la réponse du proviseur"),
    ("unclear", "OK, laissez-moi deux jours."),
    ("unclear", "Oui si le câble n'est pas en cause"),
    ("unclear", "ok à condition que ce soit gratuit"),
    ("unclear", "pas encore ok"),
    ("unclear", "Je n'ai pas dit oui"),
    ("unclear", "ne confirmez pas"),
    ("unclear", "Oui pour la réunion, pour le ticket je ne sais pas"),
    ("unclear", "d'accord avec vous sur le fond"),
    ("unclear", "ok je suis passé, à suivre"),
    ("unclear", "bof"),
    ("unclear", "Ok, mais en attendant je teste avec un autre câble"),
    ("unclear", "je ne suis pas d'accord"),
    ("unclear", "ce n'est pas bon"),
    ("unclear", "oui... ou pas"),
    ("unclear", "oui, non, je ne sais plus"),
    ("unclear", "On verra à la rentrée"),
    ("unclear", "ok mais vérifiez avec Sylvie"),
    ("unclear", "Le technicien a dit ok"),
    ("unclear", "ok ça attendra"),
    ("unclear", "C'est bon, je m'en occupe"),
    ("unclear", "c'est bon je gère"),
    ("unclear", "Super, encore une panne..."),
    ("unclear", "Parfait, il ne manquait plus que ça"),
    ("unclear", "Oui bien sûr, comme si j'avais que ça à faire"),
    ("unclear", "ok pas de souci je regarde ça"),
    ("unclear", "Bien noté, merci."),
    ("unclear", "C'est noté"),
    ("unclear", "ok ok vu"),
    ("unclear", "lu et approuvé demain"),
    ("unclear", "Tout va bien chez vous"),
    ("unclear", "envoie la facture"),
    ("unclear", "Vas-y doucement avec les tickets"),
    ("unclear", "Allez-y voir vous-mêmes"),
    ("unclear", "je te fais confiance mais attends lundi"),
    ("unclear", "Il faudrait peut-être envoyer"),
    ("unclear", "oui enfin bon faut voir"),
    ("question", "Envoyer quoi ?"),
    ("question", "C'est encore sous garantie ?"),
    ("question", "ok mais il est où exactement ce poste ?"),
    ("question", "Et la B206 ?"),
    ("question", "On est sûrs qu'il est branché ?"),
    ("question", "oui, mais pourquoi 3 postes ?"),
    ("question", "Tu peux me dire qui l'a signalé ?"),
    ("reject", "Non, le problème venait de la rallonge, c'est résolu."),
    ("reject", "plus la peine, ça refonctionne depuis ce matin"),
    ("reject", "C'était juste débranché, on oublie."),
    ("reject", "Refusé"),
    ("reject", "ne pas envoyer, la collègue s'est trompée de salle"),
    ("reject", "on laisse tomber pour cette fois"),
    ("reject", "Le collègue a réglé le souci."),
    ("reject", "Ok pour annuler"),
    ("reject", "hors de question, ce PC part à la benne"),
    ("reject", "surtout n'envoyez rien"),
    ("redirect atte", "C'est aux agents, pas à CESAME"),
    ("redirect atte", "non, les agents s'en chargent"),
    ("redirect etablissement", "c'est le copieur de location, voyez avec l'intendante"),
    ("redirect etablissement", "Transmettre au gestionnaire svp"),
    ("redirect rectorat", "Il faut contacter le rectorat pour ça"),
    ("redirect ent", "à renvoyer vers le support ENT"),
    ("redirect rectorat", "ok mais c'est le rectorat qui gère"),
    ("unclear", "Demande aux agents d'abord, c'est une ampoule"),
    ("duplicate 2026-0012", "Même problème que 2026-0012"),
    ("duplicate 2026-0012", "c'est un doublon du 2026-0012, n'envoyez pas"),
    ("duplicate CDI", "pareil que pour le CDI"),
    ("correct+ B205", "oui, mais salle B205"),
    ("correct+ B205", "B205 au lieu de B204, sinon ok"),
    ("correct B205", "erreur de salle : B205"),
    ("correct+ 12", "ok mais 12 postes"),
    ("correct 14", "c'est 14 pc pas 4"),
    ("correct+ B205", "Remplacez B204 par B205 et envoyez"),
    ("correct+ imprimante", "c'est une imprimante, pas un vidéoprojecteur, sinon ok"),
    ("correct+ B205 2", "ok mais c'est en B205 et il y en a deux"),
    ("correct+ CZC1234ABC", "Vous pouvez envoyer avec le numéro de série CZC1234ABC"),
    ("unclear", "Vas-y, raconte"),
    ("unclear", "Allez-y, je vous écoute"),
    ("unclear", "go boire un café"),
    ("unclear", "ok, sauf la B204"),
    ("unclear", "envoyez seulement si Sylvie confirme"),
    ("unclear", "Je valide dès que j'ai la référence"),
    ("unclear", "ok sous réserve"),
    ("unclear", "je n'envoie pas sans l'accord du proviseur, attendez"),
    ("unclear", "oui à vérifier"),
    ("unclear", "il me semble que c'est réglé, à vérifier"),
    ("unclear", "c'est peut-être déjà réparé"),
    ("unclear", "C'est bon à savoir"),
    ("unclear", "ok, c'est dans ma liste"),
    ("unclear", "ok rappelle-moi demain"),
    ("question", "validé ? je ne crois pas"),
    ("unclear", "Oui, il m'en a parlé."),
    ("unclear", "Oui je suis au courant"),
    ("unclear", "d'accord, on en parle à la récré"),
    ("unclear", "Ok merci pour l'info"),
    ("unclear", "merci pour l'info"),
    ("unclear", "👀"),
    ("unclear", "🤔"),
    ("unclear", "ok... j'hésite"),
    ("unclear", "envoyez un agent voir d'abord"),
    ("unclear", "tu peux envoyer Paul voir"),
    ("unclear", "Confirmez-moi la salle"),
    ("unclear", "je confirmerai demain"),
    ("unclear", "je confirme la réunion de lundi"),
    ("unclear", "ok pour lundi"),
    ("unclear", "Bien reçu, je confirme dans la journée"),
    ("unclear", "OK pour le créneau de 14h"),
    ("confirm", "Bonjour\n\nOk\n\nCordialement\n\nK. Benhaddou"),
    ("confirm", "vas-y, envoie !"),
    ("confirm", "allez-y"),
    ("confirm", "fonce !"),
    ("unclear", "si c'est réglé, annulez"),
    ("unclear", "Annulez si ça remarche"),
];

fn support_brief(subject: &str, text: &str) -> String {
    let places = Places::default();
    let a = support::read(&reader(&places), subject, text);
    let mut out = a.intent.to_string();
    if a.intent == SupportIntent::Acknowledged {
        out += &a.reference.map(|r| format!(" {r}")).unwrap_or_default();
    }
    if let Some(date) = a.date {
        out += &format!(" {date}");
        out += match a.half {
            Some(Half::Morning) => " am",
            Some(Half::Afternoon) => " pm",
            None => "",
        };
    }
    out
}

#[test]
fn support_is_understood_in_many_voices() {
    check_table(SUPPORT, |text| support_brief("Re: [SIG-2026-0050] Vidéoprojecteur - B204", text));
}

/// Written on Thursday 22 January 2026.
const SUPPORT: &[(&str, &str)] = &[
    (
        "acknowledged CES-2026-118300",
        "Bonjour,\nVotre demande est enregistrée sous le n° CES-2026-118300.\nCordialement",
    ),
    ("acknowledged INC0099123", "Un ticket a été créé.\nRéférence : INC0099123\nPriorité : 3"),
    (
        "acknowledged 4471999",
        "Nous accusons réception de votre demande. Elle porte le numéro 4471999. Merci de rappeler ce numéro dans toute correspondance.",
    ),
    ("acknowledged 260122-00012", "Bonjour, ticket ouvert : 260122-00012. Un technicien prendra contact avec vous."),
    ("acknowledged 88-30001", "bien noté, dossier n° 88-30001"),
    (
        "acknowledged R0101010",
        "Votre signalement SIG-2026-0050 a bien été pris en compte.\nNuméro de dossier : R0101010\nUAI 0941234F\nTél. 01 23 45 67 89",
    ),
    ("acknowledged", "Bonjour, nous avons bien reçu votre demande et la traiterons dans les meilleurs délais."),
    (
        "acknowledged CES-2026-118301",
        "Votre demande CES-2026-118301 a été enregistrée le 22/01/2026 à 10:12. Elle sera traitée sous 5 jours ouvrés.",
    ),
    ("planned 2026-01-27", "Un technicien passera mardi prochain."),
    ("planned 2026-01-23 pm", "Bonjour, je passe demain après-midi. Cdlt"),
    ("planned 2026-01-29 am", "Intervention planifiée le jeudi 29 janvier entre 8h30 et 10h."),
    ("planned 2026-02-12", "Nous interviendrons le 12 février."),
    ("planned 2026-02-02 pm", "RDV fixé au lundi 2 à 14h"),
    ("planned 2026-01-26", "Le technicien viendra lundi dans la journée."),
    ("planned 2026-02-03 am", "Passage prévu le mardi 3 février au matin, merci de laisser la salle ouverte."),
    ("planned 2026-02-10", "La livraison du nouveau vidéoprojecteur est prévue le 10/02/2026."),
    ("planned 2026-01-30", "Le passage du 23 est reporté au 30 janvier."),
    ("planned 2026-01-28 am", "Initialement prévue le 26/01, l'intervention aura lieu le 28/01 à 9h."),
    ("planned 2026-01-22 pm", "notre technicien passera cet après-midi"),
    ("planned 2026-02-05", "Nous avons changé la lampe mais le défaut persiste, le technicien repassera le 5 février."),
    ("in_progress", "Votre ticket est en cours de traitement par notre équipe."),
    ("in_progress", "Demande transférée au niveau 3."),
    ("in_progress", "La pièce est commandée, nous revenons vers vous à réception."),
    ("in_progress", "Statut : En cours - en attente fournisseur"),
    ("in_progress", "Nous analysons le problème."),
    ("in_progress", "Technicien sur place, diagnostic en cours."),
    ("in_progress", "Le problème n'est pas encore résolu, nos équipes y travaillent : dossier toujours en cours."),
    ("in_progress", "La panne sera résolue dès réception de la pièce, commandée hier."),
    ("resolved", "Bonjour, votre incident est résolu. Cordialement, le support"),
    ("resolved", "Lampe remplacée, vidéoprojecteur fonctionnel."),
    ("resolved", "Le switch a été redémarré, tout fonctionne à nouveau."),
    ("resolved", "Intervention effectuée ce jour, tests OK."),
    ("resolved", "C'est réparé, bonne journée"),
    (
        "resolved",
        "Le ticket CES-2026-118300 est résolu. Sans réponse de votre part sous 5 jours, il sera automatiquement clos.",
    ),
    ("resolved", "Statut : Résolu"),
    ("resolved", "Ticket clos : lampe remplacée le 20/01."),
    ("closed", "Votre dossier a été clôturé."),
    ("closed", "Nous avons fermé votre demande, faute de réponse."),
    ("closed", "État : Fermé"),
    ("refused", "Ce matériel est hors garantie, nous ne pouvons pas intervenir."),
    ("refused", "Bonjour, cette demande ne relève pas de notre périmètre. Merci de vous adresser à votre rectorat."),
    ("refused", "Les consommables sont à la charge de l'établissement."),
    ("refused", "Demande rejetée : matériel non inventorié."),
    ("refused", "Désolé, nous ne gérons pas les téléphones."),
    ("needs_info", "Pouvez-vous nous communiquer le numéro de série ?"),
    ("needs_info", "Merci de nous envoyer une photo de l'étiquette RIDF."),
    ("needs_info", "Il nous manque le numéro d'étiquette."),
    ("needs_info", "De quel modèle s'agit-il ?"),
    ("needs_info", "Pouvez-vous nous confirmer que le problème est résolu ?"),
    ("needs_info", "Nous restons dans l'attente de votre retour concernant le numéro de série."),
    ("needs_info", "Statut : En attente utilisateur"),
    (
        "needs_info",
        "Sans retour de votre part avant vendredi, le ticket sera clôturé. Merci de nous indiquer un créneau.",
    ),
    ("needs_info", "Je n'arrive pas à vous joindre, rappelez-moi au 06 11 22 33 44"),
    ("other", "Donnez-nous votre avis sur nos services en deux minutes : https://avis.test/s/118300"),
    ("other", "Le portail CESAME sera indisponible samedi 24 janvier de 8h à 12h pour maintenance."),
    ("other", "Toute l'équipe vous souhaite de bonnes fêtes."),
    ("other", "Le service support sera fermé le vendredi 15 mai."),
    ("other", "Si le problème est résolu, merci de votre confiance."),
    ("other", "Bonjour"),
    ("other", ""),
    ("other", "Cordialement, Y. M."),
    ("acknowledged RITM0012345", "Your request RITM0012345 / Votre demande RITM0012345 a été créée."),
    ("acknowledged 2026-118204", "Bonjour, demande reçue et enregistrée, dossier 2026-118204"),
    ("in_progress", "Bonjour,\nVotre dossier a été affecté à un technicien.\nCordialement"),
    ("in_progress", "Le constructeur a été contacté, nous attendons son retour."),
    ("in_progress", "Nous reviendrons vers vous dès que possible, la pièce est en commande."),
    ("planned 2026-01-26 am", "Je serai chez vous lundi matin. Y. M."),
    ("planned 2026-02-06", "Date d'intervention : 06/02/2026"),
    ("planned 2026-01-30 pm", "Un créneau vous est proposé le vendredi 30 janvier à 14h30."),
    ("planned 2026-02-02", "Votre intervention est programmée pour le 2 février."),
    ("other", "L'intervention du 26 janvier est annulée."),
    ("resolved", "Problème réglé à distance, merci de vérifier de votre côté. Cordialement"),
    ("resolved", "Bonjour, le poste a été réinstallé et remis en service."),
    ("resolved", "Tout est rentré dans l'ordre."),
    ("resolved", "Passage ce matin, aucune panne constatée, le matériel fonctionne normalement."),
    ("in_progress", "Le technicien est passé mais la panne n'est pas résolue, une pièce est à commander."),
    ("closed", "Le ticket INC0045999 vient d'être fermé."),
    ("closed", "Ticket clôturé à votre demande."),
    ("refused", "Nous ne prenons pas en charge le matériel acheté par l'établissement."),
    ("refused", "Votre demande n'entre pas dans le cadre du contrat."),
    ("refused", "Demande refusée. Motif : hors contrat."),
    ("refused", "Il s'agit d'un consommable, à commander par l'établissement, ce n'est pas de notre ressort."),
    ("needs_info", "Quelle est la marque du vidéoprojecteur ?"),
    ("needs_info", "Bonjour, serait-il possible d'avoir une photo ?"),
    ("needs_info", "Avez-vous essayé de redémarrer le poste ?"),
    ("needs_info", "Nous avons besoin du numéro de série pour poursuivre."),
    ("needs_info", "Quand pouvons-nous passer ?"),
    ("other", "Enquête de satisfaction : comment s'est passée votre intervention ?"),
    ("other", "Information : nouveaux horaires de la hotline à compter du 1er février"),
    ("other", "Merci."),
];

fn reporter_brief(subject: &str, text: &str) -> String {
    let places = Places::default();
    let a = reporter::read(&reader(&places), subject, text);
    match (a.intent, a.place) {
        (ReporterIntent::Place, Some(place)) => format!("place {place}"),
        (intent, _) => intent.to_string(),
    }
}

#[test]
fn reporters_are_understood_in_many_voices() {
    check_table(REPAIRED, |text| reporter_brief("Re: [SIG-2026-0050] vidéoprojecteur – B204 : est-ce réparé ?", text));
    check_table(WHERE, |text| reporter_brief("Re: [SIG-2026-0050] Votre signalement : dans quelle salle ?", text));
}

const REPAIRED: &[(&str, &str)] = &[
    ("yes", "oui"),
    ("yes", "OUI merci"),
    ("yes", "ça remarche nickel"),
    ("yes", "Oui, tout fonctionne, merci beaucoup !\nSylvie"),
    ("yes", "c'est bon"),
    ("yes", "👍"),
    ("yes", "Oui c'est réparé depuis lundi."),
    ("yes", "Bonjour,\nle vidéoprojecteur fonctionne parfaitement.\nBonne journée"),
    ("yes", "plus aucun problème"),
    ("yes", "yes, super"),
    ("yes", "Réglé !"),
    ("yes", "Oui, aucun souci depuis."),
    ("yes", "je confirme que c'est réparé"),
    ("yes", "ok ça marche"),
    ("no", "non"),
    ("no", "NON !!!"),
    ("no", "non toujours pareil"),
    ("no", "réglé ? non."),
    ("no", "Toujours en panne."),
    ("no", "ça ne marche toujours pas"),
    ("no", "ca marche pas"),
    ("no", "Toujours pas, personne n'est venu."),
    ("no", "rien n'a changé"),
    ("no", "Pas du tout, l'écran reste noir."),
    ("no", "il marche toujours pas"),
    ("no", "Ça a remarché une heure puis de nouveau en panne"),
    ("no", "Le technicien est passé mais le problème persiste."),
    ("no", "Non, pas encore réparé."),
    ("no", "oui enfin non, toujours flou"),
    ("no", "idem"),
    ("unclear", "je ne sais pas, je n'y suis pas retourné"),
    ("unclear", "Je n'ai pas encore testé."),
    ("unclear", "je regarde demain"),
    ("unclear", "L'image oui mais pas le son"),
    ("unclear", "Je suis en arrêt maladie jusqu'au 30."),
    ("unclear", "c'est quel problème déjà ?"),
    ("unclear", "Oui et non"),
    ("unclear", "merci"),
    ("unclear", "peut-être, à vérifier"),
    ("unclear", "demandez à Paul, je n'ai plus cours là-bas"),
    ("unclear", "a priori oui mais je n'ai pas vérifié"),
    ("unclear", ""),
    ("unclear", "Bonjour"),
    ("yes", "Oui parfait merci à toute l'équipe"),
    ("yes", "c bon ça marche"),
    ("yes", "Le technicien est passé, tout est ok."),
    ("yes", "Ça fonctionne de nouveau, merci"),
    ("yes", "Affirmatif."),
    ("yes", "C'est réparé."),
    ("yes", "ouais nickel"),
    ("yes", "Oui, l'image est revenue."),
    ("no", "Non, toujours le même problème"),
    ("no", "Malheureusement non."),
    ("no", "hélas non"),
    ("no", "Toujours HS"),
    ("no", "nan tjs rien"),
    ("no", "C'est pire qu'avant"),
    ("no", "Ça n'a tenu qu'une heure"),
    ("no", "Aucun changement."),
    ("no", "on attend toujours le technicien"),
    ("no", "réparé mais retombé en panne ce matin"),
    ("no", "Il est passé mais ça ne fonctionne pas."),
    ("no", "Pas vraiment, l'image est toujours floue"),
    ("no", "pas réparé"),
    ("unclear", "Je vérifie et je vous dis"),
    ("unclear", "Pas eu le temps de regarder"),
    ("unclear", "Quoi donc ?"),
    ("unclear", "Je ne suis plus dans cette salle"),
    ("unclear", "Oui pour le vidéo, non pour le son"),
    ("unclear", "ça marche un jour sur deux"),
    ("unclear", "normalement oui"),
];

const WHERE: &[(&str, &str)] = &[
    ("place B204", "B204"),
    ("place B204", "b204"),
    ("place B204", "En B 204, merci"),
    ("place CDI", "c'est au CDI"),
    ("place B205", "B205, pas B204"),
    ("place SALLE DES PROFS", "la salle des profs"),
    ("place 112", "salle 112"),
    ("place C101", "au labo de physique, C101"),
    ("unclear", "je ne sais plus"),
    ("unclear", "dans ma salle habituelle"),
    ("unclear", "?"),
    ("place B108", "Pardon, j'ai oublié : B108 !"),
    ("place GYMNASE", "gymnase"),
    ("place S2", "S2"),
    ("place 304", "C'était en 304."),
    ("place B205", "la B205, juste à côté de la B204"),
];

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(subject in "\\PC{0,60}", text in "\\PC{0,200}") {
        let places = Places::default();
        let r = reader(&places);
        proptest::prop_assert!(!referent::read(&r, &subject, &text, &[]).is_empty());
        support::read(&r, &subject, &text);
        reporter::read(&r, &subject, &text);
    }

    #[test]
    fn any_mixture_of_telling_words_is_read_without_panic(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..14)) {
        let text = words.concat();
        let places = Places::default();
        let r = reader(&places);
        let orders = referent::read(&r, SUBJECT, &text, &[]);
        let yes = orders.iter().any(|o| matches!(o.verb, Verb::Confirm | Verb::Correct { confirms: true, .. }));
        if yes {
            let folded = r.fold(&text).text;
            proptest::prop_assert!(AFFIRMATIVE.iter().any(|w| folded.contains(w)), "{folded}");
        }
        support::read(&r, &text, &text);
        reporter::read(&r, SUBJECT, &text);
    }

    #[test]
    fn a_text_without_an_affirmative_word_never_confirms(text in "[a-zéè' ,.!?\\n0-9-]{0,120}") {
        let places = Places::default();
        let r = reader(&places);
        let folded = r.fold(&text).text;
        if !AFFIRMATIVE.iter().any(|w| folded.contains(w)) {
            for order in referent::read(&r, SUBJECT, &text, &[]) {
                proptest::prop_assert!(!matches!(order.verb, Verb::Confirm | Verb::Correct { confirms: true, .. }), "{text}");
            }
        }
    }

    #[test]
    fn a_yes_followed_by_what_is_not_understood_is_no_yes(word in "[bdfgklmpqrstvz]{3}[a-z]{2,8}", start in proptest::sample::select(&["ok ", "oui ", "d'accord ", "ok, ", "oui, ", "c'est bon, "][..])) {
        let places = Places::default();
        let text = format!("{start}{word} {word}");
        for order in referent::read(&reader(&places), SUBJECT, &text, &[]) {
            proptest::prop_assert!(!matches!(order.verb, Verb::Confirm | Verb::Correct { confirms: true, .. }), "{text}");
        }
    }
}

const WORDS: &[&str] = &[
    "ok",
    " ",
    "oui",
    "non",
    ", ",
    ".\n",
    " mais ",
    "c'est ",
    "B205",
    "2026-0012",
    " pas ",
    "envoie",
    "la ",
    "salle ",
    "doublon ",
    "les agents",
    "?",
    " trois ",
    "postes",
    "SN 5CG0327RBX",
    "l'autre ",
    "tout",
    "réglé",
    "demain",
    "jeudi 12",
    " à 14h",
    "n°",
    "clos",
    "°",
    "'",
    "-",
    "é",
    "👍",
    "c ",
    "FUSIONNER ",
    "le ",
    "(",
    ")",
    ":",
    "\u{a0}",
    "œ",
    "ﬁ",
    "İ",
    "remplacez ",
    "un pc ",
    "par ",
    "au lieu de ",
    "étiquette ",
    "RIDF 0045",
    "merci",
];

/// Without one of these nothing is a yes.
const AFFIRMATIVE: &[&str] = &[
    "ok",
    "oui",
    "yes",
    "yep",
    "pouce",
    "accord",
    "bon",
    "bien",
    "confirm",
    "valid",
    "approuv",
    "env",
    "exped",
    "transm",
    "post",
    "part",
    "parti",
    "fai",
    "lanc",
    "balanc",
    "declar",
    "vas y",
    "allez",
    "allons",
    "on y va",
    "fonce",
    "go",
    "banco",
    "adjuge",
    "execution",
    "proced",
    "feu",
    "aller",
    "entendu",
    "va",
    "conv",
    "march",
    "roul",
    "jou",
    "coll",
    "evidemment",
    "absolument",
    "tout a fait",
    "certainement",
    "affirmatif",
    "favorable",
    "volontiers",
    "exact",
    "oh que",
    "pour",
    "plus un",
    "ras",
    "rien a",
    "aucun",
    "pas",
    "sans",
    "tel",
    "comme",
    "conforme",
    "correct",
    "parfait",
    "nickel",
    "impec",
    "super",
    "top",
    "genial",
    "excellent",
    "formidable",
    "clair",
    "complet",
    "juste",
];

#[test]
fn the_subject_says_yes_only_in_front_of_the_reply_mark() {
    let places = Places::default();
    let r = reader(&places);
    let verb = |subject: &str| referent::read(&r, subject, "", &[]).remove(0).verb;
    assert_eq!(verb("OK Re: [SIG-2026-0029] Wi-Fi – B101 : ticket à confirmer"), Verb::Confirm);
    assert_eq!(verb("Re: [SIG-2026-0029] Wi-Fi – CDI : ok à confirmer"), Verb::Unclear);
    assert_eq!(verb("ok"), Verb::Unclear);
    assert_eq!(verb("LISTE"), Verb::List);
    assert_eq!(verb("Réponse automatique : [SIG-2026-0029] ok"), Verb::Unclear);
}

#[test]
fn reasons_are_quoted_verbatim() {
    let reason = |text: &str| match referent_says(text).remove(0).verb {
        Verb::Reject { reason } => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("Non, c’est réparé : la rallonge était morte.\nKB"), "c’est réparé : la rallonge était morte");
    assert_eq!(reason("NON"), "");
    assert_eq!(reason("Bonjour,\nannulez, j'ai redémarré le PC."), "j'ai redémarré le PC");
    assert_eq!(reason("laisse tomber Paul s'est trompé"), "Paul s'est trompé");
}

#[test]
fn support_is_quoted_verbatim() {
    let places = Places::default();
    let read = |text: &str| support::read(&reader(&places), "Re: [SIG-2026-0050] Son", text).words;
    assert_eq!(read("Bonjour,\nQuel est le modèle ?\nMerci"), "Quel est le modèle ?");
    assert_eq!(read("Ce matériel est hors garantie. Cordialement"), "Ce matériel est hors garantie.");
}

#[test]
fn a_telephone_number_is_no_date_and_a_cancelled_visit_gives_way_to_the_next() {
    let places = Places::default();
    let says = |text: &str| support::read(&reader(&places), "RE: [SIG-2026-0050]", text);
    let phone = says("Votre demande est prise en compte sous le numéro 4410927. Joignez-nous au 01 22 03 04 05.");
    assert_eq!((phone.intent, phone.date), (SupportIntent::Acknowledged, None));
    let moved = says("L'intervention du 23 est annulée, je passerai le 29 au matin.");
    assert_eq!((moved.intent, moved.date), (SupportIntent::Planned, Some(jiff::civil::date(2026, 1, 29))));
    assert_eq!(says("L'intervention du 23 est annulée.").date, None);
    assert_eq!(says("Faute de retour, nous procédons à la clôture de la demande.").intent, SupportIntent::Closed);
}

#[test]
fn a_correction_that_denies_may_still_confirm_and_never_without_a_yes() {
    let confirms = |text: &str| match referent_says(text).first().map(|o| &o.verb) {
        Some(Verb::Correct { confirms, .. }) => Some(*confirms),
        _ => None,
    };
    assert_eq!(confirms("Oui mais c'est la B206, Lise s'est trompée."), Some(true));
    assert_eq!(confirms("Ce n'est pas la B204 mais la B206. Pour le reste, ok."), Some(true));
    assert_eq!(confirms("Ce n'est pas la B204 mais la B206."), Some(false));
    assert_eq!(confirms("C'est la B206, n'envoie pas encore."), Some(false));
    assert!(!matches!(referent_says("Ok, Lise s'est trompée.").first().map(|o| &o.verb), Some(Verb::Confirm)));
}

#[test]
fn what_support_says_of_a_visit_beside_its_day_is_kept() {
    let places = Places::default();
    let read = |text: &str| {
        let said = super::support::read(&reader(&places), "", text);
        assert_eq!(said.intent, SupportIntent::Planned, "{text}");
        (said.date.unwrap().to_string(), said.week, said.visit)
    };
    let hours = "Un technicien passera mardi 27/01 entre 10 h et 12 h.";
    assert_eq!(read(&format!("Bonjour,\n{hours}\nCordialement")), ("2026-01-27".into(), false, hours.into()));
    let open = "Merci de prévoir l'accès à la salle.";
    let told = read(&format!("Bonjour,\nLe technicien passera mardi 27/01. {open}\nCordialement")).2;
    assert_eq!(told, open);
    for week in ["Intervention prévue la semaine du 26/01.", "Nous passerons semaine du lundi 26 janvier."] {
        assert_eq!(read(week), ("2026-01-26".into(), true, week.into()));
    }
    // Its day is told anyway.
    assert_eq!(read("Le technicien passera mardi 27/01."), ("2026-01-27".into(), false, String::new()));
    assert!(!read("Le technicien passera la semaine prochaine, le mardi 27/01.").1);
}
