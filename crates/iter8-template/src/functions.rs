//! Every function that templates can call, in groups that are sorted by what they work on.

mod builtin;
mod calls;
mod sprig;

use crate::function::Function;

/// The functions of a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Go's own functions only.
    Go,
    /// Go's, Sprig's and Helm's functions.
    Sprig,
    /// All those, and three more that the data of gRPC calls is made with: `newUUID`, `randomInt` and
    /// `randomString`.
    Calls,
}

/// The function of a name.
pub(crate) fn find(dialect: Dialect, name: &str) -> Option<&'static Function> {
    groups(dialect).find_map(|group| {
        let index = group.binary_search_by(|function| function.name.cmp(name)).ok()?;
        Some(&group[index])
    })
}

/// The groups of functions in a dialect, each sorted by name. The `slice` of Sprig takes the place of
/// Go's.
fn groups(dialect: Dialect) -> impl Iterator<Item = &'static [Function]> {
    let (calls, sprig): (&[_], _) = match dialect {
        Dialect::Go => (&[], &[][..]),
        Dialect::Sprig => (&[], sprig::GROUPS),
        Dialect::Calls => (&[calls::FUNCTIONS], sprig::GROUPS),
    };
    calls.iter().chain(sprig).copied().chain(std::iter::once(builtin::FUNCTIONS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn groups_are_sorted_and_no_name_occurs_twice() {
        let mut names = BTreeSet::new();
        for group in groups(Dialect::Calls) {
            assert!(group.is_sorted_by(|a, b| a.name < b.name), "{group:#?}");
            for function in group {
                let is_first = names.insert(function.name);
                assert!(is_first || function.name == "slice", "{} occurs twice", function.name);
                let found = find(Dialect::Calls, function.name);
                assert_eq!(found.is_some_and(|found| std::ptr::eq(found, function)), is_first);
            }
        }
    }

    /// Functions stand between back quotes in the first column of the page's tables.
    #[test]
    fn the_reference_names_every_function() {
        let page = include_str!("../../../docs/reference/template-functions.md");
        let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
        let named: BTreeSet<&str> = cells
            .flat_map(|cell| cell.split('`').step_by(2))
            .filter_map(|call| call.split_whitespace().next())
            .collect();
        let known: BTreeSet<&str> = groups(Dialect::Calls)
            .flatten()
            .map(|function| function.name)
            // Those are of the tests only.
            .filter(|name| !matches!(*name, "bytes" | "show"))
            .collect();
        assert_eq!(named, known);
    }

    #[test]
    fn go_knows_its_own_functions_only() {
        assert!(find(Dialect::Go, "printf").is_some() && find(Dialect::Go, "upper").is_none());
        assert!(find(Dialect::Sprig, "printf").is_some() && find(Dialect::Sprig, "nope").is_none());
        assert!(
            find(Dialect::Calls, "newUUID").is_some() && find(Dialect::Calls, "upper").is_some()
        );
        assert!(find(Dialect::Sprig, "newUUID").is_none());
    }
}
