//! Scores what the program says of a mailbox against its gold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::compare::{assign, label, number, place_key, span_overlap};

/// The figures of one mailbox. Accuracies are shares of 1.
#[derive(Debug, Default, Clone)]
pub struct Score {
    pub messages: usize,
    pub kind: f64,
    pub precision: f64,
    pub recall: f64,
    pub place: f64,
    pub equipment: f64,
    pub responsible: f64,
    pub count: f64,
    /// F1 of B-cubed over the reports' incidents.
    pub bcubed: f64,
    /// Incidents of the gold.
    pub incidents: usize,
    /// Gold incidents that no predicted report tells of.
    pub lost: usize,
    /// Gold incidents that were found but stand for no predicted incident: they never get a ticket.
    pub false_merges: usize,
    pub false_splits: usize,
    /// Every error in words.
    pub errors: Vec<String>,
}

/// A report and the number of the message that holds it.
struct Told<'a> {
    message: usize,
    incident: String,
    fields: &'a Value,
}

fn place(report: &Value) -> Option<String> {
    place_key(report["place"].as_str())
}

fn span(report: &Value) -> &str {
    report["span"].as_str().unwrap_or_default()
}

fn reports(line: Option<&Value>) -> &[Value] {
    line.and_then(|l| l["reports"].as_array()).map_or(&[], Vec::as_slice)
}

/// Does a predicted report say again what another of its message says?
fn repeats(a: &Value, b: &Value) -> bool {
    let (x, y) = (span(a), span(b));
    place(a) == place(b) && label(&a["equipment"]) == label(&b["equipment"]) && (x == y || span_overlap(x, y).0 >= 0.8)
}

fn weight(gold: &Value, said: &Value) -> f64 {
    let same_place = place(gold) == place(said);
    let same_equipment = label(&gold["equipment"]).is_some() && label(&gold["equipment"]) == label(&said["equipment"]);
    let (overlap, near) = span_overlap(span(gold), span(said));
    let alike = same_place && same_equipment;
    if !(near || alike) {
        return 0.0;
    }
    0.4 * f64::from(u8::from(same_place)) + 0.3 * f64::from(u8::from(same_equipment)) + 0.3 * overlap + 1e-4
}

/// Pairs of (gold report, predicted report) of one message.
fn align(gold: &[Value], said: &[Value]) -> Vec<(usize, usize)> {
    let again: Vec<bool> = (0..said.len()).map(|c| said[..c].iter().any(|k| repeats(&said[c], k))).collect();
    let row = |g: &Value| -> Vec<f64> {
        let cell = |(c, p): (usize, &Value)| match weight(g, p) {
            w if w > 0.0 && !again[c] => w - 1e-7 * c.min(500) as f64,
            _ => 0.0,
        };
        said.iter().enumerate().map(cell).collect()
    };
    assign(&gold.iter().map(row).collect::<Vec<_>>())
}

fn ratio(part: f64, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part / whole as f64 }
}

/// `gold` and `output` are one object per message, told apart by `file`.
pub fn score(gold: &[Value], output: &[Value]) -> Score {
    let by_file: HashMap<&str, &Value> = output.iter().filter_map(|o| Some((o["file"].as_str()?, o))).collect();
    let mut s = Score { messages: gold.len(), ..Score::default() };
    let (mut golds, mut saids, mut pairs) = (Vec::<Told<'_>>::new(), Vec::<Told<'_>>::new(), Vec::new());
    let mut kinds = 0;
    for (message, g) in gold.iter().enumerate() {
        let file = g["file"].as_str().unwrap_or_default();
        let o = by_file.get(file).copied();
        let kind = o.map_or(&Value::Null, |o| &o["kind"]);
        if *kind == g["kind"] {
            kinds += 1;
        } else {
            s.errors.push(format!(
                "{file} kind: {kind}, should be {} {}",
                g["kind"],
                g["why"].as_str().unwrap_or_default()
            ));
        }
        let (gs, ps) = (reports(Some(g)), reports(o));
        pairs.extend(align(gs, ps).into_iter().map(|(i, j)| (golds.len() + i, saids.len() + j)));
        golds.extend(gs.iter().map(|r| Told { message, incident: r["incident"].to_string(), fields: r }));
        saids.extend(ps.iter().enumerate().map(|(k, r)| {
            let own = || format!("own of {message}, {k}");
            Told {
                message,
                incident: if r["incident"].is_null() { own() } else { r["incident"].to_string() },
                fields: r,
            }
        }));
    }
    s.kind = ratio(f64::from(kinds), gold.len());
    s.precision = ratio(pairs.len() as f64, saids.len());
    s.recall = ratio(pairs.len() as f64, golds.len());
    fields(&mut s, gold, &golds, &saids, &pairs);
    incidents(&mut s, gold, &golds, &saids, &pairs);
    s
}

fn fields(s: &mut Score, gold: &[Value], golds: &[Told<'_>], saids: &[Told<'_>], pairs: &[(usize, usize)]) {
    let mut errors = Vec::new();
    let mut share = |name: &str, same: &dyn Fn(&Value, &Value) -> bool| {
        let mut right = 0;
        for (i, j) in pairs {
            let (g, p) = (&golds[*i], &saids[*j]);
            if same(g.fields, p.fields) {
                right += 1;
            } else {
                let file = gold[g.message]["file"].as_str().unwrap_or_default();
                errors
                    .push(format!("{file} {name}: {}, should be {} ({})", p.fields[name], g.fields[name], g.incident));
            }
        }
        ratio(f64::from(right), pairs.len())
    };
    s.place = share("place", &|a, b| place(a) == place(b));
    s.equipment = share("equipment", &|a, b| label(&a["equipment"]) == label(&b["equipment"]));
    s.responsible = share("responsible", &|a, b| label(&a["responsible"]) == label(&b["responsible"]));
    s.count = share("count", &|a, b| number(&a["count"]) == number(&b["count"]));
    s.errors.extend(errors);
    let (found, meant): (BTreeSet<_>, BTreeSet<_>) = pairs.iter().copied().unzip();
    let mut tell = |what: &str, told: &[Told<'_>], seen: &BTreeSet<usize>| {
        for t in told.iter().enumerate().filter(|(i, _)| !seen.contains(i)).map(|(_, t)| t) {
            let file = gold[t.message]["file"].as_str().unwrap_or_default();
            s.errors.push(format!(
                "{file} {what}: {} {} {} {}",
                t.incident, t.fields["place"], t.fields["equipment"], t.fields["span"]
            ));
        }
    };
    tell("missed", golds, &found);
    tell("spurious", saids, &meant);
}

