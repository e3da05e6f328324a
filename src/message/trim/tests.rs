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
        "Ce mail est réservé à ses seuls destinataires. Toute diffusion sans accord est interdite.",
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
fn a_sentence_right_above_an_attribution_stays() {
    for sentence in [
        "Le vidéoprojecteur de la C12 ne s'allume plus",
        "Il manque deux souris au CDI",
        "On ne peut plus imprimer depuis ce matin",
        "Le poste 12 est mort",
        "Le 4, panne de wifi au labo.",
        "Am Samstag war alles dunkel",
        "5 semaines sans traceur. Qui relance ?",
        "312 : rien, ni internet ni Pronote",
        "lundi, salle 3",
        "192.0.2.77 ne répond plus, 10.0.2 non plus",
    ] {
        for attribution in [
            "2025-11-04 11:53 GMT+01:00 Paul Morin <p.morin@lycee.test>:",
            "Le mar. 4 nov. 2025 à 11:53, Paul Morin a écrit :",
            "Le mar. 4 nov. 2025 à 11:53, Paul Morin <p.morin@lycee.test>\na écrit :",
            "On Tue, Nov 4, 2025 at 11:53 AM Paul Morin <p.morin@lycee.test> wrote:",
            "Paul Morin <p.morin@lycee.test> a écrit :",
        ] {
            for quote in ["> Quelle salle ?", "Quelle salle ?"] {
                let body = reply(&format!("{sentence}\n{attribution}\n{quote}"));
                assert_eq!(body.new_text, sentence, "{attribution} {quote}");
            }
        }
    }
}

#[test]
fn words_on_the_line_of_an_attribution_stay() {
    for (line, own) in [
        ("C'est la C12. Le mar. 4 nov. 2025 à 11:53, Paul Morin <p@lycee.test> a écrit :", "C'est la C12."),
        ("Le son est revenu--- On Tue, Nov 4, 2025 at 11:53 AM, p@lycee.test wrote:", "Le son est revenu"),
        ("Oui Le 04/11/2025 11:53, Paul a écrit :", "Oui"),
    ] {
        let body = reply(&format!("{line}\n> Quelle salle ?"));
        assert_eq!(body.new_text, own);
        assert!(body.quoted_text.contains("Paul") || body.quoted_text.contains("wrote"));
    }
    let sentence = "Voici ce que Le Monde du 4/11 a écrit :";
    assert_eq!(reply(sentence).new_text, sentence);
}

#[test]
fn attributions_of_webmails_and_telephones_are_known() {
    for attribution in [
        "Le Mardi, Novembre 04, 2025 11:53 CET, Paul Morin <p@lycee.test> a écrit:",
        "Le mar. 4 nov. 2025, 11 h 53, Paul Morin a écrit :",
        "Le 4 novembre 2025 11:53:07 GMT+01:00, Paul Morin <p@lycee.test> a écrit :",
        "Le mardi 4 novembre 2025 à 11:53, « Paul Morin » <p@lycee.test> a écrit :",
        "- Le 2025-11-04 11:53, Paul Morin a écrit :",
        "---- Le mar., 04 nov. 2025 11:53:07 +0100 Paul Morin <p@lycee.test> a écrit ----",
        "-------- Paul Morin a écrit --------",
        "Paul Morin <p@lycee.test> a\nécrit :",
        "Paul Morin a écrit le 04/11/2025 à 11:53 :",
        "2025-11-04 11:53 GMT+01:00 Paul Morin <p@lycee.test>:",
        "2025-11-04 11:53 GMT+01:00 Paul Morin <\np@lycee.test>:",
        "04.11.2025, 11.53, \"Paul Morin\" <p@lycee.test>:",
        "mardi 4 novembre 2025, 11:53 +0100 de Paul Morin <p@lycee.test> :",
        "-----Message d'origine-----\nLe 04/11/2025 11:53, Paul Morin <p@lycee.test> a écrit :",
        "Am Di., 4. Nov. 2025 um 11:53 Uhr schrieb Paul Morin <\np@lycee.test>:",
        "Paul Morin <p@lycee.test> schrieb am Di., 4.\nNov. 2025, 11:53:",
        "El mar, 4 nov 2025 a las 11:53, Paul Morin (<p@lycee.test>) escribió:",
        "Il giorno mar 4 nov 2025 alle ore 11:53 Paul Morin <p@lycee.test> ha scritto:",
        "On 4-Nov-2025, at 11:53 AM, Paul Morin wrote:",
        "  Le mar. 4 nov. 2025 à 11:53, Paul Morin<p@lycee.test> a écrit :   Bonjour,",
    ] {
        for quote in ["> Quelle salle ?", "Quelle salle ?"] {
            let body = reply(&format!("La C12.\n\n{attribution}\n\n{quote}"));
            assert_eq!(body.new_text, "La C12.", "{attribution}");
            assert!(body.quoted_text.contains("Quelle salle"), "{attribution}");
        }
    }
}

#[test]
fn dates_and_addresses_in_a_list_are_no_attribution() {
    let text = "Pannes :\n4/11 à 11:53 : écran noir\nmardi 4 novembre : souris\nle 4 nov. 2025 à 12:10, plus de wifi\nvoir avec Paul <p@lycee.test>";
    assert_eq!(reply(text).new_text, text);
    assert_eq!(read("pannes", text).new_text, text);
}

