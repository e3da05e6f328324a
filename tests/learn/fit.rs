//! Logistic regression, by steps that are the same on every run.

use std::collections::{BTreeMap, BTreeSet};

use passerelle::report::learned::{COLUMNS, KINDS, Weights, softmax};

use crate::labelled::Labelled;

/// Mails or sentences that must have a word, for it to be weighed.
const LEAST: usize = 2;
/// Weight of the squares of the weights beside the error: what is seen rarely stays small.
const RIDGE: f64 = 1.0;
/// Steps, and their first length.
const STEPS: usize = 80;
const LENGTH: f64 = 0.3;

/// Rows of features and their class.
struct Examples {
    rows: Vec<(Vec<usize>, usize)>,
    words: Vec<String>,
    classes: usize,
}

impl Examples {
    fn new<'a>(told: impl Iterator<Item = (&'a [String], usize)> + Clone, classes: usize) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let unique = |words: &'a [String]| words.iter().map(String::as_str).collect::<BTreeSet<&str>>();
        for (words, _) in told.clone() {
            unique(words).into_iter().for_each(|w| *counts.entry(w).or_default() += 1);
        }
        let words: Vec<String> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(w, _)| (*w).to_owned()).collect();
        let at = |w: &str| words.binary_search_by(|x| x.as_str().cmp(w)).ok();
        let rows = told.map(|(row, class)| (unique(row).into_iter().filter_map(at).collect(), class)).collect();
        Self { rows, words, classes }
    }

    /// Weights per word and class that lessen error and ridge: AdaGrad over the whole, from zero.
    fn fit(&self) -> Vec<Vec<f64>> {
        let size = self.words.len() * self.classes;
        let (mut weights, mut squares) = (vec![0.0; size], vec![1e-6; size]);
        for _ in 0..STEPS {
            let mut gradient: Vec<f64> = weights.iter().map(|w| w * RIDGE).collect();
            for (row, class) in &self.rows {
                let mut shares = vec![0.0; self.classes];
                for word in row {
                    let own = &weights[word * self.classes..][..self.classes];
                    shares.iter_mut().zip(own).for_each(|(s, w)| *s += w);
                }
                softmax(&mut shares);
                shares[*class] -= 1.0;
                for word in row {
                    let own = &mut gradient[word * self.classes..][..self.classes];
                    own.iter_mut().zip(&shares).for_each(|(g, s)| *g += s);
                }
            }
            for ((weight, square), g) in weights.iter_mut().zip(&mut squares).zip(gradient) {
                *square += g * g;
                *weight -= LENGTH * g / square.sqrt();
            }
        }
        weights.chunks(self.classes).map(<[f64]>::to_vec).collect()
    }
}

/// Learns the weights of every word.
pub fn fit(mails: &[Labelled]) -> BTreeMap<String, Vec<f64>> {
    let whole = Examples::new(mails.iter().filter_map(|m| Some((m.words.as_slice(), m.kind?))), KINDS.len());
    let parts = mails.iter().flat_map(|m| m.sentences.iter().map(|(w, told)| (w.as_slice(), usize::from(*told))));
    let parts = Examples::new(parts, 2);
    let mut table: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (word, row) in whole.words.iter().zip(whole.fit()) {
        let own = table.entry(word.clone()).or_insert_with(|| vec![0.0; COLUMNS]);
        own[..KINDS.len()].copy_from_slice(&row);
    }
    for (word, row) in parts.words.iter().zip(parts.fit()) {
        // Two classes are one line: what tells for the one tells against the other.
        table.entry(word.clone()).or_insert_with(|| vec![0.0; COLUMNS])[KINDS.len()] = row[1] - row[0];
    }
    table
}

/// Of `mails`, how many kinds are right by the words alone, and of their sentences how many of how many.
pub fn right(weights: &Weights, mails: &[Labelled]) -> (u32, (u32, u32)) {
    let (mut kinds, mut told, mut of) = (0, 0, 0);
    for mail in mails {
        let shares = weights.kinds(mail.words.iter().map(String::as_str));
        let best = (0..KINDS.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or(0);
        kinds += u32::from(Some(best) == mail.kind);
        for (words, tells) in &mail.sentences {
            told += u32::from((weights.told(words.iter().map(String::as_str)) > 0.5) == *tells);
            of += 1;
        }
    }
    (kinds, (told, of))
}
