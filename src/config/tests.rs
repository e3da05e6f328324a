//! The configuration as its users see it: what is accepted, and what they are told of mistakes.

use std::path::Path;

use jiff::civil::{Weekday, date, time};
use proptest::prelude::*;

use super::*;
use crate::address::Address;
use crate::incident::policy::{Binder, Confirm, CopyMode, Delay, Digest, Policy};
use crate::school::{Role, SenderPattern};

const SCHOOL: &str = r#"name = "Lycée Jean-Moulin"
uai = "0941234F"
city = "Torcy"
mailbox = "Panne@Lycee.test"
staff_domains = ["AC-lycee.test", "lycee.test"]
referent = "referent@lycee.test"
support = "desk@region.test"
"#;

const WAYS: &str = r#"
[school.intake]
maildir = "in"
[school.delivery]
maildir = "out"
"#;

/// A configuration that works, with `school` among the school's keys and `tables` after them.
fn whole(school: &str, tables: &str) -> String {
    let ways = if tables.contains("[school.intake") { "" } else { WAYS };
    format!("[[school]]\n{SCHOOL}{school}\n{ways}{tables}")
}

fn load(text: &str) -> Result<Config, ConfigError> {
    Config::from_text(text, Path::new("passerelle.toml"))
}

/// What the user of `text` is told, each with the line of the file that it points at.
fn told(text: &str) -> Vec<(String, String)> {
    let problems = load(text).map_or_else(|e| e.problems, |_| Vec::new());
    let line = |n: usize| text.lines().nth(n.saturating_sub(1)).unwrap_or_default().to_owned();
    problems.iter().map(|p| (line(p.line), format!("{}: {}", p.key, p.what))).collect()
}

/// Asserts that `text` has one mistake, at the line `line`, told as `message`.
#[track_caller]
fn one(text: &str, line: &str, message: &str) {
    assert_eq!(told(text), [(line.to_owned(), message.to_owned())], "{text}");
}

#[test]
fn mistakes_among_the_schools_keys_are_told() {
    for (line, message) in [
        ("refrent = 1", "school.refrent: unknown key `refrent`; did you mean `referent`?"),
        ("Rooms = [\"B204\"]", "school.Rooms: unknown key `Rooms`; did you mean `rooms`?"),
        (
            "zzz = 1",
            "school.zzz: unknown key `zzz`; the keys known here are name, uai, city, mailbox, staff_domains, referent, \
             correspondents, support, support_from, profile, rooms, room_aliases, pcs, \
             visit_days_per_fortnight, contact, access_hours, known_senders, relay_senders, timezone, words, policy, intake, delivery",
        ),
        (
            "confirm = \"always\"",
            "school.confirm: unknown key `confirm` here; it stands below the heading `[school.policy]`",
        ),
        ("pcs = \"many\"", "school.pcs: must be a whole number from 1 to 100000, as `pcs = 30`"),
        (
            "visit_days_per_fortnight = -0.25",
            "school.visit_days_per_fortnight: must be a number from 0 to 10 with three decimals at most, as \
             `visit_days_per_fortnight = 0.25`",
        ),
        ("rooms = 12", "school.rooms: must be a list of texts, as `rooms = [\"B204\"]`, not a number"),
        ("rooms = [12]", "school.rooms: must be a list of texts, as `rooms = [\"B204\"]`, not a number"),
        (
            "room_aliases = { \"B303\" = \"b 303\" }",
            "school.room_aliases.B303: a room cannot be another name of itself; remove the line",
        ),
        (
            "room_aliases = { \"B303\" = \"B305\", \"B305\" = \"B306\" }",
            "school.room_aliases.B303: B305 is itself another name, of B306; write `\"B303\" = \"B306\"`",
        ),
        (
            "correspondents = [\"S1 <s1@snes.test>\"]",
            "school.correspondents: `S1 <s1@snes.test>` is not a mail address; write it as \"name@example.org\"",
        ),
        (
            "support_from = [\"region.test\"]",
            "school.support_from: `region.test` is neither an address nor a domain; write \"name@example.org\", or \
             \"@example.org\" for everybody there",
        ),
        (
            "timezone = \"Paris\"",
            "school.timezone: `Paris` is not a time zone; write \"Europe/Paris\" or another IANA name",
        ),
        (
            "profile = \"../../etc\"",
            "school.profile: `../../etc` is not a profile's name; write \"ile-de-france\" or \"neutre\"",
        ),
        (
            "known_senders = true",
            "school.known_senders: must be a list of texts, as `known_senders = [\"prof@example.org\"]`, not true or false",
        ),
        (
            "contact = \"<M. Petit>\"",
            "school.contact: is still the sample's text; fill it in, as `contact = \"M. Petit, 01 02 03 04 05\"`",
        ),
        ("contact = \"a\\r\\nBcc: x@y.test\"", "school.contact: must be one line without control characters"),
    ] {
        one(&whole(line, ""), line, message);
    }
}

