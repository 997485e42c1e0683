//! Rows of whole numbers.

use super::super::charges;
use crate::function::{Call, Failure, Function, Param};
use crate::value::{Element, List, Value};

/// Functions that count.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("seq", &[], seq).variadic(Param::Int),
    Function::new("until", &[Param::Int], |call| {
        let end = call.int(0);
        numbers(call, &Row { start: 0, end, step: if end < 0 { -1 } else { 1 } })
    }),
    Function::new("untilStep", &[Param::Int, Param::Int, Param::Int], |call| {
        numbers(call, &Row { start: call.int(0), end: call.int(1), step: call.int(2) })
    }),
];

/// Numbers from a start to before an end.
struct Row {
    start: i64,
    end: i64,
    step: i64,
}

impl Row {
    /// How many numbers; none if the step leads away from the end.
    fn len(&self) -> usize {
        let distance = i128::from(self.end) - i128::from(self.start);
        let step = i128::from(self.step);
        if step == 0 || distance.signum() != step.signum() {
            return 0;
        }
        let steps = (distance.abs() + step.abs() - 1) / step.abs();
        usize::try_from(steps).unwrap_or(usize::MAX)
    }

    fn numbers(&self) -> impl Iterator<Item = i64> {
        let next = |number: &i64| number.checked_add(self.step);
        std::iter::successors(Some(self.start), next).take(self.len())
    }
}

fn numbers(call: &mut Call<'_>, row: &Row) -> Result<Value, Failure> {
    charges::items(call.host, row.len())?;
    Ok(List::of(Element::Int, row.numbers().map(Value::int).collect::<Vec<_>>()).into())
}

/// Like the program of this name: an end, a start and an end, or a start, a step and an end. The
/// end is included.
fn seq(call: &mut Call<'_>) -> Result<Value, Failure> {
    let params: Vec<i64> = (0..call.args.len()).map(|index| call.int(index)).collect();
    let (start, step, end) = match params[..] {
        [end] => (1, if end < 1 { -1 } else { 1 }, end),
        [start, end] => (start, if end < start { -1 } else { 1 }, end),
        [start, step, end] if end >= start || step <= 0 => (start, step, end),
        _ => return Ok("".into()),
    };
    let beyond = if end < start { -1 } else { 1 };
    let row = Row { start, end: end.saturating_add(beyond), step };
    // Numbers have 20 digits at most.
    call.host.charge(row.len().saturating_mul(21))?;
    Ok(Value::text(row.numbers().map(|number| number.to_string()).collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn rows() {
        check(&[
            ("until 3", "[]int[0, 1, 2]"),
            ("until 0", "[]int[]"),
            ("until -3", "[]int[0, -1, -2]"),
            ("until 1", "[]int[0]"),
            ("untilStep 0 10 3", "[]int[0, 3, 6, 9]"),
            ("untilStep 0 9 3", "[]int[0, 3, 6]"),
            ("untilStep 10 0 -4", "[]int[10, 6, 2]"),
            ("untilStep 0 10 -1", "[]int[]"),
            ("untilStep 10 0 1", "[]int[]"),
            ("untilStep 0 10 0", "[]int[]"),
            ("untilStep 3 3 1", "[]int[]"),
            ("untilStep 3 3 -1", "[]int[]"),
            ("untilStep -3 3 2", "[]int[-3, -1, 1]"),
            ("untilStep 0 1 100", "[]int[0]"),
        ]);
    }

    #[test]
    fn sequences() {
        check(&[
            ("seq", r#""""#),
            ("seq 5", r#""1 2 3 4 5""#),
            ("seq 1", r#""1""#),
            ("seq 0", r#""1 0""#),
            ("seq -2", r#""1 0 -1 -2""#),
            ("seq 2 5", r#""2 3 4 5""#),
            ("seq 5 2", r#""5 4 3 2""#),
            ("seq 2 2", r#""2""#),
            ("seq 0 2 10", r#""0 2 4 6 8 10""#),
            ("seq 0 3 10", r#""0 3 6 9""#),
            ("seq 10 -3 0", r#""10 7 4 1""#),
            ("seq 10 3 0", r#""""#),
            ("seq 0 -3 10", r#""""#),
            ("seq 0 0 10", r#""""#),
            ("seq 10 0 0", r#""""#),
            ("seq 0 1 0", r#""0""#),
            ("seq 0 -1 0", r#""""#),
            ("seq 1 2 3 4", r#""""#),
            (r#"seq "1""#, r#"error! expected integer; found "1""#),
        ]);
    }

    #[test]
    fn rows_end_where_numbers_end() {
        check(&[(
            "untilStep 9223372036854775800 9223372036854775807 3",
            "[]int[9223372036854775800, 9223372036854775803, 9223372036854775806]",
        )]);
    }

    #[test]
    fn long_rows_are_refused() {
        check_bounded(&[
            "until 1000000000",
            "until -1000000000",
            "untilStep 0 9223372036854775807 1",
            "untilStep 9223372036854775807 -9223372036854775807 -1",
            "seq 1000000000",
            "seq -9223372036854775807 9223372036854775807",
        ]);
    }
}
