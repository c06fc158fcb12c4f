//! The `probity` program; all it does is in [`probity::cli`].

fn main() -> std::process::ExitCode {
    probity::cli::run(std::env::args_os())
}
