//! How alike two tellings are: shared stems, weighed by how rare they are in this mailbox.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Words that say nothing of a fault.
const EMPTY: &[&str] = &[
    "a", "ai", "alors", "apres", "as", "au", "aucun", "aucune", "aussi", "autre", "aux", "avec", "avoir", "bien",
    "bonjour", "c", "ca", "car", "ce", "cela", "celle", "celui", "ces", "cet", "cette", "chez", "comme", "d", "dans",
    "de", "des", "deux", "dit", "donc", "du", "elle", "elles", "en", "encore", "est", "et", "etait", "etre", "eu",
    "faire", "fait", "fois", "hier", "il", "ils", "j", "je", "jour", "jours", "l", "la", "le", "les", "leur", "lui",
    "m", "ma", "mais", "matin", "me", "meme", "merci", "mes", "moi", "mon", "n", "ne", "ni", "nos", "notre", "nous",
    "on", "ont", "ou", "par", "pas", "pendant", "peu", "peut", "plus", "pour", "puis", "qu", "quand", "que", "qui",
    "s", "sa", "salle", "sans", "se", "semaine", "semaines", "ses", "si", "son", "sont", "suis", "sur", "t", "te",
    "toujours", "tous", "tout", "toute", "toutes", "tres", "tu", "un", "une", "vos", "votre", "vous", "y",
];

/// Nouns that every other sentence of a school has: they name no thing of their own.
const COMMON: &[&str] = &[
    "accueil",
    "adresse",
    "affaire",
    "agent",
    "aide",
    "amphi",
    "annee",
    "appel",
    "apres",
    "atelier",
    "attente",
    "bac",
    "batiment",
    "besoin",
    "bout",
    "bureau",
    "cantine",
    "cas",
    "cause",
    "chef",
    "chose",
    "choses",
    "cinq",
    "classe",
    "classes",
    "client",
    "clients",
    "collegue",
    "collegues",
    "compte",
    "conseil",
    "cote",
    "coup",
    "cours",
    "cuisine",
    "date",
    "debut",
    "demande",
    "dernier",
    "derniere",
    "devis",
    "directeur",
    "dossier",
    "double",
    "droite",
    "eleve",
    "eleves",
    "ensemble",
    "epreuve",
    "equipe",
    "erreur",
    "etablissement",
    "etage",
    "examen",
    "exercice",
    "fait",
    "famille",
    "familles",
    "filiere",
    "fin",
    "fois",
    "fond",
    "foyer",
    "garage",
    "gauche",
    "gens",
    "groupe",
    "gymnase",
    "hall",
    "heure",
    "heures",
    "histoire",
    "idee",
    "incident",
    "infirmerie",
    "intendance",
    "internat",
    "intervention",
    "jeudi",
    "journee",
    "labo",
    "laboratoire",
    "laboratoires",
    "lendemain",
    "lieu",
    "loge",
    "lundi",
    "lycee",
    "madame",
    "magasin",
    "main",
    "maison",
    "maniere",
    "mardi",
    "matin",
    "matinee",
    "meme",
    "mercredi",
    "message",
    "midi",
    "minute",
    "minutes",
    "mois",
    "moitie",
    "moment",
    "monde",
    "monsieur",
    "nom",
    "nouvelle",
    "nouvelles",
    "numero",
    "occasion",
    "oeil",
    "ordre",
    "panne",
    "papier",
    "parents",
    "part",
    "partie",
    "passage",
    "pedagogique",
    "peine",
    "personne",
    "personnel",
    "petit",
    "petite",
    "piece",
    "place",
    "plein",
    "poche",
    "point",
    "polyvalente",
    "porte",
    "portes",
    "premier",
    "premiere",
    "prestataire",
    "probleme",
    "prof",
    "professeur",
    "professeurs",
    "profs",
    "question",
    "raison",
    "recreation",
    "region",
    "reparation",
    "repas",
    "reponse",
    "reprise",
    "restaurant",
    "reste",
    "retour",
    "reunion",
    "rien",
    "salle",
    "salles",
    "salon",
    "samedi",
    "scolaire",
    "seance",
    "second",
    "seconde",
    "secretariat",
    "self",
    "semaine",
    "semaines",
    "service",
    "signalement",
    "soir",
    "soiree",
    "souci",
    "soucis",
    "stagiaire",
    "suite",
    "sujet",
    "technicien",
    "temps",
    "tete",
    "ticket",
    "tour",
    "tous",
    "tout",
    "travail",
    "trois",
    "vacances",
    "vendeur",
    "vendredi",
    "vie",
];

