//! Go's layouts: a format is the reference time, Mon Jan 2 15:04:05 MST 2006, written as wanted.

/// An element of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `06`
    ShortYear,
    /// `2006`
    Year,
    /// `Jan`
    ShortMonth,
    /// `January`
    Month,
    /// `1` and `01`
    MonthNumber(Pad),
    /// `Mon`
    ShortWeekday,
    /// `Monday`
    Weekday,
    /// `2`, `_2` and `02`
    Day(Pad),
    /// `__2` and `002`
    DayOfYear(Pad),
    /// `15`
    Hour,
    /// `3` and `03`
    Hour12(Pad),
    /// `4` and `04`
    Minute(Pad),
    /// `5` and `05`
    Second(Pad),
    /// `PM`
    Half,
    /// `pm`
    LowerHalf,
    /// `-0700` and its relatives
    Offset(OffsetStyle),
    /// `MST`
    Abbreviation,
    /// `.000` and `.999`
    Fraction(Fraction),
}

/// What fills a number that has fewer digits than there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pad {
    None,
    Space,
    Zero,
}

/// How a zone's offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetStyle {
    /// Whether zero is `Z`.
    pub(super) zulu: bool,
    /// Whether the parts are set apart by colons.
    pub(super) colons: bool,
    /// Whether there are hours (1), minutes (2) and seconds (3).
    pub(super) parts: usize,
}

/// A fraction of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    /// A point or a comma.
    pub(super) separator: u8,
    /// Most digits.
    pub(super) digits: usize,
    /// Whether zeros at the end are left out.
    pub(super) trimmed: bool,
}

/// An element in its place.
pub(super) struct Found<'a> {
    /// What stands before it.
    pub(super) before: &'a [u8],
    /// The element as it is written.
    pub(super) written: &'a [u8],
    pub(super) element: Element,
    /// What stands behind it.
    pub(super) after: &'a [u8],
}

const fn offset(zulu: bool, colons: bool, parts: usize) -> Element {
    Element::Offset(OffsetStyle { zulu, colons, parts })
}

/// The elements as they are written. Of two that begin alike, the longer one comes first.
const ELEMENTS: [(&str, Element); 37] = [
    ("January", Element::Month),
    ("Jan", Element::ShortMonth),
    ("Monday", Element::Weekday),
    ("Mon", Element::ShortWeekday),
    ("MST", Element::Abbreviation),
    ("002", Element::DayOfYear(Pad::Zero)),
    ("01", Element::MonthNumber(Pad::Zero)),
    ("02", Element::Day(Pad::Zero)),
    ("03", Element::Hour12(Pad::Zero)),
    ("04", Element::Minute(Pad::Zero)),
    ("05", Element::Second(Pad::Zero)),
    ("06", Element::ShortYear),
    ("15", Element::Hour),
    ("1", Element::MonthNumber(Pad::None)),
    ("2006", Element::Year),
    ("2", Element::Day(Pad::None)),
    ("__2", Element::DayOfYear(Pad::Space)),
    ("_2", Element::Day(Pad::Space)),
    ("3", Element::Hour12(Pad::None)),
    ("4", Element::Minute(Pad::None)),
    ("5", Element::Second(Pad::None)),
    ("PM", Element::Half),
    ("pm", Element::LowerHalf),
    ("-070000", offset(false, false, 3)),
    ("-07:00:00", offset(false, true, 3)),
    ("-0700", offset(false, false, 2)),
    ("-07:00", offset(false, true, 2)),
    ("-07", offset(false, false, 1)),
    ("Z070000", offset(true, false, 3)),
    ("Z07:00:00", offset(true, true, 3)),
    ("Z0700", offset(true, false, 2)),
    ("Z07:00", offset(true, true, 2)),
    ("Z07", offset(true, false, 1)),
    // The rest is what fractions begin with; their digits are counted.
    (".0", fraction(b'.', false)),
    (",0", fraction(b',', false)),
    (".9", fraction(b'.', true)),
    (",9", fraction(b',', true)),
];

const fn fraction(separator: u8, trimmed: bool) -> Element {
    Element::Fraction(Fraction { separator, digits: 0, trimmed })
}

/// The first element of a layout.
pub(super) fn next(layout: &[u8]) -> Option<Found<'_>> {
    (0..layout.len()).find_map(|at| {
        let (element, length) = at_start(&layout[at..])?;
        let (before, rest) = layout.split_at(at);
        let (written, after) = rest.split_at(length);
        Some(Found { before, written, element, after })
    })
}

/// The element that a text begins with, and its length.
fn at_start(text: &[u8]) -> Option<(Element, usize)> {
    // The line belongs to the year's surroundings, not to a day.
    if text.starts_with(b"_2006") {
        return None;
    }
    let fits = |written: &str, element: Element| {
        let has_lower_case_next = text.get(written.len()).is_some_and(u8::is_ascii_lowercase);
        // `Janet` and `Money` are no names of months and days.
        let is_short_name = matches!(element, Element::ShortMonth | Element::ShortWeekday);
        text.starts_with(written.as_bytes()) && !(is_short_name && has_lower_case_next)
    };
    let (written, element) =
        ELEMENTS.iter().copied().find(|(written, element)| fits(written, *element))?;
    let Element::Fraction(fraction) = element else { return Some((element, written.len())) };
    let digit = written.as_bytes()[1];
    let digits = text[1..].iter().take_while(|byte| **byte == digit).count();
    let is_followed_by_digit = text.get(1 + digits).is_some_and(u8::is_ascii_digit);
    let element = Element::Fraction(Fraction { digits, ..fraction });
    (!is_followed_by_digit).then_some((element, 1 + digits))
}
