//! Sending, against a real Postfix, through a network that fails, and into Maildirs.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use passerelle::address::Address;
use passerelle::mailbox::imap::{ImapConfig, ImapMailbox};
use passerelle::mailbox::{Cursor, Mailbox};
use passerelle::transport::maildir::MaildirTransport;
use passerelle::transport::smtp::{SmtpConfig, SmtpLimits, SmtpTls, SmtpTransport};
use passerelle::transport::{Envelope, Outcome, Parcel, Transport};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::harness::lab::{Action, CESAME, CORRESPONDENT, FIXED, Fault, Lab, LabOptions, PROF};

const LONG: Duration = Duration::from_secs(20);

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn to(recipient: &str) -> Envelope {
    Envelope { from: address(FIXED), to: address(recipient), own_copy: None }
}

fn with_own_copy(recipient: &str) -> Envelope {
    Envelope { own_copy: Some(address(FIXED)), ..to(recipient) }
}

fn mail(token: &str) -> Vec<u8> {
    format!(
        "From: {FIXED}\r\nTo: x@y\r\nSubject: {token}\r\nX-Passerelle-Own: {token}\r\nMessage-ID: <{token}@lycee.test>\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n.un point, Créteil\r\n..\r\nfin\r\n"
    )
    .into_bytes()
}

/// Whether a received message ends with exactly the bytes that were sent.
fn is(sent: &[u8]) -> impl Fn(&[u8]) -> bool {
    let normal = |b: &[u8]| String::from_utf8_lossy(b).replace("\r\n", "\n");
    let sent = normal(sent);
    move |got| normal(got).ends_with(&sent)
}

fn bears(token: &'static str) -> impl Fn(&[u8]) -> bool {
    move |got| String::from_utf8_lossy(got).contains(&format!("X-Passerelle-Own: {token}"))
}

#[tokio::test]
async fn mail_leaves_over_starttls_and_over_tls_byte_by_byte_with_our_copy() {
    let lab = Lab::start().await;
    let smtps = SmtpConfig { tls: SmtpTls::Implicit, port: lab.ports.smtps, ..lab.smtp() };
    for (config, token) in [(lab.smtp(), "jeton1"), (smtps, "jeton2")] {
        let transport = SmtpTransport::new(config);
        let line = transport.check().await.unwrap();
        assert!(line.contains("TLS") && line.contains(FIXED), "{line}");
        // Several over one connection.
        assert_eq!(transport.send(&with_own_copy(CESAME), &mail(token)).await, Outcome::Sent);
        assert_eq!(transport.send(&with_own_copy(PROF), &mail(token)).await, Outcome::Sent);
        for user in [CESAME, PROF, FIXED] {
            lab.wait_for(user, is(&mail(token)), LONG).await;
        }
    }
}

#[tokio::test]
async fn a_refusal_decides_for_its_recipient_and_not_for_the_connection() {
    let lab = Lab::start().await;
    let transport = SmtpTransport::new(lab.smtp());
    lab.policy.refuse(CORRESPONDENT, "550 5.1.1 no such correspondent");
    lab.policy.refuse(CESAME, "451 4.7.1 come back later");
    let failed = transport.send(&with_own_copy(CORRESPONDENT), &mail("refus")).await;
    assert!(matches!(&failed, Outcome::Failed(text) if text.contains("no such correspondent")), "{failed:?}");
    let later = transport.send(&with_own_copy(CESAME), &mail("tard")).await;
    assert!(matches!(&later, Outcome::Retry(text) if text.contains("451")), "{later:?}");

    // Our own copy refused: the mail leaves without it.
    lab.policy.clear();
    lab.policy.refuse(FIXED, "550 5.7.1 you are not yourself");
    assert_eq!(transport.send(&with_own_copy(CESAME), &mail("seul")).await, Outcome::Sent);
    lab.wait_for(CESAME, bears("seul"), LONG).await;

    // Refused after the content: the server's word counts, nothing is unknown.
    lab.policy.clear();
    lab.policy.refuse_content("451 4.3.0 full");
    let full = transport.send(&to(CESAME), &mail("plein")).await;
    assert!(matches!(&full, Outcome::Retry(text) if text.contains("full")), "{full:?}");
    lab.policy.refuse_content("550 5.7.1 spam");
    let spam = transport.send(&to(CESAME), &mail("spam")).await;
    assert!(matches!(&spam, Outcome::Failed(text) if text.contains("spam")), "{spam:?}");
    lab.policy.clear();
    assert_eq!(transport.send(&to(CESAME), &mail("enfin")).await, Outcome::Sent);
    lab.wait_for(CESAME, bears("enfin"), LONG).await;
    assert!(
        !lab.inbox(FIXED).iter().any(|m| bears("refus")(m) || bears("tard")(m)),
        "a refused mail leaves no evidence"
    );
}

