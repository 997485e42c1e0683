//! Every case renders to the same bytes as with Go, or fails with the same message.
//!
//! The few cases that are meant to differ are listed in `tests/differences.yaml`.

use std::fmt::Write as _;

use crate::cases::{self, Case, Difference, Outcome};
use crate::comparison::is_same;
use crate::render::render;

#[test]
fn cases_render_as_with_go() {
    let differences = cases::differences();
    let (mut report, mut mismatches, mut total) = (String::new(), 0_usize, 0_usize);
    for family in cases::families() {
        let cases = cases::family(&family);
        let mut wrong = 0_usize;
        for (case, recorded) in &cases {
            let deliberate = differences
                .iter()
                .find(|difference| difference.family == family && difference.case == case.text);
            if let Some(mismatch) = compare(case, &recorded.outcome, deliberate) {
                wrong += 1;
                let _ = writeln!(report, "{family}: {mismatch}");
            }
        }
        println!("{family:<16}{:>5} cases{wrong:>5} mismatches", cases.len());
        (mismatches, total) = (mismatches + wrong, total + cases.len());
    }
    assert!(mismatches == 0, "{mismatches} of {total} cases:\n{report}");
    assert!(total >= 2000, "{total} cases were found");
}

/// What is wrong with a case, if anything is.
fn compare(case: &Case, go: &Outcome, deliberate: Option<&Difference>) -> Option<String> {
    let t0 = std::time::SystemTime::now();
    let ours = render(case);
    let t = t0.elapsed().unwrap().as_millis();
    if t > 50 {
        println!("SLOW {t} {}", &case.text);
    }
    let is_same = is_same(&ours, go);
    let expected = deliberate.map_or(go, |difference| &difference.ours);
    if deliberate.is_none() && is_same || deliberate.is_some() && ours == *expected && !is_same {
        return None;
    }
    let note = match deliberate {
        Some(_) if is_same => "no difference any more; take it off the list",
        Some(_) => "differs otherwise than listed",
        None => "differs",
    };
    Some(format!(
        "{note}\n    case: {:?}\n    data: {} missingkey: {}\n    want: {expected:?}\n    have: {ours:?}",
        case.text, case.data, case.missingkey
    ))
}

#[test]
fn differences_are_of_cases() {
    for Difference { family, case, .. } in cases::differences() {
        let cases = cases::family(&family);
        assert!(cases.iter().any(|(known, _)| known.text == case), "{family}: {case}");
    }
}
