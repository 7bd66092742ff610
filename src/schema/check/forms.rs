//! Texts that nearly have the form that their place asks for: `16 GB` where `16GiB` is the word.

/// What people write for a unit, in small letters, and the language's word for it.
const UNITS: &[(&str, &str)] = &[
    ("k", "KiB"),
    ("kb", "KiB"),
    ("kib", "KiB"),
    ("m", "MiB"),
    ("mb", "MiB"),
    ("mib", "MiB"),
    ("g", "GiB"),
    ("gb", "GiB"),
    ("gib", "GiB"),
    ("t", "TiB"),
    ("tb", "TiB"),
    ("tib", "TiB"),
    ("msec", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("m", "min"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hour", "h"),
    ("hours", "h"),
    ("mbit/s", "Mbit"),
    ("mbps", "Mbit"),
    ("gbit/s", "Gbit"),
    ("gbps", "Gbit"),
    ("g", "Gbit"),
    ("%free", "%FREE"),
];

/// The text that was probably meant, if it has the form that is asked for.
pub(super) fn near(text: &str, fits: impl Fn(&str) -> bool) -> Option<String> {
    let squeezed: String = text.split_whitespace().collect();
    let digits = squeezed.find(|c: char| !c.is_ascii_digit()).unwrap_or(squeezed.len());
    let (number, unit) = squeezed.split_at(digits);
    let unit = unit.to_ascii_lowercase();
    let units = UNITS.iter().filter(|(written, _)| !number.is_empty() && *written == unit);
    let mut candidates: Vec<String> = units.map(|(_, word)| format!("{number}{word}")).collect();
    candidates.push(squeezed.to_ascii_lowercase());
    // An address with the length of its network.
    candidates.extend(squeezed.split_once('/').map(|(address, _)| address.to_owned()));
    candidates.push(squeezed);
    // Without quotes some texts are numbers or truth values.
    let is_text =
        |candidate: &str| candidate.parse::<f64>().is_err() && !["true", "false", "null"].contains(&candidate);
    candidates.into_iter().find(|candidate| candidate != text && is_text(candidate) && fits(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_spaces_capitals_and_prefix_lengths() {
        let is_size = |text: &str| text.ends_with("iB") && !text.contains(' ');
        assert_eq!(near("16 GB", is_size).as_deref(), Some("16GiB"));
        assert_eq!(near("40g", is_size).as_deref(), Some("40GiB"));
        assert_eq!(near("5 m", |text| text == "5min").as_deref(), Some("5min"));
        assert_eq!(near("Server4", |text| text == "server4").as_deref(), Some("server4"));
        assert_eq!(near("10.0.0.4/24", |text| !text.contains('/')).as_deref(), Some("10.0.0.4"));
        assert_eq!(near("1 0", |_| true), None);
        assert_eq!(near("TRUE", |_| true), None);
        assert_eq!(near("x", |_| true), None);
    }
}
