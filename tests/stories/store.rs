//! The store on SQLite and on PostgreSQL: the same tests on both.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use passerelle::address::Address;
use passerelle::classeur::dossier::{Expense, Visit, Work};
use passerelle::classeur::ledger::Entry;
use passerelle::compose::MailKind;
use passerelle::incident::policy::Actor;
use passerelle::incident::state::Half;
use passerelle::incident::{Facts, Incident, IncidentId, Reference, State};
use passerelle::mailbox::MessageKey;
use passerelle::outbox::Delivery;
use passerelle::report::{Equipment, Place, Report, Responsible, Stance};
use passerelle::store::{
    Backend, Finish, HistoryEntry, IncidentRow, MessageEnd, MessageNumber, NewIncident, NewMessage, NewOutbox, Store,
    StoreError, StoredReport, Tx, Version,
};

use crate::harness::postgres::server;

const SCHOOL: &str = "0941234F";
const OTHER: &str = "0750001A";

/// An empty place for a store.
struct Bed {
    url: String,
    folder: Option<tempfile::TempDir>,
}

impl Bed {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite:{}", folder.path().join("s.db").display()), folder: Some(folder) }
    }

    fn postgres() -> Self {
        Self { url: server().database(), folder: None }
    }

    async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// The name of the PostgreSQL database.
    fn database(&self) -> &str {
        self.url.split("localhost/").nth(1).unwrap().split('?').next().unwrap()
    }
}

/// Every story once on each backend.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Bed::sqlite()).await }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Bed::postgres()).await }
        )+ }
    };
}

