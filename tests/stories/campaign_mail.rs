//! Hostile mail: bombs, monsters, broken bytes, injections, look-alikes. Each comes through the real
//! door; what is asked is how it ends, what everybody received, and that the next mail is handled.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use passerelle::store::MessageEnd;

use crate::harness::inside::Wire;
use crate::harness::letters::{Draft, Mail};
use crate::harness::school::{MAILBOX, School, World, address};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

/// Headers that a mail of ours may bear, in lower case; the first two are the Maildir delivery's own.
const OURS: [&str; 19] = [
    "return-path",
    "delivered-to",
    "date",
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "x-passerelle-kind",
    "x-passerelle-incident",
    "x-passerelle-own",
    "auto-submitted",
    "x-auto-response-suppress",
    "content-language",
    "mime-version",
    "content-type",
];

/// Characters that would move a terminal's cursor, hide text, or turn its direction.
fn is_dangerous(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[track_caller]
fn harmless(what: &str, text: &str) {
    if let Some(at) = text.find(is_dangerous) {
        let near: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{what} holds {:?} behind {near:?}", text[at..].chars().next());
    }
}

/// Nothing in the mail is anything but what the program itself put there, or plain words.
#[track_caller]
fn is_wholesome(mail: &Mail) {
    let raw = String::from_utf8(mail.raw.clone()).unwrap_or_else(|_| panic!("not even ASCII: {mail}"));
    assert!(raw.is_ascii(), "8-bit bytes on the wire:\n{raw}");
    assert!(!raw.replace("\r\n", "").contains(['\r', '\n', '\0', '\u{1b}']), "lone CR, LF or controls:\n{raw}");
    assert!(raw.lines().all(|l| l.len() <= 998), "a line longer than RFC 5322 allows:\n{mail}");
    let head = raw.split("\r\n\r\n").next().unwrap();
    let mut seen: Vec<String> = Vec::new();
    for line in head.split("\r\n").filter(|l| !l.starts_with([' ', '\t'])) {
        let name = line.split(':').next().unwrap().to_lowercase();
        let transfer = name == "content-transfer-encoding";
        assert!(transfer || OURS.contains(&name.as_str()), "header « {line} » in\n{head}");
        assert!(!seen.contains(&name), "{name} twice in\n{head}");
        seen.push(name);
    }
    for (what, text) in [("the subject", &mail.subject), ("the text", &mail.plain.replace("\r\n", "\n"))] {
        harmless(&format!("{what} of {mail}"), text);
    }
    let inside = ["@lycee.test", "@ac-creteil.test", "@region.test"].iter().any(|d| mail.to.ends_with(d));
    assert!(inside || mail.to == address("correspondent"), "it goes to {}", mail.to);
    for (name, _) in &mail.attachments {
        assert!(name.starts_with("photo-"), "« {name} » goes along with {mail}");
    }
}

/// Everything has ended, nobody received more than `at_most` mails in all, each of them wholesome, and
/// the next ordinary mail is handled like any other.
async fn all_is_well(w: &mut World, at_most: usize) {
    w.settle().await;
    let all = w.store.list_messages(None).await.unwrap();
    for m in &all {
        assert!(m.ended.is_some(), "message {} « {} » waits", m.id.0, m.subject);
    }
    let mails = w.all_mail();
    mails.iter().for_each(is_wholesome);
    assert!(mails.len() <= at_most, "{} mails for {} messages", mails.len(), all.len());
    w.writes("prof.b", "Panne", "Bonjour, l'imprimante de la salle D310 n'imprime plus.").await;
    assert_eq!(w.last_end().await.0, MessageEnd::Handled);
    w.mail_to("prof.b", "acknowledgement").await;
    let tables = w.incidents().await;
    assert!(tables.iter().any(|i| i.text("place") == "D310"), "{tables:?}");
}

/// A mail of Alice's with these further headers and this body, as bytes.
fn from_alice(number: usize, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut raw = format!(
        "From: Alice <{}>\r\nTo: {MAILBOX}\r\nSubject: Panne\r\nDate: Tue, 15 Sep 2026 07:0{}:00 +0000\r\n\
         Message-ID: <h{number}@poste.test>\r\nMIME-Version: 1.0\r\n{headers}\r\n",
        address("prof.a"),
        number % 10,
    )
    .into_bytes();
    raw.extend_from_slice(body);
    raw
}

fn part(headers: &str, body: &str) -> String {
    format!("--b\r\n{headers}\r\n\r\n{body}\r\n")
}

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\r\n";

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let words = |room: u32| format!("Bonjour, l'ordinateur de la salle C{room} ne démarre plus.");
    let plain = |room: u32| part("Content-Type: text/plain; charset=utf-8", &words(room));
    let nest: String = (0..1_000)
        .map(|i| format!("--b{i}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", i + 1))
        .chain([format!("--b1000\r\nContent-Type: text/plain\r\n\r\n{}\r\n", words(101))])
        .collect();
    let letters: String = "Content-Type: message/rfc822\r\n\r\n".repeat(1_000);
    let mut many = plain(103);
    for i in 0..10_000 {
        let _ = write!(many, "--b\r\nContent-Type: image/png; name=i{i}.png\r\n\r\nx\r\n");
    }
    let texts: String = (0..10_000).map(|i| part("Content-Type: text/plain", &format!("mot {i}"))).collect();
    let references: String = (0..100_000).map(|i| format!(" <{i}@x.test>\r\n")).collect();
    let base64_of = |what: &str, n: usize| STANDARD.encode(what.repeat(n));
    let base64 = format!("{}\r\n{}", words(106), "panne ".repeat(10)).repeat(20_000);
    let qp = format!("{}=\r\n", "=70=61=6E=6E=65=20".repeat(4)).repeat(30_000);
    let html = format!("<p>{}</p>{}", words(108), "<div><blockquote><table><tr><td>".repeat(30_000));
    let entities = format!("<p>{}</p>{}", words(109), "&amp;&#x41;&nbsp;".repeat(60_000));
    let to: String = (0..20_000).map(|i| format!("a{i}@x.test,\r\n ")).collect();
    let many_headers: String = (0..50_000).map(|i| format!("X-H{i}: {i}\r\n")).collect();
    let quotes = format!("{}\r\n{}", words(112), "> a\r\nDe : x\r\nEnvoyé : y\r\n".repeat(10_000));
    vec![
        (
            "1,000 multiparts in one another",
            from_alice(1, "Content-Type: multipart/mixed; boundary=b0\r\n", nest.as_bytes()),
        ),
        ("1,000 messages in one another", from_alice(2, "Content-Type: message/rfc822\r\n", letters.as_bytes())),
        ("10,000 pictures", from_alice(3, MIXED, many.as_bytes())),
        ("10,000 texts", from_alice(4, MIXED, texts.as_bytes())),
        ("100,000 references", from_alice(5, &format!("References:{references}"), words(105).as_bytes())),
        (
            "base64 of megabytes",
            from_alice(6, "Content-Transfer-Encoding: base64\r\n", base64_of(&base64, 1).as_bytes()),
        ),
        (
            "base64 in base64 in base64",
            from_alice(
                7,
                "Content-Transfer-Encoding: base64\r\n",
                STANDARD.encode(base64_of("panne C107 ", 50_000)).as_bytes(),
            ),
        ),
        (
            "quoted-printable of one line",
            from_alice(8, "Content-Transfer-Encoding: quoted-printable\r\n", qp.as_bytes()),
        ),
        ("tags that never close", from_alice(9, "Content-Type: text/html; charset=utf-8\r\n", html.as_bytes())),
        ("entities", from_alice(10, "Content-Type: text/html; charset=utf-8\r\n", entities.as_bytes())),
        ("20,000 recipients", from_alice(11, &format!("Cc: {to}z@x.test\r\n"), words(110).as_bytes())),
        ("50,000 headers", from_alice(12, &many_headers, words(111).as_bytes())),
        ("quotes without end", from_alice(13, "", quotes.as_bytes())),
        ("one line of a megabyte", from_alice(14, "", "panne ".repeat(180_000).as_bytes())),
        (
            "a header of a megabyte",
            from_alice(15, &format!("X-Long: {}\r\n", "a".repeat(1 << 20)), words(113).as_bytes()),
        ),
        (
            "a boundary of a megabyte",
            from_alice(
                16,
                &format!("Content-Type: multipart/mixed; boundary={}\r\n", "b".repeat(1 << 20)),
                words(114).as_bytes(),
            ),
        ),
        ("delimiters alone", from_alice(17, MIXED, "--b\r\n".repeat(50_000).as_bytes())),
        (
            "encoded words without end",
            from_alice(
                18,
                &format!("X-Y: z\r\nReply-To: {}\r\n", "=?utf-8?Q?=41?= ".repeat(30_000)),
                words(115).as_bytes(),
            ),
        ),
    ]
}

