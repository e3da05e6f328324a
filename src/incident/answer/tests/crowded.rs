//! Answers that name more than anybody would: they decide nothing, at little cost.

use super::*;

#[test]
fn an_answer_that_names_more_than_anybody_would_decides_nothing() {
    for one in ["2026-0001 ", "0012, ", "B204 ", "c'est la B206, ", "le pc et l'écran, ", "ATTE, "] {
        let orders = referent_says(&format!("ok {}", one.repeat(300)));
        assert!(matches!(orders.as_slice(), [o] if o.verb == Verb::Unclear), "{one}: {} orders", orders.len());
    }
}

#[test]
fn many_incidents_may_be_confirmed_at_once_and_merged_but_not_without_end() {
    let all = |n: u32| (1..=n).map(|i| format!("2026-{i:04}")).collect::<Vec<_>>();
    assert_eq!(referent_says(&format!("ok pour {}", all(60).join(", "))).len(), 60);
    let merges = |n| matches!(referent_says(&format!("FUSIONNER {}", all(n).join(" "))).as_slice(), [o] if matches!(o.verb, Verb::Merge { .. }));
    assert!(merges(60) && !merges(600));
    let places = Places::default();
    assert!(referent::commands(&reader(&places), SUBJECT, &format!("FUSIONNER {}", all(600).join(" "))).is_empty());
}

#[test]
fn a_place_is_denied_however_long_the_text_before_it() {
    let long = "le son ne marche pas et l'image non plus ".repeat(30);
    let places = Places::default();
    let reader = reader(&places);
    let text = format!("{long}, ce n'est pas la B204");
    let spots = reader.spots(&text, &reader.fold(&text));
    assert!(spots.iter().any(|s| s.place.as_str() == "B204" && s.negated), "{spots:?}");
}
