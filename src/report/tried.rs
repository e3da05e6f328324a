//! What colleagues say that they have tried already: support asks for it with each ticket.

use std::ops::Range;
use std::sync::LazyLock;

use super::text::Text;

/// What was done to what. A test counts where a word of `done` stands, and one of `to` (if any) within
/// the next few words. Stems of folded words.
struct Test {
    done: &'static [&'static str],
    to: &'static [&'static str],
    name: &'static str,
}

const CHANGED: &[&str] = &["chang", "remplac", "essay", "test", "tent", "branch", "autre", "mis", "permut", "invers"];

const TESTS: &[Test] = &[
    Test { done: &["redemarr", "reboot", "relanc", "rallum"], to: &[], name: "redémarrage" },
    Test { done: &["debranch", "rebranch"], to: &[], name: "débranchement et rebranchement" },
    Test { done: CHANGED, to: &["cable", "cables", "cordon", "cordons"], name: "changement de câble" },
    Test { done: CHANGED, to: &["pile", "piles"], name: "changement des piles" },
    Test {
        done: CHANGED,
        to: &["toner", "toners", "cartouche", "cartouches", "encre"],
        name: "changement de cartouche",
    },
    Test { done: CHANGED, to: &["lampe", "ampoule"], name: "changement de lampe" },
    Test { done: &["autre", "autres"], to: &["prise", "prises"], name: "essai sur une autre prise" },
    Test {
        done: &["autre", "autres"],
        to: &["poste", "postes", "ordi", "ordis", "ordinateur", "ordinateurs", "pc", "portable", "machine"],
        name: "essai avec un autre poste",
    },
    Test {
        done: &["autre", "autres"],
        to: &["session", "sessions", "compte", "comptes", "identifiants"],
        name: "essai avec une autre session",
    },
    Test { done: &["autre", "autres"], to: &["navigateur", "navigateurs"], name: "essai avec un autre navigateur" },
    Test { done: &["autre"], to: &["telecommande"], name: "essai avec une autre télécommande" },
    Test { done: &["autre"], to: &["souris", "clavier", "ecran"], name: "essai avec un autre périphérique" },
    Test { done: &["calibr", "recalibr", "etalonn"], to: &[], name: "calibrage" },
    Test { done: &["reinstall"], to: &[], name: "réinstallation" },
    Test { done: &["reinitialis"], to: &[], name: "réinitialisation" },
    Test { done: &["nettoy", "depoussier"], to: &[], name: "nettoyage" },
    Test {
        done: &["verifi", "controle"],
        to: &["cable", "cables", "branchement", "branchements", "prise", "prises", "alimentation", "connexions"],
        name: "vérification des branchements",
    },
    Test { done: &["vid"], to: &["cache", "historique"], name: "vidage du cache" },
];

