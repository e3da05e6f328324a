//! Replies in many voices, and the corpus where it is there.

use std::sync::LazyLock;

use super::reader::Reader;
use super::*;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

fn reader(places: &Places) -> Reader<'_> {
    Reader::new(&PROFILE, places, jiff::civil::date(2026, 1, 22)).unwrap()
}

/// Reads texts from a file of JSON lines and writes what is understood; used while measuring.
#[test]
fn measures_the_corpus_where_it_is_there() {
    let (Ok(input), Ok(output)) = (std::env::var("REPLIES_IN"), std::env::var("REPLIES_OUT")) else { return };
    let places = Places::default();
    let mut lines = String::new();
    for line in std::fs::read_to_string(input).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let get = |k: &str| v[k].as_str().unwrap().to_owned();
        let mut r = reader(&places);
        r.written_on = get("day").parse().unwrap();
        let mut out = match get("role").as_str() {
            "referent" => json::referent(&referent::read(&r, &get("subject"), &get("text"))),
            "support" => json::support(&support::read(&r, &get("subject"), &get("text"))),
            _ => json::reporter(&reporter::read(&r, &get("subject"), &get("text"))),
        };
        out.insert("file".to_owned(), v["file"].clone());
        lines.push_str(&serde_json::to_string(&out).unwrap());
        lines.push('\n');
    }
    std::fs::write(output, lines).unwrap();
}

const SUBJECT: &str = "Re: [SIG-2026-0050] Vidéoprojecteur – B204 : ticket à confirmer";

#[track_caller]
fn referent_says(text: &str) -> Vec<Order> {
    let places = Places::default();
    referent::read(&reader(&places), SUBJECT, text)
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
];

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(subject in "\\PC{0,60}", text in "\\PC{0,200}") {
        let places = Places::default();
        let r = reader(&places);
        proptest::prop_assert!(!referent::read(&r, &subject, &text).is_empty());
        support::read(&r, &subject, &text);
        reporter::read(&r, &subject, &text);
    }

    #[test]
    fn any_mixture_of_telling_words_is_read_without_panic(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..14)) {
        let text = words.concat();
        let places = Places::default();
        let r = reader(&places);
        let orders = referent::read(&r, SUBJECT, &text);
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
            for order in referent::read(&r, SUBJECT, &text) {
                proptest::prop_assert!(!matches!(order.verb, Verb::Confirm | Verb::Correct { confirms: true, .. }), "{text}");
            }
        }
    }

    #[test]
    fn a_yes_followed_by_what_is_not_understood_is_no_yes(word in "[bdfgklmpqrstvz]{3}[a-z]{2,8}", start in proptest::sample::select(&["ok ", "oui ", "d'accord ", "ok, ", "oui, ", "c'est bon, "][..])) {
        let places = Places::default();
        let text = format!("{start}{word} {word}");
        for order in referent::read(&reader(&places), SUBJECT, &text) {
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
    let verb = |subject: &str| referent::read(&r, subject, "").remove(0).verb;
    assert_eq!(verb("OK Re: [SIG-2026-0029] Wi-Fi – CDI : ticket à confirmer"), Verb::Confirm);
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
    assert_eq!(
        reason("Non, c’est réglé : c’était le câble débranché.\nKB"),
        "c’est réglé : c’était le câble débranché"
    );
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