#[tokio::test]
async fn a_size_that_the_server_does_not_take_fails_at_once() {
    let lab = Lab::start().await;
    let transport = SmtpTransport::new(lab.smtp());
    let huge = [mail("huge"), b"x\r\n".repeat(2_000_000)].concat();
    assert!(matches!(transport.send(&to(CESAME), &huge).await, Outcome::Failed(text) if text.contains("552")));
}

#[tokio::test]
async fn what_breaks_before_the_content_is_tried_again_and_after_it_is_unknown() {
    let lab = Lab::start().await;
    let proxy = lab.proxy(lab.ports.mx);
    let limits = SmtpLimits { step: Duration::from_millis(500), verdict: Duration::from_millis(700) };
    let config = SmtpConfig { limits, ..lab.smtp_plain(proxy.port()) };
    for action in [Action::Cut, Action::Hang] {
        for fault in [Fault::at_greeting(action), Fault::at_rcpt(action)] {
            let begun = Instant::now();
            proxy.arm(fault);
            let outcome = SmtpTransport::new(config.clone()).send(&with_own_copy(CESAME), &mail("avant")).await;
            assert!(matches!(outcome, Outcome::Retry(_)), "{fault:?}: {outcome:?}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{fault:?}: {:?}", begun.elapsed());
        }
        proxy.arm(Fault::before_dot(action));
        let outcome = SmtpTransport::new(config.clone()).send(&with_own_copy(CESAME), &mail("jamais")).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "before the dot, {action:?}: {outcome:?}");
    }

    // Cut after the dot: delivered, and our own copy tells it.
    proxy.arm(Fault::after_dot(Action::Cut));
    let outcome = SmtpTransport::new(config.clone()).send(&with_own_copy(CESAME), &mail("pourtant")).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "after the dot: {outcome:?}");
    proxy.arm(Fault::after_dot(Action::Hang));
    let outcome = SmtpTransport::new(config.clone()).send(&with_own_copy(CESAME), &mail("aussi")).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "hung after the dot: {outcome:?}");
    lab.wait_for(FIXED, bears("pourtant"), LONG).await;
    lab.wait_for(FIXED, bears("aussi"), LONG).await;
    let done_folder = Some("Traités".to_owned());
    let mut mailbox =
        ImapMailbox::connect(ImapConfig { done_folder, ..lab.imap(FIXED) }, Cursor::default()).await.unwrap();
    assert!(mailbox.has_own_copy("pourtant").await.unwrap());
    assert!(!mailbox.has_own_copy("jamais").await.unwrap());

    assert_eq!(SmtpTransport::new(config).send(&to(CESAME), &mail("normal")).await, Outcome::Sent);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_rested_costs_no_attempt() {
    let lab = Lab::start().await;
    let proxy = lab.proxy(lab.ports.mx);
    let transport = SmtpTransport::new(lab.smtp_plain(proxy.port()));
    assert_eq!(transport.send(&to(CESAME), &mail("un")).await, Outcome::Sent);
    proxy.arm(Fault { way: crate::harness::lab::Way::ToServer, at: b"MAIL", ..Fault::at_rcpt(Action::Cut) });
    assert_eq!(transport.send(&to(CESAME), &mail("deux")).await, Outcome::Sent);
    lab.wait_for(CESAME, bears("deux"), LONG).await;
}

