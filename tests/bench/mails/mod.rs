//! A school's mail, made up: the same messages for the same number, whatever the machine.
//!
//! Faults in rooms, told in several voices through several mail programs; some told again by
//! colleagues, reminders, thanks, out-of-office notices, a newsletter; two or three faults in one
//! message now and then; a photo now and then.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

/// Monday 23 November 2026, 17:00 in Paris: the service's "now".
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_449_600).unwrap()
}

/// What is broken, and how three people say it. `{}` stands for the place.
const FAULTS: &[[&str; 3]] = &[
    [
        "Le vidéoprojecteur {} ne s'allume plus : le voyant reste rouge et la télécommande n'y fait rien.",
        "impossible de projeter {} ce matin, le vidéoprojecteur reste éteint",
        "Plus d'image au vidéoprojecteur {}, on entend le ventilateur puis il s'arrête au bout d'une minute.",
    ],
    [
        "L'imprimante {} affiche un bourrage papier alors que j'ai tout retiré.",
        "l'imprimante {} n'imprime plus, elle clignote en orange",
        "Toutes les feuilles sortent rayées de noir à l'imprimante {}.",
    ],
    [
        "Le poste du professeur {} ne démarre plus, écran noir et un bip toutes les dix secondes.",
        "l'ordinateur prof {} reste bloqué sur le logo au démarrage",
        "Le PC du bureau {} s'éteint tout seul au milieu du cours.",
    ],
    [
        "Trois ordinateurs élèves {} n'ont plus accès au réseau : pas de connexion possible.",
        "pas d'internet sur plusieurs postes {}",
        "Les ordinateurs du fond {} affichent « serveur introuvable » quand les élèves ouvrent leur session.",
    ],
    [
        "Le wifi ne fonctionne pas {} : les tablettes ne trouvent aucune borne.",
        "wifi très lent {} depuis lundi, la page ne se charge jamais",
        "La borne wifi {} clignote en rouge et personne ne se connecte.",
    ],
    [
        "Le tableau interactif {} ne répond plus au stylet.",
        "le TNI {} est décalé de dix centimètres, le calibrage ne tient pas",
        "Impossible d'écrire au tableau numérique {}, il s'affiche mais reste figé.",
    ],
    [
        "Il n'y a plus de son {} : les enceintes grésillent puis plus rien.",
        "pas de son {} pour l'oral de demain",
        "Les haut-parleurs {} ne marchent plus depuis la rentrée.",
    ],
    [
        "L'écran du poste 7 {} est tout rose.",
        "un écran {} scintille en permanence, les élèves ont mal aux yeux",
        "L'écran de gauche {} ne s'allume plus.",
    ],
    [
        "Deux claviers {} ont des touches arrachées et une souris ne clique plus.",
        "le clavier du poste 3 {} ne répond plus",
        "Il manque une souris {} et le clavier voisin écrit n'importe quoi.",
    ],
    [
        "Le logiciel GeoGebra ne se lance plus {}, message « licence expirée ».",
        "libreoffice plante à l'ouverture {} sur tous les postes",
        "Impossible d'ouvrir le logiciel de montage vidéo {} : il demande un mot de passe administrateur.",
    ],
];

const OPENINGS: &[&str] =
    &["Bonjour,", "Bonjour à tous,", "Cher collègue,", "Bonsoir,", "Bonjour Madame, bonjour Monsieur,"];
const EFFECTS: &[&str] = &[
    "J'ai dû annuler la séance.",
    "C'est gênant mais je m'arrange pour l'instant.",
    "Les terminales ont un contrôle jeudi, c'est assez pressé.",
    "J'ai déjà débranché et rebranché, sans résultat.",
    "C'est comme ça depuis vendredi dernier.",
    "",
];
const CLOSINGS: &[&str] =
    &["Merci d'avance,", "Cordialement,", "Bien à vous,", "Merci beaucoup et bonne journée,", "Bonne fin de semaine,"];
const FIRST: &[&str] =
    &["Agnès", "Bruno", "Chloé", "Damien", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Joël", "Karima", "Léo"];
const LAST: &[&str] =
    &["Aubrac", "Bertin", "Cazenave", "Delmas", "Esnault", "Fabregas", "Guillon", "Hamel", "Iribarne", "Jaouen"];
const TOPICS: &[&str] = &["physique-chimie", "anglais", "lettres", "SVT", "mathématiques", "éco-gestion"];
const NAMED: &[&str] = &["au CDI", "en salle des professeurs", "au labo de langues", "à la vie scolaire"];

/// Numbers that look drawn by lot: a linear congruential generator (Knuth's MMIX constants).
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).unwrap()
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[derive(Clone, Copy)]
struct Told {
    place: usize,
    fault: usize,
}