fn incidents(s: &mut Score, gold: &[Value], golds: &[Told<'_>], saids: &[Told<'_>], pairs: &[(usize, usize)]) {
    let mut size_gold: HashMap<&str, usize> = HashMap::new();
    let mut size_said: HashMap<&str, usize> = HashMap::new();
    let mut cells: HashMap<(&str, &str), usize> = HashMap::new();
    golds.iter().for_each(|t| *size_gold.entry(&t.incident).or_default() += 1);
    saids.iter().for_each(|t| *size_said.entry(&t.incident).or_default() += 1);
    for (i, j) in pairs {
        *cells.entry((&golds[*i].incident, &saids[*j].incident)).or_default() += 1;
    }
    let (mut recall, mut precision) = (0.0, 0.0);
    let mut held: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (i, j) in pairs {
        let (g, p) = (golds[*i].incident.as_str(), saids[*j].incident.as_str());
        let both = cells[&(g, p)] as f64;
        recall += both / size_gold[g] as f64;
        precision += both / size_said[p] as f64;
        held.entry(p).or_default().push(*i);
        found.entry(g).or_default().insert(p);
    }
    let (r, p) = (ratio(recall, golds.len()), ratio(precision, saids.len()));
    s.bcubed = if r + p > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    // A predicted incident stands for the gold incident whose report in it comes first.
    let owners: BTreeSet<&str> =
        held.values().filter_map(|ii| ii.iter().min()).map(|i| golds[*i].incident.as_str()).collect();
    let files = |x: &str| -> Vec<&str> {
        golds.iter().filter(|t| t.incident == x).filter_map(|t| gold[t.message]["file"].as_str()).collect()
    };
    s.incidents = size_gold.len();
    for (x, told) in &found {
        if !owners.contains(x) {
            s.false_merges += 1;
            s.errors.push(format!("false merge: {x} {:?} lies in {told:?}", files(x)));
        }
        if told.len() > 1 {
            s.false_splits += told.len() - 1;
            s.errors.push(format!("false split: {x} {:?} lies in {told:?}", files(x)));
        }
    }
    for x in size_gold.keys().filter(|x| !found.contains_key(*x)) {
        s.lost += 1;
        s.errors.push(format!("lost: {x} {:?}", files(x)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(incident: &str, place: &str, equipment: &str, span: &str) -> Value {
        json!({"incident": incident, "place": place, "equipment": equipment, "responsible": "region", "count": 1, "span": span})
    }

    fn line(file: &str, kind: &str, reports: &[Value]) -> Value {
        json!({"file": file, "kind": kind, "reports": reports})
    }

    /// Three messages, four reports, two incidents.
    fn gold() -> Vec<Value> {
        let a = |words| told("A", "B204", "videoprojecteur", words);
        vec![
            line("1", "report", &[a("le projecteur de la B204 est mort")]),
            line(
                "2",
                "report",
                &[told("B", "CDI", "imprimante", "plus de toner au CDI"), a("rien non plus en B204 au tableau")],
            ),
            line("3", "resolved", &[a("la B204 projette de nouveau")]),
        ]
    }

    #[test]
    fn the_gold_against_itself_is_perfect() {
        let s = score(&gold(), &gold());
        assert_eq!((s.kind, s.precision, s.recall, s.bcubed), (1.0, 1.0, 1.0, 1.0));
        assert_eq!((s.lost, s.false_merges, s.false_splits, s.errors.len()), (0, 0, 0, 0));
    }

    #[test]
    fn one_incident_for_everything_is_a_false_merge() {
        let mut said = gold();
        said[1]["reports"][0]["incident"] = json!("A");
        let s = score(&gold(), &said);
        assert_eq!((s.false_merges, s.lost, s.false_splits), (1, 0, 0));
        // Precision: three reports share 3 of 4, one 1 of 4; recall is whole.
        assert!((s.bcubed - 2.0 * 0.625 / 1.625).abs() < 1e-9, "{}", s.bcubed);
    }

    #[test]
    fn an_incident_of_its_own_for_each_message_is_a_false_split() {
        let mut said = gold();
        said[2]["reports"][0]["incident"] = json!("C");
        assert_eq!(score(&gold(), &said).false_splits, 1);
    }

    #[test]
    fn a_message_left_out_loses_its_incident() {
        let mut only = gold();
        only[1]["reports"].as_array_mut().unwrap().truncate(1);
        let s = score(&only, &[only[0].clone(), only[2].clone()]);
        assert_eq!((s.lost, s.kind), (1, 2.0 / 3.0));
    }

    #[test]
    fn saying_it_twice_gains_nothing() {
        let mut said = gold();
        let first = said[1]["reports"][1].clone();
        said[1]["reports"].as_array_mut().unwrap().push(first);
        let s = score(&gold(), &said);
        assert!(s.precision < 1.0 && s.bcubed < 1.0);
        assert_eq!(s.recall, 1.0);
    }
}
