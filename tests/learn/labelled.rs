//! Labelled mails as the weights see them.

use std::ops::Range;
use std::path::Path;

use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::extract::sample;
use passerelle::report::learned::KINDS;
use passerelle::report::place::Places;
use serde_json::Value;

/// One mail: its words, its kind (an index of [`KINDS`]; none where it is not to be learned), its sentences
/// and whether each tells of a problem.
pub struct Labelled {
    pub words: Vec<String>,
    pub kind: Option<usize>,
    pub sentences: Vec<(Vec<String>, bool)>,
}

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn kind(name: &Value) -> Option<usize> {
    KINDS.iter().position(|k| *name == k.as_str())
}

/// Where `span` stands in `source`, blanks and apostrophes aside; the last of several.
fn find(source: &str, span: &str) -> Option<Range<usize>> {
    let plain = |text: &str| -> Vec<(usize, char)> {
        let mut blank = true;
        text.char_indices()
            .map(|(at, c)| (at, if c == '\u{2019}' { '\'' } else { c }))
            .filter(|(_, c)| !std::mem::replace(&mut blank, c.is_whitespace()) || !c.is_whitespace())
            .map(|(at, c)| (at, if c.is_whitespace() { ' ' } else { c.to_lowercase().next().unwrap_or(c) }))
            .collect()
    };
    let (source, span) = (plain(source), plain(span.trim()));
    let at = source.windows(span.len().max(1)).rposition(|w| w.iter().zip(&span).all(|(a, b)| a.1 == b.1))?;
    Some(source.get(at)?.0..source.get(at + span.len() - 1)?.0 + 1)
}

/// The mailboxes, by name.
pub fn mailboxes() -> Vec<(String, Vec<Labelled>)> {
    let folder = fixtures().join("mailboxes");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the mailboxes are there")
        .map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), mailbox(&folder.join(name)))).collect()
}

fn mailbox(folder: &Path) -> Vec<Labelled> {
    let school = passerelle::config::load_school_file(&folder.join("school.toml")).expect("a school");
    let profile = Profile::builtin(&school.profile).unwrap().with_words(&school.words).unwrap();
    let places = Places::new(&school.rooms, &school.room_aliases);
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).expect("the gold is there");
    let read = |line: &str| {
        let gold: Value = serde_json::from_str(line).expect("a JSON line");
        let kind = kind(&gold["kind"])?;
        let file = folder.join("messages").join(gold["file"].as_str()?);
        let sample = sample(&parse(&std::fs::read(file).expect("a message")), &profile, &places)?;
        let spans: Vec<Range<usize>> =
            gold["reports"].as_array()?.iter().filter_map(|r| find(&sample.source, r["span"].as_str()?)).collect();
        // A sentence tells it if a span holds three of its words, or half of a short one.
        let told = |place: &Range<usize>| {
            let words = |r: &Range<usize>| sample.source.get(r.clone()).map_or(0, |t| t.split_whitespace().count());
            let common = |s: &Range<usize>| words(&(s.start.max(place.start)..s.end.min(place.end)));
            spans.iter().map(common).sum::<usize>() >= (words(place) / 2).clamp(1, 3)
        };
        let sentences = sample.sentences.iter().map(|(place, words)| (words.clone(), told(place))).collect();
        Some(Labelled { words: sample.words, kind: Some(kind), sentences })
    };
    gold.lines().filter_map(read).collect()
}

/// The single mails of `tests/fixtures/sentences`: their kinds, and what single sentences tell.
pub fn sentences() -> Vec<Labelled> {
    let profile = Profile::builtin("ile-de-france").unwrap();
    let read = |line: &str| {
        let mut parts = line.splitn(3, " | ");
        let told = parts.next().filter(|t| !t.is_empty() && !t.starts_with('#'))?;
        let (subject, body) = (parts.next()?, parts.next()?.replace("\\n", "\n"));
        let reply = if subject.starts_with("Re:") { "In-Reply-To: <first@lycee.test>\n" } else { "" };
        let raw = format!(
            "From: prof@lycee.test\nSubject: {subject}\n{reply}Content-Type: text/plain; charset=utf-8\n\n{body}\n"
        );
        let sample = sample(&parse(raw.as_bytes()), &profile, &Places::default())?;
        // A list of faults has nothing but reports: their share is not that of a mailbox.
        let kind = KINDS.iter().position(|k| k.as_str() == told);
        let other = told == "other";
        let sentences = match sample.sentences.as_slice() {
            [(_, words)] => vec![(words.clone(), !other)],
            all if other => all.iter().map(|(_, words)| (words.clone(), false)).collect(),
            _ => Vec::new(),
        };
        Some(Labelled { words: sample.words, kind, sentences })
    };
    ["faults.txt", "known.txt", "nothing.txt"]
        .iter()
        .flat_map(|name| {
            let text = std::fs::read_to_string(fixtures().join("sentences").join(name)).expect("the sentences");
            text.lines().filter_map(read).collect::<Vec<_>>()
        })
        .collect()
}