#[test]
fn mistakes_of_the_policy_are_told() {
    for (line, message) in [
        (
            "rooms = [\"B204\"]",
            "rooms: unknown key `rooms` here; it stands among the school's own keys, right below `[[school]]`",
        ),
        ("remind_afer = \"2wd\"", "remind_afer: unknown key `remind_afer`; did you mean `remind_after`?"),
        ("remind_after = 2", "remind_after: must be a text in quotes, as `remind_after = \"2wd\"`, not a number"),
        (
            "remind_after = \"2 weeks\"",
            "remind_after: `2 weeks` is not a duration; write a number and a unit, as `30s`, `5m`, `48h`, `3d`, `2wd` \
             (working days) or `3y`",
        ),
        ("keep_raw = \"9999999999d\"", "keep_raw: `9999999999d` is too long; a century is the most"),
        (
            "remind_after = \"\"",
            "remind_after: is empty; write for example `remind_after = \"2wd\"`, or leave the line out",
        ),
        ("copy = \"bcc\"", "copy: `bcc` is none of \"separate\", \"cc\""),
        ("confirm = \"sometimes\"", "confirm: `sometimes` is none of \"always\", \"unsure\", \"never\""),
        ("subaddressing = \"yes\"", "subaddressing: must be `true` or `false` without quotes, not a text"),
        (
            "digest = \"lundi 07:30\"",
            "digest: `lundi 07:30` is not a digest time; write \"weekdays 07:30\", \"monday 07:30\" or \"never\"",
        ),
        (
            "digest = \"monday 25:00\"",
            "digest: `monday 25:00` is not a digest time; write \"weekdays 07:30\", \"monday 07:30\" or \"never\"",
        ),
        (
            "holidays = [\"2027-01-03..2026-12-19\"]",
            "holidays: `2027-01-03..2026-12-19` ends before it begins; write the earlier day first",
        ),
        (
            "holidays = [\"19/12/2026\"]",
            "holidays: `19/12/2026` is not a closing; write \"2026-12-19..2027-01-03\" (both days included)",
        ),
        ("max_message_size = \"big\"", "max_message_size: `big` is not a size; write it as \"25MB\" or \"500KB\""),
        ("max_message_size = 10", "max_message_size: `10` is not between 64KiB and 1GB"),
        (
            "max_mails_per_day = 0",
            "max_mails_per_day: must be a whole number from 1 to 10000, as `max_mails_per_day = 30`",
        ),
        (
            "trusted_authserv = \"two words\"",
            "trusted_authserv: `two words` is not a host's name; copy it from the Authentication-Results header of a \
             mail that arrived",
        ),
    ] {
        one(&whole("", &format!("[school.policy]\n{line}")), line, &format!("school.policy.{message}"));
    }
}

