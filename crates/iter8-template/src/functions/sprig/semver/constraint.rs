//! Constraints on versions: `>=1.2, <2 || ^3.1`.

use super::version::{Parts, Version, compare_prereleases};

/// Alternatives, of each of which all constraints must hold.
pub(super) struct Constraints(Vec<Vec<Constraint>>);

struct Constraint {
    operator: Operator,
    version: Version,
    wild: Wild,
}

/// How a version is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// The first part of a constraint's version that is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wild {
    Major,
    Minor,
    Patch,
    Nothing,
}

impl Constraints {
    /// Reads a text, with the errors of the original.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = without_ranges(text);
        let alternatives = text.split("||").map(alternative);
        Ok(Self(alternatives.collect::<Result<_, _>>()?))
    }

    /// Whether a version satisfies them.
    pub(super) fn allow(&self, version: &Version) -> bool {
        self.0.iter().any(|all| all.iter().all(|constraint| constraint.allows(version)))
    }
}

/// A part of a number or what stands for any. The bar is in the original's set, too, where it was
/// meant to separate the others.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// Writes `a - b` as `>= a, <= b`.
fn without_ranges(text: &str) -> String {
    let mut written = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        match range(rest) {
            Some((length, from, to)) => {
                written = written.replacen(&rest[..length], &format!(">= {from}, <= {to} "), 1);
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    written
}

/// A range that a text begins with: its length, with the spaces around it, and its ends.
fn range(text: &str) -> Option<(usize, &str, &str)> {
    let from = text.trim_start_matches(is_space);
    let (from, rest) = from.split_at(Parts::at_start(from, is_digit)?.length);
    let to = rest.trim_start_matches(is_space).strip_prefix('-')?;
    let to = to.strip_prefix(is_space).filter(|_| rest.starts_with(is_space))?;
    let to = to.trim_start_matches(is_space);
    let (to, rest) = to.split_at(Parts::at_start(to, is_digit)?.length);
    Some((text.len() - rest.trim_start_matches(is_space).len(), from, to))
}

/// Constraints that are set apart by spaces or commas.
fn alternative(text: &str) -> Result<Vec<Constraint>, String> {
    let improper = || format!("improper constraint: {text}");
    let mut written = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        let (operator, after) = Operator::at_start(rest);
        let after = after.trim_start_matches(is_space);
        let parts = Parts::at_start(after, is_digit).ok_or_else(improper)?;
        let (version, behind) = after.split_at(parts.length);
        written.push((operator, version, parts));
        rest = behind;
        let without_space = rest.trim_start_matches(is_space);
        if without_space.is_empty() {
            break;
        }
        let without_comma = without_space.strip_prefix(',');
        if without_comma.is_none() && without_space.len() == rest.len() {
            return Err(improper());
        }
        rest = without_comma.unwrap_or(without_space);
    }
    // Only of what has the right form throughout are the versions looked at.
    let constraints = written
        .into_iter()
        .map(|(operator, version, parts)| Constraint::new(operator, version, &parts));
    constraints.collect()
}

impl Operator {
    /// The operator that a text begins with, and what follows.
    fn at_start(text: &str) -> (Self, &str) {
        const WRITTEN: [(&str, Operator); 11] = [
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("=>", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            ("=<", Operator::LessOrEqual),
            ("~>", Operator::Tilde),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("~", Operator::Tilde),
            ("^", Operator::Caret),
        ];
        WRITTEN
            .iter()
            .find_map(|(written, operator)| Some((*operator, text.strip_prefix(written)?)))
            .unwrap_or((Self::Equal, text))
    }
}

impl Constraint {
    fn new(operator: Operator, written: &str, parts: &Parts<'_>) -> Result<Self, String> {
        let is_open = |part: &str| matches!(part, "" | "x" | "X" | "*");
        let [major, minor, patch] = parts.numbers;
        let (wild, [major, minor, patch]) = match parts.numbers.map(is_open) {
            [true, _, _] => (Wild::Major, ["0", "0", "0"]),
            [_, true, _] => (Wild::Minor, [major, "0", "0"]),
            [_, _, true] => (Wild::Patch, [major, minor, "0"]),
            [false, false, false] => (Wild::Nothing, [major, minor, patch]),
        };
        let hyphen = if parts.prerelease.is_empty() { "" } else { "-" };
        let full = format!("{major}.{minor}.{patch}{hyphen}{}", parts.prerelease);
        // The full form has the metadata, too, but nothing can be wrong with it.
        let version = Version::parse(if wild == Wild::Nothing { written } else { &full });
        let version = version.map_err(|_| "constraint Parser Error")?;
        Ok(Self { operator, version, wild })
    }

    fn allows(&self, version: &Version) -> bool {
        // Whoever does not ask for a prerelease does not get one.
        let is_unasked = !version.prerelease.is_empty() && self.version.prerelease.is_empty();
        let is_exact = self.wild == Wild::Nothing;
        if is_unasked && !(self.operator == Operator::NotEqual && is_exact) {
            return false;
        }
        let order = version.compare(&self.version);
        match self.operator {
            Operator::Equal if is_exact => order.is_eq(),
            Operator::NotEqual => self.differs(version),
            Operator::Greater => self.is_below(version),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual if is_exact => order.is_le(),
            Operator::LessOrEqual => {
                let bound = &self.version;
                version.major < bound.major
                    || version.major == bound.major
                        && (self.wild == Wild::Minor || version.minor <= bound.minor)
            }
            Operator::Equal | Operator::Tilde => order.is_ge() && self.is_near(version),
            Operator::Caret => order.is_ge() && self.is_compatible(version),
        }
    }

    /// `!=`
    fn differs(&self, version: &Version) -> bool {
        let bound = &self.version;
        match self.wild {
            Wild::Nothing | Wild::Major => version.compare(bound).is_ne(),
            Wild::Minor => version.major != bound.major,
            Wild::Patch if (version.major, version.minor) != (bound.major, bound.minor) => true,
            Wild::Patch => compare_prereleases(&version.prerelease, &bound.prerelease).is_ne(),
        }
    }

    /// `>`, where what is left open counts as the largest.
    fn is_below(&self, version: &Version) -> bool {
        let bound = &self.version;
        match self.wild {
            Wild::Nothing | Wild::Major => version.compare(bound).is_gt(),
            Wild::Minor => version.major > bound.major,
            Wild::Patch => (version.major, version.minor) > (bound.major, bound.minor),
        }
    }

    /// `~`, for versions that are not smaller: the same minor version, or any if that is open.
    fn is_near(&self, version: &Version) -> bool {
        let bound = &self.version;
        let is_zero = (bound.major, bound.minor, bound.patch) == (0, 0, 0);
        let is_any = is_zero && matches!(self.wild, Wild::Nothing | Wild::Major);
        is_any
            || version.major == bound.major
                && (version.minor == bound.minor || self.wild == Wild::Minor)
    }

    /// `^`, for versions that are not smaller: the same first part that is not zero.
    fn is_compatible(&self, version: &Version) -> bool {
        let bound = &self.version;
        if bound.major > 0 || self.wild == Wild::Minor {
            return version.major == bound.major;
        }
        let is_same_minor = version.major == 0 && version.minor == bound.minor;
        if bound.minor > 0 || self.wild == Wild::Patch {
            return is_same_minor;
        }
        is_same_minor && version.patch == bound.patch
    }
}