on_both!(
    what_is_noted_in_the_ledger_comes_back_until_it_is_withdrawn,
    a_mail_is_written_with_a_text_that_comes_later_or_not_at_all,
    a_second_ticket_of_an_incident_is_refused,
    a_bounced_ticket_makes_room_for_another,
    a_known_key_is_not_stored_again,
    the_cursor_follows_uids_and_validity,
    references_have_no_gaps_after_a_rollback,
    references_of_concurrent_transactions_differ,
    an_update_on_an_old_version_is_refused,
    an_incident_comes_back_as_it_was,
    reporters_follow_their_reports,
    what_was_being_sent_at_a_crash_is_of_unknown_fate,
    an_interrupted_attempt_does_not_lengthen_the_delay,
    concurrent_claims_take_each_mail_once,
    a_claim_is_bounded_in_bytes,
    opening_twice_changes_nothing,
    many_may_open_a_new_store_at_once,
    a_newer_schema_is_refused,
    a_half_made_message_leaves_nothing,
    nul_in_any_text_is_no_error,
    a_huge_message_comes_back_whole,
    messages_wait_in_the_order_of_their_arrival,
    quarantine_is_left_once,
    a_message_ends_once,
    ended_messages_are_moved_once,
    the_latest_answer_finds_its_mail,
    mails_are_counted_per_address_and_kind,
    only_what_a_report_may_join_is_matchable,
    deadlines_come_in_order,
    a_second_instance_waits_for_the_first,
    a_killed_instance_frees_its_lock,
    keys_given_by_another_instance_are_a_conflict_once,
    nothing_is_mixed_between_schools,
);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn who(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn mail(uid: u32) -> NewMessage {
    NewMessage {
        school: SCHOOL.into(),
        key: MessageKey { mailbox: "imaps://h/INBOX".into(), validity: 7, uid: uid.to_string() },
        message_id: Some(format!("m{uid}@lycee.test")),
        content_hash: format!("hash{uid}"),
        from: "Karim <karim@lycee.test>".into(),
        subject: "Vidéoprojecteur B204".into(),
        received_at: at(i64::from(uid)),
        raw: format!("Subject: {uid}\r\n\r\nen panne").into_bytes(),
        size: 20,
        to_move: false,
    }
}

fn facts() -> Facts {
    Facts {
        place: Some(Place::from_normalised("B204")),
        equipment: Equipment::Videoprojecteur,
        responsible: Responsible::Region,
        symptom: Some("no_image".into()),
        count: 2,
        machines: vec!["3".into()],
        labels: vec!["RIDF 12345".into()],
        serials: vec!["SN-9".into()],
        since: Some("depuis lundi".into()),
        effect: None,
        tried: vec!["redémarrage".into()],
        urgent: true,
        general: false,
        doubts: vec!["salle incertaine".into()],
        words: "n'affiche plus rien".into(),
    }
}

fn incident(number: u32) -> Incident {
    Incident {
        id: IncidentId(0),
        reference: Reference { year: 2026, number },
        state: State::AwaitingConfirmation { since: at(0) },
        facts: facts(),
        opened_at: at(0),
        last_reported_at: at(0),
        ticket_sent_at: None,
        support_reference: None,
        support_heard_at: None,
        closed_at: None,
        reporters: vec![],
        fired: vec![],
    }
}

fn report(message: MessageNumber, incident: IncidentId, position: u32, reporter: &str) -> StoredReport {
    StoredReport {
        message,
        incident,
        position,
        reporter: who(reporter),
        reporter_name: "Élodie".into(),
        at: at(5),
        report: Report {
            place: None,
            equipment: Equipment::Ecran,
            responsible: Responsible::Region,
            symptom: None,
            count: 1,
            machines: vec![],
            labels: vec![],
            serials: vec![],
            since: None,
            effect: None,
            tried: Vec::new(),
            urgent: false,
            span: format!("écran noir {position}"),
            stance: Stance::Broken,
            general: false,
            again: false,
            doubts: vec![],
            ..Report::default()
        },
        fresh: true,
    }
}

fn letter(kind: MailKind, name: &str, incident: Option<IncidentId>) -> NewOutbox {
    NewOutbox {
        school: SCHOOL.into(),
        kind,
        recipient: who("cesame@region.test"),
        envelope_from: who("panne@lycee.test"),
        own_copy: kind.has_own_copy(),
        own_token: kind.has_own_copy().then(|| format!("own-{name}")),
        reply_token: Some(format!("reply-{name}")),
        message_id: format!("{name}@passerelle.test"),
        subject: "[SIG-2026-0001] Panne".into(),
        bytes: format!("Subject: {name}\r\n\r\n").into_bytes(),
        created_at: at(0),
        next_at: at(0),
        cause: None,
        incident,
        shows: incident.map(|i| (i, "B204|videoprojecteur".to_owned())).into_iter().collect(),
    }
}

async fn open_incident(store: &Store, number: u32) -> IncidentRow {
    let mut tx = store.begin().await.unwrap();
    let id = add_incident(&mut tx, SCHOOL, &incident(number), None).await;
    let row = tx.incident(id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    row
}

async fn add_incident(tx: &mut Tx, school: &str, incident: &Incident, due_at: Option<Timestamp>) -> IncidentId {
    tx.insert_incident(&NewIncident { school, incident, due_at }).await.unwrap()
}

async fn queue_one(store: &Store, new: &NewOutbox) -> Result<passerelle::store::OutboxId, StoreError> {
    let mut tx = store.begin().await?;
    let id = tx.queue(new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn finish_one(store: &Store, id: passerelle::store::OutboxId, how: Finish) -> Result<(), StoreError> {
    store.finish_batch(&[(id, how)]).await
}

async fn a_mail_is_written_with_a_text_that_comes_later_or_not_at_all(bed: Bed) {
    let store = bed.open().await;
    let later =
        |name: &str| NewOutbox { subject: String::new(), bytes: Vec::new(), ..letter(MailKind::Answer, name, None) };
    let mut tx = store.begin().await.unwrap();
    let mut ids = vec![tx.queue(&letter(MailKind::Answer, "ready", None)).await.unwrap()];
    for n in 0..70_u32 {
        let text = tokio::task::spawn_blocking(move || {
            std::thread::sleep(std::time::Duration::from_millis(u64::from(n % 3)));
            Ok((format!("Objet {n}"), format!("Subject: {n}\r\n\r\n").into_bytes()))
        });
        ids.push(tx.queue_unwritten(&later(&format!("l{n}")), text).await.unwrap());
    }
    // Read in the same transaction it is whole already.
    let row = tx.outbox_row(ids[7]).await.unwrap().unwrap();
    assert_eq!((row.subject.as_str(), row.size), ("Objet 6", "Subject: 6\r\n\r\n".len() as u64));
    tx.commit().await.unwrap();
    assert_eq!(store.outbox_bytes(ids[0]).await.unwrap().unwrap(), b"Subject: ready\r\n\r\n");
    for n in 0..70 {
        let bytes = store.outbox_bytes(ids[n + 1]).await.unwrap().unwrap();
        assert_eq!(bytes, format!("Subject: {n}\r\n\r\n").into_bytes());
        assert_eq!(store.outbox_row(ids[n + 1]).await.unwrap().unwrap().subject, format!("Objet {n}"));
    }

    let broken: [fn() -> passerelle::store::Written; 2] = [|| Err("no such template".to_owned()), || panic!("no text")];
    for (n, make) in broken.into_iter().enumerate() {
        let mut tx = store.begin().await.unwrap();
        tx.queue(&letter(MailKind::Answer, &format!("beside{n}"), None)).await.unwrap();
        tx.queue_unwritten(&later(&format!("broken{n}")), tokio::task::spawn_blocking(make)).await.unwrap();
        assert!(matches!(tx.commit().await, Err(StoreError::Other(_))));
    }
    assert_eq!(store.all_mails(None).await.unwrap().len(), 71, "nothing of it happened");
}

async fn a_second_ticket_of_an_incident_is_refused(bed: Bed) {
    let store = bed.open().await;
    let id = open_incident(&store, 1).await.incident.id;
    let first = queue_one(&store, &letter(MailKind::Ticket, "t1", Some(id))).await.unwrap();
    let second = queue_one(&store, &letter(MailKind::Ticket, "t2", Some(id))).await;
    assert!(matches!(second, Err(StoreError::Conflict(_))), "{second:?}");
    // Still one after it was sent; follow-ups and copies are no tickets.
    assert_eq!(store.claim_due(SCHOOL, at(1), 10).await.unwrap().len(), 1);
    finish_one(&store, first, Finish::Sent { at: at(2) }).await.unwrap();
    let third = queue_one(&store, &letter(MailKind::Ticket, "t3", Some(id))).await;
    assert!(matches!(third, Err(StoreError::Conflict(_))), "{third:?}");
    queue_one(&store, &letter(MailKind::FollowUp, "f1", Some(id))).await.unwrap();
    queue_one(&store, &letter(MailKind::TicketCopy, "c1", Some(id))).await.unwrap();
    let kinds: Vec<_> = store.mails_of_incident(id).await.unwrap().iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [MailKind::Ticket, MailKind::FollowUp, MailKind::TicketCopy]);
    assert_eq!(store.ticket_of(id).await.unwrap().unwrap().message_id, "t1@passerelle.test");
}

async fn a_bounced_ticket_makes_room_for_another(bed: Bed) {
    let store = bed.open().await;
    let id = open_incident(&store, 1).await.incident.id;
    let first = queue_one(&store, &letter(MailKind::Ticket, "t1", Some(id))).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.supersede_ticket(id).await.unwrap(), "a ticket on its way may not be replaced");
    tx.rollback().await.unwrap();
    store.claim_due(SCHOOL, at(1), 10).await.unwrap();
    finish_one(&store, first, Finish::Sent { at: at(2) }).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.supersede_ticket(id).await.unwrap(), "a ticket that arrived may not be replaced");
    tx.note_bounce(first, at(3), "5.1.1 no such user").await.unwrap();
    tx.note_bounce(first, at(9), "again").await.unwrap();
    assert!(tx.supersede_ticket(id).await.unwrap());
    tx.queue(&letter(MailKind::Ticket, "t2", Some(id))).await.unwrap();
    tx.commit().await.unwrap();
    let bounced = store.outbox_row(first).await.unwrap().unwrap();
    assert_eq!((bounced.bounced_at, bounced.bounce.as_deref()), (Some(at(3)), Some("5.1.1 no such user")));
    assert_eq!(store.ticket_of(id).await.unwrap().unwrap().message_id, "t2@passerelle.test");
    assert_eq!(store.undelivered_since(SCHOOL, at(3)).await.unwrap().len(), 1);
    assert_eq!(store.undelivered_since(SCHOOL, at(4)).await.unwrap().len(), 0);
}

async fn a_known_key_is_not_stored_again(bed: Bed) {
    let store = bed.open().await;
    let first = store.insert_messages(&[mail(1), mail(2)]).await.unwrap();
    assert!(first.iter().all(|i| i.fresh));
    let changed = NewMessage { subject: "autre".into(), ..mail(2) };
    let again = store.insert_messages(&[mail(3), changed, mail(3)]).await.unwrap();
    assert_eq!(again.iter().map(|i| i.fresh).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(again[1].id, first[1].id);
    assert_eq!(again[2].id, again[0].id);
    let all = store.list_messages(None).await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[1].subject, "Vidéoprojecteur B204");
}

async fn the_cursor_follows_uids_and_validity(bed: Bed) {
    let store = bed.open().await;
    let name = "imaps://h/INBOX";
    assert_eq!(store.cursor(name).await.unwrap().validity, 0);
    store.insert_messages(&[mail(3), mail(9), mail(5)]).await.unwrap();
    store.insert_messages(&[mail(4)]).await.unwrap();
    let cursor = store.cursor(name).await.unwrap();
    assert_eq!((cursor.validity, cursor.last_uid, cursor.known.len()), (7, 9, 4));
    assert!(cursor.known.contains("5"));
    // The server renumbered: old numbers mean nothing any more.
    let mut renumbered = mail(2);
    renumbered.key.validity = u32::MAX;
    store.insert_messages(&[renumbered]).await.unwrap();
    let cursor = store.cursor(name).await.unwrap();
    assert_eq!((cursor.validity, cursor.last_uid, cursor.known.len()), (u32::MAX, 2, 1));
    // A Maildir's names are no numbers.
    let mut file = mail(1);
    file.key = MessageKey { mailbox: "/var/mail/x".into(), validity: 0, uid: "1790.M1P2.host".into() };
    store.insert_messages(&[file]).await.unwrap();
    assert!(store.cursor("/var/mail/x").await.unwrap().known.contains("1790.M1P2.host"));
}

async fn references_have_no_gaps_after_a_rollback(bed: Bed) {
    let store = bed.open().await;
    for round in 0..3 {
        let mut tx = store.begin().await.unwrap();
        let number = tx.next_reference(SCHOOL, 2026).await.unwrap();
        assert_eq!(number, if round == 2 { 2 } else { 1 });
        if round == 0 {
            tx.rollback().await.unwrap();
        } else {
            tx.commit().await.unwrap();
        }
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_reference(SCHOOL, 2026).await.unwrap(), 3);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_reference(SCHOOL, 2026).await.unwrap(), 3, "dropping a transaction undoes it");
    assert_eq!(tx.next_reference(SCHOOL, 2027).await.unwrap(), 1);
    assert_eq!(tx.next_reference(OTHER, 2026).await.unwrap(), 1);
}

