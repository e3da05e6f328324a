//! Learns the weights of `templates/neutre/learned.tsv` from the labelled mails of `tests/fixtures`, and
//! holds the shipped table to what they give.
//!
//! With `PASSERELLE_LEARN=1` in the environment the table is written anew; with `PASSERELLE_LEARN_TO=FILE`
//! it goes to that file, and without the mailboxes that `PASSERELLE_LEARN_WITHOUT` names (parted by
//! commas), so that the program can be measured on mail that its weights have not seen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod fit;
mod labelled;

use std::path::Path;

use fit::{fit, right};
use labelled::{Labelled, mailboxes, sentences};
use passerelle::report::learned::{TABLE, Weights};

/// The row of every word: its weights, as they are written.
fn table(weights: &std::collections::BTreeMap<String, Vec<f64>>) -> String {
    let mut lines: Vec<String> = weights
        .iter()
        .map(|(word, row)| {
            let row: Vec<String> = row.iter().map(|w| format!("{w:.2}").replace("-0.00", "0.00")).collect();
            format!("{word}\t{}\n", row.join("\t"))
        })
        .filter(|line| line.split('\t').skip(1).any(|w| w.trim() != "0.00"))
        .collect();
    lines.sort();
    let head = "# Weights of words, learned by `cargo test --test learn` from labelled mails; not to be edited by hand.\n\
                # word (its first six letters, folded)\treport\tfollow_up\tresolved\tother\ttold in the sentence\n";
    format!("{head}{}", lines.concat())
}

fn learned(without: &[&str]) -> String {
    let mut mails: Vec<Labelled> =
        mailboxes().into_iter().filter(|(name, _)| !without.contains(&name.as_str())).flat_map(|(_, m)| m).collect();
    mails.extend(sentences());
    table(&fit(&mails))
}

#[test]
fn the_shipped_weights_are_those_that_the_labelled_mails_give() {
    if let Some(to) = std::env::var_os("PASSERELLE_LEARN_TO") {
        let without = std::env::var("PASSERELLE_LEARN_WITHOUT").unwrap_or_default();
        std::fs::write(to, learned(&without.split(',').collect::<Vec<_>>())).expect("the table is written");
        return;
    }
    let table = learned(&[]);
    if std::env::var_os("PASSERELLE_LEARN").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/neutre/learned.tsv");
        std::fs::write(path, table).expect("the table is written");
        return;
    }
    // Another machine's exponential may differ in the last digit.
    let rows = |t: &str| t.lines().filter(|l| !l.starts_with("# ")).map(str::to_owned).collect::<Vec<_>>();
    let (shipped, now) = (rows(TABLE), rows(&table));
    let far = shipped.iter().zip(&now).find(|(a, b)| !alike(a, b));
    assert!(
        shipped.len() == now.len() && far.is_none(),
        "the labelled mails give other weights ({} words, not {}; {far:?}): PASSERELLE_LEARN=1 cargo test --test learn",
        now.len(),
        shipped.len()
    );
}

fn alike(a: &str, b: &str) -> bool {
    let mut fields = a.split('\t').zip(b.split('\t'));
    fields.next().is_some_and(|(a, b)| a == b)
        && fields.all(|(a, b)| {
            let (a, b): (f64, f64) = (a.parse().unwrap(), b.parse().unwrap());
            (a - b).abs() < 0.05
        })
}

#[test]
fn mail_of_writers_that_were_left_out_is_told_apart() {
    let writers = ["duras", "sand", "verne"];
    let weights = Weights::parse(&learned(&writers));
    let (mut mails, mut kinds, mut told, mut of) = (0, 0, 0, 0);
    for (name, left_out) in mailboxes().iter().filter(|(n, _)| writers.contains(&n.as_str())) {
        let (k, t) = right(&weights, left_out);
        println!("{name}: kind {k} of {}, sentences {} of {}", left_out.len(), t.0, t.1);
        (mails, kinds, told, of) = (mails + left_out.len(), kinds + k, told + t.0, of + t.1);
    }
    let (kinds, told) = (f64::from(kinds) / mails as f64, f64::from(told) / f64::from(of));
    println!("by words alone: kind {kinds:.3}, sentences {told:.3}");
    assert!(kinds > 0.84 && told > 0.86, "kind {kinds:.3}, sentences {told:.3}");
}
