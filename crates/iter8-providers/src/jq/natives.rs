//! The functions of the language that are not made of others.
//!
//! Each of them either takes no more time and memory than its input is large, or asks the meter on
//! its way. There are none that see anything but their input: no environment, no files, no further
//! inputs, no messages, and none that ends the program.

mod clock;
mod compare;
mod format;
mod math;
mod regex;
mod shape;
mod text;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::data::HasLut;
use jaq_core::native::{Filter, Fun, run};
use jaq_core::{Bind, Exn, Lut, Native, RunPtr};

use super::guard::{CALLS, LAST, STEP, WHOLE};
use super::meter::{self, Charge};
use super::value::{Json, metered};

/// What a context of the interpreter takes, with what usually belongs to it.
const CONTEXT: usize = 256;

/// The interpreter for our values.
pub(super) struct Run;

impl jaq_core::DataT for Run {
    type V<'a> = Json;
    type Data<'a> = Data<'a>;
}

/// What the interpreter hands on from context to context. Counting these counts the contexts, and
/// so what the interpreter keeps for later.
pub(super) struct Data<'a> {
    lut: &'a Lut<Run>,
    /// Seconds since 1970.
    now: f64,
    _charge: Charge,
}

impl<'a> Data<'a> {
    pub(super) fn new(lut: &'a Lut<Run>, now: f64) -> Self {
        Self { lut, now, _charge: Charge::new(CONTEXT) }
    }
}

impl Clone for Data<'_> {
    fn clone(&self) -> Self {
        Self::new(self.lut, self.now)
    }
}

impl<'a> HasLut<'a, Run> for Data<'a> {
    fn lut(&self) -> &'a Lut<Run> {
        self.lut
    }
}

type Cv<'a> = jaq_core::Cv<'a, Run>;
type Outs<'a, T = Json> = BoxIter<'a, Result<T, Exn<'a, Json>>>;

/// Functions by name, kinds of arguments, and what they do.
type Table = Vec<Filter<RunPtr<Run>>>;

/// Arguments that are values.
fn values(count: usize) -> Box<[Bind]> {
    jaq_core::native::v(count)
}

/// One argument that is a filter.
fn filter() -> Box<[Bind]> {
    [Bind::Fun(())].into()
}

/// A function of its input alone.
macro_rules! simple {
    ($name:literal, $function:expr) => {
        ($name, jaq_core::native::v(0), |cv| jaq_core::native::bome($function(&cv.1)))
    };
}

/// A function of its input and one value.
macro_rules! with_value {
    ($name:literal, $function:expr) => {
        ($name, jaq_core::native::v(1), |mut cv| {
            let value = cv.0.pop_var();
            jaq_core::native::bome($function(&cv.1, &value))
        })
    };
}

use {simple, with_value};

/// All functions.
pub(super) fn all() -> impl Iterator<Item = Fun<Run>> {
    let tables = [
        clock::table(),
        compare::table(),
        format::table(),
        math::table(),
        regex::table(),
        shape::table(),
        text::table(),
    ];
    checks()
        .into_iter()
        .chain(tables.into_iter().flatten().map(|function| run::<Run>(function)))
        .chain(jaq_core::funs())
}

/// The checks that guarded filters have.
fn checks() -> Vec<Fun<Run>> {
    let [one, few, some, many, most] = CALLS.map(|(name, _)| name);
    /// A filter whose outputs something is done to, wherever it stands.
    macro_rules! outputs {
        ($function:ident) => {
            Native::<Run>::new(|mut cv| {
                let (filter, context) = cv.0.pop_fun();
                $function(filter.run((context, cv.1)))
            })
            .with_paths(|mut cv| {
                let (filter, context) = cv.0.pop_fun();
                $function(filter.paths((context, cv.1)))
            })
            .with_update(|mut cv, f| {
                let (filter, context) = cv.0.pop_fun();
                filter.update((context, cv.1), f)
            })
        };
    }
    vec![
        (STEP, values(0), check::<0>()),
        (one, values(0), check::<{ CALLS[0].1 }>()),
        (few, values(0), check::<{ CALLS[1].1 }>()),
        (some, values(0), check::<{ CALLS[2].1 }>()),
        (many, values(0), check::<{ CALLS[3].1 }>()),
        (most, values(0), check::<{ CALLS[4].1 }>()),
        (LAST, filter(), outputs!(last)),
        (WHOLE, filter(), outputs!(whole)),
    ]
}

/// Passes its input on, as a value, as a place and as something to change, unless a limit is
/// reached. It counts the call of a function that keeps so much, or a step for none.
fn check<const KEPT: u64>() -> Native<Run> {
    fn look<'a, T>(kept: u64, value: T) -> Result<T, Exn<'a, Json>> {
        metered(if kept == 0 { meter::step() } else { meter::recurse(kept) }).map(|()| value)
    }
    Native::new(|cv| box_once(look(KEPT, cv.1)))
        .with_paths(|cv| box_once(look(KEPT, cv.1)))
        .with_update(|cv, f| match look(KEPT, cv.1) {
            Ok(value) => f(value),
            Err(error) => box_once(Err(error)),
        })
}

/// The last that a filter gives, or its first error.
fn last<'a, T: 'a>(mut outs: Outs<'a, T>) -> Outs<'a, T> {
    let last = outs.try_fold(None, |_, item| item.map(Some));
    // Options know how many they are.
    Box::new(last.transpose().into_iter())
}

/// What a filter gives, collected up to its first error.
fn whole<'a, T: 'a>(outs: Outs<'a, T>) -> Outs<'a, T> {
    let mut kept: Vec<Result<T, Exn<'a, Json>>> = Vec::new();
    let mut charge = Charge::new(0);
    for item in outs {
        let is_last = item.is_err();
        kept.push(item);
        if is_last {
            break;
        }
        if kept.len() == kept.capacity() {
            charge.change(kept.capacity() * size_of::<Result<T, Exn<'a, Json>>>());
        }
        if let Err(error) = metered(meter::step()) {
            kept.push(Err(error));
            break;
        }
    }
    charge.change(CONTEXT + kept.capacity() * size_of::<Result<T, Exn<'a, Json>>>());
    Box::new(Whole { items: kept.into_iter(), _charge: charge })
}

/// Outputs that are all there, and whose number is known.
struct Whole<T> {
    items: std::vec::IntoIter<T>,
    _charge: Charge,
}

impl<T> Iterator for Whole<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.items.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}
