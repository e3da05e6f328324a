//! How two values are compared before they are counted: the definitions of the corpus's scorer.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Without case, accents, kind of quotation mark and amount of white space.
pub fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2019}' | '\u{2018}' | '\u{2bc}' => plain.push('\''),
            '«' | '»' | '\u{201c}' | '\u{201d}' => plain.push('"'),
            'œ' | 'Œ' => plain.push_str("oe"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            c => plain.push(c),
        }
    }
    let bare: String = plain.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A place without articles, spaces and punctuation; `None` where nothing says it.
pub fn place_key(place: Option<&str>) -> Option<String> {
    let folded = fold(place.filter(|p| !p.trim().is_empty())?);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    // An elided article is a word of one letter only where an apostrophe follows it.
    let elided = |w: &str| matches!(w, "d" | "l") && folded.contains(&format!("{w}'"));
    let kept: String =
        words.into_iter().filter(|w| !matches!(*w, "de" | "du" | "des" | "la" | "le" | "les") && !elided(w)).collect();
    Some(if kept.is_empty() { folded } else { kept })
}

/// A string field, as a label: without case.
pub fn label(value: &Value) -> Option<String> {
    value.as_str().map(|s| s.trim().to_lowercase())
}

/// A count, 1 where unsaid.
pub fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Null => Some(1),
        Value::Number(n) => n.as_i64(),
        Value::String(s) => s.parse().ok(),
        _ => None,
    }
}

/// Length of the longest run of characters that both texts hold.
fn longest_run(a: &[char], b: &[char]) -> usize {
    let mut best = 0;
    let mut before = vec![0; b.len() + 1];
    for x in a {
        let mut now = vec![0; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            if x == y {
                now[j + 1] = before[j] + 1;
                best = best.max(now[j + 1]);
            }
        }
        before = now;
    }
    best
}

/// How much two spans have in common (0 to 1), and whether that alone lets them be aligned.
pub fn span_overlap(gold: &str, said: &str) -> (f64, bool) {
    let (a, b): (Vec<char>, Vec<char>) = (fold(gold).chars().collect(), fold(said).chars().collect());
    if a.is_empty() || b.is_empty() {
        return (0.0, false);
    }
    let run = longest_run(&a, &b);
    (2.0 * run as f64 / (a.len() + b.len()) as f64, 2 * run >= a.len().min(b.len()) && run >= a.len().min(8))
}

/// Maximum-weight assignment of rows to columns; pairs of weight 0 are left out.
/// The Hungarian method with potentials, on the smaller side.
pub fn assign(weights: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let (rows, cols) = (weights.len(), weights.first().map_or(0, Vec::len));
    if rows == 0 || cols == 0 {
        return Vec::new();
    }
    let flip = rows > cols;
    let (n, m) = (rows.min(cols), rows.max(cols));
    let weight = |i: usize, j: usize| if flip { weights[j][i] } else { weights[i][j] };
    let (mut u, mut v) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    let (mut way, mut row_of) = (vec![0; m + 1], vec![0; m + 1]);
    for i in 1..=n {
        row_of[0] = i;
        let mut j0 = 0;
        let mut least = vec![f64::INFINITY; m + 1];
        let mut used = vec![false; m + 1];
        loop {
            used[j0] = true;
            let (i0, mut delta, mut j1) = (row_of[j0], f64::INFINITY, 0);
            for j in 1..=m {
                if used[j] {
                    continue;
                }
                let cost = -weight(i0 - 1, j - 1) - u[i0] - v[j];
                if cost < least[j] {
                    least[j] = cost;
                    way[j] = j0;
                }
                if least[j] < delta {
                    delta = least[j];
                    j1 = j;
                }
            }
            for j in 0..=m {
                if used[j] {
                    u[row_of[j]] += delta;
                    v[j] -= delta;
                } else {
                    least[j] -= delta;
                }
            }
            j0 = j1;
            if row_of[j0] == 0 {
                break;
            }
        }
        while j0 != 0 {
            row_of[j0] = row_of[way[j0]];
            j0 = way[j0];
        }
    }
    let mut pairs: Vec<(usize, usize)> = (1..=m)
        .filter(|j| row_of[*j] != 0 && weight(row_of[*j] - 1, j - 1) > 0.0)
        .map(|j| if flip { (j - 1, row_of[j] - 1) } else { (row_of[j] - 1, j - 1) })
        .collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn places_are_compared_without_articles_and_marks() {
    let key = |p| place_key(Some(p));
    assert_eq!(key("Salle des profs"), key("SALLE DE PROFS"));
    assert_eq!(key("c 2e étage"), key("C 2E ETAGE"));
    assert_eq!(key("l'amphi"), key("AMPHI"));
    assert_eq!(key("L 12"), Some("l12".to_owned()));
    assert_eq!(place_key(None), None);
    assert_eq!(key(" "), None);
}

#[test]
fn a_crumb_of_a_span_aligns_nothing_and_the_whole_text_does() {
    let gold = "le vidéoproj de la B204 est mort";
    assert!(!span_overlap(gold, "le").1);
    assert!(span_overlap(gold, "Bonjour, ce matin le vidéoproj de la B204 est mort, merci").1);
    assert_eq!(span_overlap(gold, "LE VIDEOPROJ de la  b204 est mort"), (1.0, true));
}

#[test]
fn the_best_total_is_taken_and_not_the_first_fit() {
    assert_eq!(assign(&[vec![0.7, 0.4], vec![0.6, 0.0]]), [(0, 1), (1, 0)]);
    assert_eq!(assign(&[vec![0.7], vec![0.9]]), [(1, 0)]);
    assert_eq!(assign(&[vec![0.0, 0.0]]), []);
}
