//! systemd-analyze verify: units, and drop-ins on a stand-in for the unit that they belong to.

use std::io;

use crate::verify::{Answer, Desk, Reader};

const UNITS: &str = "etc/systemd/system/";

/// Units and drop-ins, without the host's units: what is said must not depend on what is installed here.
pub static ANALYZE: Reader = Reader {
    name: "systemd-analyze verify",
    proves: "sections, keys and values of each unit and drop-in; unknown keys count, which systemd itself only mentions",
    blind: "whether the units that are named exist on the node",
    programs: &["systemd-analyze"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.on_nodes(UNITS),
    read: analyze,
};

fn analyze(desk: &Desk, file: &str) -> io::Result<Answer> {
    let (folder, name) = file.split_once(UNITS).unwrap_or(("", file));
    let unit = match name.split_once(".d/") {
        Some((unit, _)) => {
            stand_in(desk, unit)?;
            unit.into()
        }
        None => desk.tree.path(file),
    };
    let units = desk.tree.path(&format!("{folder}{UNITS}"));
    let path = format!("{}:{}", units.display(), desk.folder().join("units").display());
    let run = desk.run("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no"]);
    Ok(Answer::of(&run.args([unit]).env("SYSTEMD_UNIT_PATH", path).said()?, &[]))
}

/// The least that a drop-in of a unit can be read on.
fn stand_in(desk: &Desk, unit: &str) -> io::Result<()> {
    let service = "[Service]\nExecStart=/bin/true\n";
    let text = match unit.rsplit_once('.') {
        Some((name, "socket")) => {
            desk.write(&format!("units/{name}@.service"), service)?;
            "[Socket]\nListenStream=1\nAccept=yes\n"
        }
        Some((_, "service")) => service,
        _ => "[Unit]\nDescription=a stand-in\n",
    };
    desk.write(&format!("units/{unit}"), text).map(drop)
}