#[test]
fn mistakes_of_the_servers_are_told() {
    let login = "user = \"u\"\npassword = \"p\"\n";
    for (line, rest, message) in [
        (
            "url = \"imap://mail.test\"",
            login,
            "url: `imap://` alone would send the password unencrypted; write `imaps://`, or add `starttls = true`",
        ),
        (
            "url = \"imaps://u:secret@mail.test\"",
            login,
            "url: user and password do not belong in the URL; give `user` and `password_file`; write it as \
             \"imaps://mail.example.org\"",
        ),
        ("url = \"https://mail.test\"", login, "url: `https://mail.test` does not begin with `imaps://` or `imap://`"),
        (
            "url = \"imaps://mail.test:99999\"",
            login,
            "url: `imaps://mail.test:99999` has no valid port (1 to 65535); write it as \"imaps://mail.example.org\"",
        ),
        (
            "starttls = true",
            "url = \"imaps://mail.test\"\nuser = \"u\"\npassword = \"p\"",
            "starttls: `imaps://` is encrypted from the start; write `imap://` for STARTTLS, or leave this line out",
        ),
        (
            "password = \"q\"",
            "url = \"imaps://mail.test\"\nuser = \"u\"\npassword_env = \"P\"",
            "password: the password is given twice; keep one of `password_file`, `password_env` and `password`",
        ),
        (
            "done_folder = \"INBOX\"",
            "url = \"imaps://mail.test\"\nuser = \"u\"\npassword = \"p\"",
            "done_folder: is the folder that mail is read from; name another one, or leave the line out",
        ),
        (
            "password_env = \"PASSERELLE_TEST_NO_SUCH\"",
            "url = \"imaps://mail.test\"\nuser = \"u\"",
            "password_env: the environment has no variable `PASSERELLE_TEST_NO_SUCH`; set it for the service, or use \
             `password_file`",
        ),
    ] {
        let tables = format!("[school.intake.imap]\n{line}\n{rest}\n[school.delivery]\nmaildir = \"out\"\n");
        one(&whole("", &tables), line, &format!("school.intake.imap.{message}"));
    }
    for (line, rest, message) in [
        (
            "starttls = \"none\"",
            "url = \"smtp://mail.test\"",
            "starttls: \"none\" sends mail unencrypted and is accepted to this very machine only (localhost); write \
             \"required\" or \"opportunistic\"",
        ),
        (
            "starttls = \"required\"",
            "url = \"smtps://mail.test\"",
            "starttls: `smtps://` is encrypted from the start; write `smtp://` for STARTTLS, or leave this line out",
        ),
        (
            "starttls = \"yes\"",
            "url = \"smtp://mail.test\"",
            "starttls: `yes` is none of \"required\", \"opportunistic\", \"none\"",
        ),
    ] {
        let tables = format!("[school.intake]\nmaildir = \"in\"\n[school.delivery.smtp]\n{rest}\n{line}\n");
        one(&whole("", &tables), line, &format!("school.delivery.smtp.{message}"));
    }
}

#[test]
fn what_is_missing_is_told_at_the_heading_it_belongs_under() {
    let text = "[[school]]\nname = \"x\"\n[school.intake.imap]\n[school.delivery.smtp]\nuser = \"u\"\n";
    let all: Vec<String> = told(text).into_iter().map(|(line, what)| format!("{line} | {what}")).collect();
    assert_eq!(
        all,
        [
            "[[school]] | school.uai: is missing; add `uai = \"0941234F\"` (the school's national code)",
            "[[school]] | school.city: is missing; add `city = \"Créteil\"` (the school's town)",
            "[[school]] | school.mailbox: is missing; add `mailbox = \"panne-info@lycee.example.org\"` (the fixed address that colleagues write to)",
            "[[school]] | school.staff_domains: is missing; add `staff_domains = \"ac-creteil.fr\"` (the domains of colleagues' addresses)",
            "[[school]] | school.referent: is missing; add `referent = \"referent@lycee.example.org\"` (who confirms tickets)",
            "[[school]] | school.support: is missing; add `support = \"cesame@example.org\"` (where tickets go)",
            "[school.intake.imap] | school.intake.imap.url: is missing; add `url = \"imaps://imap.example.org\"` (the server of the fixed address)",
            "[school.intake.imap] | school.intake.imap.user: is missing; add `user = \"panne-info\"` (the log-in name of the mailbox)",
            "[school.intake.imap] | school.intake.imap.password_file: is missing; add `password_file = \"/etc/passerelle/password\"` (a file with the password as its only line; or `password_env`, `password`)",
            "[school.delivery.smtp] | school.delivery.smtp.url: is missing; add `url = \"smtp://smtp.example.org:587\"` (the server that takes our mail)",
            "[school.delivery.smtp] | school.delivery.smtp.password_file: is missing; add `password_file = \"/etc/passerelle/password\"` (a file with the password as its only line; or `password_env`, `password`)",
        ]
    );
}

