//! The known word nearest to a mistyped one, for "did you mean" hints.

#[cfg(test)]
mod tests;

/// Longest word that is compared, in bytes. The distance takes quadratic time, and nothing we know
/// comes near this length.
const MAX_WORD_BYTES: usize = 80;

/// Finds the known word with the smallest Damerau-Levenshtein distance, ignoring case; the first of
/// several equally near ones.
///
/// The distance may be a third of the longer word, at least 1: `tiemout` is meant to be `timeout`,
/// but `foo` is not meant to be `url`. A word of one letter matches only but for case. `None` if
/// nothing is near, or if the word is empty or longer than 80 bytes.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > MAX_WORD_BYTES {
        return None;
    }
    let wanted = word.to_lowercase();
    let length = wanted.chars().count();
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_WORD_BYTES)
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
            let longer = length.max(candidate.chars().count());
            // With one letter each, a distance of 1 means that nothing is left of the word.
            let limit = if longer == 1 { 0 } else { (longer / 3).max(1) };
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