#[test]
fn header_blocks_of_neighbouring_languages_and_on_one_line_are_quotes() {
    for block in [
        "Da: Paul <p@a.test>\nInviato: martedì 4 novembre 2025 11:53\nA: Nora\nOggetto: C12",
        "De: Paul <p@a.test>\nEnviado el: martes, 4 de noviembre de 2025 11:53\nPara: Nora\nAsunto: C12",
        "Von: Paul <p@a.test>\nDatum: 4.11.2025\nAn: Nora\nBetreff: C12",
        "envoyé : 4 novembre 2025 à 11:53\nde : Paul <p@a.test>\nà : nora@a.test\nobjet : Re: C12",
        "Date : 4 nov. 2025 11:53 De : Paul <p@a.test> À : nora@a.test Objet : C12",
        "====\n\nMessage du : 04/11/2025 11:53\nDe : \"Paul\" <p@a.test>\nA : nora@a.test\nCopie à :\nSujet : C12",
    ] {
        let body = reply(&format!("Toujours pareil.\n\n{block}\n\nancien"));
        assert_eq!(body.new_text, "Toujours pareil.", "{block}");
        assert!(body.quoted_text.contains("ancien"), "{block}");
    }
}

#[test]
fn an_answer_in_small_letters_between_quoted_lines_stays() {
    let long = "> Est-ce que la salle informatique du deuxième étage est bien ouverte le mercredi ?";
    let body = reply(&format!("{long}\noui\n> Et le jeudi ?\nnon"));
    assert_eq!(body.new_text, "oui\n\nnon");
    let broken = reply(
        "Fait.\n> Le technicien passera mercredi dans la salle informatique du deuxième étage\navec un écran\n>\n> Voir le plan (https://a.test/plan?\nsalle=C12)\n> Paul",
    );
    assert_eq!(broken.new_text, "Fait.");
}

#[test]
fn a_sentence_about_sending_is_no_footer() {
    for text in [
        "Envoyé depuis ma salle, la B204, qui n'a plus de lumière.",
        "Envoyé depuis le portable de la C12",
        "Envoyé depuis mon poste, le mail reste dans la boîte d'envoi du téléphone.",
        "Sent from my desk, which is much quieter than my mobile phone.",
        "Message envoyé par mail hier au rectorat",
        "Télécharger Outlook sur le poste 4 prend une heure",
    ] {
        assert_eq!(read("x", &format!("Bonjour.\n\n{text}")).new_text, format!("Bonjour.\n\n{text}"));
    }
    for footer in [
        "Envoyé de mon Wiko",
        "Envoyé de mon iPhone, veuillez excuser les fautes de frappe",
        "(Envoyé depuis mon OnePlus Nord 2)",
        "Download Outlook for Android<https://aka.ms/x>",
        "Obtenir BlueMail pour Android",
        "Sent from my Verizon Wireless BlackBerry",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPhone",
    ] {
        let body = read("x", &format!("Plus de son au CDI.\n\n{footer}"));
        assert_eq!((body.new_text.as_str(), body.signature.as_str()), ("Plus de son au CDI.", footer));
    }
}

#[test]
fn a_place_or_a_thing_at_the_end_is_not_the_author_s_initials() {
    let author = from("Claire Dupuis Imbert");
    let read = |text: &str| trim(text, &Context { author: Some(&author), ..Context::default() });
    for last in ["CDI", "PC", "PC 12", "D12"] {
        let text = format!("L'écran est noir :\n{last}");
        assert_eq!(read(&text).new_text, text);
    }
    for sign in ["C. D.", "C.D.I.", "CDu", "Claire", "Cl. Dupuis", "C. Dupuis - SVT"] {
        assert_eq!(read(&format!("L'écran est noir.\n{sign}")).signature, sign);
    }
}

#[test]
fn a_name_with_its_function_behind_a_dash_closes_a_letter() {
    let bold = reply("La C12.\n\n*Nora Belkacem*\n*CPE*");
    assert_eq!((bold.new_text.as_str(), bold.signature.as_str()), ("La C12.", "*Nora Belkacem*\n*CPE*"));
    assert_eq!(reply("La C12.\n\nBelle fin de semaine !\nM. Tessier").new_text, "La C12.");
    let list = reply("La C12.\n\nCordialement\nToner - couleur");
    assert!(list.new_text.ends_with("Toner - couleur"));
    let body =
        reply("La C12.\n\nÀ plus\nMarc Tessier - gestionnaire du matériel\nm.tessier@lycee.test\n01 23 45 67 89");
    assert_eq!(body.new_text, "La C12.");
    assert!(body.signature.contains("Marc Tessier") && body.signature.contains("01 23"));
}

#[test]
fn a_rule_over_what_was_cut_goes_with_it_and_one_inside_a_text_stays() {
    assert_eq!(reply("La C12.\n\n____\nCordialement,\nNora").new_text, "La C12.");
    let text = "Première panne.\n----\nDeuxième panne, en D14.";
    assert_eq!(read("pannes", text).new_text, text);
    let own = "Pour lundi\n---\nDe : M. Petit\nÀ : la B204, écran noir";
    assert_eq!(reply(own).new_text, own);
}

#[test]
fn notices_on_paper_hours_and_recipients_go() {
    for notice in [
        "Afin de respecter l'environnement, merci de n'imprimer ce mail qu'en cas de nécessité.",
        "• Droit à la déconnexion : ce courriel n'appelle pas de réponse immédiate.",
        "Si vous recevez ce message en dehors de vos heures de travail, vous n'êtes pas tenu d'y répondre.",
    ] {
        let body = read("x", &format!("Plus de son au CDI.\n\n{notice}"));
        assert_eq!((body.new_text.as_str(), body.signature.as_str()), ("Plus de son au CDI.", notice));
    }
    let kept = "Si vous recevez ce matin le technicien, l'imprimante du CDI bourre.";
    assert_eq!(read("x", kept).new_text, kept);
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
