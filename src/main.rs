//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::panic::catch_unwind(gfs2gen::cli::run) {
        Ok(code) => code,
        Err(_) => {
            eprintln!("gfs2gen: this is a bug in gfs2gen, please report it with the description and the lines above");
            gfs2gen::cli::Exit::Bug.into()
        }
    }
}
