//! Arguments -> one verb of [`passerelle::cli`].

fn main() -> std::process::ExitCode {
    passerelle::cli::main()
}
