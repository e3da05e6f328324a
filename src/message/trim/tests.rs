use proptest::prelude::*;

use super::*;
use crate::address::Address;

fn from(name: &str) -> Party {
    Party { name: name.to_owned(), address: Address::parse("x@lycee.test").ok() }
}

fn read(subject: &str, text: &str) -> Body {
    let author = from("Nora Belkacem");
    trim(text, &Context { subject, author: Some(&author), answers: subject.starts_with("Re"), notice: false })
}

fn reply(text: &str) -> Body {
    read("Re: la salle", text)
}

#[test]
fn gmail_attributions_are_quotes_also_when_broken() {
    for attribution in [
        "Le lun. 15 nov. 2021 à 19:42, Paul Morin <p.morin@lycee.test> a écrit :",
        "Le lun. 15 nov. 2021 à 19:42, Paul Morin\n<p.morin@lycee.test>\na écrit :",
        "Le lun. 15 nov. 2021à 15:35, Paul Morin <p.morin@lycee.test> a\nécrit:",
        "On Mon, Nov 15, 2021 at 7:42 PM Paul Morin <p.morin@lycee.test> wrote:",
        "Le 15/11/2021 à 19:42, Paul Morin a écrit :",
        "Le 2021-11-15 19:42, Paul Morin a écrit :",
        "Paul Morin <p.morin@lycee.test> a écrit :",
    ] {
        let body = reply(&format!("C'est bon.\n\n{attribution}\n\n> la C12 est fermée\n> depuis hier"));
        assert_eq!(body.new_text, "C'est bon.", "{attribution}");
        assert!(
            body.quoted_text.contains("C12") && body.quoted_text.contains("crit") || body.quoted_text.contains("wrote")
        );
    }
}

#[test]
fn a_sentence_that_begins_with_le_stays() {
    let text = "Le 12 mars le technicien est venu.\nLe proviseur m'a écrit :\nil faut prévenir la région.\nLe 3 à 10:00 ce sera pire";
    assert_eq!(reply(text).new_text, text);
    assert_eq!(read("salle", text).new_text, text);
}

#[test]
fn apple_quotes_its_own_attribution() {
    let body = reply(
        "Oui.\n\n> Le 29 avr. 2025 à 11:11, Paul <p@lycee.test> a écrit :\n> \n> Réparé ?\n\nEnvoyé de mon iPhone",
    );
    assert_eq!(body.new_text, "Oui.");
    assert_eq!(body.signature, "Envoyé de mon iPhone");
}

#[test]
fn outlook_blocks_are_quotes_in_replies_and_forwards_behind_tr() {
    let text = "Je transmets.\n\nDe : Paul Morin <p.morin@lycee.test>\nEnvoyé : lundi 3 novembre 2025 08:31\nÀ : Nora Belkacem; CDI\nObjet : imprimante\n\nElle bourre.\n\nPaul Morin\nProfesseur de SVT";
    let answer = reply(text);
    assert_eq!(answer.new_text, "Je transmets.");
    assert!(answer.forwarded.is_empty() && answer.quoted_text.contains("Elle bourre"));
    for subject in
        ["TR: imprimante", "TR : imprimante", "Fwd: imprimante", "[profs] Tr: imprimante", "TR: RE: imprimante"]
    {
        let body = read(subject, text);
        assert_eq!(body.forwarded.len(), 1, "{subject}");
        let forward = &body.forwarded[0];
        assert_eq!(forward.from.name, "Paul Morin");
        assert_eq!(forward.from.address.as_ref().unwrap().as_str(), "p.morin@lycee.test");
        assert_eq!((forward.to.as_str(), forward.subject.as_str()), ("Nora Belkacem; CDI", "imprimante"));
        assert_eq!(forward.date, "lundi 3 novembre 2025 08:31");
        assert_eq!(forward.text, "Elle bourre.");
        assert_eq!(body.new_text, "Je transmets.");
    }
    assert!(read("RE: TR: imprimante", text).forwarded.is_empty());
}

#[test]
fn every_client_s_forward_mark_is_known() {
    let headers = "De : Luc Petit <luc@lycee.test>\nDate : mar. 4 nov. 2025 à 10:00\nObjet : écran\nÀ : <nora@lycee.test>\n\nL'écran du fond est noir.";
    for mark in [
        "---------- Forwarded message ---------",
        "-------- Message transféré --------",
        "Début du message réexpédié :\n",
        "Début du message transféré :\n",
        "----- Message transmis -----",
        "----- Message transféré -----",
    ] {
        let body = read("écran", &format!("Pour info\n\n{mark}\n{headers}"));
        assert_eq!(body.forwarded.len(), 1, "{mark}");
        assert_eq!(body.forwarded[0].text, "L'écran du fond est noir.", "{mark}");
        assert_eq!(body.forwarded[0].from.name, "Luc Petit");
        assert_eq!(body.new_text, "Pour info");
    }
}

