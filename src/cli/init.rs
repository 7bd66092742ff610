//! `gfs2gen init`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::options::Init;
use super::{Exit, Terminal};

/// The description that every command's documentation starts from, with what to change in it.
const START: &str = include_str!("../../examples/minimal/cluster.yaml");

/// What stands above it, for a person and for editors.
const HEAD: &str = "\
# A two-node cluster for gfs2gen: change the names, addresses, fence devices and the disk, then `gfs2gen check` this file.
# Everything else has a default; `gfs2gen schema > cluster.schema.json` gives editors the rest.
# yaml-language-server: $schema=cluster.schema.json
";

/// A description to start from, for a platform.
pub(super) fn description(platform: &str) -> String {
    let body = START.lines().skip_while(|line| line.starts_with('#'));
    let body = body.map(|line| match line.strip_prefix("platform: ") {
        Some(_) => format!("platform: {platform}\n"),
        None => format!("{line}\n"),
    });
    HEAD.to_owned() + &body.collect::<String>()
}

pub(super) fn run(args: &Init, terminal: &Terminal) -> Exit {
    let text = description(&args.platform);
    if args.file == Path::new("-") {
        return terminal.data(&text);
    }
    let file = args.file.display();
    let written = OpenOptions::new().write(true).create_new(true).open(&args.file);
    match written.and_then(|mut opened| opened.write_all(text.as_bytes())) {
        Ok(()) => {
            terminal.say(&format!("{file}: written; change its names and addresses, then: gfs2gen check {file}"));
            Exit::Fine
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            terminal.error(&format!("{file} is already there, and stays as it is; name another file, or - to print"));
            Exit::Refused
        }
        Err(error) => {
            terminal.error(&format!("cannot write {file}: {error}"));
            Exit::Refused
        }
    }
}
