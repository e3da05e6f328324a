//! Classeur -> XLSX, PDF, HTML: time and bytes for the number of incidents given.
//!
//! `cargo bench --bench classeur_formats [-- COUNT]`; 100,000 by default, of which the PDF and the
//! page get at most 5,000, since nobody prints more. Without `--bench`, as under `cargo test`, a few
//! show that it works. Nothing is asserted of times.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "classeur_sample.rs"]
mod sample;

use std::time::Instant;

use passerelle::classeur::dossier::{Dossier, SchoolCard};
use passerelle::classeur::{Annex, Cell, Classeur, Column, Figures, Kind, Period, Plot, Table, html, pdf, xlsx};
use passerelle::profile::Delays;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let is_bench = args.iter().any(|a| a == "--bench");
    let count = args.iter().find_map(|a| a.parse().ok()).unwrap_or(if is_bench { 100_000 } else { 40 });
    let few = sample::classeur(count.min(5_000));
    measured("PDF", count.min(5_000), || pdf::render(&few, Annex::With).unwrap().len());
    measured("HTML", count.min(5_000), || html::render(&few).unwrap().len());
    drop(few);
    let all = sample::classeur(count);
    measured("XLSX", count, || xlsx::render(&all).unwrap().len());
}

/// Says how long `make` took, how many bytes it gave, and how much memory was in use at the most.
fn measured(what: &str, count: usize, make: impl FnOnce() -> usize) {
    let start = Instant::now();
    let bytes = make();
    let peak = std::fs::read_to_string("/proc/self/status").ok();
    let peak = peak.as_deref().and_then(|s| s.lines().find_map(|l| l.strip_prefix("VmHWM:"))).unwrap_or("unknown");
    println!("{what}, {count} incidents: {:.2?}, {bytes} bytes, peak memory {}", start.elapsed(), peak.trim());
}