/// A colleague sends each of these; each ends without a defect of the program. Gives how many they were.
async fn each_ends(w: &mut World, mails: Vec<(&'static str, Vec<u8>)>) -> usize {
    let sent = mails.len();
    for (what, raw) in mails {
        let before = w.store.list_messages(None).await.unwrap().len();
        w.arrives(address("prof.a"), &raw).await;
        let (end, why) = w.last_end().await;
        assert_eq!(w.store.list_messages(None).await.unwrap().len(), before + 1, "{what}");
        assert!(!why.contains("defect of the program"), "{what}: {end:?}, {why}");
    }
    sent
}

story!(bombs_end_and_hold_up_nobody, School::new(), sqlite, |w| {
    let sent = each_ends(w, bombs()).await;
    // One acknowledgement and one proposal for each, and no more.
    all_is_well(w, 2 * sent).await;
});

fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let words = "Bonjour, l'ordinateur de la salle C201 ne démarre plus.";
    let every: Vec<u8> = (0..=255).collect();
    let nul = format!(
        "From: Al\0ice <{}>\r\nSubj\0ect: x\r\nSubject: Pan\0ne\r\nMessage-ID: <n\0ul@poste.test>\r\nReferences: <\0@x>\r\n\
         Date: Tue, 15 Sep 2026 07:00:00 +0000\r\n\r\nOrdinateur en pa\0nne salle C2\002\0\r\n",
        address("prof.a")
    );
    let charset = |n: usize, name: &str, body: &[u8]| {
        from_alice(n, &format!("Content-Type: text/plain; charset=\"{name}\"\r\n"), body)
    };
    vec![
        ("nothing", Vec::new()),
        ("a blank line", b"\r\n".to_vec()),
        ("NUL alone", vec![0; 10_000]),
        ("headers alone", from_alice(21, "", b"")),
        ("headers without their blank line", format!("From: {}\r\nSubject: Panne", address("prof.a")).into_bytes()),
        ("a body alone", words.as_bytes().to_vec()),
        (
            "lone CR",
            String::from_utf8(from_alice(22, "", words.as_bytes())).unwrap().replace("\r\n", "\r").into_bytes(),
        ),
        (
            "lone LF",
            String::from_utf8(from_alice(23, "", words.as_bytes())).unwrap().replace("\r\n", "\n").into_bytes(),
        ),
        (
            "CR CR LF",
            String::from_utf8(from_alice(24, "", words.as_bytes())).unwrap().replace("\r\n", "\r\r\n").into_bytes(),
        ),
        ("NUL everywhere", nul.into_bytes()),
        ("every byte", from_alice(25, "", &every)),
        (
            "every byte as a header",
            [b"From: ".as_slice(), &every, b"\r\nSubject: ", &every, b"\r\n\r\n", &every].concat(),
        ),
        ("no such charset", charset(26, "x-klingon", b"panne C202 \xe9\xff")),
        ("UTF-7", charset(27, "utf-7", b"+ADw-script+AD4- panne C203 +2ADcAA-")),
        ("UTF-16 cut in two", charset(28, "utf-16", b"\xff\xfep\0a\0n\0\x3d\xd8")),
        ("ISO-2022-JP that never returns", charset(29, "iso-2022-jp", b"\x1b$B!!\x1b(I panne \x1b")),
        ("half a surrogate in UTF-8", charset(30, "utf-8", b"panne C204 \xed\xa0\x80 \xf5\xff\xc0\x80")),
        ("base64 that is none", from_alice(31, "Content-Transfer-Encoding: base64\r\n", b"!!!\xE9=====\0")),
        ("an encoding nobody knows", from_alice(32, "Content-Transfer-Encoding: x-uuencode\r\n", words.as_bytes())),
        (
            "dates from nowhere",
            format!(
                "From: {}\r\nDate: Tue, 99 Foo 999999 99:99:99 +9999\r\nSubject: Panne\r\n\r\n{words}",
                address("prof.a")
            )
            .into_bytes(),
        ),
        (
            "the end of time",
            format!(
                "From: {}\r\nDate: Fri, 31 Dec 9999 23:59:59 -1200\r\nSubject: Panne\r\n\r\nImprimante en panne C205",
                address("prof.a")
            )
            .into_bytes(),
        ),
        (
            "a thousand From",
            format!(
                "{}Subject: Panne\r\n\r\nImprimante en panne C206",
                format!("From: {}\r\n", address("prof.a")).repeat(1_000)
            )
            .into_bytes(),
        ),
    ]
}

