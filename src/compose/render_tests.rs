//! Every kind of mail rendered from samples: rules that all texts keep, and the key ones word by word.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::letter::{Content, Letter};
use super::{Ctx, MailKind, Rendered, Templates, render, sample_school, samples, wrap};
use crate::profile::Profile;
use crate::report::Place;
use crate::school::School;

fn all(profile: &str) -> Vec<(String, Letter, Rendered)> {
    let profile = Profile::builtin(profile).unwrap();
    let (school, templates) = (sample_school::school(), Templates::builtin(profile.name()).unwrap());
    let names = ["Karim Benali".to_owned(), "Roux".to_owned()];
    let ctx =
        Ctx { school: &school, profile: &profile, templates: &templates, now: sample_school::now(), names: &names };
    samples::letters()
        .into_iter()
        .map(|(name, letter)| {
            let rendered = render(&letter, &ctx).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, letter, rendered)
        })
        .collect()
}

fn shown(name: &str, rendered: &Rendered) -> String {
    format!("=== {name}\nObjet : {}\n\n{}\n", rendered.subject, rendered.text)
}

#[test]
fn every_kind_has_samples_and_all_of_them_render_in_both_profiles() {
    for profile in ["ile-de-france", "neutre"] {
        let mut account = String::new();
        let all = all(profile);
        for kind in MailKind::ALL {
            assert!(all.iter().any(|(_, l, _)| l.content.kind() == *kind), "{kind}");
        }
        for (name, _, rendered) in &all {
            let _ = write!(account, "{}", shown(name, rendered));
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("letters-{profile}.txt")), account).unwrap();
    }
}

#[test]
fn every_text_keeps_the_rules_of_the_house() {
    for (name, letter, rendered) in all("ile-de-france") {
        let text = &rendered.text;
        for line in text.lines() {
            assert!(line.chars().count() <= wrap::WIDTH, "{name}: {line}");
        }
        for bad in [
            " ?", " !", " ;", " :", "« ", " »", "\n\n\n", "( ", " )", "  –", "..", " .", " ,", " de le ", " à le ",
            " de les ", " à les ", "d’l",
        ] {
            // Indents and rows of forms are made of spaces; words of people keep theirs.
            let found = text
                .lines()
                .chain([rendered.subject.as_str()])
                .any(|l| l.trim_start().contains(bad) && !l.starts_with('>'));
            assert!(!found, "{name}: {bad:?}\n{}\n{text}", rendered.subject);
        }
        assert!(text.starts_with("Bonjour,\n"), "{name}");
        assert!(!text.contains("null") && !text.contains("&amp;") && !text.contains("&#"), "{name}\n{text}");
        if letter.content.incidents().len() == 1 && letter.content.kind() != MailKind::Digest {
            let tag = format!("[SIG-{}]", letter.content.incidents()[0].reference);
            let known = matches!(letter.content, Content::Answer { list: Some(_), .. });
            assert!(known || rendered.subject.contains(&tag), "{name}: {}", rendered.subject);
        }
    }
}

#[test]
fn titles_say_what_a_phone_needs_to_show() {
    let all = all("ile-de-france");
    let subject = |name: &str| all.iter().find(|(n, _, _)| n == name).unwrap().2.subject.replace('\u{a0}', " ");
    assert!(subject("ticket: several machines").starts_with("[SIG-2026-0043] 3 ordinateurs – salle multimédia 1 : "));
    assert!(subject("ticket: several machines").ends_with(" – 0941234F"));
    assert!(
        subject("ticket_copy: outage").starts_with("[SIG-2026-0045] Copie du ticket : Réseau – bât. C, 2e étage : ")
    );
    // Nobody asks in which room a service of the rectorat does not work.
    assert_eq!(
        subject("progress: redirected"),
        "[SIG-2026-0044] Réorienté : Application académique : problème signalé"
    );
    assert!(
        subject("follow_up: not repaired").starts_with("[SIG-2026-0042] Dossier INC0098765 – Toujours en panne : ")
    );
    assert!(subject("follow_up: overdue").starts_with("[SIG-2026-0042] Sans nouvelles : "));
    assert_eq!(subject("digest: one stranger only"), "Signalements : 1 expéditeur inconnu");
    assert_eq!(subject("digest: full"), "Signalements : 2 à valider, 2 chez CESAME, 1 expéditeur inconnu");
}

