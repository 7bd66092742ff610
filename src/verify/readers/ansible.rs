//! The playbook, in a copy of its folder: Ansible's tools write beside what they read.

use std::io;

use crate::tool::Run;
use crate::verify::{Answer, Desk, Reader};

const PLAYBOOK: &str = "ansible/site.yml";

/// Ansible's own parser.
pub static SYNTAX: Reader = Reader {
    name: "ansible-playbook --syntax-check",
    proves: "the playbook is one, its modules exist and the inventory can be read",
    blind: "modules' options, templates in values, and what the steps do",
    programs: &["ansible-playbook"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending(PLAYBOOK),
    read: |desk, _| {
        let run = ansible(desk, "ansible-playbook")?.args(["--syntax-check", "-i", "inventory.yml", "site.yml"]);
        Ok(Answer::of(&run.said()?, &[]))
    },
};

/// What Python says when ansible-lint tries a word such as `1on` as an expression: no finding.
const PYTHON: &str = "SyntaxWarning: invalid decimal literal";

/// ansible-lint, in its strictest profile.
pub static LINT: Reader = Reader {
    name: "ansible-lint",
    proves: "modules' options, and the customs of the profile `production`",
    blind: "what the steps do",
    programs: &["ansible-lint"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending(PLAYBOOK),
    read: |desk, _| {
        // An empty file is no configuration for it.
        let none = desk.write("lint.yml", "profile: production\n")?;
        let run = ansible(desk, "ansible-lint")?.args(["--offline", "--nocolor", "-p", "-c"]).args([none]);
        let said = run.args(["site.yml"]).said()?;
        let all = "0 failure(s), 0 warning(s) on 1 files";
        let unseen = !said.lines().any(|line| line.contains(all));
        let answer = Answer::of(&said, &[all, PYTHON]);
        Ok(answer.but(unseen.then(|| "not every file was read without a finding".to_owned())))
    },
};

/// yamllint, as strict as it is by default.
pub static YAMLLINT: Reader = Reader {
    name: "yamllint",
    proves: "YAML without doubtful words, keys that stand twice, or uneven indents",
    blind: "what Ansible makes of it",
    programs: &["yamllint"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending(".yml"),
    read: |desk, file| {
        let run = desk.run("yamllint", ["-s", "-f", "parsable", "-d", "default"]).args([desk.tree.path(file)]);
        Ok(Answer::of(&run.said()?, &[]))
    },
};

/// One of Ansible's programs in the copied folder, without a configuration of anybody's.
fn ansible(desk: &Desk, program: &str) -> io::Result<Run> {
    let folder = desk.copy("ansible")?;
    let none = desk.write("ansible.cfg", "")?;
    let run = desk.run(program, [""; 0]).folder(&folder).env("ANSIBLE_CONFIG", none);
    Ok(run.env("ANSIBLE_LOCALHOST_WARNING", "false"))
}