story!(broken_mails_end_and_hold_up_nobody, School::new(), |w| {
    let sent = each_ends(w, broken()).await;
    all_is_well(w, 2 * sent).await;
});

story!(a_message_of_50_megabytes_is_told_shown_and_let_in, School::new(), sqlite, |w| {
    let line = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus.\r\n";
    let huge = [line.to_owned(), format!("{}\r\n", "x".repeat(998)).repeat(50_000)].concat();
    let raw = from_alice(1, "", huge.as_bytes());
    assert!(raw.len() > 50_000_000);
    w.arrives(address("prof.a"), &raw).await;
    let (end, why) = w.last_end().await;
    assert_eq!(end, MessageEnd::Quarantined);
    assert!(why.contains("larger than max_message_size"), "{why}");
    w.mail_to("referent", "stranger").await;
    w.nothing_else().await;
    assert!(w.cli(&["quarantine", "list"]).1.contains("larger than max_message_size"));
    let (code, shown) = w.cli(&["quarantine", "show", "1"]);
    assert!(code == Some(0) && shown.contains("vidéoprojecteur de la salle B204"), "{shown:.2000}");
    assert_eq!(w.cli(&["quarantine", "release", "1"]).0, Some(0));
    w.later("1m").await;
    assert_eq!(w.last_end().await.0, MessageEnd::Handled);
    w.mail_to("prof.a", "acknowledgement").await;
    assert_eq!(w.incidents().await.len(), 1);
    all_is_well(w, 20).await;
});