#[test]
fn a_service_needs_a_way_in_and_a_way_out() {
    let all = told(&format!("[[school]]\n{SCHOOL}"));
    assert_eq!(all.len(), 2);
    assert_eq!(
        all[0].1,
        "school: has no `[school.intake.imap]` table (or `[school.intake]` with `maildir`); add one: from where mail comes"
    );
    assert!(all[1].1.starts_with("school: has no `[school.delivery.smtp]` table"), "{all:?}");
    one("", "", "school: is missing; add a block headed `[[school]]` (`passerelle init` prints one to fill in)");
}

#[test]
fn mistakes_of_the_code_are_told_with_the_letter_that_is_due() {
    let with = |uai: &str| whole("", "").replace("0941234F", uai);
    one(
        &with("0941234X"),
        "uai = \"0941234X\"",
        "school.uai: `0941234X` is not a valid UAI: digits 0941234 call for the control letter `F`; check the code on \
         the school's letterhead",
    );
    one(
        &with("94-1234-F"),
        "uai = \"94-1234-F\"",
        "school.uai: `94-1234-F` is not a UAI; it has 7 digits and a letter, as `0941234F`",
    );
}

#[test]
fn the_control_letter_catches_a_wrong_digit_and_two_swapped_ones() {
    for known in ["0941234F", "0949873W", "0949641U"] {
        assert_eq!(value::uai(&known.to_lowercase()).as_deref(), Ok(known));
        let digits: Vec<u8> = known.bytes().collect();
        for i in 0..7 {
            for d in (b'0'..=b'9').filter(|d| *d != digits[i]) {
                let mut wrong = digits.clone();
                wrong[i] = d;
                assert!(value::uai(std::str::from_utf8(&wrong).unwrap()).is_err(), "{wrong:?}");
            }
            if i < 6 && digits[i] != digits[i + 1] {
                let mut wrong = digits.clone();
                wrong.swap(i, i + 1);
                assert!(value::uai(std::str::from_utf8(&wrong).unwrap()).is_err(), "{wrong:?}");
            }
        }
    }
}

#[test]
fn mistakes_of_the_whole_file_are_told() {
    let text = format!("{}[store]\nurl = \"mysql://x\"\n", whole("", ""));
    one(
        &text,
        "url = \"mysql://x\"",
        "store.url: `mysql` is no store that we know; write \"sqlite:passerelle.db\" or \"postgres://user@host/database\"",
    );
    let text = format!("{}[store]\nurl = \"sqlite::memory:\"\n", whole("", ""));
    one(
        &text,
        "url = \"sqlite::memory:\"",
        "store.url: a store in memory would forget everything; write \"sqlite:passerelle.db\"",
    );
    one(
        &format!("templates = \"nowhere-at-all\"\n{}", whole("", "")),
        "templates = \"nowhere-at-all\"",
        &format!(
            "templates: {} is not a folder; create it, or leave the line out",
            std::path::absolute("nowhere-at-all").unwrap().display()
        ),
    );
    one(
        "[school]\nname = \"x\"",
        "[school]",
        "school: must be headed `[[school]]`, with two brackets on each side: there may be several",
    );
    let e = load("[[school]]\nname = \n").unwrap_err();
    assert!(e.to_string().starts_with("passerelle.toml:2: is not TOML here: "), "{e}");
}

