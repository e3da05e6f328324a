//! The store is copied while it is used, and the copy takes its place.

use std::os::unix::fs::PermissionsExt as _;

use passerelle::store::Store;

use crate::harness::school::{School, Setting, World};
use crate::story;

const PROJECTOR: &str = "Bonjour, le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin. Merci";

story!(a_backup_is_itself_a_store, School::new(), sqlite, |w| {
    w.ticket("prof.a", PROJECTOR).await;
    let copy = w.folder().join("copie été.db");
    let (code, said) = w.cli(&["backup", copy.to_str().unwrap()]);
    assert!(code == Some(0) && said.contains("is a copy of the store"), "{code:?} {said}");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let opened = Store::open(&format!("sqlite:{}", copy.display())).await.unwrap();
    let incidents = opened.list_incidents(None, None).await.unwrap();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].incident.state.name(), "ticketed");
    assert_eq!(opened.secret(), w.store.secret());
    opened.close().await;
    w.nothing_else().await;

    let before = std::fs::read(&copy).unwrap();
    let (code, said) = w.cli(&["backup", copy.to_str().unwrap()]);
    assert!(code == Some(2) && said.contains("exists already"), "{code:?} {said}");
    assert_eq!(std::fs::read(&copy).unwrap(), before, "what is there is left alone");
    let (code, said) = w.cli(&["backup", "/nowhere/at/all.db"]);
    assert!(code == Some(2) && said.contains("its folder does not exist"), "{code:?} {said}");
    let (code, said) = w.cli(&["backup", "/proc/copy.db"]);
    assert_eq!(code, Some(2), "{said}");
});

#[tokio::test]
async fn a_copy_made_while_mail_flows_is_whole() {
    let mut w = World::open(Setting::Real, School::new()).await;
    for n in 0..6 {
        w.writes("prof.a", "Panne", &format!("Bonjour, l'écran du poste {n} de la salle A10{n} reste noir.")).await;
    }
    let mut copies = Vec::new();
    for n in 0..4 {
        let copy = w.folder().join(format!("copy{n}.db"));
        assert_eq!(w.cli(&["backup", copy.to_str().unwrap()]).0, Some(0));
        copies.push(copy);
    }
    w.settle().await;
    for copy in copies {
        let opened = Store::open(&format!("sqlite:{}", copy.display())).await.unwrap();
        for message in opened.list_messages(None).await.unwrap() {
            // A message's effects are there together, or not at all.
            let incidents = opened.incidents_of_message(message.id).await.unwrap();
            assert_eq!(message.ended.is_some(), !incidents.is_empty(), "{message:?}");
            assert!(opened.raw(message.id).await.unwrap().is_some());
        }
        opened.close().await;
    }
}