#[tokio::test]
async fn trouble_of_configuration_fails_no_mail_and_says_what_to_do() {
    let lab = Lab::start_with(LabOptions { no_starttls: true, ..LabOptions::default() }).await;
    let smtps = SmtpConfig { tls: SmtpTls::Implicit, port: lab.ports.smtps, ..lab.smtp() };
    for (config, expected) in [
        (SmtpConfig { password: Some("secret-faux".to_owned()), ..smtps.clone() }, "check user and password"),
        (SmtpConfig { ca_file: None, ..smtps.clone() }, "ca_file"),
        (SmtpConfig { user: None, ..smtps.clone() }, "554"),
        // STARTTLS withdrawn, by the server or by somebody in between.
        (lab.smtp(), "STARTTLS"),
        (SmtpConfig { port: lab.ports.mx, ..smtps.clone() }, "STARTTLS"),
        (SmtpConfig { port: 1, ..smtps.clone() }, "check the port"),
        (SmtpConfig { host: "absent.invalid".to_owned(), ..smtps.clone() }, "absent.invalid"),
        (SmtpConfig { user: Some(FIXED.to_owned()), ..lab.smtp_plain(lab.ports.mx) }, "offers no log-in"),
    ] {
        let outcome = SmtpTransport::new(config).send(&to(CESAME), &mail("x")).await;
        let (Outcome::Retry(text) | Outcome::Failed(text)) = &outcome else { panic!("{expected}: {outcome:?}") };
        assert!(text.contains(expected) && !text.contains("secret-faux"), "{expected}: {outcome:?}");
        assert!(matches!(outcome, Outcome::Retry(_)) || expected == "554", "{outcome:?}");
    }
    // Opportunistic goes on without.
    let config = SmtpConfig { tls: SmtpTls::StartTlsOpportunistic, ..lab.smtp() };
    assert_eq!(SmtpTransport::new(config).send(&to(CESAME), &mail("clair")).await, Outcome::Sent);
    assert!(matches!(SmtpTransport::new(smtps).send(&to("é@region.test"), &mail("x")).await, Outcome::Failed(_)));
}

/// A server that answers by a table (`beginning of the command`, `reply`); an empty reply closes the
/// connection. The first entry's reply is the greeting. Returns what it was told, too.
async fn scripted(table: &'static [(&'static str, &'static [u8])]) -> (SmtpConfig, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let heard = Arc::clone(&heard);
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let usual: [(&str, &[u8]); 6] = [
                    ("EHLO", b"250-hello\r\n250 8BITMIME\r\n"),
                    ("DATA", b"354 go\r\n"),
                    (".", b"250 taken\r\n"),
                    ("MAIL", b"250 ok\r\n"),
                    ("RCPT", b"250 ok\r\n"),
                    ("RSET", b"250 ok\r\n"),
                ];
                if write.write_all(table[0].1).await.is_err() {
                    return;
                }
                let mut lines = BufReader::new(read).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    heard.lock().unwrap().push(line.clone());
                    let Some((_, reply)) = table[1..]
                        .iter()
                        .chain(&usual)
                        .find(|(word, _)| if *word == "." { line == "." } else { line.starts_with(word) })
                    else {
                        continue;
                    };
                    if reply.is_empty() || write.write_all(reply).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let config = SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port,
        tls: SmtpTls::None,
        user: None,
        password: None,
        ca_file: None,
        hello_name: "essai.lycee.test\r\nRCPT TO:<x@y>".to_owned(),
        limits: SmtpLimits { step: Duration::from_secs(2), verdict: Duration::from_secs(2) },
    };
    (config, told)
}