async fn references_of_concurrent_transactions_differ(bed: Bed) {
    let store = bed.open().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let number = tx.next_reference(SCHOOL, 2026).await.unwrap();
            add_incident(&mut tx, SCHOOL, &incident(number), None).await;
            tx.commit().await.unwrap();
            number
        });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<u32>>());
}

async fn an_update_on_an_old_version_is_refused(bed: Bed) {
    let store = bed.open().await;
    let row = open_incident(&store, 1).await;
    let mut changed = row.incident.clone();
    changed.state = State::Confirmed { at: at(1), by: Some(who("ref@lycee.test")) };
    let mut tx = store.begin().await.unwrap();
    let next = tx.update_incident(&changed, row.version, None).await.unwrap();
    let next = tx.update_incident(&changed, next, Some(at(9))).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let stale = tx.update_incident(&row.incident, row.version, None).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    tx.rollback().await.unwrap();
    let now = store.incident(row.incident.id).await.unwrap().unwrap();
    assert_eq!((now.version, now.incident.state.name(), now.due_at), (next, "confirmed", Some(at(9))));
}

async fn an_incident_comes_back_as_it_was(bed: Bed) {
    let store = bed.open().await;
    let other = open_incident(&store, 7).await.incident.id;
    let whole = Incident {
        state: State::Merged { at: at(8), into: other },
        ticket_sent_at: Some(at(2)),
        support_reference: Some("INC0012345".into()),
        support_heard_at: Some(at(3)),
        closed_at: Some(at(4)),
        fired: vec!["remind".into(), "late".into()],
        ..incident(8)
    };
    let mut tx = store.begin().await.unwrap();
    let id = add_incident(&mut tx, SCHOOL, &whole, Some(at(50))).await;
    let entry = HistoryEntry {
        incident: id,
        at: at(6),
        actor: Actor::Support(who("desk@region.test")),
        event: "acknowledged".into(),
        detail: serde_json::json!({ "number": "INC0012345", "mots": "pris en compte" }),
        message: None,
    };
    let by_hand = HistoryEntry { actor: Actor::Operator, at: at(7), ..entry.clone() };
    tx.append_history(&entry);
    tx.append_history(&by_hand);
    tx.commit().await.unwrap();
    let row = store.incident(id).await.unwrap().unwrap();
    assert_eq!(
        row,
        IncidentRow {
            school: SCHOOL.into(),
            incident: Incident { id, ..whole },
            version: Version(1),
            due_at: Some(at(50)),
        }
    );
    assert_eq!(store.incident_by_reference(SCHOOL, row.incident.reference).await.unwrap().unwrap(), row);
    assert_eq!(store.incident_by_support_reference(SCHOOL, "INC0012345").await.unwrap().unwrap(), row);
    assert!(store.incident_by_support_reference(OTHER, "INC0012345").await.unwrap().is_none());
    assert_eq!(store.history_of(id).await.unwrap(), [entry, by_hand]);
}

async fn reporters_follow_their_reports(bed: Bed) {
    let store = bed.open().await;
    let (a, b) = (open_incident(&store, 1).await.incident.id, open_incident(&store, 2).await.incident.id);
    let ids: Vec<_> = store.insert_messages(&[mail(1), mail(2), mail(3)]).await.unwrap().iter().map(|i| i.id).collect();
    let reports = [
        report(ids[0], a, 0, "zoe@lycee.test"),
        report(ids[0], b, 1, "zoe@lycee.test"),
        report(ids[1], a, 0, "anne@lycee.test"),
        report(ids[2], a, 0, "zoe@lycee.test"),
    ];
    let mut tx = store.begin().await.unwrap();
    for r in &reports {
        tx.insert_report(r);
    }
    tx.commit().await.unwrap();
    let names = |row: &IncidentRow| row.incident.reporters.iter().map(Address::to_string).collect::<Vec<_>>();
    let row = store.incident(a).await.unwrap().unwrap();
    assert_eq!(names(&row), ["zoe@lycee.test", "anne@lycee.test"]);
    assert_eq!(store.reports_of(b).await.unwrap(), [reports[1].clone()]);
    assert_eq!(store.incidents_of_message(ids[0]).await.unwrap(), [a, b]);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.move_reports(a, b).await.unwrap(), 3);
    assert!(tx.move_report(ids[1], 0, a).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(names(&store.incident(a).await.unwrap().unwrap()), ["anne@lycee.test"]);
    assert_eq!(names(&store.incident(b).await.unwrap().unwrap()), ["zoe@lycee.test"]);
    assert_eq!(store.reports_of_message(ids[0]).await.unwrap().len(), 2);
}

