//! Paths with slashes. Those of the operating system are the same here, as on Linux in Go.

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

const PATH: &[Param] = &[Param::Text];

/// Functions on paths.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", PATH, |call| Ok(base(call))),
    Function::new("clean", PATH, clean),
    Function::new("dir", PATH, dir),
    Function::new("ext", PATH, |call| Ok(ext(call))),
    Function::new("isAbs", PATH, |call| Ok(is_abs(call))),
    Function::new("osBase", PATH, |call| Ok(base(call))),
    Function::new("osClean", PATH, clean),
    Function::new("osDir", PATH, dir),
    Function::new("osExt", PATH, |call| Ok(ext(call))),
    Function::new("osIsAbs", PATH, |call| Ok(is_abs(call))),
];

/// The last element, without slashes after it.
fn base(call: &Call<'_>) -> Value {
    let path = call.text(0).as_bytes();
    let end = path.iter().rposition(|byte| *byte != b'/').map(|last| last + 1);
    Value::text(match end {
        Some(end) => path[..end].rsplit(|byte| *byte == b'/').next().unwrap_or_default(),
        None if path.is_empty() => b".",
        None => b"/",
    })
}

/// Everything before the last element.
fn dir(call: &mut Call<'_>) -> Result<Value, Failure> {
    let path = call.text(0).as_bytes();
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    cleaned(call, &path[..end])
}

fn clean(call: &mut Call<'_>) -> Result<Value, Failure> {
    cleaned(call, call.text(0).as_bytes())
}

/// The shortest path to the same place, found without looking at any files.
fn cleaned(call: &mut Call<'_>, path: &[u8]) -> Result<Value, Failure> {
    let count = path.split(|byte| *byte == b'/').count();
    call.host.charge(count.saturating_mul(size_of::<&[u8]>()))?;
    let is_absolute = path.first().is_some_and(|first| *first == b'/');
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." => match elements.last() {
                Some(last) if *last != b".." => drop(elements.pop()),
                None if is_absolute => {}
                _ => elements.push(element),
            },
            _ => elements.push(element),
        }
    }
    let joined = elements.join(&b'/');
    Ok(Value::text(match (is_absolute, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }))
}

/// The last point of the last element and what follows it.
fn ext(call: &Call<'_>) -> Value {
    let path = call.text(0).as_bytes();
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let point = last.iter().rposition(|byte| *byte == b'.').unwrap_or(last.len());
    Value::text(&last[point..])
}

fn is_abs(call: &Call<'_>) -> Value {
    call.text(0).as_bytes().first().is_some_and(|first| *first == b'/').into()
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn names() {
        check(&[
            (r#"base """#, r#"".""#),
            (r#"base "/""#, r#""/""#),
            (r#"base "///""#, r#""/""#),
            (r#"base "a""#, r#""a""#),
            (r#"base "a/""#, r#""a""#),
            (r#"base "a/b""#, r#""b""#),
            (r#"base "/a/b//""#, r#""b""#),
            (r#"base "a/b.tar.gz""#, r#""b.tar.gz""#),
            (r#"base ".""#, r#"".""#),
            (r#"base "..""#, r#""..""#),
            (r#"base "ä/ö""#, r#""ö""#),
            (r#"ext """#, r#""""#),
            (r#"ext "a""#, r#""""#),
            (r#"ext "a.b""#, r#"".b""#),
            (r#"ext "a.b.c""#, r#"".c""#),
            (r#"ext "a.b/c""#, r#""""#),
            (r#"ext ".profile""#, r#"".profile""#),
            (r#"ext "a.""#, r#"".""#),
            (r#"ext "a/.b""#, r#"".b""#),
        ]);
    }

    #[test]
    fn folders() {
        check(&[
            (r#"dir """#, r#"".""#),
            (r#"dir "a""#, r#"".""#),
            (r#"dir "/""#, r#""/""#),
            (r#"dir "/a""#, r#""/""#),
            (r#"dir "a/b""#, r#""a""#),
            (r#"dir "a/b/""#, r#""a/b""#),
            (r#"dir "a//b""#, r#""a""#),
            (r#"dir "a/../b/c""#, r#""b""#),
            (r#"dir "../a""#, r#""..""#),
            (r#"dir "///a""#, r#""/""#),
            (r#"dir "/a/..""#, r#""/a""#),
            (r#"isAbs """#, "false"),
            (r#"isAbs "/""#, "true"),
            (r#"isAbs "a/b""#, "false"),
            (r#"isAbs "/a""#, "true"),
        ]);
    }

    #[test]
    fn shortest_paths() {
        check(&[
            (r#"clean """#, r#"".""#),
            (r#"clean ".""#, r#"".""#),
            (r#"clean "/""#, r#""/""#),
            (r#"clean "//""#, r#""/""#),
            (r#"clean "a//b""#, r#""a/b""#),
            (r#"clean "a/./b""#, r#""a/b""#),
            (r#"clean "a/b/..""#, r#""a""#),
            (r#"clean "a/..""#, r#"".""#),
            (r#"clean "a/../..""#, r#""..""#),
            (r#"clean "../a""#, r#""../a""#),
            (r#"clean "/..""#, r#""/""#),
            (r#"clean "/../a""#, r#""/a""#),
            (r#"clean "./a""#, r#""a""#),
            (r#"clean "a/""#, r#""a""#),
            (r#"clean "/a/../../b/./c//""#, r#""/b/c""#),
            (r#"clean "../../a/../b""#, r#""../../b""#),
            (r#"clean "..a""#, r#""..a""#),
            (r#"clean "...""#, r#""...""#),
        ]);
    }

    #[test]
    fn of_the_operating_system() {
        check(&[
            (r#"osBase "a/b""#, r#""b""#),
            (r#"osBase """#, r#"".""#),
            (r#"osDir "a/b""#, r#""a""#),
            (r#"osDir "a""#, r#"".""#),
            (r#"osExt "a.b""#, r#"".b""#),
            (r#"osExt "a""#, r#""""#),
            (r#"osClean "a/../b""#, r#""b""#),
            (r#"osClean """#, r#"".""#),
            (r#"osIsAbs "/a""#, "true"),
            (r#"osIsAbs "a""#, "false"),
            (r#"osBase "a\\b""#, r#""a\\b""#),
        ]);
    }
}