#[tokio::test]
async fn a_server_that_misbehaves_gives_the_outcome_that_is_safe() {
    const OK: (&str, &[u8]) = ("", b"220 hi\r\n");
    let endless: &'static [u8] = Box::leak(b"250-more\r\n".repeat(10_000).into_boxed_slice());
    let endless: &'static [(&str, &[u8])] = Box::leak(Box::new([OK, ("EHLO", endless)]));
    for (table, expected) in [
        (&[OK] as &'static [(&str, &[u8])], "Sent"),
        (&[("", b"+OK POP3\r\n")], "Retry"),
        (&[("", b"554 go away\r\n")], "Retry"),
        (&[OK, ("EHLO", b"502 never heard\r\n")], "Retry"),
        (&[OK, ("EHLO", b"250-\r\n250-  \r\n250 8BITMIME\n")], "Sent"),
        (&[OK, ("MAIL", b"250\r\n"), ("DATA", b"354\r\n"), (".", b"250\n")], "Sent"),
        (&[OK, ("RCPT", b"571 5.7.1 not from you\r\n")], "Failed"),
        (endless, "Retry"),
        (&[OK, ("MAIL", b"553 5.7.1 not your address\r\n")], "Retry"),
        (&[OK, ("MAIL", b"552 5.3.4 too big\r\n")], "Failed"),
        (&[OK, ("RCPT", b"550 refus\xe9\r\n")], "Failed"),
        (&[OK, ("RCPT", b"530 5.7.0 log in first\r\n")], "Retry"),
        (&[OK, ("DATA", b"250 what?\r\n")], "Retry"),
        (&[OK, ("DATA", b"554 no valid recipients\r\n")], "Failed"),
        (&[OK, ("DATA", b"")], "Retry"),
        (&[OK, (".", b"")], "Unknown"),
        (&[OK, (".", b"354 again?\r\n")], "Unknown"),
        (&[OK, (".", b"rubbish\r\n")], "Unknown"),
        (&[OK, (".", b"421 4.3.0 too late\r\n")], "Retry"),
    ] {
        let (config, told) = scripted(table).await;
        let outcome = SmtpTransport::new(config).send(&with_own_copy(CESAME), &mail("x")).await;
        assert!(format!("{outcome:?}").starts_with(expected), "{expected}: {outcome:?}");
        let told = told.lock().unwrap();
        assert!(!told.iter().any(|l| l.starts_with("RCPT TO:<x@y>")), "no command out of a name");
        if expected == "Sent" {
            let content = told.iter().skip_while(|l| *l != "DATA").skip(1).cloned().collect::<Vec<_>>().join("\r\n");
            assert!(content.ends_with("\r\n\r\n..un point, Créteil\r\n...\r\nfin\r\n."), "{content}");
        }
    }
}

#[tokio::test]
async fn nobody_waits_for_an_answer_to_quit() {
    let begun = Instant::now();
    let (config, told) = scripted(&[("", b"220 hi\r\n")]).await;
    assert!(SmtpTransport::new(config).check().await.is_ok());
    while told.lock().unwrap().last().map(String::as_str) != Some("QUIT") {
        assert!(begun.elapsed() < Duration::from_secs(1), "QUIT was never said: {told:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // lettre says QUIT by itself after a refused EHLO; the refusal's own words are what is told.
    let (config, _) = scripted(&[("", b"220 hi\r\n"), ("EHLO", b"502 never heard\r\n")]).await;
    let refused = SmtpTransport::new(config).check().await.unwrap_err();
    assert!(refused.contains("502 never heard"), "{refused}");
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn nothing_said_before_tls_counts_after_it() {
    let (config, _) = scripted(&[
        ("", b"220 hi\r\n"),
        ("EHLO", b"250-hello\r\n250 STARTTLS\r\n"),
        ("STARTTLS", b"220 go\r\n250-hello\r\n250 AUTH PLAIN\r\n"),
    ])
    .await;
    let config = SmtpConfig { tls: SmtpTls::StartTlsRequired, ..config };
    let outcome = SmtpTransport::new(config).send(&to(CESAME), &mail("x")).await;
    assert!(matches!(&outcome, Outcome::Retry(text) if text.contains("STARTTLS")), "{outcome:?}");
}

#[tokio::test]
async fn log_in_works_by_login_where_plain_is_missing() {
    let (config, told) = scripted(&[
        ("", b"220 hi\r\n"),
        ("EHLO", b"250-hello\r\n250 AUTH CRAM-MD5 LOGIN\r\n"),
        ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n"),
        ("dQ==", b"334 UGFzc3dvcmQ6\r\n"),
        ("cA==", b"235 in\r\n"),
    ])
    .await;
    let config = SmtpConfig { user: Some("u".to_owned()), password: Some("p".to_owned()), ..config };
    assert_eq!(SmtpTransport::new(config).send(&to(CESAME), &mail("x")).await, Outcome::Sent);
    assert_eq!(told.lock().unwrap()[1..4], ["AUTH LOGIN", "dQ==", "cA=="]);
}

#[tokio::test]
async fn a_token_in_the_address_arrives_with_the_mail() {
    let lab = Lab::start().await;
    lab.send(PROF, "panne-info+jeton42@lycee.test", &mail("adresse")).await;
    let got = lab.wait_for(FIXED, bears("adresse"), LONG).await;
    assert!(String::from_utf8_lossy(&got).contains("Delivered-To: panne-info+jeton42@lycee.test"));
}

#[tokio::test]
async fn a_bounce_comes_back_to_the_fixed_address() {
    let lab = Lab::start().await;
    let transport = SmtpTransport::new(lab.smtp());
    assert_eq!(transport.send(&to("nobody@region.test"), &mail("parti")).await, Outcome::Sent);
    let dsn = lab.wait_for(FIXED, |m| String::from_utf8_lossy(m).contains("multipart/report"), LONG).await;
    assert!(String::from_utf8_lossy(&dsn).contains("nobody@region.test"));
}

#[tokio::test]
async fn mail_to_maildirs_arrives_once_however_often_it_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let transport = MaildirTransport::new(dir.path().join("boîtes"));
    let envelope = with_own_copy(CESAME);
    for _ in 0..2 {
        assert_eq!(transport.send(&envelope, &mail("a")).await, Outcome::Sent);
    }
    let maildir = transport.maildir_of(&address(CESAME));
    let files =
        |sub: &str| std::fs::read_dir(maildir.join(sub)).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(files("new").len(), 1);
    assert!(files("tmp").is_empty());
    let got = std::fs::read(&files("new")[0]).unwrap();
    assert!(is(&mail("a"))(&got) && got.starts_with(b"Return-Path: <panne-info@lycee.test>\r\nDelivered-To: "));
    assert_eq!(std::fs::read_dir(transport.maildir_of(&address(FIXED)).join("new")).unwrap().count(), 1);

    // Read meanwhile, by a mail program, with flags of its own; then sent by the program's next run.
    let read = maildir.join("cur").join(format!("{}:2,FS", files("new")[0].file_name().unwrap().to_string_lossy()));
    std::fs::rename(&files("new")[0], read).unwrap();
    let transport = MaildirTransport::new(dir.path().join("boîtes"));
    assert_eq!(transport.send(&envelope, &mail("a")).await, Outcome::Sent);
    assert!(files("new").is_empty());
    assert_eq!(transport.send(&envelope, &mail("b")).await, Outcome::Sent);
    assert_eq!(files("new").len(), 1);

    assert_eq!(transport.send(&to("../../évasion@x.test"), &mail("c")).await, Outcome::Sent);
    let inside: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(inside.len(), 1, "nothing is written outside");
}

#[tokio::test]
async fn mails_handed_over_together_end_each_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let transport = MaildirTransport::new(dir.path().join("boîtes"));
    let new =
        |who: &str| std::fs::read_dir(transport.maildir_of(&address(who)).join("new")).map_or(0, |found| found.count());
    // Where a Maildir should be lies a file.
    std::fs::create_dir(dir.path().join("boîtes")).unwrap();
    std::fs::write(transport.maildir_of(&address("full@x.test")), b"").unwrap();
    let mut parcels: Vec<Parcel> = (0..40)
        .map(|n| Parcel { envelope: to(&format!("prof{}@x.test", n % 7)), bytes: mail(&format!("n{n}")) })
        .collect();
    parcels.push(Parcel { envelope: to("full@x.test"), bytes: mail("lost") });
    parcels.push(Parcel { envelope: with_own_copy(CESAME), bytes: mail("ticket") });
    parcels.push(Parcel { envelope: with_own_copy("full@x.test"), bytes: mail("lost ticket") });
    // Twice the same is one mail.
    parcels.push(parcels[3].clone());
    for _ in 0..2 {
        let outcomes = transport.send_all(parcels.clone()).await;
        assert_eq!(outcomes.len(), parcels.len());
        for (parcel, outcome) in parcels.iter().zip(&outcomes) {
            let fails = parcel.envelope.to.as_str() == "full@x.test";
            assert_eq!(matches!(outcome, Outcome::Retry(_)), fails, "{outcome:?}");
            assert_eq!(*outcome == Outcome::Sent, !fails, "{outcome:?}");
        }
        assert_eq!((0..7).map(|n| new(&format!("prof{n}@x.test"))).sum::<usize>(), 40);
        // No evidence of a ticket that its recipient did not get.
        assert_eq!((new(CESAME), new(FIXED)), (1, 1));
    }
    let got = std::fs::read_dir(transport.maildir_of(&address("prof3@x.test")).join("new")).unwrap();
    let texts: Vec<Vec<u8>> = got.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(["n3", "n10", "n17", "n24", "n31", "n38"].iter().all(|n| texts.iter().any(|t| is(&mail(n))(t))));
}

#[tokio::test]
async fn a_maildir_that_cannot_be_written_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), b"").unwrap();
    let transport = MaildirTransport::new(dir.path().join("file"));
    assert!(matches!(transport.send(&to(CESAME), &mail("a")).await, Outcome::Retry(_)));
    assert!(transport.check().await.unwrap_err().contains("write"));
}
