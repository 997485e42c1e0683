//! Lists: taking parts of them, adding to them, putting them together.
//!
//! Every function has a twin with `must` before its name. In Go one panics and the other returns an
//! error; a template cannot tell them apart.

pub(super) mod ranges;
pub(super) mod sets;

use super::cast::to_int;
use super::{charges, panics};
use crate::function::{Call, Failure, Function, Param};
use crate::value::{Element, List, Value};

const ANY: &[Param] = &[Param::Any];
const TWO: &[Param] = &[Param::Any, Param::Any];

/// Functions on lists.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("append", TWO, push),
    Function::new("chunk", &[Param::Int, Param::Any], chunk),
    Function::new("concat", &[], concat).variadic(Param::Any),
    Function::new("first", ANY, first),
    Function::new("initial", ANY, initial),
    Function::new("last", ANY, last),
    Function::new("list", &[], |call| Ok(list(call))).variadic(Param::Any),
    Function::new("mustAppend", TWO, push),
    Function::new("mustChunk", &[Param::Int, Param::Any], chunk),
    Function::new("mustFirst", ANY, first),
    Function::new("mustInitial", ANY, initial),
    Function::new("mustLast", ANY, last),
    Function::new("mustPrepend", TWO, prepend),
    Function::new("mustPush", TWO, push),
    Function::new("mustRest", ANY, rest),
    Function::new("mustReverse", ANY, reverse),
    Function::new("mustSlice", ANY, slice).variadic(Param::Any),
    Function::new("prepend", TWO, prepend),
    Function::new("push", TWO, push),
    Function::new("rest", ANY, rest),
    Function::new("reverse", ANY, reverse),
    Function::new("slice", ANY, slice).variadic(Param::Any),
    Function::new("tuple", &[], |call| Ok(list(call))).variadic(Param::Any),
];

/// The argument as a list, or an error that says what cannot be done with it.
fn list_of<'a>(call: &Call<'a>, index: usize, doing: &str) -> Result<&'a List, Failure> {
    match &call.args[index] {
        Value::List(list) => Ok(list),
        Value::Nil => Err(panics::NIL.into()),
        other => Err(format!("{doing} {}", other.kind_name()).into()),
    }
}

fn any(items: impl Into<std::rc::Rc<[Value]>>) -> Value {
    Value::List(List::new(items))
}

fn list(call: &Call<'_>) -> Value {
    any(call.args)
}

fn push(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot push on type")?;
    Ok(any([list.items(), &call.args[1..]].concat()))
}

fn prepend(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot prepend on type")?;
    Ok(any([&call.args[1..], list.items()].concat()))
}

fn first(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find first on type")?;
    Ok(list.items().first().cloned().unwrap_or(Value::Nil))
}

fn last(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find last on type")?;
    Ok(list.items().last().cloned().unwrap_or(Value::Nil))
}

fn rest(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find rest on type")?;
    Ok(list.items().split_first().map_or_else(nil_list, |(_, rest)| any(rest)))
}

fn initial(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find initial on type")?;
    Ok(list.items().split_last().map_or_else(nil_list, |(_, initial)| any(initial)))
}

fn nil_list() -> Value {
    Value::List(List::nil(Element::Any))
}

fn reverse(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "Cannot find reverse on type")?;
    Ok(any(list.items().iter().rev().cloned().collect::<Vec<_>>()))
}

/// The elements from one index to before another, in a list of the same type. Unlike Go's it never
/// reaches into spare room behind the end.
fn slice(call: &mut Call<'_>) -> Result<Value, Failure> {
    let list = list_of(call, 0, "list should be type of slice or array but")?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let index =
        |position: usize| call.args.get(position).map(|index| usize::try_from(to_int(index)));
    let start = index(1).unwrap_or(Ok(0));
    let end = index(2).unwrap_or(Ok(list.len()));
    let part = match (start, end) {
        (Ok(start), Ok(end)) => list.items().get(start..end),
        _ => None,
    };
    let part = part.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    Ok(List::of(list.element(), part).into())
}

/// The elements in lists of so many, the last one shorter.
fn chunk(call: &mut Call<'_>) -> Result<Value, Failure> {
    let items = list_of(call, 1, "Cannot chunk type")?.items();
    let size = call.int(0);
    let chunks = match (usize::try_from(size), items.len()) {
        (Ok(size @ 1..), length) => {
            charges::items(call.host, length.saturating_add(length.div_ceil(size) * 2))?;
            items.chunks(size).map(any).collect()
        }
        // Some sizes below one make sense to Go's arithmetic.
        (Err(_), 1) if size < -1 => vec![any(items)],
        (Err(_), length @ 2..) if size.unsigned_abs() >= length as u64 - 1 => Vec::new(),
        _ => return Err(panics::LENGTH.into()),
    };
    Ok(List::of(Element::List, chunks).into())
}

