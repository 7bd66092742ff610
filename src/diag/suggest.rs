//! Did you mean: the nearest of the words that would have been right.

/// Below this Jaro-Winkler likeness two words have nothing to do with each other.
const LIKENESS: f64 = 0.8;

/// The candidate that was most probably meant by `word`; none when nothing comes near.
///
/// Words that differ only in case or in `-`, `_` and spaces are the same word to the person who typed them.
/// Of candidates that are equally near, the first one is taken.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let Some(score) = score(word, candidate) else {
            continue;
        };
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How near two words are, or nothing when they are not.
fn score(word: &str, candidate: &str) -> Option<f64> {
    let (left, right) = (fold(word), fold(candidate));
    if left.is_empty() || right.is_empty() || word == candidate {
        return None;
    }
    if left == right {
        return Some(2.0);
    }
    let likeness = strsim::jaro_winkler(&left, &right);
    let edits = strsim::osa_distance(&left, &right);
    let shorter = left.chars().count().min(right.chars().count());
    // Two edits in a word of three letters is another word; a longer one bears more.
    let few_edits = edits <= 2 && edits * 2 <= shorter;
    (likeness > LIKENESS || few_edits).then_some(likeness)
}

/// The word as it sounds: without case and separators.
fn fold(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let words = ["port", "address", "minor", "volume_group", "name"];
        assert_eq!(did_you_mean("prot", words), Some("port"));
        assert_eq!(did_you_mean("adress", words), Some("address"));
        assert_eq!(did_you_mean("volumeGroup", words), Some("volume_group"));
        assert_eq!(did_you_mean("NAME", words), Some("name"));
        assert_eq!(did_you_mean("nmae", words), Some("name"));
        assert_eq!(did_you_mean("xyzzy", words), None);
        assert_eq!(did_you_mean("colour", words), None);
        assert_eq!(did_you_mean("", words), None);
    }

    #[test]
    fn short_words_bear_one_edit_only() {
        assert_eq!(did_you_mean("ip", ["id"]), Some("id"));
        assert_eq!(did_you_mean("xy", ["id"]), None);
    }
}