/// Words after which a thing is named.
const ARTICLES: &[&str] = &[
    "au", "aux", "ce", "cet", "cette", "de", "des", "du", "l", "la", "le", "les", "leur", "ma", "mes", "mon", "nos",
    "notre", "sa", "ses", "son", "ta", "ton", "un", "une", "vos", "votre",
];

/// Words that may stand between an article and the noun.
const BEFORE_NOUN: &[&str] = &[
    "ancien", "ancienne", "autre", "fameux", "fameuse", "grand", "grande", "gros", "grosse", "nouveau", "nouvel",
    "nouvelle", "petit", "petite", "vieil", "vieille", "vieux",
];

/// Lower case without accents; typographic apostrophes and ligatures made plain.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x7f' => out.push(c.to_ascii_lowercase()),
            // What French writes, without a look into the tables of Unicode.
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => out.push('e'),
            'à' | 'â' | 'À' | 'Â' => out.push('a'),
            'î' | 'ï' | 'Î' | 'Ï' => out.push('i'),
            'ô' | 'Ô' => out.push('o'),
            'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => out.push('u'),
            'ç' | 'Ç' => out.push('c'),
            '’' | '‘' | 'ʼ' => out.push('\''),
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            c => decompose_canonical(c, |c| {
                if !is_combining_mark(c) {
                    out.extend(c.to_lowercase());
                }
            }),
        }
    }
    out
}

/// The words of letters and digits of a folded text, in order.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty())
}

/// Stems of a telling, each once, as hashes in their order: compared often and never shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stems(Vec<u64>);

impl Stems {
    /// The stems of the words that say something.
    pub(super) fn of(text: &str) -> Self {
        let stemmer = Stemmer::create(Algorithm::French);
        let folded = fold(text);
        let telling = words(&folded).filter(|t| t.len() > 1 && EMPTY.binary_search(t).is_err());
        let mut stems: Vec<u64> = telling.map(|t| hash(&stemmer.stem(t))).collect();
        stems.sort_unstable();
        stems.dedup();
        Self(stems)
    }

    /// Adds those of `other`.
    pub(super) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort_unstable();
        self.0.dedup();
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The nouns by which a telling names things, as hashes of their stems in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Names(Vec<u64>);

impl Names {
    /// The first five of the words after an article, and the first words of all ("souris du 6 changée").
    pub(super) fn of(text: &str) -> Self {
        let stemmer = Stemmer::create(Algorithm::French);
        let folded = fold(text);
        let mut named: Vec<u64> = Vec::new();
        // The noun and the word beside it: "le téléphone fixe" is "le fixe" for some.
        let mut left = 2;
        for word in words(&folded) {
            if ARTICLES.binary_search(&word).is_ok() {
                left = 2;
            } else if !(left == 2 && BEFORE_NOUN.contains(&word)) && left > 0 {
                let telling = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
                if telling && COMMON.binary_search(&word).is_err() && EMPTY.binary_search(&word).is_err() {
                    named.push(hash(&stemmer.stem(word)));
                    left -= 1;
                    if named.len() == 5 {
                        break;
                    }
                } else {
                    left = 0;
                }
            }
        }
        named.sort_unstable();
        named.dedup();
        Self(named)
    }

    /// Those of several tellings of one fault.
    pub(super) fn of_all<'a>(tellings: impl Iterator<Item = &'a Self>) -> Self {
        let mut named: Vec<u64> = tellings.flat_map(|n| n.0.iter().copied()).collect();
        named.sort_unstable();
        named.dedup();
        Self(named)
    }