async fn what_was_being_sent_at_a_crash_is_of_unknown_fate(bed: Bed) {
    let store = bed.open().await;
    let id = queue_one(&store, &letter(MailKind::Answer, "a", None)).await.unwrap();
    let waiting =
        queue_one(&store, &NewOutbox { next_at: at(60), ..letter(MailKind::Answer, "b", None) }).await.unwrap();
    let claimed = store.claim_due(SCHOOL, at(1), 10).await.unwrap();
    assert_eq!((claimed.len(), claimed[0].row.id, claimed[0].row.attempts), (1, id, 1));
    assert_eq!(claimed[0].bytes, b"Subject: a\r\n\r\n");
    store.close().await;
    drop(store);
    let store = bed.open().await;
    assert_eq!(store.outbox_row(id).await.unwrap().unwrap().state, Delivery::Sending);
    assert!(store.claim_due(SCHOOL, at(2), 10).await.unwrap().is_empty(), "it is not sent a second time unasked");
    assert_eq!(store.claim_stuck_sending(None, at(3)).await.unwrap(), 1);
    assert_eq!(store.claim_stuck_sending(None, at(4)).await.unwrap(), 0);
    let unknown = store.unknown_rows(SCHOOL).await.unwrap();
    assert_eq!((unknown.len(), unknown[0].id, unknown[0].unknown_at), (1, id, Some(at(3))));
    assert_eq!(store.outbox_row(waiting).await.unwrap().unwrap().state, Delivery::Queued);
    finish_one(&store, id, Finish::Sent { at: at(9) }).await.unwrap();
    let twice = finish_one(&store, id, Finish::Sent { at: at(10) }).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    assert_eq!(store.next_due_at(SCHOOL).await.unwrap(), Some(at(60)));
}

async fn an_interrupted_attempt_does_not_lengthen_the_delay(bed: Bed) {
    let store = bed.open().await;
    let id = queue_one(&store, &letter(MailKind::Answer, "a", None)).await.unwrap();
    for (round, how) in [
        Finish::Retry { next_at: at(10), error: "451 later".into() },
        Finish::Unknown { at: at(11), error: "cut".into() },
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(store.claim_due(SCHOOL, at(10), 1).await.unwrap()[0].row.attempts as usize, round + 1);
        finish_one(&store, id, how).await.unwrap();
    }
    finish_one(&store, id, Finish::Again { next_at: at(20) }).await.unwrap();
    assert!(store.claim_due(SCHOOL, at(19), 1).await.unwrap().is_empty());
    let claimed = store.claim_due(SCHOOL, at(20), 1).await.unwrap();
    assert_eq!((claimed[0].row.attempts, claimed[0].row.first_try_at), (2, Some(at(10))));
    finish_one(&store, id, Finish::Failed { at: at(21), error: "550 no".into() }).await.unwrap();
    let row = store.outbox_row(id).await.unwrap().unwrap();
    assert_eq!((row.state, row.last_error.as_deref(), row.failed_at), (Delivery::Failed, Some("550 no"), Some(at(21))));
    assert_eq!(store.standing(None).await.unwrap().failed, 1);
    assert!(store.retry(id, at(30)).await.unwrap());
    assert_eq!(store.claim_due(SCHOOL, at(30), 1).await.unwrap()[0].row.attempts, 1);
    assert!(!store.retry(id, at(31)).await.unwrap(), "what is being sent is not sent beside it");
}

async fn concurrent_claims_take_each_mail_once(bed: Bed) {
    let store = bed.open().await;
    let mut tx = store.begin().await.unwrap();
    for n in 0..60 {
        tx.queue(&letter(MailKind::Answer, &format!("n{n}"), None)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut mine = Vec::new();
            // Under contention a claim may come back empty-handed on PostgreSQL: ask until all is gone.
            while store.next_due_at(SCHOOL).await.unwrap().is_some() {
                mine.extend(store.claim_due(SCHOOL, at(1), 7).await.unwrap().into_iter().map(|c| c.row.id));
            }
            mine
        });
    }
    let mut all: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 60);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 60);
}

async fn a_claim_is_bounded_in_bytes(bed: Bed) {
    let store = bed.open().await;
    let mut tx = store.begin().await.unwrap();
    for n in 0..4 {
        tx.queue(&NewOutbox { bytes: vec![b'x'; 9_000_000], ..letter(MailKind::Answer, &format!("n{n}"), None) })
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let sizes = [store.claim_due(SCHOOL, at(1), 10).await.unwrap(), store.claim_due(SCHOOL, at(1), 10).await.unwrap()];
    assert_eq!(sizes.map(|c| c.len()), [2, 2]);
}

async fn opening_twice_changes_nothing(bed: Bed) {
    let store = bed.open().await;
    let secret = store.secret().to_owned();
    assert_eq!(secret.len(), 64);
    let row = open_incident(&store, 1).await;
    store.insert_messages(&[mail(1)]).await.unwrap();
    let again = bed.open().await;
    assert_eq!(again.secret(), secret);
    assert_eq!(again.incident(row.incident.id).await.unwrap().unwrap(), row);
    assert_eq!(again.list_messages(Some(SCHOOL)).await.unwrap().len(), 1);
    // New rows get new keys.
    assert!(open_incident(&again, 2).await.incident.id > row.incident.id);
}

async fn many_may_open_a_new_store_at_once(bed: Bed) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = bed.url.clone();
        tasks.spawn(async move { Store::open(&url).await.map(|s| s.secret().to_owned()) });
    }
    let secrets = tasks.join_all().await;
    let first = secrets[0].as_ref().unwrap();
    assert!(secrets.iter().all(|s| s.as_ref().is_ok_and(|s| s == first)), "{secrets:?}");
}

