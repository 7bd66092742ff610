//! Which platform a node is, by its /etc/os-release.

use super::{Locking, PLATFORMS, Platform};
use crate::model::PlatformId;

/// `ID` of Enterprise Linux and of its rebuilds.
const ENTERPRISE: &[&str] = &["rhel", "centos", "rocky", "almalinux", "ol", "scientific", "eurolinux"];

/// The row of a release by `ID` and `VERSION_ID`; the name that it would have where there is none.
pub fn of_release(id: &str, version: &str) -> Result<&'static Platform, String> {
    let major = version.split('.').next().unwrap_or_default();
    let name = match id {
        _ if ENTERPRISE.contains(&id) => format!("el{major}"),
        "debian" => format!("debian{major}"),
        "ubuntu" => format!("ubuntu{}", version.replace('.', "")),
        _ => format!("{id}{}", version.replace('.', "")),
    };
    PLATFORMS.iter().find(|row| row.name == name).copied().ok_or(name)
}

/// The row that is likely where no release is known: by the versions of its CIB (schema and features), else by its locking. Of
/// several it is the one that most things were tried on.
pub fn likely(locking: Locking, versions: Option<(&str, &str)>) -> &'static Platform {
    let by_versions = |row: &&&Platform| versions == Some((row.pacemaker.validate_with, row.pacemaker.feature_set));
    let mut rows: Vec<&&Platform> = PLATFORMS.iter().filter(by_versions).collect();
    if rows.is_empty() {
        rows = PLATFORMS.iter().filter(|row| row.locking == locking).collect();
    }
    rows.iter().find(|row| row.id == PlatformId::Debian12).or(rows.first()).map_or(PLATFORMS[0], |row| **row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_goes_by_what_is_known() {
        let name = |locking, versions| likely(locking, versions).name;
        assert_eq!(name(Locking::Clvmd, None), "el7");
        assert_eq!(name(Locking::Lvmlockd, Some(("x", "y"))), "debian12");
        assert_eq!(name(Locking::Lvmlockd, Some(("pacemaker-4.0", "3.20.0"))), "debian13");
        assert_eq!(name(Locking::Lvmlockd, Some(("pacemaker-3.9", "3.16.1"))), "debian12");
    }

    #[test]
    fn a_release_is_a_row_or_the_name_of_none() {
        for (id, version, expected) in [
            ("centos", "7", Ok("el7")),
            ("rocky", "9.4", Ok("el9")),
            ("debian", "12", Ok("debian12")),
            ("ubuntu", "24.04", Ok("ubuntu2404")),
            ("rhel", "10.0", Err("el10")),
            ("fedora", "41", Err("fedora41")),
        ] {
            let found = of_release(id, version);
            assert_eq!(found.as_ref().map(|row| row.name).map_err(String::as_str), expected);
        }
    }
}
