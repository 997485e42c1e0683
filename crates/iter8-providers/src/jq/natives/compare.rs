//! Sorting and grouping.

use std::cmp::Ordering;

use jaq_core::box_iter::box_once;
use jaq_core::{Exn, ValR};

use super::{Cv, Table, filter, simple};
use crate::jq::meter;
use crate::jq::value::{JqError, Json, collect, compare, metered};

/// The functions.
pub(super) fn table() -> Table {
    vec![
        simple!("sort", sort),
        ("sort_by", filter(), |cv| box_once(sorted_by(cv).map(values_of))),
        ("group_by", filter(), |cv| box_once(sorted_by(cv).and_then(|pairs| groups(&pairs)))),
        ("min_by", filter(), |cv| box_once(extreme(cv, Ordering::Less, Ordering::Less))),
        ("max_by", filter(), |cv| box_once(extreme(cv, Ordering::Greater, Ordering::Equal))),
    ]
}

/// An element after what it is compared by.
type Keyed = (Json, Json);

fn sort(value: &Json) -> ValR<Json> {
    let items = value.as_items()?;
    metered::<_, JqError>(meter::room(3 * size_of_val(items)))?;
    Ok(Json::list(merge_sort(items.to_vec(), &compare)))
}

/// The elements with all that the filter gives for them.
fn keyed(mut cv: Cv<'_>) -> Result<Vec<Keyed>, Exn<'_, Json>> {
    let (filter, context) = cv.0.pop_fun();
    let pair = |item: &Json| {
        let outputs = filter.run((context.clone(), item.clone()));
        Ok((Json::list(collect(outputs)?), item.clone()))
    };
    collect(cv.1.as_items()?.iter().map(pair))
}

fn sorted_by(cv: Cv<'_>) -> Result<Vec<Keyed>, Exn<'_, Json>> {
    let pairs = keyed(cv)?;
    metered::<_, JqError>(meter::room(3 * size_of_val(pairs.as_slice())))?;
    Ok(merge_sort(pairs, &|(one, _), (other, _)| compare(one, other)))
}

fn values_of(pairs: Vec<Keyed>) -> Json {
    Json::list(pairs.into_iter().map(|(_, item)| item).collect())
}

fn groups<'a>(pairs: &[Keyed]) -> Result<Json, Exn<'a, Json>> {
    let same = |(one, _): &Keyed, (other, _): &Keyed| compare(one, other) == Ordering::Equal;
    let groups = pairs.chunk_by(same).map(|group| {
        collect(group.iter().map(|(_, item)| Ok::<_, JqError>(item.clone()))).map(Json::list)
    });
    Ok(Json::list(collect(groups)?))
}

/// The element whose key stands to that of the best one so far as wanted; null for none.
fn extreme(cv: Cv<'_>, wanted: Ordering, also: Ordering) -> Result<Json, Exn<'_, Json>> {
    let best = keyed(cv)?.into_iter().reduce(|best, next| {
        let order = compare(&next.0, &best.0);
        if order == wanted || order == also { next } else { best }
    });
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}

/// Sorts, keeping equals in their order. Unlike the library's, it bears comparisons that
/// contradict each other, as they do once a limit is reached.
fn merge_sort<T>(mut items: Vec<T>, compare: &impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if items.len() < 2 || meter::step().is_err() {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items, compare).into_iter().peekable();
    let mut right = merge_sort(right, compare).into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let next = if compare(other, one) == Ordering::Less { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        meter::begin(meter::MOST_STEPS);
        let pairs = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        let sorted = merge_sort(pairs, &|(one, _), (other, _)| i32::cmp(one, other));
        let letters: String = sorted.iter().map(|(_, letter)| letter).collect();
        assert_eq!(letters, "ebdac");
        assert!(merge_sort(Vec::<i32>::new(), &i32::cmp).is_empty());
    }

    #[test]
    fn contradictions_do_no_harm() {
        meter::begin(meter::MOST_STEPS);
        let items: Vec<u32> = (0..1000).collect();
        let sorted = merge_sort(items, &|one, other| {
            if (one ^ other) % 3 == 0 { Ordering::Less } else { Ordering::Greater }
        });
        assert_eq!(sorted.len(), 1000);
    }
}
