//! Which platform a node is, by its /etc/os-release.

use super::{PLATFORMS, Platform};

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

#[cfg(test)]
mod tests {
    use super::*;

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
