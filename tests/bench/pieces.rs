//! What the parts of one message's way cost: `cargo bench --bench pieces`.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "mails/mod.rs"]
mod mails;
#[path = "school.rs"]
mod school;

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use passerelle::compose::letter::{AckItem, Content, Letter};
use passerelle::compose::{self, Ctx, mime};
use passerelle::incident::answer::{self, AnswerContext};
use passerelle::incident::matching::{Context, Index};
use passerelle::incident::policy::Policy;
use passerelle::incident::{Facts, Incident, IncidentId, Reference, State};
use passerelle::message::{Message, parse};
use passerelle::report::extract::{Extracted, extract};
use passerelle::report::place::Places;

use mails::Mails;

/// Messages in one round: enough that every sort is among them.
const ROUND: usize = 200;

fn raws() -> Vec<Vec<u8>> {
    Mails::new(1).take(ROUND).collect()
}

fn pieces(c: &mut Criterion) {
    let (profile, templates) = school::texts();
    let school = school::school(Policy::default());
    let places = Places::new(&[], &BTreeMap::new());
    let raws = raws();
    let messages: Vec<Message> = raws.iter().map(|r| parse::parse(r)).collect();
    let told: Vec<Extracted> = messages.iter().map(|m| extract(m, &profile, &places)).collect();

    let mut group = c.benchmark_group("of 200 messages");
    group.throughput(Throughput::Elements(ROUND as u64));
    group.sample_size(20);
    group.bench_function("parse", |b| b.iter(|| raws.iter().for_each(|r| drop(black_box(parse::parse(r))))));
    group.bench_function("extract", |b| {
        b.iter(|| messages.iter().for_each(|m| drop(black_box(extract(m, &profile, &places)))));
    });
    group.bench_function("judge and apply", |b| {
        b.iter_batched(
            Index::default,
            |mut index| {
                let mut next = 1;
                for (message, told) in messages.iter().zip(&told) {
                    let ctx = context(message);
                    let judgement = index.judge(told, &ctx);
                    index.apply(&judgement, &ctx, &mut next);
                }
                index
            },
            BatchSize::SmallInput,
        );
    });
    let zone = jiff::tz::TimeZone::UTC;
    let ctx = AnswerContext { profile: &profile, places: &places, date: mails::now(), zone: &zone };
    group.bench_function("read as a referent's answer", |b| {
        b.iter(|| messages.iter().for_each(|m| drop(black_box(answer::referent(&m.subject, &m.body.new_text, &ctx)))));
    });
    group.bench_function("compose and assemble an acknowledgement", |b| {
        let letters: Vec<Letter> = told.iter().map(acknowledgement).collect();
        let ctx = Ctx { school: &school, profile: &profile, templates: &templates, now: mails::now(), names: &[] };
        let ids = mime::Ids {
            boundary_seed: "seed".into(),
            message_id: "id@lycee-prevert.test".into(),
            date: mails::now(),
            own_token: None,
            reply_token: None,
        };
        b.iter(|| {
            for letter in &letters {
                let rendered = compose::render(letter, &ctx).unwrap();
                black_box(mime::assemble(letter, &rendered, &ids, &school));
            }
        });
    });
    group.finish();
}

fn context(message: &Message) -> Context<'_> {
    Context {
        message: Some(message),
        at: message.date.unwrap_or_else(mails::now),
        sender: message.from_address(),
        thread: &[],
        reopen_within: jiff::SignedDuration::from_hours(24 * 7),
    }
}

fn acknowledgement(told: &Extracted) -> Letter {
    let items = told.reports.iter().map(|report| AckItem {
        told_by: None,
        incident: Incident {
            id: IncidentId(1),
            reference: Reference { year: 2026, number: 42 },
            state: State::AwaitingConfirmation { since: mails::now() },
            facts: Facts::of(report),
            opened_at: mails::now(),
            last_reported_at: mails::now(),
            ticket_sent_at: None,
            support_reference: None,
            support_heard_at: None,
            closed_at: None,
            reporters: Vec::new(),
            fired: Vec::new(),
        },
        words: report.span.clone(),
        already_known: false,
        ask_place: report.place.is_none(),
    });
    Letter {
        to: school::address("agnes.aubrac@ac-creteil.test"),
        content: Content::Acknowledgement { items: items.collect() },
        concerns: None,
        in_reply_to: None,
        references: Vec::new(),
        reply_subject: None,
        cc: Vec::new(),
        attachments: Vec::new(),
    }
}

criterion_group!(benches, pieces);
criterion_main!(benches);
