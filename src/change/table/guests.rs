//! Guests.

use super::{Class, Does, On, Row, impossible, online, row};

pub(super) const ROWS: &[Row] = &[
    online("vms[]", On::Added, "its images and its resource are made beside the others")
        .before(&["the filesystems have room for its images", "its bridge is there on both nodes"]),
    row("vms[]", On::Any, Class::GuestsStop, "{name} is shut down and leaves the cluster; its images stay where they are")
        .before(&["{name} may be shut down for good"])
        .instead("erase its images yourself when nobody wants them back")
        .does(Does::RemoveGuest),
    row(
        "vms[].name",
        On::Any,
        Class::GuestsStop,
        "libvirt and Pacemaker know a guest by its name: it is shut down as {old} and started as {new}, with another UUID and, unless \
         its MAC address is written, with another of those",
    )
    .before(STOPS)
    .does(Does::RestartGuest),
    restart("vms[].type", HARDWARE),
    restart("vms[].memory", HARDWARE),
    restart("vms[].vcpus", HARDWARE),
    restart("vms[].cpu", HARDWARE),
    row("vms[].disks[]", On::Added, Class::GuestsStop, HARDWARE)
        .before(&["{of} may be shut down for a moment", "the filesystem has room for the image"])
        .does(Does::Images),
    row("vms[].disks[]", On::Any, Class::GuestsStop, "{of} starts without the disk; its image stays where it is")
        .before(STOPS)
        .does(Does::Images),
    row("vms[].disks[].file", On::Any, Class::GuestsStop, COPIED).before(COPY).does(Does::Images),
    row("vms[].disks[].filesystem", On::Any, Class::GuestsStop, COPIED).before(COPY).does(Does::Images),
    row("vms[].disks[].size", On::Grown, Class::GuestsStop, "an image grows while no guest writes to it")
        .before(&["{of} may be shut down for a moment", "the filesystem has room for it"])
        .does(Does::Images),
    impossible(
        "vms[].disks[].size",
        On::Any,
        "a smaller image is one whose end is cut off, with whatever the guest has there",
        "add a smaller disk, copy to it inside the guest, and remove the larger one after that",
    ),
    row("vms[].disks[].format", On::Any, Class::GuestsStop, COPIED).before(COPY).does(Does::Images),
    restart("vms[].network.bridge", HARDWARE),
    restart("vms[].network.mac", HARDWARE),
    online("vms[].prefer", On::Any, "it weighs less than staying, so nothing moves"),
    row("vms[].domain", On::Any, Class::GuestsStop, HARDWARE)
        .before(&["{of} may be shut down for a moment", "every image that the domain names is there"])
        .does(Does::RestartGuest),
    online("vms[].shutdown", On::Any, "Pacemaker waits as long at the next stop"),
];

const HARDWARE: &str = "a running guest keeps the machine that it was started with";
const COPIED: &str = "the image is copied while no guest writes to it; the old one stays where it is";
const COPY: &[&str] = &["{of} may be shut down for as long as the copy takes", "the filesystem has room for it"];
const STOPS: &[&str] = &["{of} may be shut down for a moment"];

const fn restart(key: &'static str, why: &'static str) -> Row {
    row(key, On::Any, Class::GuestsStop, why).before(STOPS).does(Does::RestartGuest)
}