    /// Do both name a thing by the same word?
    pub(super) fn meet(&self, other: &Self) -> bool {
        self.0.iter().any(|n| other.0.binary_search(n).is_ok())
    }
}

/// The verbs of a telling, by their beginnings: those that are said, and those that are denied.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Verbs {
    said: Vec<u64>,
    no_longer: Vec<u64>,
    denied: Vec<u64>,
}

/// Letters of a verb that its forms share ("s'éteint", "s'éteignent").
const BEGINNING: usize = 4;

/// Verbs that say nothing of their own.
const EMPTY_VERBS: &[&str] = &[
    "affi", "aura", "avai", "avon", "donn", "etai", "etre", "fait", "faut", "font", "peut", "peuv", "rest", "sera",
    "sont", "sort", "veul", "veut", "vien", "voit",
];

impl Verbs {
    /// Every word that may be a verb; those between "ne" and "plus" or "pas" are denied.
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text);
        let words: Vec<&str> = words(&folded).collect();
        let key = |word: &str| {
            let start = word.get(..BEGINNING)?;
            (EMPTY_VERBS.binary_search(&start).is_err()).then(|| hash(start))
        };
        let mut verbs = Self::default();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let pronoun = |w: &&str| w.len() <= 2 || matches!(*w, "les" | "lui" | "nous" | "vous" | "leur");
            if matches!(*word, "ne" | "n") {
                let verb = (at + 1..at + 4).find(|i| words.get(*i).is_some_and(|w| !pronoun(w)));
                let denial = verb.and_then(|v| {
                    words.iter().skip(v + 1).take(2).find_map(|w| match *w {
                        "plus" => Some(true),
                        "pas" | "jamais" | "rien" | "guere" | "point" => Some(false),
                        _ => None,
                    })
                });
                if let (Some(v), Some(no_longer)) = (verb, denial)
                    && let Some(key) = words.get(v).and_then(|w| key(w))
                {
                    if no_longer {
                        verbs.no_longer.push(key);
                    }
                    verbs.denied.push(key);
                    at = v + 1;
                    continue;
                }
            } else if let Some(key) = key(word) {
                verbs.said.push(key);
            }
            at += 1;
        }
        verbs
    }

    /// Does this telling, the later one, say that what `earlier` complained of has ended ("ils ne s'éteignent
    /// plus")?
    pub(super) fn end(&self, earlier: &Self) -> bool {
        self.no_longer.iter().any(|v| earlier.said.contains(v) && !earlier.denied.contains(v))
    }

    /// Does this telling say of a thing what `earlier` denied of it ("le téléphone sonne")?
    pub(super) fn restore(&self, earlier: &Self) -> bool {
        self.denied.is_empty() && self.said.iter().any(|v| earlier.denied.contains(v) && !earlier.said.contains(v))
    }
}

/// The same in every run; two words of one hash would only weigh as one.
fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// How many tellings hold each stem.
#[derive(Debug, Clone, Default)]
pub(super) struct Rarity {
    seen: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    tellings: u32,
}

/// Hashes hashes: they are well mixed already.
#[derive(Debug, Clone, Copy, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Stems kept; a mailbox that fills them keeps the counts it has.
const STEMS_KEPT: usize = 50_000;

impl Rarity {
    /// Counts one telling.
    pub(super) fn learn(&mut self, stems: &Stems) {
        self.tellings = self.tellings.saturating_add(1);
        for stem in &stems.0 {
            if self.seen.len() < STEMS_KEPT || self.seen.contains_key(stem) {
                *self.seen.entry(*stem).or_default() += 1;
            }
        }
    }

    fn weight(&self, stem: u64) -> f64 {
        let seen = f64::from(self.seen.get(&stem).copied().unwrap_or(0));
        ((f64::from(self.tellings) + 2.0) / (seen + 1.0)).ln().max(0.1)
    }

