//! Replies in many voices, and the corpus where it is there.

use super::phrases::ILE_DE_FRANCE;
use super::reader::Reader;
use super::*;

fn reader(places: &Places) -> Reader<'_> {
    Reader { phrases: ILE_DE_FRANCE.as_ref().unwrap(), places, written_on: jiff::civil::date(2026, 1, 22) }
}

/// Reads texts from a file of JSON lines and writes what is understood; used while measuring.
#[test]
fn measures_the_corpus_where_it_is_there() {
    let (Ok(input), Ok(output)) = (std::env::var("REPLIES_IN"), std::env::var("REPLIES_OUT")) else { return };
    let places = Places::default();
    let mut lines = String::new();
    for line in std::fs::read_to_string(input).unwrap().lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let get = |k: &str| v[k].as_str().unwrap().to_owned();
        let mut r = reader(&places);
        r.written_on = get("day").parse().unwrap();
        let mut out = match get("role").as_str() {
            "referent" => json::referent(&referent::read(&r, &get("subject"), &get("text"))),
            "support" => json::support(&support::read(&r, &get("subject"), &get("text"))),
            _ => json::reporter(&reporter::read(&r, &get("subject"), &get("text"))),
        };
        out.insert("file".to_owned(), v["file"].clone());
        lines.push_str(&serde_json::to_string(&out).unwrap());
        lines.push('\n');
    }
    std::fs::write(output, lines).unwrap();
}