#[test]
fn all_mistakes_are_listed_with_file_and_line() {
    let e = load(&whole("pcs = -1\nrooms = 3\n", "")).unwrap_err();
    assert_eq!(
        e.to_string(),
        "2 mistakes in the configuration:\n  \
         passerelle.toml:9: school.pcs: must be a whole number from 1 to 100000, as `pcs = 30`\n  \
         passerelle.toml:10: school.rooms: must be a list of texts, as `rooms = [\"B204\"]`, not a number"
    );
}

#[test]
fn two_schools_share_neither_code_nor_address_nor_mailbox() {
    let text = format!("{}{}", whole("", ""), whole("", ""));
    let all: Vec<String> = told(&text).into_iter().map(|(_, what)| what).collect();
    assert_eq!(
        all,
        [
            "school.uai: `0941234F` is that of the school at line 1 too; each school has its own",
            "school.mailbox: `panne@lycee.test` is that of the school at line 1 too; each school has its own",
            "school.intake: this mailbox is that of the school at line 1 too; each school has its own",
        ]
    );
}

#[test]
fn addresses_whose_roles_exclude_one_another_are_refused() {
    let text = whole("", "").replace("referent@lycee.test", "panne@lycee.test");
    assert_eq!(
        told(&text)[0].1,
        "school.referent: is the fixed address itself, whose mail is ours and never confirms; name a person's address"
    );
    let text = whole("", "").replace("desk@region.test", "PANNE@lycee.test");
    assert_eq!(told(&text)[0].1, "school.support: is the fixed address itself; tickets would come back to us");
}

#[test]
fn a_desk_within_a_staff_domain_does_not_make_every_colleague_support() {
    let config = load(&whole("", "").replace("desk@region.test", "desk@lycee.test")).unwrap();
    let school = &config.schools[0].school;
    assert_eq!(school.support_from, [SenderPattern::Address(Address::parse("desk@lycee.test").unwrap())]);
    assert_eq!(school.role_of(&Address::parse("prof@lycee.test").unwrap()), Role::Staff);
    assert_eq!(config.warnings.len(), 1);
}

