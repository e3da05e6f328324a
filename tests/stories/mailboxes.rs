//! Reading mail, against a real Dovecot, against servers that misbehave, and from a Maildir.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use passerelle::mailbox::imap::{ImapConfig, ImapLimits, ImapMailbox, ImapTls};
use passerelle::mailbox::maildir::MaildirMailbox;
use passerelle::mailbox::{Cursor, Fetched, Mailbox, MailboxError, MessageKey};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::harness::lab::{Action, FIXED, Fault, Lab, LabOptions};

const LONG: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);

fn mail(subject: &str) -> Vec<u8> {
    format!("From: prof@ac-creteil.test\r\nTo: {FIXED}\r\nSubject: {subject}\r\n\r\n.{subject}\r\n").into_bytes()
}

/// A message as a test speaks of it.
#[derive(Debug)]
struct Got {
    key: MessageKey,
    subject: String,
    size: Option<u64>,
    bytes: Vec<u8>,
}

async fn next(mailbox: &mut dyn Mailbox) -> Option<Got> {
    let (key, bytes, size) = match mailbox.next().await.unwrap()? {
        Fetched::Whole { key, raw } => (key, raw, None),
        Fetched::TooLarge { key, size, head } => (key, head, Some(size)),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let subject = text.lines().find_map(|l| l.strip_prefix("Subject: ")).unwrap_or_default().to_owned();
    Some(Got { key, subject, size, bytes })
}

/// All that waits, stored; and the cursor that a store would have afterwards.
async fn take_all(mailbox: &mut dyn Mailbox, cursor: &mut Cursor) -> Vec<String> {
    let mut subjects = Vec::new();
    while let Some(got) = next(mailbox).await {
        mailbox.stored(&got.key).await.unwrap();
        if cursor.validity != got.key.validity {
            *cursor = Cursor { validity: got.key.validity, ..Cursor::default() };
        }
        cursor.last_uid = cursor.last_uid.max(got.key.uid.parse().unwrap_or(0));
        cursor.known.insert(got.key.uid);
        subjects.push(got.subject);
    }
    subjects
}

async fn open(config: ImapConfig) -> ImapMailbox {
    ImapMailbox::connect(config, Cursor::default()).await.unwrap()
}

#[tokio::test]
async fn mail_is_read_once_oldest_first_and_stays_unseen() {
    let lab = Lab::start().await;
    for n in 1..=3 {
        lab.drop_into(FIXED, &mail(&format!("n{n}")));
    }
    let mut cursor = Cursor::default();
    let mut mailbox = open(lab.imap(FIXED)).await;
    let first = next(&mut mailbox).await.unwrap();
    assert_eq!(first.bytes, mail("n1"), "byte by byte");
    mailbox.stored(&first.key).await.unwrap();
    cursor.known.insert(first.key.uid.clone());
    cursor.validity = first.key.validity;
    assert_eq!(take_all(&mut mailbox, &mut cursor).await, ["n2", "n3"]);
    drop(mailbox);

    lab.drop_into(FIXED, &mail("n4"));
    let mut again = ImapMailbox::connect(lab.imap(FIXED), cursor.clone()).await.unwrap();
    assert_eq!(take_all(&mut again, &mut cursor).await, ["n4"]);
    let names = lab.file_names(FIXED);
    assert!(names.iter().all(|n| !n.rsplit(',').next().unwrap().contains('S')), "{names:?}");
}

#[tokio::test]
async fn idle_wakes_and_may_be_given_up_at_any_moment() {
    let lab = Lab::start().await;
    let mut mailbox = open(lab.imap(FIXED)).await;
    let mut cursor = Cursor::default();
    assert!(next(&mut mailbox).await.is_none());
    for n in 0..3 {
        // Given up in the middle, at different moments: the session is in order afterwards.
        let _ = tokio::time::timeout(Duration::from_millis(n * 15), mailbox.wait(MINUTE)).await;
        assert!(next(&mut mailbox).await.is_none());
    }
    let begun = Instant::now();
    let waiting = async {
        mailbox.wait(MINUTE).await.unwrap();
        take_all(&mut mailbox, &mut cursor).await
    };
    let sending = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        lab.send("prof@ac-creteil.test", FIXED, &mail("réveil")).await
    };
    let (got, reply) = tokio::join!(waiting, sending);
    assert!(reply.starts_with("250"), "{reply}");
    assert_eq!(got, ["réveil"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    let begun = Instant::now();
    mailbox.wait(Duration::from_millis(100)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "the time limit ends an IDLE");
}

#[tokio::test]
async fn another_uidvalidity_means_that_all_is_read_again() {
    let lab = Lab::start().await;
    lab.drop_into(FIXED, &mail("a"));
    lab.drop_into(FIXED, &mail("b"));
    let mut cursor = Cursor::default();
    let mut mailbox = open(lab.imap(FIXED)).await;
    assert_eq!(take_all(&mut mailbox, &mut cursor).await, ["a", "b"]);
    drop(mailbox);
    lab.change_uidvalidity(FIXED);
    let before = cursor.validity;
    let mut mailbox = ImapMailbox::connect(lab.imap(FIXED), cursor.clone()).await.unwrap();
    assert_eq!(take_all(&mut mailbox, &mut cursor).await, ["a", "b"]);
    assert_ne!(cursor.validity, before);
    // A key of the time before means nothing any more, and certainly not another message.
    let stale = MessageKey { mailbox: lab.imap(FIXED).name(), validity: before, uid: "1".to_owned() };
    assert_eq!(mailbox.delete(std::slice::from_ref(&stale)).await.unwrap(), 0);
    assert_eq!(lab.inbox(FIXED).len(), 2);
}

async fn done_moves(options: LabOptions) {
    let lab = Lab::start_with(options).await;
    lab.drop_into(FIXED, &mail("a"));
    lab.drop_into(FIXED, &mail("b"));
    let config = ImapConfig { done_folder: Some("Traités".to_owned()), ..lab.imap(FIXED) };
    let mut mailbox = open(config).await;
    let a = next(&mut mailbox).await.unwrap();
    mailbox.stored(&a.key).await.unwrap();
    for _ in 0..3 {
        mailbox.done(&a.key).await.unwrap();
    }
    assert_eq!(lab.inbox(FIXED), [mail("b")]);
    assert_eq!(lab.folder(FIXED, Some("Trait&AOk-s")), [mail("a")]);
    assert_eq!(next(&mut mailbox).await.unwrap().subject, "b");
    assert!(next(&mut mailbox).await.is_none());
}

#[tokio::test]
async fn handled_mail_moves_to_a_folder_that_is_made_for_it() {
    done_moves(LabOptions::default()).await;
}

#[tokio::test]
async fn handled_mail_moves_where_the_server_has_no_move() {
    done_moves(LabOptions { imap_capability: Some("IMAP4rev1 UIDPLUS IDLE"), ..LabOptions::default() }).await;
}

#[tokio::test]
async fn a_server_without_idle_is_polled() {
    let lab = Lab::start_with(LabOptions { imap_capability: Some("IMAP4rev1"), ..LabOptions::default() }).await;
    let poll = Duration::from_millis(50);
    let config = ImapConfig { limits: ImapLimits { poll, ..ImapLimits::default() }, ..lab.imap(FIXED) };
    let mut mailbox = open(config).await;
    assert!(next(&mut mailbox).await.is_none());
    lab.drop_into(FIXED, &mail("a"));
    let begun = Instant::now();
    let got = loop {
        mailbox.wait(MINUTE).await.unwrap();
        if let Some(got) = next(&mut mailbox).await {
            break got;
        }
        assert!(begun.elapsed() < LONG);
    };
    assert_eq!(got.subject, "a");
}

#[tokio::test]
async fn of_a_huge_message_only_the_beginning_is_read() {
    let lab = Lab::start().await;
    let mut huge = mail("huge");
    huge.extend(std::iter::repeat_n(*b"x\r\n", 700_000).flatten());
    lab.drop_into(FIXED, &huge);
    lab.drop_into(FIXED, &mail("after"));
    let mut mailbox = open(lab.imap(FIXED)).await;
    let got = next(&mut mailbox).await.unwrap();
    assert_eq!((got.size, got.subject.as_str()), (Some(huge.len() as u64), "huge"));
    assert_eq!(got.bytes, huge[..65_536]);
    assert_eq!(next(&mut mailbox).await.unwrap().subject, "after");
}

#[tokio::test]
async fn what_is_wrong_with_a_mailbox_is_said_step_by_step() {
    let lab = Lab::start().await;
    let steps = |lines: &[(String, Result<String, String>)]| {
        let failed = lines.iter().find_map(|(_, r)| r.as_ref().err().cloned()).unwrap_or_default();
        (lines.iter().map(|(s, _)| s.clone()).collect::<Vec<_>>().join(" "), failed)
    };
    let good = lab.imap(FIXED);
    let (told, failed) = steps(&ImapMailbox::check(&good).await);
    assert_eq!((told.as_str(), failed.as_str()), ("DNS TCP TLS log-in folder", ""));

    let wrong = ImapConfig { password: "secret-faux".to_owned(), ..good.clone() };
    let (told, failed) = steps(&ImapMailbox::check(&wrong).await);
    assert_eq!(told, "DNS TCP TLS log-in");
    assert!(failed.contains("check user and password") && !failed.contains("secret-faux"), "{failed}");
    assert!(matches!(ImapMailbox::connect(wrong, Cursor::default()).await, Err(MailboxError::LogIn { .. })));

    let (told, failed) = steps(&ImapMailbox::check(&ImapConfig { folder: "Absent".to_owned(), ..good.clone() }).await);
    assert!(told.ends_with("folder") && failed.contains("Absent") && failed.contains("configuration"), "{failed}");

    let (told, failed) = steps(&ImapMailbox::check(&ImapConfig { ca_file: None, ..good.clone() }).await);
    assert!(told.ends_with("TLS") && failed.contains("ca_file"), "{failed}");

    let (told, failed) = steps(&ImapMailbox::check(&ImapConfig { port: lab.ports.imap, ..good.clone() }).await);
    assert!(told.ends_with("TLS") && failed.contains("STARTTLS"), "{failed}");

    let (told, failed) = steps(&ImapMailbox::check(&ImapConfig { port: 1, ..good.clone() }).await);
    assert!(told.ends_with("TCP") && failed.contains("check the port"), "{failed}");

    let (told, failed) = steps(&ImapMailbox::check(&ImapConfig { host: "absent.invalid".to_owned(), ..good }).await);
    assert!(told == "DNS" && failed.contains("absent.invalid"), "{failed}");
}

#[tokio::test]
async fn starttls_with_a_private_authority_works() {
    let lab = Lab::start().await;
    lab.drop_into(FIXED, &mail("a"));
    let config = ImapConfig { tls: ImapTls::StartTls, port: lab.ports.imap, ..lab.imap(FIXED) };
    let mut mailbox = open(config.clone()).await;
    assert_eq!(next(&mut mailbox).await.unwrap().subject, "a");
    let stranger = ImapMailbox::connect(ImapConfig { ca_file: None, ..config }, Cursor::default()).await;
    assert!(matches!(stranger, Err(MailboxError::Connection(text)) if text.contains("ca_file")));
}

#[tokio::test]
async fn no_password_travels_in_the_clear_beyond_this_machine() {
    let outside = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|s| s.connect("192.0.2.1:9").and(s.local_addr()));
    let Ok(outside) = outside else {
        eprintln!("this machine has no address but loopback: nothing to be tried");
        return;
    };
    let listener = tokio::net::TcpListener::bind((outside.ip(), 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = ImapConfig { host: outside.ip().to_string(), ..plain_config(port) };
    let refused = ImapMailbox::connect(config, Cursor::default()).await;
    assert!(matches!(refused, Err(MailboxError::Connection(text)) if text.contains("imaps://")));
}

#[tokio::test]
async fn a_connection_that_breaks_or_hangs_is_an_error_in_bounded_time_and_nothing_is_lost() {
    let lab = Lab::start().await;
    lab.drop_into(FIXED, &mail("a"));
    let proxy = lab.proxy(lab.ports.imap);
    let limits = ImapLimits {
        step: Duration::from_millis(400),
        idle: Duration::from_millis(400),
        poll: Duration::from_millis(400),
    };
    let config = ImapConfig { limits, ..lab.imap_plain(FIXED, proxy.port()) };
    for action in [Action::Cut, Action::Hang] {
        let begun = Instant::now();
        let mut mailbox = open(config.clone()).await;
        proxy.arm(Fault::in_fetch(action));
        assert!(mailbox.next().await.is_err(), "fetch, {action:?}");
        assert!(mailbox.next().await.is_err(), "a session that failed stays failed");

        let mut mailbox = open(config.clone()).await;
        assert_eq!(next(&mut mailbox).await.unwrap().subject, "a");
        assert!(next(&mut mailbox).await.is_none());
        proxy.arm(Fault::in_idle(action));
        assert!(mailbox.wait(MINUTE).await.is_err(), "IDLE, {action:?}");

        proxy.arm(Fault::at_greeting(action));
        assert!(ImapMailbox::connect(config.clone(), Cursor::default()).await.is_err(), "greeting, {action:?}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{action:?}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn reconciliation_finds_what_the_cursor_passed_over() {
    let lab = Lab::start().await;
    for s in ["a", "b", "c"] {
        lab.drop_into(FIXED, &mail(s));
    }
    let mut cursor = Cursor::default();
    let mut mailbox = open(lab.imap(FIXED)).await;
    take_all(&mut mailbox, &mut cursor).await;
    cursor.known.remove("2");
    let mut mailbox = ImapMailbox::connect(lab.imap(FIXED), cursor.clone()).await.unwrap();
    assert!(next(&mut mailbox).await.is_none());
    assert_eq!(mailbox.reconcile().await.unwrap(), 1);
    assert_eq!(take_all(&mut mailbox, &mut cursor).await, ["b"]);
    assert_eq!(mailbox.reconcile().await.unwrap(), 0);
}

#[tokio::test]
async fn our_own_copy_is_found_wherever_it_is_and_mail_can_be_deleted_there() {
    let lab = Lab::start().await;
    let own = |token: &str| {
        [format!("X-Passerelle-Own: {token}\r\nMessage-ID: <{token}@x>\r\n").into_bytes(), mail("own")].concat()
    };
    lab.drop_into(FIXED, &own("jeton1"));
    lab.drop_into(FIXED, &own("jeton2"));
    let config = ImapConfig { done_folder: Some("Traités".to_owned()), ..lab.imap(FIXED) };
    let mut mailbox = open(config).await;
    assert!(!mailbox.has_own_copy("jeton9").await.unwrap(), "done_folder does not even exist");
    let first = next(&mut mailbox).await.unwrap();
    mailbox.done(&first.key).await.unwrap();
    assert!(mailbox.has_own_copy("jeton1").await.unwrap(), "in done_folder");
    assert!(mailbox.has_own_copy("jeton2").await.unwrap(), "in the folder");
    // Given up at different moments, a visit elsewhere leaves no confusion of UIDs.
    for n in 0..6 {
        let _ = tokio::time::timeout(Duration::from_micros(n * 300), mailbox.has_own_copy("jeton9")).await;
        assert!(mailbox.reconcile().await.unwrap() == 1);
    }
    // The visit elsewhere has not changed what is read.
    let second = next(&mut mailbox).await.unwrap();
    assert_eq!(second.bytes, own("jeton2"));
    assert_eq!(mailbox.delete_message_ids(&["jeton1@x".to_owned()]).await.unwrap(), 1);
    assert_eq!(mailbox.delete(&[first.key, second.key]).await.unwrap(), 1);
    assert!(lab.inbox(FIXED).is_empty() && lab.folder(FIXED, Some("Trait&AOk-s")).is_empty());
}

fn plain_config(port: u16) -> ImapConfig {
    ImapConfig {
        host: "127.0.0.1".to_owned(),
        port,
        tls: ImapTls::Plain,
        user: "u".to_owned(),
        password: "p".to_owned(),
        folder: "INBOX".to_owned(),
        done_folder: None,
        ca_file: None,
        max_message_size: 1000,
        limits: ImapLimits { step: Duration::from_secs(2), ..ImapLimits::default() },
    }
}

/// A server that answers by a table (`word in the command`, `answer`), `{tag}` replaced; an empty
/// answer closes the connection. Serves one connection.
async fn scripted(table: &'static [(&'static str, &'static str)]) -> ImapConfig {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        write.write_all(b"* OK ready\r\n").await.unwrap();
        let mut lines = BufReader::new(read).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let Some(tag) = line.split(' ').next().filter(|_| line.contains(' ')) else { continue };
            let usual = [
                ("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK\r\n"),
                ("AUTHENTICATE", "+ \r\n{tag} OK in\r\n"),
                ("SELECT", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] done\r\n"),
            ];
            let Some((_, answer)) = table.iter().chain(&usual).find(|(word, _)| line.contains(word)) else { continue };
            if answer.is_empty() {
                return;
            }
            if write.write_all(answer.replace("{tag}", tag).as_bytes()).await.is_err() {
                return;
            }
        }
    });
    plain_config(port)
}

#[tokio::test]
async fn a_server_that_misbehaves_gives_an_error_never_an_empty_mailbox() {
    for (table, expected) in [
        (&[("SEARCH", "{tag} NO [SERVERBUG] broken index\r\n")] as &'static [_], "broken index"),
        (&[("SEARCH", "{tag} BAD what?\r\n")], "what?"),
        (&[("SEARCH", "")], "closed"),
        (&[("SEARCH", "* BYE shutting down\r\n")], "shutting down"),
        (&[("SEARCH", "* OK still here\r\n")], "no answer within"),
        (&[("SEARCH", "P77 OK not yours\r\n")], "not given"),
        (&[("SEARCH", "* )(*&^ nonsense\r\n")], "understood"),
        // This makes imap-proto panic.
        (&[("SEARCH", "* 1 FETCH (INTERNALDATE NIL)\r\n")], "parser"),
        (&[("SEARCH", "* SEARCH 5\r\n{tag} OK\r\n"), ("RFC822.SIZE", "")], "closed"),
    ] {
        let mut mailbox = open(scripted(table).await).await;
        let error = mailbox.next().await.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[tokio::test]
async fn one_message_that_the_server_will_not_hand_out_does_not_stop_the_others() {
    let config = scripted(&[
        ("SEARCH UID", "* SEARCH 5 6\r\n{tag} OK\r\n"),
        ("RFC822.SIZE", "* 1 FETCH (UID 5 RFC822.SIZE 4)\r\n* 2 FETCH (UID 6 RFC822.SIZE 4)\r\n{tag} OK\r\n"),
        ("FETCH 5", "{tag} NO cannot read it\r\n"),
        ("FETCH 6", "* 2 FETCH (UID 6 BODY[] {4}\r\na: b)\r\n{tag} OK\r\n"),
    ])
    .await;
    let mut mailbox = open(config).await;
    let got = next(&mut mailbox).await.unwrap();
    assert_eq!((got.key.uid.as_str(), got.bytes.as_slice()), ("6", b"a: b".as_slice()));
}

#[tokio::test]
async fn a_log_in_that_the_server_cannot_make_now_is_no_wrong_password() {
    let refused =
        |table| async move { ImapMailbox::connect(scripted(table).await, Cursor::default()).await.unwrap_err() };
    let error = refused(&[("AUTHENTICATE", "+ \r\n{tag} NO [UNAVAILABLE] try later\r\n")]).await;
    assert!(matches!(error, MailboxError::Connection(_)), "{error}");
    let error = refused(&[("AUTHENTICATE", "+ \r\n{tag} NO [AUTHENTICATIONFAILED] no\r\n")]).await;
    assert!(matches!(error, MailboxError::LogIn { .. }), "{error}");
}

#[tokio::test]
async fn log_in_without_sasl_carries_any_password() {
    let config = scripted(&[
        ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"),
        ("LOGIN {2}", "+ \r\n"),
        ("é {7}", "+ \r\n"),
        ("p w\"\\é", "P2 OK in\r\n"),
    ])
    .await;
    open(ImapConfig { user: "é".to_owned(), password: "p w\"\\é".to_owned(), ..config }).await;
    let config = scripted(&[("CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK\r\n")]).await;
    let error = ImapMailbox::connect(config, Cursor::default()).await.unwrap_err();
    assert!(matches!(&error, MailboxError::LogIn { text, .. } if text.contains("starttls")), "{error}");
}

// ---- Maildir

async fn maildir(path: &Path, cursor: Cursor) -> MaildirMailbox {
    MaildirMailbox::open(path.to_owned(), Some("Traités".to_owned()), 100_000, cursor).await.unwrap()
}

fn put(path: &Path, sub: &str, name: &str, bytes: &[u8]) {
    std::fs::write(path.join("tmp").join(name), bytes).unwrap();
    std::fs::rename(path.join("tmp").join(name), path.join(sub).join(name)).unwrap();
}

fn names(path: &Path) -> HashSet<String> {
    std::fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn a_maildir_is_made_watched_and_read_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pas/encore/là");
    let mut cursor = Cursor::default();
    let mut mailbox = maildir(&path, Cursor::default()).await;
    assert!(next(&mut mailbox).await.is_none());
    std::fs::write(path.join("tmp/half"), b"Subject: half").unwrap();
    let begun = Instant::now();
    let (waited, ()) = tokio::join!(mailbox.wait(LONG), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        put(&path, "new", "2.b", &mail("b"));
    });
    waited.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "the system tells of it");
    assert_eq!(take_all(&mut mailbox, &mut cursor).await, ["b"]);
    assert_eq!(names(&path.join("cur")), HashSet::from(["2.b:2,".to_owned()]), "not seen");

    // Somebody's mail program moved it before we looked.
    put(&path, "cur", "3.c:2,S", &mail("c"));
    mailbox.wait(LONG).await.unwrap();
    let mut got = take_all(&mut mailbox, &mut cursor).await;
    while got.is_empty() {
        assert!(begun.elapsed() < LONG);
        mailbox.wait(Duration::from_millis(100)).await.unwrap();
        got = take_all(&mut mailbox, &mut cursor).await;
    }
    assert_eq!(got, ["c"]);

    put(&path, "new", "4.d", &mail("d"));
    assert!(MaildirMailbox::check(&path).await.unwrap().ends_with("1 new"));
    assert!(MaildirMailbox::check(Path::new("/proc/absent")).await.unwrap_err().contains("allowed"));
    let mut again = maildir(&path, cursor.clone()).await;
    assert_eq!(take_all(&mut again, &mut cursor).await, ["d"]);
    assert_eq!(again.reconcile().await.unwrap(), 0);
}

#[tokio::test]
async fn a_maildir_gives_the_oldest_first_and_goes_on_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m");
    drop(maildir(&path, Cursor::default()).await);
    for (name, seconds) in [("z", 1), ("a", 2), ("b", 2)] {
        put(&path, "new", name, &mail(name));
        let times = std::fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH + Duration::from_secs(seconds));
        std::fs::File::options().write(true).open(path.join("new").join(name)).unwrap().set_times(times).unwrap();
    }
    // Stored, but the program ended before the file was moved.
    let cursor = Cursor { known: HashSet::from(["z".to_owned()]), ..Cursor::default() };
    let mut mailbox = maildir(&path, cursor).await;
    assert_eq!(take_all(&mut mailbox, &mut Cursor::default()).await, ["a", "b"]);
    assert!(names(&path.join("new")).is_empty());
    assert_eq!(names(&path.join("cur")).len(), 3);
}

#[tokio::test]
async fn a_maildir_keeps_handled_mail_in_its_sub_folder() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m");
    let mut mailbox = maildir(&path, Cursor::default()).await;
    put(&path, "new", "1", &[b"X-Passerelle-Own: jeton\r\nMessage-ID: <i@x>\r\n".as_slice(), &mail("a")].concat());
    put(&path, "new", "2", &[mail("big"), vec![b'x'; 200_000]].concat());
    let mut all = Vec::new();
    while let Some(got) = next(&mut mailbox).await {
        mailbox.stored(&got.key).await.unwrap();
        all.push(got);
    }
    let big = all.iter().find(|g| g.subject == "big").unwrap();
    assert_eq!((big.size.is_some(), big.bytes.len()), (true, 65_536));
    let small = all.iter().find(|g| g.subject == "a").unwrap();
    for _ in 0..2 {
        mailbox.done(&small.key).await.unwrap();
    }
    assert_eq!(names(&path.join(".Traités/cur")), HashSet::from(["1:2,".to_owned()]));
    assert!(mailbox.has_own_copy("jeton").await.unwrap());
    assert!(!mailbox.has_own_copy("autre").await.unwrap());
    assert_eq!(mailbox.delete(&[big.key.clone(), big.key.clone()]).await.unwrap(), 1);
    assert_eq!(mailbox.delete_message_ids(&["i@x".to_owned()]).await.unwrap(), 1);
    assert!(!mailbox.has_own_copy("jeton").await.unwrap());
}
