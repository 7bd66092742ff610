//! lvmconfig: the keys of lvm.conf.

use std::path::Path;

use crate::platform::Locking;
use crate::tool::{Run, Tool};
use crate::verify::{Answer, Reader};

/// What it says to everybody but root.
const NOT_ROOT: &str = "Running as a non-root user";

/// LVM 2.03 still knows clvmd's keys, and says what has become of locking_type.
const CLVMD: &[&str] = &[NOT_ROOT, "locking_type (3) is deprecated", "see lvmlockd(8)"];

/// lvm.conf.
pub static LVMCONFIG: Reader = Reader {
    name: "lvmconfig --validate",
    proves: "every key is known and of the right type",
    blind: "what values mean: a filter may hide every disk, or show the one under DRBD",
    programs: &["lvmconfig"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.on_nodes("etc/lvm/lvm.conf"),
    read: |desk, file| {
        let path = desk.tree.path(file);
        let run = lvmconfig(desk.tool("lvmconfig"), path.parent().unwrap_or(&path)).args(["--validate"]);
        let noise = if desk.tree.platform.locking == Locking::Clvmd { CLVMD } else { &[NOT_ROOT] };
        Ok(Answer::of(&run.said()?, noise))
    },
};

/// lvmconfig with a folder in place of /etc/lvm.
pub fn lvmconfig(tool: &Tool, folder: &Path) -> Run {
    tool.run([""; 0]).env("LVM_SYSTEM_DIR", folder).env("LVM_SUPPRESS_FD_WARNINGS", "1")
}