#[test]
fn what_is_left_out_is_as_documented() {
    let config = load(&whole("", "")).unwrap();
    let base = std::path::absolute(".").unwrap();
    assert_eq!(config.store_url.as_str(), format!("sqlite:{}/passerelle.db", base.display()));
    let SchoolConfig { school, intake, delivery } = &config.schools[0];
    assert_eq!(school.policy, Policy::default());
    assert_eq!(school.mailbox.as_str(), "panne@lycee.test");
    assert_eq!(school.staff_domains, ["ac-lycee.test", "lycee.test"]);
    assert_eq!(school.support_from, [SenderPattern::Domain("region.test".to_owned())]);
    assert_eq!(school.profile, "ile-de-france");
    assert_eq!(school.timezone.iana_name(), Some("Europe/Paris"));
    assert_eq!(intake, &Intake::Maildir { path: base.join("in"), done_folder: None });
    assert_eq!(delivery, &Delivery::Maildir(base.join("out")));
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn every_rule_of_the_policy_is_read() {
    let text = whole(
        "referent = [\"b@lycee.test\", \"a@lycee.test\"]",
        r#"[school.policy]
confirm = "unsure"
send_unconfirmed_after = "48h"
copy = "cc"
subaddressing = true
trusted_authserv = "MX.lycee.test"
remind_after = "3wd"
digest = "Monday 7:05"
binder = "never"
holidays = ["2026-12-19..2027-01-03", "2027-05-07"]
close_after = "30s"
reopen_within = "5m"
max_mails_per_day = 7
max_mails_per_day_overall = 70
max_message_size = "5MB"
own_copy_wait = "0s"
copy_photos = true
keep_raw = "1y"
keep_incidents = "2d"
"#,
    )
    .replacen("referent = \"referent@lycee.test\"\n", "", 1);
    let config = load(&text).unwrap();
    let school = &config.schools[0].school;
    let referents: Vec<&str> = school.referents.iter().map(Address::as_str).collect();
    assert_eq!(referents, ["b@lycee.test", "a@lycee.test"]);
    assert_eq!(
        school.policy,
        Policy {
            confirm: Confirm::Unsure,
            send_unconfirmed_after: Some(Delay::Seconds(172_800)),
            copy: CopyMode::Cc,
            subaddressing: true,
            trusted_authserv: Some("mx.lycee.test".to_owned()),
            remind_after: Delay::WorkingDays(3),
            digest: Digest::Weekly(Weekday::Monday, time(7, 5, 0, 0)),
            binder: Binder::Never,
            holidays: vec![(date(2026, 12, 19), date(2027, 1, 3)), (date(2027, 5, 7), date(2027, 5, 7))],
            close_after: Delay::Seconds(30),
            reopen_within: Delay::Seconds(300),
            max_mails_per_day: 7,
            max_mails_per_day_overall: 70,
            max_message_size: 5_000_000,
            own_copy_wait: Delay::Seconds(0),
            copy_photos: true,
            keep_raw: Delay::Seconds(365 * 86_400),
            keep_incidents: Delay::Seconds(2 * 86_400),
        }
    );
}

#[test]
fn servers_have_the_usual_ports_and_are_encrypted_unless_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("pw"), "se cret \r\n").unwrap();
    let way = |imap: &str, smtp: &str| {
        let tables = format!(
            "[school.intake.imap]\n{imap}\nuser = \"u\"\npassword_file = \"pw\"\n\
             [school.delivery.smtp]\n{smtp}\nuser = \"u\"\npassword_file = \"pw\"\n"
        );
        let config = Config::from_text(&whole("", &tables), &dir.path().join("p.toml")).unwrap();
        let SchoolConfig { intake: Intake::Imap(i), delivery: Delivery::Smtp(s), .. } = config.schools[0].clone()
        else {
            panic!("servers were configured");
        };
        assert_eq!(i.password.expose(), "se cret ", "only the line's end is stripped");
        assert!(s.credentials.is_some());
        ((i.host, i.port, i.security), (s.host, s.port, s.security))
    };
    let host = |h: &str, port, security| (h.to_owned(), port, security);
    assert_eq!(
        way("url = \"imaps://Imap.test\"", "url = \"smtp://smtp.test\""),
        (host("imap.test", 993, Security::Tls), host("smtp.test", 587, Security::StartTls))
    );
    assert_eq!(
        way("url = \"imap://imap.test:1143/\"\nstarttls = true", "url = \"smtps://smtp.test\""),
        (host("imap.test", 1143, Security::StartTls), host("smtp.test", 465, Security::Tls))
    );
    assert_eq!(
        way("url = \"imap://[::1]\"", "url = \"smtp://127.0.0.1:25\"\nstarttls = \"none\""),
        (host("::1", 143, Security::Plain), host("127.0.0.1", 25, Security::Plain))
    );
}

#[test]
fn a_password_never_shows() {
    let tables = "[school.intake.imap]\nurl = \"imaps://mail.test\"\nuser = \"u\"\npassword = \"hunter2\"\n\
                  [school.delivery]\nmaildir = \"out\"\n[store]\nurl = \"postgres://me:hunter2@db/passerelle\"\n";
    let config = load(&whole("", tables)).unwrap();
    let shown = format!("{config:?} {}", config.store_url);
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("postgres://me@db/passerelle"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_password_file_that_everybody_can_read_is_noted() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pw");
    let tables = "[school.intake.imap]\nurl = \"imaps://mail.test\"\nuser = \"u\"\npassword_file = \"pw\"\n\
                  [school.delivery]\nmaildir = \"out\"\n";
    let load = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        Config::from_text(&whole("", tables), &dir.path().join("p.toml")).map(|c| c.warnings)
    };
    std::fs::write(&file, "x\n").unwrap();
    assert_eq!(load(0o600).unwrap(), []);
    let warnings = load(0o644).unwrap();
    assert!(warnings[0].what.contains("can be read by everybody on this machine; run `chmod 600"), "{warnings:?}");
    std::fs::write(&file, "\n").unwrap();
    assert_eq!(load(0o600).unwrap_err().problems[0].what, "the password is empty");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(load(0o700).unwrap_err().problems[0].what.contains("is not a password file"));
}