    /// 0 (nothing shared) to 1 (the same words): weight of the shared stems over that of the
    /// shorter telling, lowered where that one is very short.
    pub(super) fn likeness(&self, a: &Stems, b: &Stems) -> f64 {
        let sum = |stems: &[u64]| stems.iter().map(|s| self.weight(*s)).sum::<f64>();
        let common: Vec<u64> = a.0.iter().filter(|s| b.0.binary_search(s).is_ok()).copied().collect();
        if common.is_empty() {
            return 0.0;
        }
        let smaller = sum(&a.0).min(sum(&b.0));
        let caution = if common.len() == 1 { 0.5 } else { 1.0 };
        if smaller > 0.0 { (sum(&common) / smaller).min(1.0) * caution } else { 0.0 }
    }
}

/// What a text says, letter case, accents and punctuation aside, to be held against others; `None`
/// where it is too short for that.
pub(super) fn print(text: &str) -> Option<u64> {
    let folded = fold(text);
    let mut hasher = DefaultHasher::new();
    let mut count = 0;
    for word in words(&folded) {
        word.hash(&mut hasher);
        count += 1;
    }
    (count >= 3).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn the_list_of_empty_words_is_sorted_for_the_search_in_it() {
        assert!(EMPTY.is_sorted());
        assert!(COMMON.is_sorted());
        assert!(ARTICLES.is_sorted());
        assert!(EMPTY_VERBS.is_sorted());
    }

    #[test]
    fn rare_words_in_common_make_tellings_alike() {
        let mut rarity = Rarity::default();
        for t in ["le pc ne démarre pas", "le projecteur ne démarre pas", "la borne clignote", "le pc rame"] {
            rarity.learn(&Stems::of(t));
        }
        let a = Stems::of("la borne du couloir clignote en orange");
        let close = rarity.likeness(&a, &Stems::of("cette borne clignote toujours"));
        let far = rarity.likeness(&a, &Stems::of("le pc du couloir ne démarre pas"));
        assert!(close > 0.6 && far < 0.4, "{close} {far}");
        assert_eq!(rarity.likeness(&a, &Stems::default()), 0.0);
    }

    #[test]
    fn what_was_denied_and_is_said_is_over_and_so_is_what_no_longer_happens() {
        let told = |text| Verbs::of(text);
        assert!(told("ils ne s'éteignent plus").end(&told("les postes 4 et 11 s'éteignent net")));
        assert!(!told("il ne bipe plus du tout").end(&told("le portique ne bipe plus")));
        assert!(told("le téléphone sonne").restore(&told("le téléphone ne sonne plus")));
        assert!(!told("il ne sonne toujours pas").restore(&told("le téléphone ne sonne plus")));
        assert!(!told("la sono est rangée").restore(&told("le téléphone ne sonne plus")));
    }

    #[test]
    fn things_are_known_by_the_nouns_that_name_them() {
        let names = |text| Names::of(text);
        assert!(names("Pour le portique, on attend").meet(&names("le portique antivol sonne sans arrêt")));
        assert!(names("souris du 12 aussi").meet(&names("poste 12 : la souris ne répond plus")));
        assert!(!names("la semaine prochaine").meet(&names("depuis une semaine le son coupe")));
    }

    #[test]
    fn typography_does_not_make_a_text_another() {
        assert_eq!(print("L’écran n'affiche rien !"), print("l'ecran n’affiche  RIEN"));
        assert_ne!(print("L'écran n'affiche rien"), print("L'écran n'affiche pas"));
        assert_eq!(print("en panne"), None, "two words are too few to be called the same text");
    }

    #[test]
    fn folding_is_unicode_decomposition_without_marks_in_lower_case() {
        let plain = |c: char| match c {
            '’' | '‘' | 'ʼ' => "'".to_owned(),
            'œ' | 'Œ' => "oe".to_owned(),
            'æ' | 'Æ' => "ae".to_owned(),
            c => c.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect(),
        };
        for c in '\0'..='\u{ffff}' {
            assert_eq!(fold(&c.to_string()), plain(c), "{c:?}");
        }
        assert_eq!(fold("e\u{301}\u{327}tE\u{308}"), "ete");
    }
}
