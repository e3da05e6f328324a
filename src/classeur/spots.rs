//! Where faults gather: rooms, machines, the same thing again. Pure.

use std::collections::{HashMap, HashSet};

use super::dossier::Life;
use super::figures::{Machine, RoomsHit, Spot};
use crate::report::{Equipment, Place};

/// How many are named.
const WORST: usize = 10;
/// Fewer than this is no pattern.
const PATTERN: u64 = 2;

/// Incidents by room, by machine, and by place and sort of thing.
#[derive(Debug, Default)]
pub(super) struct Spots {
    rooms: HashMap<Place, Spot>,
    machines: HashMap<(Option<(Place, Equipment)>, Machine), Spot>,
    things: HashMap<(Place, Equipment), Spot>,
}

fn spot() -> Spot {
    Spot { place: None, equipment: None, machine: None, reported: 0, open: 0, lessons: 0, waited: 0 }
}

impl Spots {
    /// Adds one incident.
    pub(super) fn add(&mut self, life: &Life, open: bool, lessons: bool, waited: u64) {
        let count = |spot: &mut Spot| {
            spot.reported += 1;
            spot.open += u64::from(open);
            spot.lessons += u64::from(lessons);
            spot.waited += waited;
        };
        if let Some(place) = &life.place {
            if !place.is_whole_school() {
                let room = self.rooms.entry(place.clone()).or_insert_with(spot);
                room.place = Some(place.clone());
                count(room);
            }
            let thing = self.things.entry((place.clone(), life.equipment)).or_insert_with(spot);
            thing.place = Some(place.clone());
            thing.equipment = Some(life.equipment);
            count(thing);
        }
        // A label is one machine wherever it stands; a seat is one of its room's.
        let mut named: HashSet<(Option<(Place, Equipment)>, Machine)> =
            life.labels.iter().map(|label| (None, Machine::Label(label.trim().to_uppercase()))).collect();
        if let (true, Some(place)) = (named.is_empty(), &life.place) {
            let seat = |s: &String| (Some((place.clone(), life.equipment)), Machine::Seat(s.trim().to_uppercase()));
            named.extend(life.seats.iter().map(seat));
        }
        for key in named {
            let machine = self.machines.entry(key.clone()).or_insert_with(spot);
            machine.place.clone_from(&life.place);
            machine.equipment = Some(life.equipment);
            machine.machine = Some(key.1);
            count(machine);
        }
    }

    /// Rooms hit, of those known.
    pub(super) fn rooms(&self, known: &[Place]) -> RoomsHit {
        let known: HashSet<&Place> = known.iter().collect();
        let hit = self.rooms.keys().filter(|place| known.contains(place)).count();
        RoomsHit { hit: hit as u64, known: known.len() as u64, elsewhere: (self.rooms.len() - hit) as u64 }
    }

    /// The rooms with most incidents.
    pub(super) fn worst_rooms(&self) -> Vec<Spot> {
        let mut worst = ranked(self.rooms.values());
        worst.truncate(WORST);
        worst
    }

    /// The machines with most incidents.
    pub(super) fn worst_machines(&self) -> Vec<Spot> {
        let mut worst = ranked(self.machines.values());
        worst.truncate(WORST);
        worst
    }

    /// The same sort of thing at the same place, again.
    pub(super) fn repeated(&self) -> Vec<Spot> {
        ranked(self.things.values())
    }
}

fn ranked<'a>(spots: impl Iterator<Item = &'a Spot>) -> Vec<Spot> {
    let mut all: Vec<Spot> = spots.filter(|spot| spot.reported >= PATTERN).cloned().collect();
    all.sort_by(|a, b| {
        let numbers = |s: &Spot| (s.reported, s.waited, s.lessons);
        let name = |s: &Spot| (s.place.clone(), s.equipment, s.machine.clone());
        numbers(b).cmp(&numbers(a)).then_with(|| name(a).cmp(&name(b)))
    });
    all
}
