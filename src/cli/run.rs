//! `passerelle run`: the service.
