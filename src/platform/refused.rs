//! Platforms that cannot have a row: one of the layers is missing there.

/// A platform under the names that people give it, and what it lacks.
struct Refused {
    /// In lower case, without separators.
    names: &'static [&'static str],
    /// What it lacks, in one line.
    why: &'static str,
}

/// Source of each beside it.
const REFUSED: &[Refused] = &[
    // "Support for the RHEL Resilient Storage Add-On has been removed": Considerations in adopting RHEL 10, chapter 12. GFS2,
    // DLM and lvmlockd over it are that add-on.
    Refused {
        names: &["el10", "rhel10"],
        why: "EL 10 has no GFS2 and no DLM: they were in the Resilient Storage Add-On, which ends with EL 9",
    },
];

/// Why a platform of this name cannot be chosen, if it is known for that.
pub fn why_refused(name: &str) -> Option<&'static str> {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    REFUSED.iter().find(|refused| refused.names.contains(&folded.as_str())).map(|refused| refused.why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_has_a_row_or_is_refused() {
        for refused in REFUSED.iter().flat_map(|refused| refused.names) {
            assert!(super::super::PLATFORMS.iter().all(|platform| platform.name != *refused), "{refused}");
        }
        assert!(why_refused("EL-10").is_some());
        assert_eq!(why_refused("el1"), None);
    }
}
