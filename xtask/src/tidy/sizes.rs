//! Files and functions stay small enough to be read at one sitting.

use std::fmt;

use super::allow::{Allow, Rule};
use super::finding::Finding;
use super::marks;
use super::source::{Function, Role, Source};

/// Limits on the sizes of one kind of thing, in lines.
struct Limits {
    /// What is measured, as a finding names it.
    of: &'static str,
    rule: Rule,
    /// No single one may be larger.
    hard: usize,
    /// At most one in twenty may be larger.
    p95: usize,
    /// At most half may be larger; none means that no rule is made.
    median: Option<usize>,
}

/// A page of 50 lines has to be turned four times in the usual file, and sixteen times in none more.
const FILES: Limits =
    Limits { of: "file", rule: Rule::FileLines, hard: 800, p95: 450, median: Some(200) };

/// A function fits a screen; the hard limit is the threshold of clippy's `too_many_lines`.
const FUNCTIONS: Limits =
    Limits { of: "function", rule: Rule::FunctionLines, hard: 70, p95: 40, median: None };

/// Below this number a percentile is the size of one or two single things, which the hard limit
/// judges better.
const ENOUGH_FOR_PERCENTILES: usize = 40;

/// Each `expect` is a claim that something cannot happen; more than these are not all thought through.
const EXPECTS_PER_1000_LINES: usize = 2;

/// What tidy prints when there is nothing to mend.
#[derive(Debug, PartialEq)]
pub(crate) struct Figures {
    files: Summary,
    functions: Summary,
    production_files: usize,
    production_lines: usize,
    test_lines: usize,
    public_items: usize,
    documented_items: usize,
    unwraps: usize,
    expects: usize,
}

/// Three quantiles of a set of sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Summary {
    median: usize,
    p95: usize,
    max: usize,
}

/// A thing with a size: its place for the allow-list, and where a finding points.
struct Sized<'a> {
    place: String,
    path: &'a str,
    line: usize,
    lines: usize,
    role: Role,
}

/// Compares all sizes with the limits, and counts what the figures tell.
pub(crate) fn check(sources: &[Source], allow: &mut Allow) -> (Vec<Finding>, Figures) {
    let code = || sources.iter().filter(|source| source.role != Role::Test);
    let files: Vec<Sized<'_>> = code().map(file).collect();
    let functions: Vec<Sized<'_>> =
        code().flat_map(|source| source.functions.iter().map(|f| function(source, f))).collect();
    let mut findings = Vec::new();
    let files = FILES.check(files, allow, &mut findings);
    let functions = FUNCTIONS.check(functions, allow, &mut findings);
    let figures = count(sources, files, functions);
    findings.extend(too_many_expects(sources, &figures));
    (findings, figures)
}

fn file(source: &Source) -> Sized<'_> {
    Sized {
        place: source.path.clone(),
        path: &source.path,
        line: 1,
        lines: source.production_lines(),
        role: source.role,
    }
}

fn function<'a>(source: &'a Source, function: &Function) -> Sized<'a> {
    Sized {
        place: format!("{}::{}", source.path, function.name),
        path: &source.path,
        line: function.line,
        lines: function.lines,
        role: source.role,
    }
}

impl Limits {
    /// Finds what is too large. The percentiles are of production code alone.
    fn check(&self, all: Vec<Sized<'_>>, allow: &mut Allow, out: &mut Vec<Finding>) -> Summary {
        for sized in &all {
            let lines = sized.lines;
            if lines > self.hard && !allow.permits(self.rule, &sized.place, lines) {
                let message =
                    format!("{} of {lines} lines, above the limit of {}", self.of, self.hard);
                out.push(Finding::new(sized.path, sized.line, message));
            }
        }
        let mut all: Vec<Sized<'_>> =
            all.into_iter().filter(|sized| sized.role == Role::Production).collect();
        all.sort_by_key(|sized| sized.lines);
        let at = |percent| rank(all.len(), percent).map(|rank| &all[rank]);
        let limits = [(50, self.median), (95, Some(self.p95))];
        for (percent, limit) in limits {
            let (Some(sized), Some(limit)) = (at(percent), limit) else { continue };
            if all.len() >= ENOUGH_FOR_PERCENTILES && sized.lines > limit {
                let message = format!(
                    "{} of {} lines is the {percent}th percentile, which may be {limit}",
                    self.of, sized.lines
                );
                out.push(Finding::new(sized.path, sized.line, message));
            }
        }
        let lines = |percent| at(percent).map_or(0, |sized| sized.lines);
        Summary { median: lines(50), p95: lines(95), max: lines(100) }
    }
}

/// The index of the nearest-rank percentile among `n` sorted values; none if there are none.
fn rank(n: usize, percent: usize) -> Option<usize> {
    (n * percent).div_ceil(100).checked_sub(1)
}

fn count(sources: &[Source], files: Summary, functions: Summary) -> Figures {
    let production = || sources.iter().filter(|source| source.role == Role::Production);
    let production_lines = production().map(Source::production_lines).sum();
    let all_lines: usize = sources.iter().map(|source| source.lines).sum();
    Figures {
        files,
        functions,
        production_files: production().count(),
        production_lines,
        test_lines: all_lines - production_lines,
        public_items: production().map(|source| source.public.all).sum(),
        documented_items: production().map(|source| source.public.documented).sum(),
        unwraps: sources.iter().map(marks::unwraps).sum(),
        expects: sources.iter().map(marks::expects).sum(),
    }
}

/// The finding points at the file with the most of them.
fn too_many_expects(sources: &[Source], figures: &Figures) -> Option<Finding> {
    let allowed = (figures.production_lines * EXPECTS_PER_1000_LINES).div_ceil(1000);
    let most = sources.iter().max_by_key(|source| marks::expects(source))?;
    (figures.expects > allowed).then(|| {
        let message = format!(
            "{} calls of `expect` in all, {} of them here; {allowed} are allowed for {} lines",
            figures.expects,
            marks::expects(most),
            figures.production_lines
        );
        Finding::new(&most.path, 1, message)
    })
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let documented = if self.public_items == 0 {
            100.0
        } else {
            100.0 * ratio(self.documented_items, self.public_items)
        };
        write!(
            f,
            "{} production files, {} lines; file lines {}; function lines {}; \
             test : production {:.2}; public docs {documented:.0} %; \
             unwrap {}, expect {:.1} per 1,000 lines",
            self.production_files,
            self.production_lines,
            self.files,
            self.functions,
            ratio(self.test_lines, self.production_lines),
            self.unwraps,
            1000.0 * ratio(self.expects, self.production_lines),
        )
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "median {}, p95 {}, max {}", self.median, self.p95, self.max)
    }
}

#[cfg(test)]
mod tests;