fn concat(call: &mut Call<'_>) -> Result<Value, Failure> {
    let mut items = Vec::new();
    for index in 0..call.args.len() {
        let list = match &call.args[index] {
            Value::List(list) => list,
            Value::Nil => return Err(panics::NIL.into()),
            other => {
                return Err(format!("Cannot concat type {} as list", other.kind_name()).into());
            }
        };
        charges::items(call.host, list.len())?;
        items.extend_from_slice(list.items());
    }
    Ok(if items.is_empty() { nil_list() } else { any(items) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded};

    #[test]
    fn making() {
        check(&[
            ("list", "[]"),
            (r#"list 1 "a" nil 2.0 true"#, r#"[1, "a", nil, 2.0, true]"#),
            ("list (list) (dict)", "[[], {}]"),
            ("tuple 1 2", "[1, 2]"),
            ("tuple", "[]"),
        ]);
    }

    #[test]
    fn ends() {
        check(&[
            ("first (list 1 2 3)", "1"),
            ("first (list)", "nil"),
            ("first (list nil 1)", "nil"),
            (r#"first (splitList "," "a,b")"#, r#""a""#),
            (r#"first (bytes "ab")"#, "97u8"),
            (
                "first nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"first "abc""#, "error: Cannot find first on type string"),
            ("first (dict)", "error: Cannot find first on type map"),
            ("first 1", "error: Cannot find first on type int"),
            ("last (list 1 2 3)", "3"),
            ("last (list)", "nil"),
            ("last (until 3)", "2"),
            ("last nil", "error: runtime error: invalid memory address or nil pointer dereference"),
            (r#"last "abc""#, "error: Cannot find last on type string"),
            ("rest (list 1 2 3)", "[2, 3]"),
            ("rest (list 1)", "[]"),
            ("rest (list)", "[]any(nil)"),
            (r#"rest (splitList "," "a,b,c")"#, r#"["b", "c"]"#),
            ("rest nil", "error: runtime error: invalid memory address or nil pointer dereference"),
            (r#"rest "abc""#, "error: Cannot find rest on type string"),
            ("initial (list 1 2 3)", "[1, 2]"),
            ("initial (list 1)", "[]"),
            ("initial (list)", "[]any(nil)"),
            ("initial (until 3)", "[0, 1]"),
            (
                "initial nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            ("initial 5", "error: Cannot find initial on type int"),
            ("mustFirst (list 1 2)", "1"),
            (r#"mustFirst "x""#, "error: Cannot find first on type string"),
            ("mustLast (list 1 2)", "2"),
            (r#"mustLast "x""#, "error: Cannot find last on type string"),
            ("mustRest (list 1 2)", "[2]"),
            (r#"mustRest "x""#, "error: Cannot find rest on type string"),
            ("mustInitial (list 1 2)", "[1]"),
            (r#"mustInitial "x""#, "error: Cannot find initial on type string"),
        ]);
    }

    #[test]
    fn adding() {
        check(&[
            ("append (list 1) 2", "[1, 2]"),
            ("append (list) nil", "[nil]"),
            (r#"append (splitList "," "a,b") "c""#, r#"["a", "b", "c"]"#),
            ("append (rest list) 1", "[1]"),
            (
                "append nil 1",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"append "a" 1"#, "error: Cannot push on type string"),
            ("push (list 1) (list 2)", "[1, [2]]"),
            ("push (dict) 1", "error: Cannot push on type map"),
            ("mustAppend (list 1) 2", "[1, 2]"),
            ("mustAppend 1 2", "error: Cannot push on type int"),
            ("mustPush (list 1) 2", "[1, 2]"),
            (r#"mustPush "x" 2"#, "error: Cannot push on type string"),
            ("prepend (list 1) 2", "[2, 1]"),
            (r#"prepend (until 2) "a""#, r#"["a", 0, 1]"#),
            (
                "prepend nil 1",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"prepend "a" 1"#, "error: Cannot prepend on type string"),
            ("mustPrepend (list 1) 2", "[2, 1]"),
            ("mustPrepend 1.5 2", "error: Cannot prepend on type float64"),
        ]);
    }

    #[test]
    fn putting_together() {
        check(&[
            ("concat", "[]any(nil)"),
            ("concat (list)", "[]any(nil)"),
            (r#"concat (list 1) (list) (splitList "," "a,b") (until 2)"#, r#"[1, "a", "b", 0, 1]"#),
            (
                "concat (list 1) nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"concat (list 1) "a""#, "error: Cannot concat type string as list"),
            ("concat (dict)", "error: Cannot concat type map as list"),
            ("reverse (list 1 2 3)", "[3, 2, 1]"),
            ("reverse (list)", "[]"),
            ("reverse (rest list)", "[]"),
            (r#"reverse (splitList "," "a,b")"#, r#"["b", "a"]"#),
            (
                "reverse nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"reverse "ab""#, "error: Cannot find reverse on type string"),
            ("mustReverse (list 1 2)", "[2, 1]"),
            (r#"mustReverse "ab""#, "error: Cannot find reverse on type string"),
        ]);
    }

    #[test]
    fn parts() {
        check(&[
            ("slice (list 1 2 3)", "[1, 2, 3]"),
            ("slice (list 1 2 3) 1", "[2, 3]"),
            ("slice (list 1 2 3) 1 2", "[2]"),
            ("slice (list 1 2 3) 0 3", "[1, 2, 3]"),
            ("slice (list 1 2 3) 3", "[]"),
            ("slice (list 1 2 3) 3 3", "[]"),
            ("slice (list 1 2 3) 2 1", "error: reflect.Value.Slice: slice index out of bounds"),
            ("slice (list 1 2 3) -1", "error: reflect.Value.Slice: slice index out of bounds"),
            ("slice (list 1 2 3) 0 9", "error: reflect.Value.Slice: slice index out of bounds"),
            ("slice (list 1 2 3) 9", "error: reflect.Value.Slice: slice index out of bounds"),
            (r#"slice (list 1 2 3) "1" 2.9"#, "[2]"),
            ("slice (list 1 2 3) 1 2 99", "[2]"),
            (r#"slice (splitList "," "a,b,c") 1"#, r#"[]string["b", "c"]"#),
            ("slice (until 4) 1 3", "[]int[1, 2]"),
            (r#"slice (bytes "abc") 1"#, "[]uint8[98u8, 99u8]"),
            ("slice (list) 5 9", "nil"),
            (
                "slice nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"slice "abc" 1"#, "error: list should be type of slice or array but string"),
            ("slice (dict) 1", "error: list should be type of slice or array but map"),
            ("mustSlice (list 1 2 3) 1", "[2, 3]"),
            ("mustSlice 1 1", "error: list should be type of slice or array but int"),
        ]);
    }

    #[test]
    fn chunks() {
        check(&[
            ("chunk 2 (list 1 2 3)", "[][]any[[1, 2], [3]]"),
            ("chunk 3 (list 1 2 3)", "[][]any[[1, 2, 3]]"),
            ("chunk 5 (list 1 2 3)", "[][]any[[1, 2, 3]]"),
            (r#"chunk 1 (splitList "," "a,b")"#, r#"[][]any[["a"], ["b"]]"#),
            ("chunk 2 (list)", "[][]any[]"),
            ("chunk 2 (until 5)", "[][]any[[0, 1], [2, 3], [4]]"),
            ("chunk 0 (list)", "error: runtime error: makeslice: len out of range"),
            ("chunk 0 (list 1)", "error: runtime error: makeslice: len out of range"),
            ("chunk 0 (list 1 2)", "error: runtime error: makeslice: len out of range"),
            ("chunk -1 (list)", "error: runtime error: makeslice: len out of range"),
            ("chunk -1 (list 1)", "error: runtime error: makeslice: len out of range"),
            ("chunk -2 (list 1)", "[][]any[[1]]"),
            ("chunk -1 (list 1 2)", "[][]any[]"),
            ("chunk -2 (list 1 2)", "[][]any[]"),
            ("chunk -1 (list 1 2 3)", "error: runtime error: makeslice: len out of range"),
            ("chunk -2 (list 1 2 3)", "[][]any[]"),
            ("chunk -3 (list 1 2 3)", "[][]any[]"),
            (
                "chunk 2 nil",
                "error: runtime error: invalid memory address or nil pointer dereference",
            ),
            (r#"chunk 2 "abc""#, "error: Cannot chunk type string"),
            ("mustChunk 2 (list 1 2 3)", "[][]any[[1, 2], [3]]"),
            (r#"mustChunk 2 "abc""#, "error: Cannot chunk type string"),
        ]);
    }

    #[test]
    fn lists_do_not_change() {
        check(&[
            (
                "{{ $l := list 1 2 }}{{ $m := append $l 3 }}{{ $n := prepend $l 0 }}{{ show (list $l $m $n) }}",
                "[[1, 2], [1, 2, 3], [0, 1, 2]]",
            ),
            (
                "{{ $l := list 1 2 }}{{ $r := reverse $l }}{{ show (list $l $r) }}",
                "[[1, 2], [2, 1]]",
            ),
            ("{{ $l := list 1 2 3 }}{{ range chunk 2 $l }}{{ show . }}{{ end }}", "[1, 2][3]"),
            ("{{ range $i, $x := until 3 }}{{ $i }}{{ $x }} {{ end }}", "00 11 22 "),
            (
                r#"{{ $d := dict "a" 1 }}{{ $l := append (list) $d }}{{ $_ := set $d "a" 2 }}{{ show $l }}"#,
                r#"[{"a": 2}]"#,
            ),
        ]);
    }

    #[test]
    fn long_lists_are_refused() {
        let many = " $l".repeat(100);
        check_bounded(&[
            "chunk 1 (until 20000)",
            &format!("{{{{ $l := until 10000 }}}}{{{{ concat{many} }}}}"),
        ]);
    }
}
