//! Arguments -> one verb of [`passerelle::cli`].
fn main() {}