async fn a_newer_schema_is_refused(bed: Bed) {
    let store = bed.open().await;
    let backend = store.backend();
    store.close().await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', TRUE, '', 1)";
    match backend {
        Backend::Sqlite => {
            use sqlx::Connection;
            let mut conn = sqlx::AnyConnection::connect(&bed.url).await.unwrap();
            sqlx::query(later).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
        Backend::Postgres => {
            server().sql(bed.database(), later).unwrap();
        }
    }
    let refused = Store::open(&bed.url).await.unwrap_err().to_string();
    assert!(refused.contains("newer version of passerelle"), "{refused}");
}

async fn a_half_made_message_leaves_nothing(bed: Bed) {
    let store = bed.open().await;
    let id = store.insert_messages(&[mail(1)]).await.unwrap()[0].id;
    let mut tx = store.begin().await.unwrap();
    let incident = add_incident(&mut tx, SCHOOL, &incident(1), None).await;
    tx.insert_report(&report(id, incident, 0, "a@lycee.test"));
    tx.queue(&letter(MailKind::Proposal, "p", Some(incident))).await.unwrap();
    tx.end_message(id, MessageEnd::Handled, "report", at(2));
    assert_eq!(tx.reports_of(incident).await.unwrap().len(), 1, "a transaction sees its own writes");
    drop(tx);
    assert_eq!(store.waiting(SCHOOL, 10).await.unwrap().len(), 1);
    assert!(store.incident(incident).await.unwrap().is_none());
    assert!(store.unsent(None).await.unwrap().is_empty());
}

async fn nul_in_any_text_is_no_error(bed: Bed) {
    let store = bed.open().await;
    let mut odd = mail(1);
    odd.subject = "a\0b".into();
    odd.from = "\0".into();
    odd.message_id = Some("x\0@y".into());
    odd.raw = b"raw\0bytes".to_vec();
    let id = store.insert_messages(&[odd]).await.unwrap()[0].id;
    let found = store.message_by_message_id(SCHOOL, "x\0@y").await.unwrap().unwrap();
    assert_eq!((found.id, found.subject.as_str()), (id, "a\u{fffd}b"));
    assert_eq!(store.raw(id).await.unwrap().unwrap(), b"raw\0bytes");
    let mut tx = store.begin().await.unwrap();
    let mut strange = incident(1);
    strange.facts.words = "mots\0nuls".into();
    strange.support_reference = Some("INC\0".into());
    let key = add_incident(&mut tx, SCHOOL, &strange, None).await;
    assert_eq!(tx.incident(key).await.unwrap().unwrap().incident.facts.words, "mots\0nuls");
    let mut told = report(id, key, 0, "a@lycee.test");
    told.reporter_name = "A\0".into();
    told.report.span = "é\0".into();
    tx.insert_report(&told);
    let out =
        tx.queue(&NewOutbox { subject: "s\0".into(), ..letter(MailKind::Answer, "n\0", Some(key)) }).await.unwrap();
    tx.note_bounce(out, at(1), "5.0.0\0").await.unwrap();
    tx.end_message(id, MessageEnd::Quarantined, "why\0", at(1));
    tx.commit().await.unwrap();
    assert_eq!(store.quarantined(None).await.unwrap()[0].ended.as_ref().unwrap().reason, "why\u{fffd}");
    assert!(store.outbox_by_reply_token("reply-n\0").await.unwrap().is_some());
}

async fn a_huge_message_comes_back_whole(bed: Bed) {
    let store = bed.open().await;
    let raw: Vec<u8> = (0..26_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let huge = NewMessage { raw: raw.clone(), size: raw.len() as u64, ..mail(1) };
    let cut = NewMessage { size: 900_000_000, ..mail(3) };
    store.insert_messages(&[huge, mail(2), cut, mail(4)]).await.unwrap();
    let waiting = store.waiting(SCHOOL, 10).await.unwrap();
    assert_eq!(waiting[0].kept, waiting[0].size);
    assert!(store.raw(waiting[0].id).await.unwrap().unwrap() == raw);
    assert_eq!(waiting.iter().map(|w| w.is_cut()).collect::<Vec<_>>(), [false, false, true]);
}

async fn messages_wait_in_the_order_of_their_arrival(bed: Bed) {
    let store = bed.open().await;
    for uid in [5, 2, 9, 1] {
        store.insert_messages(&[mail(uid)]).await.unwrap();
    }
    let waiting = store.waiting(SCHOOL, 3).await.unwrap();
    assert_eq!(waiting.iter().map(|w| w.key.uid.as_str()).collect::<Vec<_>>(), ["5", "2", "9"]);
    assert_eq!(waiting[0].key, mail(5).key);
    assert_eq!(waiting[0].received_at, at(5));
    assert!(store.waiting(OTHER, 3).await.unwrap().is_empty());
    let mut tx = store.begin().await.unwrap();
    tx.end_message(waiting[0].id, MessageEnd::Ignored, "auto-reply", at(20));
    tx.commit().await.unwrap();
    let uids: Vec<_> = store.waiting(SCHOOL, 9).await.unwrap().into_iter().map(|w| w.key.uid).collect();
    assert_eq!(uids, ["2", "9", "1"]);
    // The same words again: the earliest that had an effect or will have one.
    let twin = NewMessage { content_hash: "hash9".into(), ..mail(30) };
    store.insert_messages(&[twin]).await.unwrap();
    assert_eq!(store.message_by_hash(SCHOOL, "hash9", "").await.unwrap().unwrap().id, waiting[2].id);
    assert!(store.message_by_hash(SCHOOL, "hash5", "").await.unwrap().is_none(), "an ignored one is no precedent");
}

async fn quarantine_is_left_once(bed: Bed) {
    let store = bed.open().await;
    let ids: Vec<_> = store.insert_messages(&[mail(1), mail(2)]).await.unwrap().iter().map(|i| i.id).collect();
    assert!(!store.release(ids[0]).await.unwrap(), "what waits cannot be released");
    let mut tx = store.begin().await.unwrap();
    for id in &ids {
        tx.end_message(*id, MessageEnd::Quarantined, "stranger", at(9));
    }
    tx.commit().await.unwrap();
    assert_eq!(store.quarantined(Some(SCHOOL)).await.unwrap().len(), 2);
    assert_eq!(store.standing(Some(SCHOOL)).await.unwrap().quarantined, 2);
    assert!(store.release(ids[0]).await.unwrap());
    assert!(!store.release(ids[0]).await.unwrap());
    assert!(store.drop_quarantined(ids[1], "dropped by the operator", at(10)).await.unwrap());
    assert!(!store.drop_quarantined(ids[1], "again", at(11)).await.unwrap());
    let waiting = store.waiting(SCHOOL, 9).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].id, waiting[0].released), (1, ids[0], true));
    let dropped = store.message(ids[1]).await.unwrap().unwrap().ended.unwrap();
    assert_eq!((dropped.end, dropped.reason.as_str()), (MessageEnd::Ignored, "dropped by the operator"));
}

