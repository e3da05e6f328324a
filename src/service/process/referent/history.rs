//! An incident's history as people read it.

use anyhow::Result;

use crate::compose::letter::HistoryLine;
use crate::incident::Incident;
use crate::service::desk::Desk;
use crate::service::post::actor_name;

pub(super) async fn history(desk: &mut Desk<'_>, incident: &Incident) -> Result<Vec<HistoryLine>> {
    let entries = desk.tx.history_of(incident.id).await?;
    Ok(entries
        .into_iter()
        .map(|e| {
            let detail = e.detail.as_str().unwrap_or_default().to_owned();
            let what = history_words(&e.event, &detail);
            HistoryLine { at: e.at, who: actor_name(&e.actor), what }
        })
        .collect())
}

/// A history entry in French.
fn history_words(event: &str, detail: &str) -> String {
    let what = match event {
        "opened" => "signalement reçu",
        "reported" => "signalé",
        "followed_up" => "relance d'un collègue",
        "detail" => "précision",
        "corrected" => "corrigé",
        "confirmed" => "confirmé",
        "asked_again" => "confirmation redemandée",
        "ticket_sent" => "ticket envoyé, accepté par le serveur du support",
        "ticket_failed" => "ticket non distribué",
        "resent" => "ticket renvoyé",
        "ticket_replaced" => "ticket pas encore parti, il part corrigé",
        "sent_before" => "était déjà parti avant la restauration",
        "sent_again" => "envoi interrompu, repris : peut-être reçu deux fois",
        "support_reference" => "numéro du support",
        "support_said" => "réponse du support",
        "support_asks" => "question du support",
        "planned" => "visite prévue",
        "refused" => "refusé",
        "redirected" => "du ressort",
        "merged" => "réuni à",
        "took_in" => "réunit",
        "split" => "séparé en",
        "split_from" => "séparé de",
        "reopened" => "rouvert",
        "said_over" => "réparé, d'après un collègue",
        "said_repaired" => "réparation confirmée",
        "said_broken" => "toujours en panne",
        "closed" => "clos",
        "widened" => "étendu à",
        "follow_up" => "complément envoyé au support",
        "chased" => "support relancé",
        "reminded" => "rappel",
        "visit_noted" => "passage noté",
        "expense_noted" => "dépense notée",
        "time_noted" => "temps noté",
        "entry_withdrawn" => "effacé",
        "undeliverable" => "mail non distribué",
        other => other,
    };
    let detail = match (event, detail) {
        ("support_said", "acknowledged") => "demande enregistrée",
        ("support_said", "in_progress") => "en cours",
        ("support_said", "planned") => "intervention prévue",
        ("support_said", "resolved") => "réparé",
        ("support_said", "closed") => "dossier clos",
        ("support_said", "refused") => "refusé",
        ("support_said", "needs_info") => "une question",
        ("support_said", "other") => "sans suite pour le dossier",
        ("redirected", "atte") => "des agents (ATTE)",
        ("redirected", "rectorat") => "du rectorat",
        ("redirected", "region") => "de la région",
        ("redirected", "ent") => "de l'équipe de l'ENT",
        ("redirected", "etablissement") => "de l'établissement",
        (_, other) => other,
    };
    if let ("planned", Ok(day)) = (event, detail.parse::<jiff::civil::Date>()) {
        return format!("visite prévue le {:02}/{:02}/{}", day.day(), day.month(), day.year());
    }
    match event {
        _ if detail.is_empty() => what.to_owned(),
        "redirected" => format!("{what} {detail}"),
        // Somebody's own words.
        "reported" | "detail" | "support_asks" | "refused" => format!("{what} : « {detail} »"),
        _ => format!("{what} : {detail}"),
    }
}
