//! One message -> kind and reports.

use super::place::Places;
use super::{Kind, Report};
use crate::message::Message;
use crate::profile::Profile;

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
}

/// Reads `message`. Pure and total: any text gives a result.
pub fn extract(message: &Message, profile: &Profile, places: &Places) -> Extracted {
    let _ = (message, profile, places);
    Extracted { kind: Kind::Other, reports: Vec::new(), reasons: Vec::new(), doubtful: false }
}
