//! DRBD: what its files have to say, and must not.

use super::{Case, Findings, Said, is_yes};
use crate::import::describe::platform;
use crate::import::drbd::{Resource, Settings};
use crate::model::DrbdMajor;

pub(super) fn look(case: &Case, findings: &mut Findings) {
    let Some(node) = case.seen.nodes.iter().find(|node| node.resources().next().is_some()) else { return };
    let common = node.common();
    for resource in node.resources() {
        let of = Of { case, resource, common: &common };
        of.replication(findings);
        of.fencing(findings);
        of.habits(findings);
        of.sides(findings);
    }
}

struct Of<'a> {
    case: &'a Case<'a>,
    resource: &'a Resource,
    common: &'a Settings,
}

impl Of<'_> {
    fn get(&self, section: &str, name: &str) -> Option<&Said> {
        self.resource.setting(self.common, section, name)
    }

    /// A finding at a setting, or at the resource where it is missing. What all share is said once.
    fn tell(&self, code: &str, at: Option<&Said>, message: impl Into<String>, findings: &mut Findings) {
        let place = at.unwrap_or(&self.resource.name).at;
        let span = crate::diag::At::Span(place.span);
        let known = findings
            .found
            .iter()
            .any(|(file, found)| *file == place.file && found.primary.at == span && found.name == code);
        if !known {
            findings.at(code, place, message);
        }
    }

    fn replication(&self, findings: &mut Findings) {
        let name = &self.resource.name.text;
        let two = self.get("net", "allow-two-primaries");
        // The bare word means yes, too.
        if !is_yes(two) && two.is_none_or(|two| two.text != "allow-two-primaries") {
            self.tell("not-dual-primary", two, format!("`{name}` does not allow two primaries"), findings);
        }
        let protocol = self.get("net", "protocol").or_else(|| self.get("", "protocol"));
        if let Some(protocol) = protocol.filter(|protocol| protocol.text != "C") {
            self.tell("protocol-not-c", Some(protocol), format!("`{name}` has protocol {}", protocol.text), findings);
        }
        for (key, fine) in [
            ("after-sb-0pri", &["disconnect", "discard-zero-changes"][..]),
            ("after-sb-1pri", &["disconnect", "discard-secondary", "consensus"]),
            ("after-sb-2pri", &["disconnect"]),
            ("rr-conflict", &["disconnect", "retry-connect"]),
        ] {
            if let Some(policy) = self.get("net", key).filter(|policy| !fine.contains(&policy.text.as_str())) {
                let message =
                    format!("`{key} {}` decides by itself whose data of `{name}` is thrown away", policy.text);
                self.tell("split-brain-loses-data", Some(policy), message, findings);
            }
        }
        if self.get("net", "cram-hmac-alg").is_none() || self.get("net", "shared-secret").is_none() {
            self.tell(
                "not-authenticated",
                None,
                format!("the two sides of `{name}` do not prove who they are"),
                findings,
            );
        }
        if let Some(digest) = self.get("net", "data-integrity-alg") {
            self.tell("data-integrity", Some(digest), format!("`{name}` checks every block on its way"), findings);
        }
    }

    fn fencing(&self, findings: &mut Findings) {
        let name = &self.resource.name.text;
        let policy = self.get("disk", "fencing").or_else(|| self.get("net", "fencing"));
        if policy.is_none_or(|policy| policy.text != "resource-and-stonith") {
            let message = match policy {
                Some(policy) => format!("the fencing of `{name}` is `{}`, not `resource-and-stonith`", policy.text),
                None => format!("`{name}` has no fencing: the default is none"),
            };
            self.tell("drbd-does-not-fence", policy, message, findings);
        }
        let handler = self.get("handlers", "fence-peer");
        if handler.is_none() {
            self.tell("no-fence-handler", None, format!("`{name}` has no handler `fence-peer`"), findings);
        } else if self.get("handlers", "unfence-peer").is_none() {
            let message = match self.get("handlers", "after-resync-target") {
                Some(_) => format!(
                    "a ban of `{name}` is lifted only after a resync, on the side that was behind: no `unfence-peer`"
                ),
                None => format!("nothing lifts a ban of `{name}`: no `unfence-peer`"),
            };
            self.tell("ban-stays", handler, message, findings);
        }
    }

    fn habits(&self, findings: &mut Findings) {
        let name = &self.resource.name.text;
        let nine = platform::generation(self.case.seen) == Some(DrbdMajor::V9);
        let auto = self.get("options", "auto-promote");
        if let Some(who) = self.get("startup", "become-primary-on") {
            self.tell("primary-by-itself", Some(who), format!("`{name}` is made primary at boot"), findings);
        } else if nine && auto.is_none_or(|auto| auto.text != "no") {
            self.tell("primary-by-itself", auto, format!("DRBD 9 promotes `{name}` when something opens it"), findings);
        }
        for key in ["disk-flushes", "md-flushes"] {
            if let Some(off) = self.get("disk", key).filter(|value| value.text == "no") {
                self.tell(
                    "no-flushes",
                    Some(off),
                    format!("`{name}` does not flush the disk's cache: `{key} no`"),
                    findings,
                );
            }
        }
    }

    fn sides(&self, findings: &mut Findings) {
        let name = &self.resource.name.text;
        let [one, other] = &self.resource.sides[..] else {
            let message = format!("`{name}` has {} sides", self.resource.sides.len());
            self.tell("not-two-nodes", None, message, findings);
            return;
        };
        let pairs = [("port", &one.port, &other.port), ("minor number", &one.minor, &other.minor)];
        for (what, one, other) in pairs {
            if let (Some(one), Some(other)) = (one, other)
                && one.text != other.text
            {
                let message = format!("the two sides of `{name}` differ in their {what}");
                findings.both("sides-differ", one, other, self.case.files, message);
            }
        }
        for side in [one, other] {
            if let Some(disk) = side.meta_disk.as_ref().filter(|disk| disk.text != "internal") {
                let message = format!("the metadata of `{name}` is on `{}`", disk.text);
                self.tell("metadata-elsewhere", Some(disk), message, findings);
            }
            if side.volumes > 1 {
                let message = format!("`{name}` has {} volumes", side.volumes);
                self.tell("more-volumes", Some(&side.name), message, findings);
            }
        }
    }
}
