//! The program is killed at any moment, and stopped politely.

use std::time::{Duration, Instant};

use crate::harness::letters::Mail;
use crate::harness::school::{School, Setting, World, address};
use passerelle::clock::{Clock as _, SystemClock};

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

/// Random milliseconds; the seed is printed, so that a failure can be looked into.
struct Moments(u64);

impl Moments {
    fn new() -> Self {
        let seed = SystemClock.now().as_nanosecond() as u64;
        eprintln!("seed {seed}");
        Self(seed)
    }

    fn next(&mut self, from: u64, to: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(from + (self.0 >> 33) % (to - from))
    }
}

/// Five lives of random length; then one that may go on until the mail is there.
async fn under_fire(w: &mut World, moments: &mut Moments, who: &str, kind: &str) -> Mail {
    for _ in 0..5 {
        w.service().run();
        tokio::time::sleep(moments.next(60, 1800)).await;
        w.service().kill();
    }
    w.service().run();
    let begun = Instant::now();
    loop {
        let found = w.all_mail().into_iter().find(|m| m.to == address(who) && m.kind == kind);
        if let Some(mail) = found {
            w.service().kill();
            return mail;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no {kind} for {who}\n{}", w.service().logs());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn killed_at_random_moments_it_loses_nothing_and_repeats_no_ticket() {
    let mut moments = Moments::new();
    let mut w = World::open(Setting::Real, School::new().policy("own_copy_wait = \"4s\"")).await;
    w.service().kill();
    w.writes("prof.a", "Panne", PROJECTOR).await;
    let proposal = under_fire(&mut w, &mut moments, "referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = under_fire(&mut w, &mut moments, "cesame", "ticket").await;
    w.replies("cesame", &ticket, "Bonjour, votre demande est enregistrée sous le numéro 4471932.").await;
    under_fire(&mut w, &mut moments, "prof.a", "progress").await;
    w.service().run();
    w.is("2026-0001", "acknowledged").await;
    let all = w.all_mail();
    let count = |who: &str, kind: &str| all.iter().filter(|m| m.to == address(who) && m.kind == kind).count();
    assert_eq!(count("cesame", "ticket"), 1);
    assert_eq!(count("correspondent", "ticket_copy"), 1);
    for (who, kind) in [("prof.a", "acknowledgement"), ("referent", "proposal"), ("prof.a", "progress")] {
        assert!(count(who, kind) >= 1, "{kind}");
    }
    assert_eq!(w.incidents().await.len(), 1);
    assert_eq!(w.incident("2026-0001").await.number("reports"), 1);
}

#[tokio::test]
async fn sigterm_stops_it_at_once_and_it_goes_on_where_it_stopped() {
    let mut w = World::open(Setting::Real, School::new()).await;
    let proposal = w.proposal("prof.a", PROJECTOR).await;
    let (code, took) = w.service().terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    w.replies("referent", &proposal, "OK").await;
    w.service().run();
    w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
}