#[test]
fn mixed_labels_glued_lines_and_quoted_forwards_are_read() {
    let gmail = read(
        "Fwd: x",
        "---------- Forwarded message ---------\nDe : Luc <luc@a.test>\nDate: mar. 4 nov.\nSubject: toner\nTo: Nora <n@a.test>,\n Ana <ana@a.test>\n\n\nPlus de toner.",
    );
    assert_eq!(gmail.forwarded[0].subject, "toner");
    assert_eq!(gmail.forwarded[0].text, "Plus de toner.");
    let samsung = read(
        "Fwd: x",
        "-------- Message d'origine --------\nDe : Luc <luc@a.test>\nDate : 23/06/24  10:46  (GMT+01:00)\nÀ : nora@a.test Objet : toner\n\nPlus de toner.",
    );
    assert_eq!((samsung.forwarded[0].to.as_str(), samsung.forwarded[0].subject.as_str()), ("nora@a.test", "toner"));
    let apple = read(
        "Fwd: x",
        "Vu avec Luc.\n\nDébut du message réexpédié :\n\n> De: Luc <luc@a.test>\n> Objet: toner\n> Date: 4 novembre 2025 à 10:00\n> À: nora@a.test\n> \n> Plus de toner.\n> \n> Luc\n\nEt plus d'encre non plus.",
    );
    assert_eq!(apple.forwarded[0].text, "Plus de toner.");
    assert_eq!(apple.new_text, "Vu avec Luc.\n\nEt plus d'encre non plus.");
}

#[test]
fn a_chain_of_forwards_comes_outermost_first() {
    let body = read(
        "TR: wifi",
        "Suite.\n\nDe : Léa <lea@a.test>\nEnvoyé : mardi\nÀ : Nora\nObjet : TR: wifi\n\nJe passe le mot.\n\n-----Message d'origine-----\nDe : Ben <ben@a.test>\nEnvoyé : lundi\nÀ : Léa\nObjet : wifi\n\nLe wifi de l'internat est coupé.",
    );
    let names: Vec<_> = body.forwarded.iter().map(|f| f.from.name.as_str()).collect();
    assert_eq!(names, ["Léa", "Ben"]);
    assert_eq!(body.forwarded[1].text, "Le wifi de l'internat est coupé.");
}

#[test]
fn what_is_written_between_and_below_quotes_is_new() {
    let body = reply(
        "Le 3/11/2025 à 10:02, Paul a écrit :\n> Quelle salle ?\nLa C12.\n> Quel poste ?\nLe 7, et le 8 rame aussi.\n\nNora",
    );
    assert_eq!(body.new_text, "La C12.\n\nLe 7, et le 8 rame aussi.");
    assert_eq!(body.signature, "Nora");
}

#[test]
fn a_quote_mark_used_as_a_bullet_in_a_first_mail_is_no_quote() {
    let body = read("pannes", "Voici la liste :\n> C12 écran noir\n> C14 souris");
    assert_eq!(body.new_text, "Voici la liste :\nC12 écran noir\nC14 souris");
}

#[test]
fn zimbra_yahoo_orange_and_mobile_outlook_replies_are_cut() {
    for quote in [
        "----- Mail original -----\nDe: \"Paul\" <p@a.test>\nÀ: \"Nora\"\nEnvoyé: Mercredi 5 Juin 2019 17:57:52\nObjet: C12\n\nancien",
        "________________________________\nFrom: Paul <p@a.test>\nSent: Monday, November 3, 2025 8:31:00 AM\nTo: Nora\nSubject: C12\n\nancien",
        "> Message du 03/11/25 08:31\n> De : \"Paul\" <p@a.test>\n> A : nora@a.test\n> Objet : C12\n> \n> ancien",
        "Le lundi 3 novembre 2025 à 08:31:00 UTC+1, Paul <p@a.test> a écrit :\n\nancien",
        "*De :* Paul <p@a.test>\n*Envoyé :* lundi 3 novembre 2025 08:31\n*À :* Nora\n*Objet :* C12\n\nancien",
        "De : Paul\n\nDate : 03/11/2025 08:31\n\nObjet : C12\n\nÀ : Nora\n\nancien",
    ] {
        let body = reply(&format!("Toujours pareil.\n\n{quote}"));
        assert_eq!(body.new_text, "Toujours pareil.", "{quote}");
        assert!(body.quoted_text.contains("ancien"), "{quote}");
    }
}

#[test]
fn signatures_go_and_postscripts_stay() {
    let body = read(
        "C12",
        "Le projecteur de C12 est mort.\n\nBien cordialement,\n\nNora Belkacem\nProfesseure d'anglais\nLycée Jean-Moulin\n01 23 45 67 89\n\nPS : l'imprimante du couloir ne marche plus non plus.",
    );
    assert_eq!(
        body.new_text,
        "Le projecteur de C12 est mort.\n\nPS : l'imprimante du couloir ne marche plus non plus."
    );
    assert!(body.signature.contains("Nora Belkacem") && body.signature.contains("01 23"));
    let delimited =
        read("C12", "Le projecteur est mort.\n-- \nNora\nanglais\n\nEn D14 l'écran reste noir, plus de signal.");
    assert!(delimited.new_text.contains("D14") && !delimited.new_text.contains("anglais"));
}