async fn a_message_ends_once(bed: Bed) {
    let store = bed.open().await;
    let id = store.insert_messages(&[mail(1)]).await.unwrap()[0].id;
    let mut tx = store.begin().await.unwrap();
    tx.end_message(id, MessageEnd::Handled, "report", at(1));
    assert_eq!(tx.message(id).await.unwrap().unwrap().ended.unwrap().end, MessageEnd::Handled);
    tx.end_message(id, MessageEnd::Ignored, "list", at(2));
    let twice = tx.commit().await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

async fn ended_messages_are_moved_once(bed: Bed) {
    let store = bed.open().await;
    let to_move = |uid| NewMessage { to_move: true, ..mail(uid) };
    let ids: Vec<_> =
        store.insert_messages(&[to_move(1), mail(2), to_move(3)]).await.unwrap().iter().map(|i| i.id).collect();
    let name = "imaps://h/INBOX";
    assert!(store.needs_done(name, 9).await.unwrap().is_empty(), "what waits stays where it is");
    let mut tx = store.begin().await.unwrap();
    for id in &ids {
        tx.end_message(*id, MessageEnd::Handled, "report", at(9));
    }
    tx.commit().await.unwrap();
    assert_eq!(store.needs_done(name, 9).await.unwrap(), [(ids[0], mail(1).key), (ids[2], mail(3).key)]);
    assert!(store.needs_done("other", 9).await.unwrap().is_empty());
    store.mark_moved(&[ids[0]]).await.unwrap();
    assert_eq!(store.needs_done(name, 9).await.unwrap(), [(ids[2], mail(3).key)]);
}

async fn the_latest_answer_finds_its_mail(bed: Bed) {
    let store = bed.open().await;
    let (a, b) = (open_incident(&store, 1).await.incident.id, open_incident(&store, 2).await.incident.id);
    let digest = NewOutbox {
        shows: vec![(b, "print-b".into()), (a, "print-a".into())],
        ..letter(MailKind::Digest, "digest", None)
    };
    queue_one(&store, &letter(MailKind::Proposal, "old", Some(a))).await.unwrap();
    queue_one(&store, &digest).await.unwrap();
    let ids = ["unknown@else", "digest@passerelle.test", "old@passerelle.test"];
    let found = store.outbox_by_message_ids(&ids).await.unwrap().unwrap();
    assert_eq!((found.kind, &found.shows), (MailKind::Digest, &digest.shows));
    assert!(store.outbox_by_message_ids(&["nobody@else"]).await.unwrap().is_none());
    assert_eq!(store.outbox_by_reply_token("reply-old").await.unwrap().unwrap().incident, Some(a));
    assert!(store.outbox_by_own_token("own-old").await.unwrap().is_none(), "a proposal has no own copy");
    // Two recipients of one mail bear one Message-ID, one recipient never two.
    let copy = NewOutbox {
        recipient: who("s1@union.test"),
        reply_token: None,
        ..letter(MailKind::TicketCopy, "old", Some(a))
    };
    queue_one(&store, &copy).await.unwrap();
    let again = NewOutbox { own_token: None, ..copy };
    assert!(matches!(queue_one(&store, &again).await, Err(StoreError::Conflict(_))));
}

async fn mails_are_counted_per_address_and_kind(bed: Bed) {
    let store = bed.open().await;
    let id = open_incident(&store, 1).await.incident.id;
    let karim = who("karim@lycee.test");
    let to = |name: &str, kind, created| NewOutbox {
        recipient: karim.clone(),
        created_at: at(created),
        ..letter(kind, name, Some(id))
    };
    let mut tx = store.begin().await.unwrap();
    for new in [
        to("1", MailKind::Acknowledgement, 0),
        to("2", MailKind::Acknowledgement, 100),
        to("3", MailKind::Progress, 100),
        to("4", MailKind::Alert, 100),
        NewOutbox { school: OTHER.into(), ..to("5", MailKind::Progress, 100) },
        letter(MailKind::Progress, "6", Some(id)),
    ] {
        tx.queue(&new).await.unwrap();
    }
    let capped: Vec<_> = MailKind::ALL.iter().copied().filter(|k| k.is_capped()).collect();
    assert_eq!(tx.mails_to_since(SCHOOL, &karim, at(50), &capped).await.unwrap(), 2);
    assert_eq!(tx.mails_to_since(SCHOOL, &karim, at(0), &capped).await.unwrap(), 3);
    assert_eq!(tx.mails_to_since(SCHOOL, &karim, at(0), &[MailKind::Alert]).await.unwrap(), 1);
    assert_eq!(tx.mails_about_since(id, MailKind::Progress, at(0)).await.unwrap(), 3);
    assert_eq!(tx.mails_about_since(id, MailKind::Progress, at(100)).await.unwrap(), 2);
}

async fn only_what_a_report_may_join_is_matchable(bed: Bed) {
    let store = bed.open().await;
    let id = store.insert_messages(&[mail(1)]).await.unwrap()[0].id;
    let closed =
        |n: u32, t: i64| Incident { state: State::Closed { at: at(t) }, closed_at: Some(at(t)), ..incident(n) };
    let refused = State::Refused { at: at(500), by_support: false, reason: "non".into() };
    let mut tx = store.begin().await.unwrap();
    let open = add_incident(&mut tx, SCHOOL, &incident(1), None).await;
    add_incident(&mut tx, SCHOOL, &closed(2, 10), None).await;
    let lately = add_incident(&mut tx, SCHOOL, &closed(3, 500), None).await;
    let no = Incident { state: refused, closed_at: Some(at(500)), ..incident(4) };
    let no = add_incident(&mut tx, SCHOOL, &no, None).await;
    let merged = Incident { state: State::Merged { at: at(500), into: open }, closed_at: Some(at(500)), ..incident(5) };
    add_incident(&mut tx, SCHOOL, &merged, None).await;
    add_incident(&mut tx, OTHER, &incident(1), None).await;
    for position in 0..12 {
        tx.insert_report(&report(id, open, position, "a@lycee.test"));
    }
    tx.commit().await.unwrap();
    let found = store.matchable_incidents(SCHOOL, at(400)).await.unwrap();
    assert_eq!(found.iter().map(|m| m.row.incident.id).collect::<Vec<_>>(), [open, lately, no]);
    assert_eq!((found[0].spans.len(), found[0].spans[9].as_str()), (10, "écran noir 11"));
    assert_eq!(found[0].row.incident.reporters, [who("a@lycee.test")]);
    let some = store.incidents_in_states(SCHOOL, &["refused", "awaiting_confirmation"]).await.unwrap();
    assert_eq!(some.iter().map(|r| r.incident.id).collect::<Vec<_>>(), [open, no]);
    assert_eq!(store.list_incidents(None, Some("closed")).await.unwrap().len(), 2);
    assert_eq!(store.list_incidents(Some(OTHER), None).await.unwrap().len(), 1);
    assert_eq!(store.incidents_by_state(None).await.unwrap()[0], ("awaiting_confirmation".to_owned(), 2));
}

async fn deadlines_come_in_order(bed: Bed) {
    let store = bed.open().await;
    let mut tx = store.begin().await.unwrap();
    for (number, due) in [(1, Some(at(30))), (2, Some(at(10))), (3, None), (4, Some(at(99)))] {
        add_incident(&mut tx, SCHOOL, &incident(number), due).await;
    }
    tx.commit().await.unwrap();
    assert_eq!(store.next_deadline(SCHOOL).await.unwrap(), Some(at(10)));
    let due = store.due_incidents(SCHOOL, at(30), 9).await.unwrap();
    assert_eq!(due.iter().map(|r| r.incident.reference.number).collect::<Vec<_>>(), [2, 1]);
    assert!(store.due_incidents(SCHOOL, at(30) - SignedDuration::from_secs(21), 9).await.unwrap().is_empty());
    assert_eq!(store.next_deadline(OTHER).await.unwrap(), None);
}

async fn a_second_instance_waits_for_the_first(bed: Bed) {
    let (one, two) = (bed.open().await, bed.open().await);
    let mut held = one.lock(false).await.unwrap();
    held.check().await.unwrap();
    let refused = two.lock(false).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(two.list_messages(None).await.unwrap().len(), 0, "reading needs no lock");
    let waiting = tokio::spawn(async move { two.lock(true).await.map(|_| ()) });
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(!waiting.is_finished());
    drop(held);
    tokio::time::timeout(std::time::Duration::from_secs(5), waiting).await.unwrap().unwrap().unwrap();
}

/// The part of another process, started by the tests below: does what `STORY_DO` says.
#[tokio::test]
#[ignore = "run by other tests as a process of its own"]
async fn other_process() {
    let store = Store::open(&std::env::var("STORY_URL").unwrap()).await.unwrap();
    match std::env::var("STORY_DO").unwrap().as_str() {
        "hold" => {
            let _held = store.lock(false).await.unwrap();
            println!("\nready");
            std::future::pending::<()>().await;
        }
        "fill" => {
            println!("\nready");
            for uid in 1.. {
                let big = NewMessage { raw: vec![b'x'; 300_000], size: 300_000, ..mail(uid) };
                if let Err(e) = store.insert_messages(&[big]).await {
                    let kept = store.list_messages(None).await.unwrap().len();
                    println!("full {} {kept} {uid} {e}", matches!(e, StoreError::DiskFull(_)));
                    // Still of use: what was kept can be read, and is whole.
                    assert_eq!(store.waiting(SCHOOL, 100).await.unwrap().len(), kept);
                    return;
                }
            }
        }
        other => panic!("{other}"),
    }
}

fn other_process_command(shell: &str, url: &str, what: &str) -> Child {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{shell} exec \"$0\" --exact store::other_process --ignored --nocapture")])
        .arg(std::env::current_exe().unwrap())
        .env("STORY_URL", url)
        .env("STORY_DO", what)
        .stdout(Stdio::piped());
    command.spawn().unwrap()
}

