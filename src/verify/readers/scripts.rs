//! The shell scripts.

use crate::verify::{Answer, Reader};

/// bash -n.
pub static BASH: Reader = Reader {
    name: "bash -n",
    proves: "the grammar of bash",
    blind: "everything that happens when the script runs",
    programs: &["bash"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending(".sh"),
    read: |desk, file| Ok(Answer::of(&desk.run("bash", ["-n"]).args([desk.tree.path(file)]).said()?, &[])),
};

/// shellcheck, with all it has to say.
pub static SHELLCHECK: Reader = Reader {
    name: "shellcheck",
    proves: "no known trap of the shell: words split, unset names, tests that are always true",
    blind: "whether the commands exist on the node and do what is meant",
    programs: &["shellcheck"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending(".sh"),
    read: |desk, file| {
        let run = desk.run("shellcheck", ["--norc", "-S", "style", "-f", "gcc"]).args([desk.tree.path(file)]);
        Ok(Answer::of(&run.said()?, &[]))
    },
};
