//! Makes Cargo embed a new migration even where no source file changed.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