fn wait_for(child: &mut Child, word: &str) -> Option<String> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).find(|line| line.starts_with(word))
}

async fn a_killed_instance_frees_its_lock(bed: Bed) {
    let store = bed.open().await;
    let mut other = other_process_command("", &bed.url, "hold");
    assert!(wait_for(&mut other, "ready").is_some());
    assert!(matches!(store.lock(false).await, Err(StoreError::Conflict(_))));
    other.kill().unwrap();
    other.wait().unwrap();
    let lock = tokio::time::timeout(std::time::Duration::from_secs(3), store.lock(true)).await;
    assert!(lock.unwrap().is_ok());
}

async fn keys_given_by_another_instance_are_a_conflict_once(bed: Bed) {
    let (one, two) = (bed.open().await, bed.open().await);
    open_incident(&one, 1).await;
    open_incident(&two, 2).await;
    // `one` believes the next key to be free; `two` has given it.
    let mut tx = one.begin().await.unwrap();
    tx.insert_incident(&NewIncident { school: SCHOOL, incident: &incident(3), due_at: None }).await.unwrap();
    let clash = tx.commit().await;
    assert!(matches!(clash, Err(StoreError::Conflict(_))), "{clash:?}");
    open_incident(&one, 3).await;
    // The lock brings what an earlier holder added.
    let held = two.lock(true).await.unwrap();
    open_incident(&two, 4).await;
    drop(held);
    let _held = one.lock(true).await.unwrap();
    open_incident(&one, 5).await;
}

async fn nothing_is_mixed_between_schools(bed: Bed) {
    let store = bed.open().await;
    let karim = who("karim@home.test");
    let mut tx = store.begin().await.unwrap();
    tx.let_in_sender(SCHOOL, &karim, at(1)).await.unwrap();
    tx.let_in_sender(SCHOOL, &karim, at(2)).await.unwrap();
    tx.save_learned(SCHOOL, "{\"a\":1}").await.unwrap();
    tx.save_learned(SCHOOL, "{\"a\":2}").await.unwrap();
    tx.note_sent(SCHOOL, "digest", at(1)).await.unwrap();
    tx.note_sent(SCHOOL, "digest", at(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.is_let_in(SCHOOL, &karim).await.unwrap());
    assert!(!store.is_let_in(OTHER, &karim).await.unwrap());
    assert_eq!(store.let_in(SCHOOL).await.unwrap(), [(karim, at(1))]);
    assert_eq!(store.learned(SCHOOL).await.unwrap().as_deref(), Some("{\"a\":2}"));
    assert_eq!(store.learned(OTHER).await.unwrap(), None);
    assert_eq!(store.last_sent(SCHOOL, "digest").await.unwrap(), Some(at(3)));
    assert_eq!(store.last_sent(SCHOOL, "binder").await.unwrap(), None);
}

#[tokio::test]
async fn a_full_disk_is_said_so_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A file system of 3 MB, seen by the other process alone.
    let disk = format!("mount -t tmpfs -o size=3m none '{0}' && ", folder.path().display());
    let url = format!("sqlite:{}/s.db", folder.path().display());
    let mut probe = Command::new("unshare");
    if !probe.args(["-rm", "sh", "-c", &format!("{disk} true")]).status().is_ok_and(|s| s.success()) {
        println!("skipped: this system lets nobody mount a small disk");
        return;
    }
    let script =
        format!("exec unshare -rm sh -c \"{disk} exec '$0' --exact store::other_process --ignored --nocapture\";");
    let out = other_process_command(&script, &url, "fill").wait_with_output().unwrap();
    let out_text = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{out_text}");
    let said = out_text.lines().find(|line| line.starts_with("full")).unwrap();
    let words: Vec<&str> = said.splitn(5, ' ').collect();
    assert_eq!(words[1], "true", "{said}");
    let (kept, tried): (i64, i64) = (words[2].parse().unwrap(), words[3].parse().unwrap());
    assert!(kept >= 1 && kept == tried - 1, "{said}");
    assert!(words[4].contains("make room on the disk") && words[4].contains("s.db"), "{said}");
}