/// A PNG, and a JPEG, that promise so many pixels a side.
fn giants(side: u16) -> [(&'static str, Vec<u8>); 2] {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    for _ in 0..2 {
        png.extend(u32::from(side).to_be_bytes());
    }
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    png.extend(b"\0\0\0\x10IDATx\x9c".iter().chain(&[0; 20_000]));
    let mut jpeg = b"\xff\xd8\xff\xc0\0\x11\x08".to_vec();
    jpeg.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
    jpeg.extend(b"\x03\x01\x11\0\x02\x11\x01\x03\x11\x01\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0");
    jpeg.extend([0; 20_000]);
    [("image/png", png), ("image/jpeg", jpeg)]
}

story!(giant_pictures_archives_and_names_with_paths_go_no_further, School::new(), |w| {
    let names = [
        "../../evil.png",
        "/etc/evil.png",
        "..\\\\..\\\\evil.png",
        "evil.png\\0.sh",
        "=?utf-8?Q?evil=0D=0ABcc:_victime@ailleurs.test=00.png?=",
        "=?utf-8?B?Li4vLi4vZXZpbC5wbmc=?=",
        "..",
        "",
        "evil\u{202e}gnp.exe",
    ];
    let mut draft = World::draft("prof.a", "Panne", PROJECTOR);
    for (n, name) in names.iter().enumerate() {
        for (mime, mut bytes) in giants(60_000) {
            bytes.push(u8::try_from(n).unwrap());
            draft = draft.attach(name, mime, &bytes);
        }
    }
    draft = draft.attach("evil.zip", "application/zip", b"PK\x03\x04\x14\0\0\0\x08\0evil");
    draft = draft.attach("photo.jpg", "image/jpeg", b"PK\x03\x04 this is no picture");
    draft = draft.attach("evil.svg", "image/svg+xml", b"<svg onload=\"alert('evil')\"/>");
    draft = draft.attach("evil.html", "text/html", b"<script>alert('evil')</script>");
    w.send(draft).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    assert!(ticket.attachments.is_empty(), "{:?}", ticket.attachments.iter().map(|a| &a.0).collect::<Vec<_>>());
    for mail in w.all_mail() {
        mail.hides(&["evil", "victime"]);
    }
    let mut folders = vec![w.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            assert!(!entry.file_name().to_string_lossy().contains("evil"), "{:?} was written", entry.path());
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    all_is_well(w, 20).await;
});

/// A draft that everything is wrong with: its name, its subject, its words.
fn injecting(who: &str, name: &str, subject: &str, words: &str) -> Vec<u8> {
    let word = |s: &str| format!("=?utf-8?B?{}?=", STANDARD.encode(s));
    format!(
        "From: {} <{}>\r\nTo: {MAILBOX}\r\nSubject: {}\r\nDate: Tue, 15 Sep 2026 07:00:00 +0000\r\n\
         Message-ID: <inj\u{202e}.{:x}@poste.test>\r\nReply-To: {} <{}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        word(name),
        address(who),
        word(subject),
        subject.len() + 31 * name.len() + 961 * words.len(),
        word(name),
        address(who),
        STANDARD.encode(words),
    )
    .into_bytes()
}

/// What people who want to break out of a line, a mail or a terminal write.
const BREAKOUTS: [&str; 6] = [
    "x\r\nBcc: victime@ailleurs.test",
    "x\nBcc: victime@ailleurs.test\n\n<script>alert(1)</script>",
    "x\r\n.\r\nMAIL FROM:<victime@ailleurs.test>\r\n",
    "x\u{2028}Bcc: victime@ailleurs.test\u{85}\u{0b}\u{0c}\0",
    "x\u{1b}[2J\u{1b}]8;;http://evil.test\u{7}\u{9b}31m\u{8}\u{8}\u{7f}",
    "x\u{202e}tset\u{2066}\u{200f}\u{61c}\u{feff}",
];

story!(nothing_breaks_out_of_a_header_a_mail_or_a_template, School::new(), |w| {
    for (n, breakout) in BREAKOUTS.iter().enumerate() {
        let room = 301 + n;
        let words = format!(
            "Bonjour, l'ordinateur de la salle C{room} ne démarre plus. {breakout}\r\nNuméro de série : AB12{breakout}\r\n\
             {{{{contact}}}} {{{{{{school}}}}}} {{{{#each x}}}} {{{{> ticket}}}} {{{{else\r\n{breakout}"
        );
        w.arrives(address("prof.a"), &injecting("prof.a", breakout, &format!("Panne {breakout}"), &words)).await;
        let ends = w.ends_of("prof.a").await;
        assert!(ends.len() == n + 1 && ends.iter().all(|e| e.0 == MessageEnd::Handled), "{breakout:?}: {ends:?}");
        w.mail_to("prof.a", "acknowledgement").await;
        let proposal = w.mail_to("referent", "proposal").await;
        // The referent's, support's and the colleague's answers try the same.
        let again = format!("ok mais c'est la salle D{room}{breakout}");
        w.send(World::reply("referent", &proposal, &again)).await;
        w.mails_to("referent", "answer").await;
        for mail in w.mails_to("referent", "proposal").await {
            w.replies("referent", &mail, "OK").await;
        }
        let Some(ticket) = w.mails_to("cesame", "ticket").await.pop() else {
            w.replies("referent", &proposal, "OK").await;
            continue;
        };
        assert!(ticket.attachments.is_empty());
        let said = format!("Bonjour,\nPouvez-vous préciser{breakout} le modèle ?\nDossier numéro 44719{n}{breakout}");
        w.send(World::reply("cesame", &ticket, &said)).await;
        w.mails_to("prof.a", "progress").await;
    }
    w.settle().await;
    assert!(w.all_mail().iter().filter(|m| m.to == address("cesame")).count() >= 3, "hardly any ticket has left");
    for mail in w.all_mail() {
        is_wholesome(&mail);
        let everything = format!("{}\n{}", mail.subject, mail.plain);
        assert!(
            !everything.contains("M. Petit, 01 02 03 04 05 Lycée"),
            "a template in the words was filled in: {mail}"
        );
    }
    all_is_well(w, 12 * BREAKOUTS.len()).await;
});

story!(braces_stay_braces_and_scripts_stay_away, School::new(), |w| {
    w.writes("prof.a", "{{x}}", "Bonjour, le vidéoprojecteur {{contact}} de la salle B204 ne s'allume plus {{{x}}}.")
        .await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await.says(&["{{contact}}"]);
    let html = "<html><head><script>alert('evil')</script><style>@import 'evil'</style></head><body onload=evil()>\
                <p>Bonjour, l'imprimante de la salle C105 n'imprime plus<img src=x onerror=evil()></p>\
                <iframe srcdoc='evil'></iframe><!-- evil --><p hidden>evil</p></body></html>";
    w.arrives(address("prof.a"), &from_alice(2, "Content-Type: text/html; charset=utf-8\r\n", html.as_bytes())).await;
    w.mail_to("prof.a", "acknowledgement").await;
    w.mail_to("referent", "proposal").await.says(&["imprimante", "C105"]);
    for mail in w.all_mail() {
        mail.hides(&["evil", "<script", "onload"]);
    }
    all_is_well(w, 10).await;
});

// Every verb that shows what came from outside, and the log of `once`.
story!(no_terminal_is_told_what_to_do, School::new(), sqlite, |w| {
    for (n, breakout) in BREAKOUTS.iter().enumerate() {
        let words = format!("Bonjour, l'ordinateur de la salle C{} ne démarre plus. {breakout}", 301 + n);
        let raw = injecting("prof.a", breakout, &format!("Panne {breakout}"), &words);
        w.arrives(address("prof.a"), &raw).await;
        let raw = injecting("stranger", breakout, &format!("Bonjour {breakout}"), &words);
        w.arrives(address("stranger"), &raw).await;
        std::fs::write(w.folder().join(format!("m{n}.eml")), &raw).unwrap();
    }
    // Escapes as raw bytes of headers, in the address itself too.
    let naked = "From: \u{1b}[2Jx <zo\u{202e}e\u{200b}@ailleurs.test>\r\nSubject: \u{1b}[31m\u{9b}2J\u{202e}\r\n\
                 Message-ID: <\u{202e}\u{9b}x@y>\r\nDate: \u{1b}[2J\r\nContent-Type: text/plain; charset=\"\u{1b}[2J\"\r\n\r\npanne\u{1b}[2J";
    w.arrives("zoe@ailleurs.test", naked.as_bytes()).await;
    std::fs::write(w.folder().join("naked.eml"), naked).unwrap();
    w.wire("prof.a", Some(Wire::Refused("550 \u{1b}[2J no such user \u{9b}31m\u{202e}".to_owned())));
    w.settle().await;
    let folder = w.folder().to_string_lossy().into_owned();
    let quarantined = w.json(&["quarantine", "list", "--json"]);
    assert_eq!(quarantined.as_array().unwrap().len(), BREAKOUTS.len() + 1, "{quarantined}");
    let mut calls: Vec<Vec<String>> = [
        &["messages"][..],
        &["messages", "--json"],
        &["incidents"],
        &["incidents", "--json"],
        &["outbox", "list"],
        &["outbox", "list", "--json"],
        &["quarantine", "list"],
        &["quarantine", "list", "--json"],
        &["incident", "2026-0001"],
        &["incident", "2026-0002", "--json"],
        &["incident", "2026-0002"],
        &["dry-run", "--school", "S", "M"],
    ]
    .iter()
    .map(|words| words.iter().map(ToString::to_string).collect())
    .collect();
    let school = w.folder().join("school.toml");
    let toml = "name = \"Lycée\"\nuai = \"0941234F\"\ncity = \"Torcy\"\nmailbox = \"p@lycee.test\"\n\
                staff_domains = [\"lycee.test\"]\nreferent = \"r@lycee.test\"\nsupport = \"c@region.test\"\n";
    std::fs::write(&school, toml).unwrap();
    let mail = w.folder().join("eml");
    std::fs::create_dir(&mail).unwrap();
    let mut files: Vec<String> = (0..BREAKOUTS.len()).map(|n| format!("{folder}/m{n}.eml")).collect();
    files.push(format!("{folder}/naked.eml"));
    for (n, file) in files.iter().enumerate() {
        std::fs::copy(file, mail.join(format!("{n}.eml"))).unwrap();
    }
    *calls.last_mut().unwrap() =
        ["dry-run", "--school", school.to_str().unwrap(), mail.to_str().unwrap()].map(str::to_owned).to_vec();
    for role in ["reporter", "referent", "support"] {
        for json in [&[][..], &["--json"]] {
            let mut call = vec!["explain".to_owned(), "--as".to_owned(), role.to_owned()];
            call.extend(json.iter().map(ToString::to_string));
            call.extend(files.iter().cloned());
            calls.push(call);
        }
    }
    for row in quarantined.as_array().unwrap() {
        calls.push(vec!["quarantine".to_owned(), "show".to_owned(), row["id"].to_string()]);
    }
    for call in &calls {
        let words: Vec<&str> = call.iter().map(String::as_str).collect();
        let (code, said) = w.cli(&words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        assert!(!said.is_empty(), "{words:?}");
        harmless(&format!("{words:?}"), &said);
    }
    w.wire("prof.a", None);
    all_is_well(w, 60).await;
    // The log, as cron would mail it, and the mails that it sends: last, for it is a program of its own.
    w.inside().arrive(&injecting("prof.a", BREAKOUTS[4], "Panne \u{1b}[2J", "Écran en panne salle E12 \u{1b}[2J"), 900);
    w.inside().arrive(naked.replace("panne", "autre").as_bytes(), 901);
    let (code, said) = w.cli(&["once"]);
    assert_eq!(code, Some(1), "{said}");
    harmless("the log", &said);
    w.all_mail().iter().for_each(is_wholesome);
});

story!(who_only_looks_like_the_referent_confirms_nothing, School::new(), |w| {
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let froms = [
        "referent@lyc\u{e9}\u{435}.test",
        "referent@lyc\u{435}e.test",
        "r\u{435}ferent@lycee.test",
        "referent@xn--lyce-eof.test",
        "referent\u{ff20}lycee.test",
        "referent@ly\u{200b}cee.test",
        "referent@lycee.test\u{200b}",
        "refe\u{ad}rent@lycee.test",
        "referent@lycee\u{3002}test",
        "referent@lycee.test.ailleurs.test",
        "\"referent@lycee.test\" <zoe.zimmer@snes.test>",
        "referent@lycee.test <zoe.zimmer@snes.test>",
        "=?utf-8?Q?referent=40lycee.test?= <zoe.zimmer@snes.test>",
        "=?utf-8?Q?=22Paul_Petit=22_=3Creferent=40lycee.test=3E?= <zoe.zimmer@snes.test>",
        "zoe.zimmer@snes.test (referent@lycee.test)",
        "(<referent@lycee.test>) zoe.zimmer@snes.test",
        "<@lycee.test,@referent:zoe.zimmer@snes.test>",
        "zoe.zimmer@snes.test, referent@lycee.test",
        "\"a\\\" <referent@lycee.test>\" <zoe.zimmer@snes.test>",
        "referent@lycee.test@ailleurs.test",
        "Re\u{202e}<tset.eecyl@tnerefer>",
        "referent%lycee.test@ailleurs.test",
        "ailleurs.test!referent@lycee.test.",
        "=?utf-8?Q?referent=40lycee.test?=",
    ];
    for (n, from) in froms.iter().enumerate() {
        let raw = format!(
            "From: {from}\r\nTo: {MAILBOX}\r\nSubject: Re: {}\r\nDate: Tue, 15 Sep 2026 07:{n:02}:00 +0000\r\n\
             Sender: referent@lycee.test\r\nReply-To: referent@lycee.test\r\nReturn-Path: <referent@lycee.test>\r\n\
             Message-ID: <f{n}@poste.test>\r\nIn-Reply-To: <{}>\r\nReferences: <{}>\r\n\r\nOK\r\n",
            proposal.subject, proposal.message_id, proposal.message_id
        );
        w.arrives("zoe.zimmer@snes.test", raw.as_bytes()).await;
        let (end, why) = w.last_end().await;
        assert_ne!(end, MessageEnd::Handled, "{from}: {why}");
        w.is("2026-0001", "awaiting_confirmation").await;
    }
    assert!(w.all_mail().iter().all(|m| m.to != address("cesame")));
    w.replies("referent", &proposal, "OK").await;
    w.mail_to("cesame", "ticket").await;
    all_is_well(w, 2 * froms.len()).await;
});

story!(what_is_in_quarantine_is_shown_exported_let_in_or_left, School::new(), |w| {
    let from = "inconnu@ailleurs.test";
    let mut raws = Vec::new();
    for n in 0..2 {
        let draft = Draft::new(from, "Inconnu", "Panne", &format!("Bonjour, écran noir en salle C10{n} \u{1b}[2J"));
        raws.push(draft.bytes(&format!("q{n}@ailleurs.test"), w.now(), MAILBOX));
        w.arrives(from, &raws[n]).await;
        assert_eq!(w.last_end().await.0, MessageEnd::Quarantined);
    }
    let list = w.json(&["quarantine", "list", "--json"]);
    let ids: Vec<String> = list.as_array().unwrap().iter().map(|m| m["id"].to_string()).collect();
    assert_eq!(ids.len(), 2);
    let (code, shown) = w.cli(&["quarantine", "show", &ids[0]]);
    assert!(code == Some(0) && shown.contains("écran noir en salle C10"), "{shown}");
    // Exported byte for byte, into a new file of its owner's alone.
    let file = w.folder().join("held.eml");
    let to = file.to_str().unwrap().to_owned();
    assert_eq!(w.cli(&["quarantine", "show", &ids[0], "--export", &to]).0, Some(0));
    assert!(raws.contains(&std::fs::read(&file).unwrap()));
    let (code, said) = w.cli(&["quarantine", "show", &ids[1], "--export", &to]);
    assert!(code == Some(2) && said.contains("held.eml"), "a file that exists is not written over: {said}");
    assert_eq!(w.cli(&["quarantine", "release", &ids[0]]).0, Some(0));
    assert_eq!(w.cli(&["quarantine", "drop", &ids[1]]).0, Some(0));
    w.later("1m").await;
    assert_eq!(w.incidents().await.len(), 1);
    assert!(w.cli(&["quarantine", "list"]).1.contains("Nothing in quarantine"));
    for id in &ids {
        let (code, said) = w.cli(&["quarantine", "release", id]);
        assert!(code == Some(2) && said.contains("not in quarantine"), "{said}");
    }
    all_is_well(w, 20).await;
});
