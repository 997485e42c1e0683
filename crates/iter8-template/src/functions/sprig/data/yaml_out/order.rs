//! The order of keys: go-yaml's, which sorts `a9` before `a10`.

use std::cmp::Ordering;

use crate::value::{Text, Value};

/// Sorts entries by their keys.
///
/// The order has cycles (`a2` < `a10` < `a1b` < `a2`), at which the standard library's sort may
/// panic. Merging makes some order of those too, and always the same.
pub(super) fn sorted(mut entries: Vec<(Text, Value)>) -> Vec<(Text, Value)> {
    if entries.len() < 2 {
        return entries;
    }
    let right = sorted(entries.split_off(entries.len() / 2));
    let mut right = right.into_iter().peekable();
    let mut merged = Vec::with_capacity(entries.len() + right.len());
    for entry in sorted(entries) {
        while right.peek().is_some_and(|other| compare(other, &entry) == Ordering::Less) {
            merged.extend(right.next());
        }
        merged.push(entry);
    }
    merged.extend(right);
    merged
}

fn compare((a, _): &(Text, Value), (b, _): &(Text, Value)) -> Ordering {
    natural(&a.as_str(), &b.as_str())
}

/// Compares keys where they begin to differ: other characters before letters, digits there by the
/// number that they are part of.
fn natural(a: &str, b: &str) -> Ordering {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let at: usize = same.map(|(character, _)| character.len_utf8()).sum();
    let (rest_a, rest_b) = (&a[at..], &b[at..]);
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a.cmp(&first_b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Zeros count only within a number that has begun.
    let in_number = (first_a == '0' || first_b == '0') && ends_in_number(&a[..at]);
    let (number_a, digits_a) = number(rest_a, in_number);
    let (number_b, digits_b) = number(rest_b, in_number);
    number_a.cmp(&number_b).then(digits_a.cmp(&digits_b)).then(first_a.cmp(&first_b))
}

/// Whether a text ends in digits of which one is not zero.
fn ends_in_number(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit);
    digits.into_iter().any(|digit| digit != b'0')
}

/// The number that a text begins with, and of how many digits it is.
fn number(text: &str, in_number: bool) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((i64::from(in_number), 0), |(number, count), digit| {
        (number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
    })
}