#[test]
fn an_opening_wish_takes_no_report_with_it() {
    let text = "Bonne rentrée !\nC12 clavier\nC14 souris";
    assert_eq!(read("x", text).new_text, text);
    let short = "Bonjour\nPC 12 HS\nC14";
    assert_eq!(read("x", short).new_text, short);
}

#[test]
fn footers_banners_and_disclaimers_go() {
    for footer in [
        "Envoyé de mon iPhone",
        "Envoyé depuis mon appareil Galaxy",
        "Télécharger Outlook pour iOS",
        "Envoyé à partir de Outlook pour Android",
        "Envoyé depuis mon mobile Orange",
        "Provenance : Courrier pour Windows",
        "Sent from my iPad",
        "Envoyé depuis Yahoo Mail pour Android",
        "Garanti sans virus. www.avast.com",
        "Obtenez Outlook pour iOS<https://aka.ms/x>",
        "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de leurs destinataires.",
        "Pensez à l'environnement avant d'imprimer ce message.",
    ] {
        let body = read("x", &format!("Plus de son au CDI.\n\n{footer}"));
        assert_eq!(body.new_text, "Plus de son au CDI.", "{footer}");
        assert_eq!(body.signature, footer);
    }
    let body =
        read("x", "[EXTERNE] Ce message provient de l'extérieur. Ne cliquez pas sur les liens.\n\nPlus de son au CDI.");
    assert_eq!(body.new_text, "Plus de son au CDI.");
    let kept = "Ce message d'erreur s'affiche en C12 : accès refusé.";
    assert_eq!(read("x", kept).new_text, kept);
}

#[test]
fn a_notification_gives_the_person_s_words() {
    let text = "Bonjour,\nVous avez reçu un nouveau message de Karim SAÏDI (professeur) le 04/11/2025.\nObjet : souris\n> La souris de D3 est cassée.\n> Karim\nRépondre sur l'ENT";
    let body = trim(text, &Context { subject: "Nouveau message", notice: true, ..Context::default() });
    assert_eq!(body.new_text, "La souris de D3 est cassée.");
    assert!(body.signature.contains("Objet : souris") && body.forwarded.is_empty());
    let empty =
        "Vous avez reçu un nouveau message de Karim SAÏDI.\nObjet : souris cassée en D3\nConnectez-vous pour le lire.";
    let body = trim(empty, &Context { notice: true, ..Context::default() });
    assert_eq!(body.new_text, "Objet : souris cassée en D3");
}

#[test]
fn a_deep_chain_stays_bounded() {
    let block = "De : A <a@a.test>\nEnvoyé : lundi\nÀ : B\nObjet : TR: x\n\nmot\n\n";
    let body = read("TR: x", &block.repeat(3_000));
    assert!(body.forwarded.len() <= 50);
}

/// Words that stand in the parts of a result, in the order of the parts.
fn words(body: &Body) -> Vec<String> {
    let mut all = vec![body.new_text.as_str(), body.quoted_text.as_str(), body.signature.as_str()];
    all.extend(body.forwarded.iter().map(|f| f.text.as_str()));
    let mut words: Vec<String> =
        all.iter().flat_map(|t| t.lines()).map(|l| l.trim_start_matches(['>', ' ']).trim().to_owned()).collect();
    words.retain(|l| !l.is_empty());
    words.sort();
    words
}

fn mail_line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Zéà0-9 .,:>?!'-]{0,60}",
        1 => Just("Le lun. 15 nov. 2021 à 19:42, Nom <a@b.test> a écrit :".to_owned()),
        1 => Just("De : X <a@b.test>".to_owned()),
        1 => Just("Envoyé : lundi 3 novembre 2025 08:31".to_owned()),
        1 => Just("Objet : TR: panne".to_owned()),
        1 => Just("-- ".to_owned()),
        1 => Just("Cordialement,".to_owned()),
        1 => Just("---------- Forwarded message ---------".to_owned()),
        1 => Just("> cité".to_owned()),
        1 => Just(">> cité deux fois".to_owned()),
        1 => Just("Envoyé de mon iPhone".to_owned()),
        1 => Just("\u{E000}".to_owned()),
        1 => Just(String::new()),
    ]
}

proptest! {
    #[test]
    fn every_line_is_in_exactly_one_part(
        lines in proptest::collection::vec(mail_line(), 0..40),
        subject in prop_oneof![Just("panne"), Just("RE: panne"), Just("TR: panne")],
        answers: bool,
        notice: bool,
    ) {
        let text = lines.join("\n");
        let author = from("Nom Prénom");
        let body = trim(&text, &Context { subject, author: Some(&author), answers, notice });
        let mut expected: Vec<String> =
            lines.iter().map(|l| l.trim_start_matches(['>', ' ']).trim().to_owned()).filter(|l| !l.is_empty() && !l.starts_with('\u{E000}')).collect();
        expected.sort();
        prop_assert_eq!(words(&body), expected);
    }

    #[test]
    fn any_text_is_taken_apart(text in "\\PC{0,400}", subject in "\\PC{0,40}") {
        let _ = trim(&text, &Context { subject: &subject, ..Context::default() });
    }
}