#[test]
fn a_school_file_is_one_block_without_its_heading() {
    let text = format!(
        "{SCHOOL}rooms = [\"b 204\", \"CDI\"]\nroom_aliases = {{ \"B 203\" = \"B204\" }}\n[policy]\ncopy = \"cc\"\n[words]\nvideoprojecteur = [\"barco\"]\n"
    );
    let school = school_from_text(&text, Path::new("school.toml")).unwrap();
    assert_eq!(school.rooms, ["B204", "CDI"]);
    assert_eq!(school.room_aliases.get("B203").map(String::as_str), Some("B204"));
    assert_eq!(school.policy.copy, CopyMode::Cc);
    assert_eq!(school.words.get("videoprojecteur").map(Vec::as_slice), Some(&["barco".to_owned()][..]));
    let e = school_from_text(&format!("{SCHOOL}confirm = \"never\"\n"), Path::new("school.toml")).unwrap_err();
    assert_eq!(
        e.to_string(),
        "school.toml:8: confirm: unknown key `confirm` here; it stands below the heading `[policy]`"
    );
}

#[test]
fn a_school_file_with_servers_needs_none_of_their_passwords() {
    let text = format!(
        "{SCHOOL}[intake.imap]\nurl = \"imaps://m.test\"\nuser = \"u\"\npassword_file = \"not-here\"\nca_file = \"no\"\n"
    );
    assert!(school_from_text(&text, Path::new("school.toml")).is_ok());
}

#[test]
fn a_whole_configuration_with_one_school_will_do_as_a_school_file() {
    let text = whole("", "[store]\nurl = \"sqlite:x.db\"\n");
    assert_eq!(school_from_text(&text, Path::new("p.toml")).unwrap().uai, "0941234F");
    let two = format!("{}{}", whole("", ""), whole("", "").replace("0941234F", "0949873W"));
    let e = school_from_text(&two, Path::new("p.toml")).unwrap_err();
    assert!(e.to_string().ends_with("holds several schools; give a file with the one that is meant"), "{e}");
}

#[test]
fn a_misspelt_key_is_not_missing_too() {
    one(
        &whole("", "").replace("city", "citty"),
        "citty = \"Torcy\"",
        "school.citty: unknown key `citty`; did you mean `city`?",
    );
}

#[test]
fn a_key_cannot_write_lines_of_its_own() {
    let all = told(&whole("\"a\\nerror: all is lost\" = 1", ""));
    assert!(all[0].1.starts_with("school.aerror: all is lost: unknown key"), "{all:?}");
    assert!(all.iter().all(|(_, what)| !what.contains('\n')), "{all:?}");
}

#[test]
fn a_profile_is_built_in_or_a_folder_of_the_operators() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("templates = \".\"\n{}", whole("profile = \"grand-est\"", ""));
    let load = || Config::from_text(&text, &dir.path().join("p.toml"));
    assert_eq!(
        load().unwrap_err().problems[0].what,
        "there is no profile `grand-est`; ile-de-france, neutre come with the program, others are folders of \
         `templates` with a `profile.toml`"
    );
    std::fs::create_dir(dir.path().join("grand-est")).unwrap();
    std::fs::write(dir.path().join("grand-est/profile.toml"), "").unwrap();
    assert!(load().is_ok());
}

#[test]
fn a_school_is_chosen_by_its_code() {
    let two = format!(
        "{}{}",
        whole("", ""),
        whole("", "").replace("0941234F", "0949873W").replace("Panne@", "info@").replace("\"in\"", "\"in2\"")
    );
    let config = load(&two).unwrap();
    assert_eq!(config.chosen(None).unwrap().len(), 2);
    assert_eq!(config.chosen(Some("0949873w")).unwrap()[0].school.uai, "0949873W");
    assert_eq!(
        config.chosen(Some("x")).unwrap_err().to_string(),
        "no school has the UAI `x`; the configuration has 0941234F (Lycée Jean-Moulin), 0949873W (Lycée Jean-Moulin)"
    );
}

