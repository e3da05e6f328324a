//! `passerelle once`: handle what waits, send what is due, stop.