/// An endless school. See the module.
pub struct Mails {
    lots: Lots,
    number: usize,
    told: Vec<Told>,
    photo: Vec<u8>,
    /// Rooms to choose from: few for a school where much is told twice.
    rooms: usize,
}

impl Mails {
    /// The mailbox number `seed`.
    pub fn new(seed: u64) -> Self {
        Self { lots: Lots(seed), number: 0, told: Vec::new(), photo: photo(), rooms: 4 * 4 * 14 }
    }

    fn place(&mut self) -> usize {
        self.lots.below(self.rooms + NAMED.len())
    }

    fn place_words(&mut self, place: usize) -> String {
        if place >= self.rooms {
            return NAMED[place - self.rooms].to_owned();
        }
        let code = room(place);
        match self.lots.below(3) {
            0 => format!("en {code}"),
            1 => format!("de la salle {code}"),
            _ => format!("en salle {code}"),
        }
    }

    fn fault_words(&mut self, told: Told) -> String {
        let voice = self.lots.below(3);
        let place = self.place_words(told.place);
        FAULTS[told.fault][voice].replace("{}", &place)
    }

    fn fresh(&mut self) -> Told {
        let told = Told { place: self.place(), fault: self.lots.below(FAULTS.len()) };
        self.told.push(told);
        told
    }

    /// Subject and text of the next message.
    fn words(&mut self) -> (String, String) {
        let opening = self.lots.of(OPENINGS);
        let closing = self.lots.of(CLOSINGS);
        let draw = self.lots.below(100);
        let earlier = (draw >= 66 && !self.told.is_empty()).then(|| {
            let near = self.told.len().min(60);
            self.told[self.told.len() - 1 - self.lots.below(near)]
        });
        let (subject, said) = match (draw, earlier) {
            (66..84, Some(told)) => ("panne".to_owned(), self.fault_words(told)),
            (84..89, Some(told)) => {
                let place = self.place_words(told.place);
                (
                    "Re: panne".to_owned(),
                    format!("Toujours rien de neuf pour la panne {place} ? Elle n'est pas réparée."),
                )
            }
            (89..94, _) => {
                ("Merci".to_owned(), "Merci pour votre réponse, je vous tiens au courant. Bonne journée.".to_owned())
            }
            (0..12, _) => {
                let (a, b) = (self.fresh(), self.fresh());
                let mut said =
                    format!("Plusieurs soucis à signaler :\n- {}\n- {}", self.fault_words(a), self.fault_words(b));
                if draw < 4 {
                    let c = self.fresh();
                    let _ = write!(said, "\n- {}", self.fault_words(c));
                }
                ("Plusieurs pannes".to_owned(), said)
            }
            _ => {
                let told = self.fresh();
                let subject =
                    if self.lots.chance(50) { "Problème informatique".to_owned() } else { "Panne".to_owned() };
                (subject, self.fault_words(told))
            }
        };
        let effect = self.lots.of(EFFECTS);
        (subject, format!("{opening}\n\n{said}\n{effect}\n\n{closing}\n"))
    }

    fn automatic(&mut self, head: &str) -> Option<Vec<u8>> {
        match self.lots.below(100) {
            0..3 => Some(
                format!(
                    "{head}Subject: Absence\r\nAuto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n\
                     MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
                     Je suis en stage jusqu'au 30 novembre et lirai mes messages à mon retour.\r\n"
                )
                .into_bytes(),
            ),
            3..5 => Some(
                format!(
                    "{head}Subject: La lettre du mois\r\nList-Id: <lettre.editeur.test>\r\nPrecedence: bulk\r\n\
                     List-Unsubscribe: <mailto:off@editeur.test>\r\nMIME-Version: 1.0\r\n\
                     Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><h1>Nouveautés</h1>\
                     <p>Nos manuels numériques arrivent.</p></body></html>\r\n"
                )
                .into_bytes(),
            ),
            _ => None,
        }
    }
}