static SHARED: LazyLock<(School, Profile, Templates)> = LazyLock::new(|| {
    let profile = Profile::builtin("ile-de-france").unwrap();
    (sample_school::school(), profile, Templates::builtin("ile-de-france").unwrap())
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn hostile_words_forge_no_line_of_a_ticket(hostile in "(\\PC|\n|\r|UAI : |\\{\\{#if|Lieu  : ){0,60}") {
        let ctx = Ctx { school: &SHARED.0, profile: &SHARED.1, templates: &SHARED.2, now: sample_school::now(), names: std::slice::from_ref(&hostile) };
        for (_, mut letter) in samples::letters() {
            let (Content::Ticket { incident, .. } | Content::TicketCopy { incident } | Content::FollowUp { incident, .. }) = &mut letter.content else { continue };
            let facts = &mut incident.facts;
            facts.words = hostile.clone();
            facts.since = Some(hostile.clone());
            facts.effect = Some(hostile.clone());
            facts.place = Some(Place::from_normalised(&hostile));
            facts.labels = vec![hostile.clone()];
            facts.serials = vec![hostile.clone(), String::new()];
            facts.machines = vec![hostile.clone()];
            incident.support_reference = Some(hostile.clone());
            let rendered = render(&letter, &ctx).unwrap();
            prop_assert!(!rendered.subject.contains(['\n', '\r']));
            let forms = rendered.text.lines().filter(|l| l.starts_with("UAI  ") || l.starts_with("Lieu  ")).count();
            prop_assert_eq!(forms, 2, "{}", rendered.text);
        }
    }
}

#[test]
fn braces_in_what_people_wrote_are_only_braces() {
    let all = all("ile-de-france");
    let text = |name: &str| all.iter().find(|(n, _, _)| n == name).unwrap().2.text.clone();
    assert!(text("proposal: rectorat, changed, doubts").contains("{{ARENA}}"));
    assert!(text("stranger: outsider").contains("> {{évalué ?}}"));
}

#[test]
fn nobody_is_named_to_support_and_correspondents() {
    for (name, letter, rendered) in all("ile-de-france") {
        let kind = letter.content.kind();
        let copy = matches!(kind, MailKind::TicketCopy | MailKind::FollowUpCopy | MailKind::OutcomeCopy);
        if !copy && !matches!(kind, MailKind::Ticket | MailKind::FollowUp) {
            continue;
        }
        let all = format!("{}\n{}", rendered.subject, rendered.text).to_lowercase().replace("panne", "");
        for person in ["benali", "karim", "roux", "le bris", "anne", "06 12"] {
            assert!(!all.contains(person), "{name}: {person}\n{all}");
        }
        if copy {
            // Neither the contact nor the teacher's own words.
            for private in ["petit", "01 02 03", "sts", "depuis lundi", "vidéoproj de"] {
                assert!(!all.contains(private), "{name}: {private}\n{all}");
            }
        }
    }
}

#[test]
fn an_error_in_an_operators_text_is_told_with_file_and_line() {
    let load =
        |file: &str, text: &str| Templates::load("ile-de-france", &[(file.to_owned(), text.to_owned())]).map(|_| ());
    assert_eq!(load("/etc/p/help.txt", "Objet : Aide\n\nBonjour {{school.name}},\n"), Ok(()));
    let e = load("/etc/p/help.txt", "Objet : Aide\n\nBonjour,\n\n{{school.nom}}\n").unwrap_err();
    assert_eq!((e.file.as_str(), e.line), ("/etc/p/help.txt", 5), "{e}");
    let e = load("/etc/p/help.txt", "Objet : Aide\n\nBonjour,\n{{#if x}}\n").unwrap_err();
    assert_eq!(e.file, "/etc/p/help.txt");
    assert!(e.line >= 4, "{e}");
    let e = load("/etc/p/help.txt", "Bonjour,\n").unwrap_err();
    assert!(e.line == 1 && e.what.contains("Objet"), "{e}");
    let e = load("/etc/p/hilfe.txt", "Objet : x\n\ny\n").unwrap_err();
    assert!(e.what.contains("help.txt"), "{e}");
    let e = load("/etc/p/_pied.txt", "\n{{school.nom}}\n").unwrap_err();
    assert_eq!((e.file.as_str(), e.line), ("/etc/p/_pied.txt", 2), "{e}");
}

#[test]
fn a_reply_keeps_the_subject_of_its_thread() {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let (school, templates) = (sample_school::school(), Templates::builtin("ile-de-france").unwrap());
    let ctx = Ctx { school: &school, profile: &profile, templates: &templates, now: sample_school::now(), names: &[] };
    let subject = |name: &str, reply: &str| {
        let (_, mut letter) = samples::letters().into_iter().find(|(n, _)| n == name).unwrap();
        letter.reply_subject = Some(reply.into());
        render(&letter, &ctx).unwrap().subject
    };
    let one = "acknowledgement: one, new";
    assert_eq!(subject(one, "Panne en B204"), "Re: [SIG-2026-0042] Panne en B204");
    assert_eq!(subject(one, "RE: Re : [SIG-2026-0042] Panne"), "Re: [SIG-2026-0042] Panne");
    assert_eq!(subject("acknowledgement: three, one without place", "Pannes\r\nX: y"), "Re: Pannes X: y");
    let follow_up = "follow_up: not repaired";
    assert_eq!(subject(follow_up, "[SIG-2026-0042] Panne"), "Re: [SIG-2026-0042] Panne – dossier INC0098765");
    assert_eq!(subject(follow_up, "Dossier INC0098765"), "Re: [SIG-2026-0042] Dossier INC0098765");
}

#[test]
fn the_key_letters_read_as_they_were_read_by_eye() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/letters");
    let all = all("ile-de-france");
    for (file, name) in [
        ("acknowledgement", "acknowledgement: three, one without place"),
        ("proposal", "proposal: region, twins"),
        ("ticket", "ticket: full with photo"),
        ("ticket_copy", "ticket_copy: full with photo"),
        ("follow_up", "follow_up: not repaired"),
        ("resolution_check", "resolution_check: asked"),
        ("reminder", "reminder: support"),
        ("digest", "digest: full"),
        ("answer", "answer: list"),
        ("stranger", "stranger: outsider"),
        ("alert", "alert: ticket"),
    ] {
        let (_, _, rendered) = all.iter().find(|(n, _, _)| n == name).unwrap();
        let (path, now) = (folder.join(format!("{file}.txt")), shown(name, rendered));
        if std::env::var_os("PASSERELLE_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &now).unwrap();
        }
        let read = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(read == now, "{file}.txt differs; PASSERELLE_BLESS=1 writes it anew\n--- is now\n{now}");
    }
}