#[test]
fn words_that_no_category_has_are_told() {
    one(
        &whole("", "[school.words]\nvideoprojector = [\"barco\"]"),
        "videoprojector = [\"barco\"]",
        "school.words.videoprojector: `videoprojector` is no category of words; did you mean `videoprojecteur`?",
    );
}

#[test]
fn a_file_that_is_not_there_or_not_text_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    let e = Config::load(&path).unwrap_err().to_string();
    assert!(e.contains("p.toml: cannot be read: No such file"), "{e}");
    std::fs::write(&path, b"[store]\nurl = \"\xe9\"").unwrap();
    let e = Config::load(&path).unwrap_err().to_string();
    assert!(e.ends_with("line 2 is not UTF-8; save the file with that encoding"), "{e}");
}

#[test]
fn the_sample_works_once_it_is_filled_in() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["imap.password", "smtp.password"] {
        std::fs::write(dir.path().join(name), "secret\n").unwrap();
    }
    let filled = crate::cli::init::SAMPLE.replace(['<', '>'], "");
    let config = Config::from_text(&filled, &dir.path().join("p.toml")).unwrap();
    let school = &config.schools[0].school;
    assert_eq!(school.policy, Policy::default(), "what the sample leaves commented out is the default");

    // The comments are true: every setting shown in one is a setting.
    let optional = filled.lines().map(|l| match l.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) && rest.contains(" = ") => rest,
        _ => l,
    });
    let skip = ["password_env", "password =", "maildir", "templates", "ca_file", "url = \"postgres"];
    let all: Vec<&str> = optional.filter(|l| !skip.iter().any(|s| l.starts_with(s))).collect();
    let config = Config::from_text(&all.join("\n"), &dir.path().join("p.toml")).unwrap();
    assert_eq!(config.schools[0].school.pcs, Some(320));
}

#[test]
fn the_sample_as_it_is_says_what_to_fill_in() {
    let all = told(crate::cli::init::SAMPLE);
    let keys: Vec<&str> = all.iter().map(|(_, what)| what.split(':').next().unwrap()).collect();
    for key in [
        "name",
        "uai",
        "city",
        "mailbox",
        "staff_domains",
        "referent",
        "support",
        "intake.imap.url",
        "intake.imap.password_file",
        "delivery.smtp.url",
    ] {
        assert!(keys.contains(&format!("school.{key}").as_str()), "{key}: {all:?}");
    }
}

#[test]
fn nesting_without_end_gives_a_result() {
    let n = 100_000;
    for text in [
        format!("x = {}", "[".repeat(n)),
        format!("x = {}{}", "[".repeat(n), "]".repeat(n)),
        format!("x = {}", "{ a = ".repeat(n)),
        format!("{}a = 1", "a.".repeat(n)),
        format!("[{}a]", "a.".repeat(n)),
    ] {
        assert!(load(&text).is_err());
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_result(text in "\\PC{0,200}") {
        let _ = load(&text);
        let _ = school_from_text(&text, Path::new("s.toml"));
    }

    #[test]
    fn any_value_of_any_key_gives_a_result(key in 0..26usize, value in "[ -~éÉ]{0,40}", raw in any::<bool>()) {
        let keys = ["name", "uai", "city", "mailbox", "staff_domains", "referent", "support", "support_from", "rooms",
            "room_aliases", "pcs", "timezone", "profile", "known_senders", "words", "policy", "intake", "delivery",
            "policy.digest", "policy.holidays", "policy.max_message_size", "policy.close_after",
            "intake.imap.url", "delivery.smtp.url", "delivery.smtp.starttls", "contact"];
        let value = if raw { value } else { format!("{value:?}") };
        let text = format!("{} = {value}", keys[key]);
        let result = school_from_text(&text, Path::new("s.toml"));
        prop_assert!(result.is_err(), "one key makes no school");
    }
}