impl Iterator for Mails {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.number += 1;
        let n = self.number;
        let (first, last) = (self.lots.of(FIRST), self.lots.of(LAST));
        let address = format!("{}.{}@ac-creteil.test", plain(first), plain(last));
        let ago = SignedDuration::from_mins(12 * (2_500 - i64::try_from(n % 2_400).unwrap()));
        let at = now().checked_sub(ago).unwrap();
        let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        let head = format!(
            "Return-Path: <{address}>\r\nDelivered-To: panne-info@lycee-prevert.test\r\n\
             Received: from mx2.ac-creteil.test (mx2.ac-creteil.test [192.0.2.7])\r\n\
             \tby mail.lycee-prevert.test (Postfix) with ESMTPS id 4F{n:06X}\r\n\
             \tfor <panne-info@lycee-prevert.test>; {date}\r\n\
             Authentication-Results: mail.lycee-prevert.test; dkim=pass header.d=ac-creteil.test; spf=pass\r\n\
             From: =?UTF-8?B?{}?= <{address}>\r\nTo: panne-info@lycee-prevert.test\r\nDate: {date}\r\n\
             Message-ID: <{n:08x}.{:04x}@ac-creteil.test>\r\n",
            STANDARD.encode(format!("{first} {last}")),
            self.lots.below(65_536),
        );
        if let Some(mail) = self.automatic(&head) {
            return Some(mail);
        }
        let (subject, mut text) = self.words();
        let subject = format!("Subject: =?UTF-8?B?{}?=\r\n", STANDARD.encode(subject));
        let client = self.lots.below(6);
        let topic = self.lots.of(TOPICS);
        if client == 4 {
            let _ = write!(text, "{first}\n\nEnvoyé de mon iPhone\n");
        } else {
            let _ = write!(text, "{first} {last}\n-- \n{first} {last}\nProfesseur de {topic}\nLycée Jacques-Prévert\n");
        }
        let photo = self.lots.chance(3);
        let body = match client {
            _ if photo => with_photo(&text, &self.photo),
            0 | 1 => alternative(&text),
            2 => format!(
                "MIME-Version: 1.0\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                lines(&STANDARD.encode(html(&text)))
            ),
            3 => format!(
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n\
                 Content-Transfer-Encoding: 8bit\r\n\r\n{}",
                text.replace('\n', "\r\n")
            ),
            _ => format!(
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                 Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
                quoted_printable(&text)
            ),
        };
        Some(format!("{head}{subject}{body}").into_bytes())
    }
}

fn room(place: usize) -> String {
    let building = ["A", "B", "C", "D"][place / 56 % 4];
    format!("{building}{}{:02}", place / 14 % 4, place % 14 + 1)
}

fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|c| match c {
            'é' | 'è' | 'ë' => 'e',
            c => c,
        })
        .collect()
}

fn html(text: &str) -> String {
    let mut out = String::from(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\
         <style>p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}</style></head>\
         <body lang=\"FR\"><div class=\"WordSection1\">",
    );
    for line in text.lines() {
        let line = if line.is_empty() { "&nbsp;" } else { line };
        let _ = write!(out, "<p class=\"MsoNormal\"><span style=\"color:#1F497D\">{line}</span></p>\r\n");
    }
    out + "</div></body></html>"
}

fn alternative(text: &str) -> String {
    format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_grenze\"\r\n\r\n--=_grenze\r\n\
         Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n\
         --=_grenze\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         {}\r\n--=_grenze--\r\n",
        quoted_printable(text),
        quoted_printable(&html(text))
    )
}

fn with_photo(text: &str, photo: &[u8]) -> String {
    format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_photo\"\r\n\r\n--=_photo\r\n\
         Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n\
         --=_photo\r\nContent-Type: image/jpeg; name=\"IMG_2041.jpg\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"IMG_2041.jpg\"\r\n\r\n{}\r\n--=_photo--\r\n",
        quoted_printable(text),
        lines(&STANDARD.encode(photo))
    )
}

fn lines(base64: &str) -> String {
    let mut out = String::with_capacity(base64.len() + base64.len() / 38);
    for (i, c) in base64.chars().enumerate() {
        if i > 0 && i % 76 == 0 {
            out.push_str("\r\n");
        }
        out.push(c);
    }
    out + "\r\n"
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for byte in text.bytes() {
        if byte == b'\n' {
            out.push_str("\r\n");
            column = 0;
            continue;
        }
        if column > 70 {
            out.push_str("=\r\n");
            column = 0;
        }
        match byte {
            b'\r' => {}
            b'=' | 0x80.. => {
                let _ = write!(out, "={byte:02X}");
                column += 3;
            }
            _ => {
                out.push(char::from(byte));
                column += 1;
            }
        }
    }
    out
}

/// A photo of 640 x 480 with enough in it not to be taken for a logo.
fn photo() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(640, 480, |x, y| {
        let grain = (x * 31 + y * 17 + x * y) % 23;
        let shade = |n: u32| u8::try_from((n + grain) % 256).unwrap();
        image::Rgb([shade(x / 4), shade(y / 3), shade((x + y) / 6)])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
    out.into_inner()
}