/// The first three letters of the table's stems, sorted; none is shorter.
static BEGINNINGS: LazyLock<Vec<[u8; 3]>> = LazyLock::new(|| {
    let stems = TESTS.iter().flat_map(|t| t.done);
    let mut all: Vec<[u8; 3]> = stems.filter_map(|s| s.as_bytes().first_chunk().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
});

/// Words between what was done and what it was done to.
const REACH: usize = 5;

/// What the tokens of `range` say was tried, each once, in the order of the table.
pub fn tried(text: &Text<'_>, range: Range<usize>) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    // Few words begin like any of these: the table is gone through for them alone.
    for at in range.filter(|at| may_begin(text.word(*at))) {
        for test in TESTS {
            if !found.contains(&test.name) && begins(text, at, test.done) && to(text, at, test.to) && done(text, at) {
                found.push(test.name);
            }
        }
    }
    found
}

/// Do the first three letters begin any stem of the table?
fn may_begin(word: &str) -> bool {
    word.as_bytes().first_chunk().is_some_and(|three| BEGINNINGS.binary_search(three).is_ok())
}

fn begins(text: &Text<'_>, at: usize, stems: &[&str]) -> bool {
    let word = text.word(at);
    // Short stems are whole words: "mis" is no "mise", "vid" no "vidéoprojecteur".
    stems.iter().any(|s| match *s {
        "mis" | "autre" | "autres" => word == *s,
        "vid" => matches!(word, "vide" | "vider"),
        "tent" => matches!(word, "tente" | "tenter"),
        "test" => matches!(word, "teste" | "tester" | "testes"),
        stem => word.starts_with(stem),
    })
}

fn to(text: &Text<'_>, at: usize, things: &[&str]) -> bool {
    things.is_empty() || (at + 1..=at + REACH).any(|i| text.same_sentence(at, i) && things.contains(&text.word(i)))
}

/// Was it done, by somebody? "J'ai redémarré", "même après calibrage", "en débranchant"; not "il redémarre
/// tout seul", "faut-il redémarrer ?", "je n'ai pas redémarré".
fn done(text: &Text<'_>, at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).filter(|b| text.same_sentence(*b, at)).map_or("", |b| text.word(b));
    let near = |words: &[&str], reach: usize| (1..=reach).any(|n| words.contains(&before(n)));
    if near(&["pas", "ni", "sans", "faut", "faudrait", "peut", "pouvez", "pourriez", "pourrait", "doit", "devrait"], 4)
        || near(&["merci", "veuillez", "si", "quand", "lorsque", "qu", "va", "vais", "vont", "allons"], 3)
        || text.sentences.get(text.sentence_of(at)).is_some_and(|s| s.question)
    {
        return false;
    }
    let word = text.word(at);
    if matches!(word, "autre" | "autres") {
        return near(&["avec", "sur", "depuis", "via", "essaye", "teste", "branche", "change"], 3);
    }
    let by_itself =
        matches!(text.word(at + 1), "tout" | "toute" | "seul" | "sans" | "en" if text.word(at + 2) != "main");
    let by_us = near(&["ai", "avons", "ont", "as", "avez", "avoir"], 3) || near(&["on", "qui"], 2) && before(1) == "a";
    let participle = text.written(at).to_lowercase().ends_with(['é', 's'])
        && !matches!(before(1), "a" | "est" | "s" | "se")
        || text.written(at).to_lowercase().ends_with("ées");
    let noun = ["age", "ages", "ation", "ations", "ement"].iter().any(|e| word.ends_with(e));
    let after = near(&["apres", "malgre", "meme", "plusieurs", "deux", "trois", "essaye", "tente", "beau"], 3);
    let gerund = word.ends_with("ant") && before(1) == "en";
    let aux = by_us && !by_itself;
    aux || gerund || (noun || word.ends_with("er")) && after || participle && !by_itself && !word.ends_with("er")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stem_of_the_table_is_passed_over() {
        for stem in TESTS.iter().flat_map(|t| t.done) {
            assert!(may_begin(stem), "{stem}");
        }
    }

    fn of(words: &str) -> String {
        let text = Text::new(words);
        tried(&text, 0..text.tokens.len()).join(", ")
    }

    #[test]
    fn what_was_tried_is_told() {
        for (words, expected) in [
            ("J'ai redémarré et débranché, rien", "redémarrage, débranchement et rebranchement"),
            ("j'ai essayé de changer les piles", "changement des piles"),
            ("Le stylet est décalé, même après calibrage.", "calibrage"),
            ("On a changé le toner, redémarré deux fois, rien n'y fait.", "changement de cartouche, redémarrage"),
            ("Nous avons débranché et rebranché les câbles.", "débranchement et rebranchement"),
            (
                "C'est pareil avec un autre câble et sur une autre prise",
                "changement de câble, essai sur une autre prise",
            ),
            ("Même souci depuis un autre poste", "essai avec un autre poste"),
            ("en débranchant tout, toujours rien", "débranchement et rebranchement"),
            ("j'ai verifié les branchements", "vérification des branchements"),
            ("j ai beau redemarrer ca marche pas", "redémarrage"),
        ] {
            let mut expected: Vec<&str> = expected.split(", ").collect();
            let got = of(words);
            let mut got: Vec<&str> = got.split(", ").collect();
            expected.sort_unstable();
            got.sort_unstable();
            assert_eq!(got, expected, "{words}");
        }
    }

    #[test]
    fn what_was_not_tried_or_is_the_fault_itself_is_not() {
        for words in [
            "je n'ai pas redémarré",
            "écran noir",
            "il redémarre tout seul",
            "le PC a redémarré en plein cours",
            "Faut-il redémarrer ?",
            "merci de changer la lampe",
            "un autre poste est en panne",
            "il faudrait changer les piles",
            "Pouvez-vous passer changer le toner ?",
            "le vidéoprojecteur est testé demain",
        ] {
            assert_eq!(of(words), "", "{words}");
        }
    }
}