/// The service's loops are tasks: what they await must be allowed to move between threads.
#[tokio::test]
async fn everything_may_be_awaited_in_a_task() {
    let bed = Bed::sqlite();
    let url = bed.url.clone();
    let task = async move {
        let store = Store::open(&url).await?;
        let mut held = store.lock(true).await?;
        held.check().await?;
        let ids: Vec<_> = store.insert_messages(&[mail(1)]).await?.iter().map(|i| i.id).collect();
        store.mark_moved(&ids).await?;
        let karim = who("karim@lycee.test");
        let mut tx = store.begin().await?;
        let key = tx.insert_incident(&NewIncident { school: SCHOOL, incident: &incident(1), due_at: None }).await?;
        tx.insert_report(&report(ids[0], key, 0, "karim@lycee.test"));
        let wanted = [String::from("x@y")];
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        tx.outbox_by_message_ids(&wanted).await?;
        tx.mails_to_since(SCHOOL, &karim, at(0), &[MailKind::Alert]).await?;
        let out = tx.queue(&letter(MailKind::Ticket, "t", Some(key))).await?;
        assert_eq!(tx.ticket_of(key).await?.unwrap().shows.len(), 1, "what waits to be written is seen");
        assert_eq!(tx.outbox_bytes(out).await?.unwrap(), b"Subject: t\r\n\r\n");
        tx.supersede_ticket(key).await?;
        tx.end_message(ids[0], MessageEnd::Handled, "report", at(1));
        tx.commit().await?;
        store.incidents_in_states(SCHOOL, &["ticketed"]).await?;
        store.matchable_incidents(SCHOOL, at(0)).await?;
        let claimed = store.claim_due(SCHOOL, at(1), 9).await?;
        let done: Vec<_> = claimed.iter().map(|c| (c.row.id, Finish::Sent { at: at(2) })).collect();
        store.finish_batch(&done).await?;
        store.close().await;
        Ok::<_, StoreError>(claimed.len())
    };
    assert_eq!(tokio::spawn(task).await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn errors_at_opening_say_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("text.db"), "This is no database, it only looks like a file. ".repeat(50)).unwrap();
    for (url, words) in [
        (format!("sqlite:{}", path("no/such/s.db")), vec!["no/such does not exist", "make it"]),
        ("sqlite:/proc/s.db".to_owned(), vec!["/proc/s.db cannot be opened for writing", "permissions"]),
        (format!("sqlite:{}", path("text.db")), vec!["text.db", "no SQLite store"]),
        ("sqlite:".to_owned(), vec!["names no file"]),
        ("mysql://u:geheim@h/d".to_owned(), vec!["mysql://u@h/d", "expected `sqlite:PATH`"]),
        ("postgres://u:geheim@127.0.0.1:1/d".to_owned(), vec!["postgres://u@127.0.0.1:1/d", "does the server run?"]),
        (server().database().replace("/story_", "/absent_"), vec!["does not exist", "absent_"]),
    ] {
        let error = Store::open(&url).await.unwrap_err().to_string();
        assert!(words.iter().all(|w| error.contains(w)), "{error}");
        assert!(!error.contains("geheim"), "{error}");
    }
}

#[tokio::test]
async fn a_sqlite_store_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let bed = Bed::sqlite();
    let store = bed.open().await;
    store.insert_messages(&[mail(1)]).await.unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(bed.folder.as_ref().unwrap().path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    assert!(seen >= 3, "store, journal and lock");
}

#[tokio::test]
async fn a_lost_database_server_is_an_error_that_passes() {
    let bed = Bed::postgres();
    let store = bed.open().await;
    let mut lock = store.lock(false).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.insert_messages(&[mail(1)]).await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
               AND pid <> pg_backend_pid()";
    server().sql(bed.database(), end).unwrap();
    let lost = tx.insert_messages(&[mail(2)]).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert!(matches!(lock.check().await, Err(StoreError::Unavailable(_))));
    drop(tx);
    assert_eq!(store.insert_messages(&[mail(1), mail(2)]).await.unwrap().iter().filter(|i| i.fresh).count(), 2);
}

fn visit(day: &str, incident: Option<IncidentId>) -> Entry {
    Entry::Visit(Visit {
        on: day.parse().unwrap(),
        half: Some(Half::Morning),
        minutes: Some(120),
        by: "SCC\0".to_owned(),
        incident,
        noted_at: at(7),
    })
}

async fn what_is_noted_in_the_ledger_comes_back_until_it_is_withdrawn(bed: Bed) {
    let store = bed.open().await;
    let expense = Entry::Expense(Expense {
        on: "2026-11-03".parse().unwrap(),
        cents: 123_450,
        what: "vidéoprojecteur".to_owned(),
        place: Some(Place::from_normalised("B204")),
        incident: None,
        noted_at: at(8),
    });
    let (from, to) = ("2026-10-01".parse().unwrap(), "2026-11-30".parse().unwrap());

    // The incident may be one of the same transaction.
    let mut tx = store.begin().await.unwrap();
    let new = NewIncident { school: SCHOOL, incident: &incident(1), due_at: None };
    let id = tx.insert_incident(&new).await.unwrap();
    let first = tx.note_entry(SCHOOL, &visit("2026-10-12", Some(id)), None).await.unwrap();
    let second = tx.note_entry(SCHOOL, &visit("2026-10-05", None), None).await.unwrap();
    let paid = tx.note_entry(SCHOOL, &expense, None).await.unwrap();
    let time = Work { on: "2026-11-04".parse().unwrap(), minutes: 150, incident: Some(id), noted_at: at(8) };
    let worked = tx.note_entry(SCHOOL, &Entry::Time(time.clone()), None).await.unwrap();
    assert_eq!(worked.to_string(), "T1");
    assert_eq!(tx.last_ledger_entry(SCHOOL).await.unwrap().unwrap().name, worked);
    let other = tx.note_entry(OTHER, &visit("2026-10-12", None), None).await.unwrap();
    assert_eq!([first, second, paid, other].map(|n| n.to_string()), ["V1", "V2", "D1", "V1"]);
    tx.commit().await.unwrap();

    let (visits, expenses, work) = store.ledger(SCHOOL, from, to).await.unwrap();
    assert_eq!(visits.iter().map(|v| v.on.day()).collect::<Vec<_>>(), [5, 12]);
    assert_eq!(visits[1].incident, Some(id));
    assert_eq!((visits[1].half, visits[1].minutes), (Some(Half::Morning), Some(120)));
    assert_eq!(expenses.len(), 1);
    assert_eq!(Entry::Expense(expenses[0].clone()), expense);
    assert_eq!(work, [time]);
    assert_eq!(store.visits_of_incident(id).await.unwrap(), [visits[1].clone()]);
    let early = store.ledger(SCHOOL, from, "2026-10-11".parse().unwrap()).await.unwrap();
    assert_eq!((early.0.len(), early.1.len()), (1, 0));

    // A withdrawn name is not given again, and withdrawing twice changes nothing.
    let mut tx = store.begin().await.unwrap();
    assert!(tx.withdraw_entry(SCHOOL, second, at(9)).await.unwrap());
    assert!(!tx.withdraw_entry(SCHOOL, second, at(9)).await.unwrap());
    assert_eq!(tx.ledger_entry(SCHOOL, second).await.unwrap(), None);
    let third = tx.note_entry(SCHOOL, &visit("2026-10-05", None), None).await.unwrap();
    assert_eq!(third.to_string(), "V3");
    tx.commit().await.unwrap();
    assert_eq!(store.ledger_entries(SCHOOL, from, to).await.unwrap().len(), 4);
    assert_eq!(store.ledger_entries(OTHER, from, to).await.unwrap().len(), 1);

    // What was undone leaves no trace, its number neither.
    let mut tx = store.begin().await.unwrap();
    tx.note_entry(SCHOOL, &visit("2026-10-06", None), None).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.note_entry(SCHOOL, &visit("2026-10-06", None), None).await.unwrap().to_string(), "V4");
}
