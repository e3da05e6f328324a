//! One message -> kind and reports.

use super::place::Places;
use super::{Equipment, Kind, Place, Report};
use crate::message::Message;
use crate::profile::Profile;
use std::ops::Range;

/// What one message tells, before it is held against the known incidents.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// First judgement of the kind; matching may change `Report` to `FollowUp` and back.
    pub kind: Kind,
    /// The problems told, in the order of the text.
    pub reports: Vec<Report>,
    /// Why, in words a person can read (English), for `explain`.
    pub reasons: Vec<String>,
    /// Nothing was recognised, yet a person seems to report a fault: the referent must see it.
    pub doubtful: bool,
    /// Every place the new text names, each once.
    pub places: Vec<Place>,
    /// Named places that the text puts beside a room code ("labo de langues (B301)").
    pub same_as: Vec<(Place, Place)>,
}

/// Reads `message`. Pure and total: any text gives a result.
pub fn extract(message: &Message, profile: &Profile, places: &Places) -> Extracted {
    let _ = (message, profile, places);
    Extracted {
        kind: Kind::Other,
        reports: Vec::new(),
        reasons: Vec::new(),
        doubtful: false,
        places: Vec::new(),
        same_as: Vec::new(),
    }
}

/// What a piece of text names, without any judgement: for reading answers and corrections.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Places and where they stand (byte ranges of the text), in order.
    pub places: Vec<(Place, Range<usize>)>,
    /// Equipment and where it stands, in order.
    pub equipment: Vec<(Equipment, Range<usize>)>,
    /// Numbers of machines ("trois postes"), in order.
    pub counts: Vec<(u32, Range<usize>)>,
    /// Asset labels, as written.
    pub labels: Vec<String>,
    /// Serial numbers, as written.
    pub serials: Vec<String>,
}

/// What `text` names. Pure and total.
pub fn mentions(text: &str, profile: &Profile, places: &Places) -> Mentions {
    let _ = (text, profile, places);
    Mentions::default()
}
