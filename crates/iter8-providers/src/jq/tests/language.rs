//! The language, against what the jq of Iter8 0.13 (gojq 0.12.12) makes of the same.

use super::*;

fn check(cases: &[(&str, &str, &str)]) {
    for (text, input, expected) in cases {
        assert_eq!(outputs(text, input), *expected, "{text}");
    }
}

#[test]
fn paths() {
    check(&[
        (
            ".data.result[0].value[1] | tonumber",
            r#"{"data":{"result":[{"value":[1556823494.744,"21.7639"]}]}}"#,
            "21.7639",
        ),
        (
            ".data.result.[0].value.[1] | tonumber",
            r#"{"data":{"result":[{"value":[1556823494.744,"21.7639"]}]}}"#,
            "21.7639",
        ),
        (
            ".results[0].series[0].values[-1][1]",
            r#"{"results":[{"series":[{"values":[[1,2],[3,4.5]]}]}]}"#,
            "4.5",
        ),
        (".", r#"{"b":1,"a":[true,null,"x"]}"#, r#"{"a":[true,null,"x"],"b":1}"#),
        (".a.b.c", "null", "null"),
        (".a?, .[0]?", r#"{"a":1}"#, "1"),
        (r#".["a"], ."a", .["a","b"]"#, r#"{"a":1,"b":2}"#, "1,1,1,2"),
        (".[-1], .[5], .[1.7]", "[1,2,3]", "3,null,2"),
        (".[0], .[-1], .[9]", r#""aé""#, r#""a","é",null"#),
        (".[1:], .[:1], .[-2:], .[1:2], .[10:]", "[1,2,3]", "[2,3],[1],[2,3],[2],[]"),
        (".[1:3], .[-1:]", r#""aéiou""#, r#""éi","u""#),
        (".[2:1]", r#""abc""#, r#""""#),
        (".[1:][0], .[:2][1]", "null", "null,null"),
        (".[]", r#"{"b":1,"a":2}"#, "2,1"),
        ("..", r#"[[1],{"a":2}]"#, r#"[[1],{"a":2}],[1],1,{"a":2},2"#),
        (".[[1,2]]", "[0,1,2,1,2]", "[1,3]"),
        (
            r#"[.series[0] as $s | $s.columns | to_entries[] | select(.value == "mean").key] | first"#,
            r#"{"series":[{"columns":["time","mean"]}]}"#,
            "1",
        ),
        (
            r#"getpath(["a",0]), setpath(["a",0]; 9), [path(.a[0])]"#,
            r#"{"a":[1]}"#,
            r#"1,{"a":[9]},[["a",0]]"#,
        ),
        (
            r#"[paths], [paths(type == "number")], [leaf_paths]"#,
            r#"{"a":[1],"b":2}"#,
            r#"[["a"],["a",0],["b"]],[["a",0],["b"]],[["a",0],["b"]]"#,
        ),
        (r#"getpath(["x","y"])"#, r#"{"a":1}"#, "null"),
    ]);
}

#[test]
fn operators() {
    check(&[
        ("1 + 2 * 3 - 4 / 2 % 3", "null", "5"),
        ("10 / 4, 7 % 3, -7 % 3, 7 % -3, 5.9 % 2.1", "null", "2.5,1,-1,1,1"),
        ("null + 1, 1 + null, null + null", "null", "1,1,null"),
        (
            r#""a" + "b", "a" * 3, "a" * 0, "a" * 0.5, 3 * "ab""#,
            "null",
            r#""ab","aaa",null,"a","ababab""#,
        ),
        (
            r#"[1,2] + [3], [1,2,1] - [1], {"a":1} + {"b":2,"a":3}"#,
            "null",
            r#"[1,2,3],[2],{"a":3,"b":2}"#,
        ),
        (r#"{"a":{"b":1,"c":2}} * {"a":{"b":3}}"#, "null", r#"{"a":{"b":3,"c":2}}"#),
        (r#""a,b,c" / ",", "abc" / "", "" / ",""#, "null", r#"["a","b","c"],["a","b","c"],[]"#),
        (
            r#"1 == 1.0, "a" < "b", [1] < [1,2], {} < [], null < false"#,
            "null",
            "true,true,true,false,true",
        ),
        ("nan == nan, nan < nan, nan > nan, ([nan] | sort)", "null", "false,true,false,[null]"),
        (r#"{"a":2} < {"b":1}, {"a":1} < {"a":2}, [1,2] == [1,2]"#, "null", "true,true,true"),
        ("[nan] == [nan], ([nan] | . == .)", "null", "false,false"),
        ("true and false, true or false, (null|not), (1|not)", "null", "false,true,true,false"),
        ("(true,false) and (true,false)", "null", "true,false,false"),
        (r#".a // "x", .b // "y""#, r#"{"a":false,"b":1}"#, r#""x",1"#),
        ("[.[] // 3]", "[null,false]", "[3]"),
        ("(1,null,2) // 3", "null", "1,2"),
        ("-(1,2), -.a", r#"{"a":3}"#, "-1,-2,-3"),
        ("1, 2 | . + 1", "null", "2,3"),
    ]);
}

#[test]
fn control() {
    check(&[
        (r#"if . > 1 then "big" elif . == 1 then "one" else "small" end"#, "1", r#""one""#),
        ("if . then 1 end", "false", "false"),
        ("if (true,false) then 1 else 2 end", "null", "1,2"),
        (
            r#"try error("x") catch ., (try error catch .), [.[]?]"#,
            r#"{"a":1}"#,
            r#""x",{"a":1},[1]"#,
        ),
        (r#"try (1/0) catch "caught""#, "null", r#""caught""#),
        (
            r#"[.[] | try tonumber catch "bad"]"#,
            r#"["1","x",null,"2.5"]"#,
            r#"[1,"bad","bad",2.5]"#,
        ),
        ("reduce .[] as $x (0; . + $x)", "[1,2,3]", "6"),
        ("reduce (1,2) as $x (0; .+$x, .*10)", "null", "0"),
        ("reduce empty as $x (0; 1)", "null", "0"),
        ("reduce .[] as [$a, $b] (0; . + $a * $b)", "[[1,2],[3,4]]", "14"),
        ("foreach .[] as $x (0; . + $x)", "[1,2,3]", "1,3,6"),
        ("foreach .[] as $x (0; . + $x; [$x, .])", "[1,2,3]", "[1,1],[2,3],[3,6]"),
        (
            "[limit(3; range(10))], [first(range(5))], [limit(0; 1,2)], isempty(empty)",
            "null",
            "[0,1,2],[0],[],true",
        ),
        (
            "[range(3)], [range(1;3)], [range(0;10;3)], [range(5;0;-2)]",
            "null",
            "[0,1,2],[1,2],[0,3,6,9],[5,3,1]",
        ),
        ("[recurse(if . < 3 then . + 1 else empty end)]", "0", "[0,1,2,3]"),
        ("[limit(4; repeat(1))]", "null", "[1,1,1,1]"),
        ("[while(. < 10; . * 2)], until(. > 100; . * 2)", "1", "[1,2,4,8],128"),
        (". as [$a, {b: $c}] | $a, $c", r#"[1,{"b":2}]"#, "1,2"),
        (". as {a: $x, $b} | [$x, $b]", r#"{"a":1,"b":2}"#, "[1,2]"),
        ("def f(x): x * 2; def g($y): $y + 1; f(3), g(4)", "null", "6,5"),
        (
            "def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; [range(6) | fac]",
            "null",
            "[1,1,2,6,24,120]",
        ),
        ("def f(g): [g, g]; f(1, 2)", "null", "[1,2,1,2]"),
        ("label $out | 1, 2, break $out, 3", "null", "1,2"),
        ("[label $a | label $b | 1, break $a, 2]", "null", "[1]"),
        ("first(empty)", "null", ""),
        ("nth(2; range(10))", "null", "2"),
        ("any(.[]; . > 2), all(.[]; . > 0)", "[1,2,3]", "true,true"),
        ("[.[] | select(.a)]", r#"[{"a":null},{"a":1}]"#, r#"[{"a":1}]"#),
    ]);
}

#[test]
fn construction() {
    check(&[
        (
            r#"{a:1, "b":2, (("c","d")):3, "e\(1)":4}"#,
            "null",
            r#"{"a":1,"b":2,"c":3,"e1":4},{"a":1,"b":2,"d":3,"e1":4}"#,
        ),
        (r#"{a, "b"}"#, r#"{"a":1,"b":2}"#, r#"{"a":1,"b":2}"#),
        (". as $x | {$x}", "1", r#"{"x":1}"#),
        (r#"{"a":1} | {a}"#, "null", r#"{"a":1}"#),
        (
            "[.[] | {a: .x, b: (.y // 0)}]",
            r#"[{"x":1},{"x":2,"y":3}]"#,
            r#"[{"a":1,"b":0},{"a":2,"b":3}]"#,
        ),
        (r#""x\(1 + 2)y\("z")", "\u00e9\n\t\"\\""#, "null", r#""x3yz","é\n\t\"\\""#),
        (r#"@text "v: \(.)", @json "j: \(.)""#, r#"[1,"a"]"#, r#""v: [1,\"a\"]","j: [1,\"a\"]""#),
        (r#"[1,2][0], {"a":1}.a, "abc"[1:]"#, "null", r#"1,1,"bc""#),
        (r#"[], {}, [[]], {"a":{}}"#, "null", r#"[],{},[[]],{"a":{}}"#),
    ]);
}

#[test]
fn updates() {
    check(&[
        (
            ".a = 1, .a |= 5, .b.c = 2, (.a, .b) = 3",
            r#"{"a":0}"#,
            r#"{"a":1},{"a":5},{"a":0,"b":{"c":2}},{"a":3,"b":3}"#,
        ),
        (
            ".[1] = 9, .[4] = 9, .[-1] = 9, .[1:] = [7], del(.[0])",
            "[1,2,3]",
            "[1,9,3],[1,2,3,null,9],[1,2,9],[1,7],[2,3]",
        ),
        (
            ".a += 1, .a -= 1, .a *= 2, .a /= 2, .a //= 5",
            r#"{"a":4}"#,
            r#"{"a":5},{"a":3},{"a":8},{"a":2},{"a":4}"#,
        ),
        (".[] += 1", "[1,2]", "[2,3]"),
        (
            r#"del(.a), del(.a, .b), delpaths([["a"]])"#,
            r#"{"a":1,"b":2,"c":3}"#,
            r#"{"b":2,"c":3},{"c":3},{"b":2,"c":3}"#,
        ),
        ("del(.[0,2]), del(.[] | select(. > 1)), del(.[1:])", "[1,2,3]", "[2],[1],[1]"),
        ("{} | .a.b.c = 1", "null", r#"{"a":{"b":{"c":1}}}"#),
        ("map_values(. + 1), map(. + 1)", r#"{"a":1}"#, r#"{"a":2},[2]"#),
        ("map_values(. + 1), map(select(. > 1))", "[1,2]", "[2,3],[2]"),
        ("with_entries(.value += 1)", r#"{"a":1,"b":2}"#, r#"{"a":2,"b":3}"#),
        (r#"walk(if type == "number" then . + 1 else . end)"#, r#"[1,{"a":2}]"#, r#"[2,{"a":3}]"#),
        (r#".. |= (if type=="number" then .+1 else . end)"#, "[1,[2]]", "[2,[3]]"),
        (".a.b |= empty", r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"c":2}}"#),
    ]);
}

#[test]
fn collections() {
    check(&[
        (
            r#"[3,1,2,null,true,false,"a",[1],{"a":1}] | sort"#,
            "null",
            r#"[null,false,true,1,2,3,"a",[1],{"a":1}]"#,
        ),
        (
            r#"[{"a":2,"b":1},{"a":1,"b":2}] | sort_by(.a), sort_by(-.a), (sort_by(.b,.a)|.[0].b)"#,
            "null",
            r#"[{"a":1,"b":2},{"a":2,"b":1}],[{"a":2,"b":1},{"a":1,"b":2}],1"#,
        ),
        (
            r#"[{"a":1,"b":1},{"a":2,"b":2},{"a":1,"b":3}] | group_by(.a)"#,
            "null",
            r#"[[{"a":1,"b":1},{"a":1,"b":3}],[{"a":2,"b":2}]]"#,
        ),
        (
            r#"[{"a":1,"b":1},{"a":2,"b":2},{"a":1,"b":3}] | unique_by(.a), min_by(.b), max_by(.a)"#,
            "null",
            r#"[{"a":1,"b":1},{"a":2,"b":2}],{"a":1,"b":1},{"a":2,"b":2}"#,
        ),
        (
            "[1,2,1,3,2] | unique, min, max, add, length, reverse",
            "null",
            "[1,2,3],1,3,9,5,[2,3,1,2,1]",
        ),
        (
            "[] | min, max, add, length, reverse, first, last",
            "null",
            "null,null,null,0,[],null,null",
        ),
        (
            "[1,2,3] | first, last, nth(1), any, all, (map(.>1)|any,all)",
            "null",
            "1,3,2,true,true,true,false",
        ),
        (r#"keys, length, has("a"), has("z")"#, r#"{"b":1,"a":2}"#, r#"["a","b"],2,true,false"#),
        ("keys, has(0), has(5)", "[7,8]", "[0,1],true,false"),
        ("to_entries", r#"{"b":1,"a":2}"#, r#"[{"key":"a","value":2},{"key":"b","value":1}]"#),
        (
            r#"[["a","b"],["c"]] | add, flatten, transpose, (map(join("-")))"#,
            "null",
            r#"["a","b","c"],["a","b","c"],[["a","c"],["b",null]],["a-b","c"]"#,
        ),
        (
            "[1,[2,[3,[4]]]] | flatten, flatten(1), flatten(0)",
            "null",
            "[1,2,3,4],[1,2,[3,[4]]],[1,[2,[3,[4]]]]",
        ),
    ]);
}

#[test]
fn lists_and_objects() {
    check(&[
        (r#"["a",1,null,true] | join(",")"#, "null", r#""a,1,,true""#),
        ("[[1,2],[3,4]] | [combinations]", "null", "[[1,3],[1,4],[2,3],[2,4]]"),
        ("[0,1] | [combinations(2)]", "null", "[[0,0],[0,1],[1,0],[1,1]]"),
        (
            "[1,2,1,2] | contains([2]), index(1), indices([1,2]), indices(2), inside([1,2,3])",
            "null",
            "true,0,[0,2],[1,3],true",
        ),
        (r#"{"a":[1,2,{"b":3}]} | contains({"a":[{"b":3}]})"#, "null", "true"),
        (r#""a" | in({"a":1})"#, "null", "true"),
        (
            "[.[] | type]",
            r#"[null,true,1,"a",[],{}]"#,
            r#"["null","boolean","number","string","array","object"]"#,
        ),
        (
            "[.[] | numbers], [.[] | strings], [.[] | scalars], [.[] | iterables], [.[] | values]",
            r#"[null,1,"a",[],{}]"#,
            r#"[1],["a"],[null,1,"a"],[[],{}],[1,"a",[],{}]"#,
        ),
        ("[1,2,3] | IN(2), (.[] | IN(2,3))", "null", "false,false,true,true"),
        (
            "INDEX(.id)",
            r#"[{"id":"a","v":1},{"id":"b","v":2}]"#,
            r#"{"a":{"id":"a","v":1},"b":{"id":"b","v":2}}"#,
        ),
        (r#"to_entries[] | select(.key | startswith("a")) | .value"#, r#"{"ab":1,"b":2}"#, "1"),
        ("map(.value | tonumber) | add / length", r#"[{"value":"1"},{"value":"2"}]"#, "1.5"),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("tostring, tojson", r#"[1,"a",null,1.5]"#, r#""[1,\"a\",null,1.5]","[1,\"a\",null,1.5]""#),
        (r#""1", "1.5e3", "-0.5" | tonumber"#, "null", "1,1500,-0.5"),
        (r#""[1,{\"a\":2}]" | fromjson"#, "null", r#"[1,{"a":2}]"#),
        ("tojson | fromjson", r#"{"a":[1.5,"x"]}"#, r#"{"a":[1.5,"x"]}"#),
        ("@json", r#"{"a":"é\u0001\u007f"}"#, r#""{\"a\":\"é\\u0001\\u007f\"}""#),
        (
            r#""abc" | explode, (explode | implode), ascii_downcase, ascii_upcase, length, utf8bytelength"#,
            "null",
            r#"[97,98,99],"abc","abc","ABC",3,3"#,
        ),
        (
            r#""a,b" | split(","), startswith("a"), endswith("b"), ltrimstr("a"), rtrimstr("b")"#,
            "null",
            r#"["a","b"],true,true,",b","a,""#,
        ),
        (r#"" x " | ltrimstr(1)"#, "null", r#"" x ""#),
        (
            r#""foobar" | contains("bar"), inside("xfoobarx"), index("o"), rindex("o"), indices("o")"#,
            "null",
            "true,true,1,2,[1,2]",
        ),
        (
            "@csv, @tsv, @sh",
            r#"[1,"a\"b",null,true,"c'd"]"#,
            r#""1,\"a\"\"b\",,true,\"c'd\"","1\ta\"b\t\ttrue\tc'd","1 'a\"b' null true 'c'\\''d'""#,
        ),
        (
            "@html, @uri, @base64",
            r#""<a href='x'>&é \"~""#,
            r#""&lt;a href=&apos;x&apos;&gt;&amp;é &quot;~","%3Ca+href%3D%27x%27%3E%26%C3%A9+%22~","PGEgaHJlZj0neCc+JsOpICJ+""#,
        ),
        (
            r#""", "f", "fo", "foo", "foobar" | @base64, (@base64 | @base64d)"#,
            "null",
            r#""","","Zg==","f","Zm8=","fo","Zm9v","foo","Zm9vYmFy","foobar""#,
        ),
        ("@base64d", r#""aGVsbG8=""#, r#""hello""#),
        (r#"@sh "echo \(.)""#, r#"["a b","c"]"#, r#""echo 'a b' 'c'""#),
        (
            r#""test 123 abc 45" | test("\\d+"), [match("\\d+"; "g").string], [scan("\\d+")], sub("\\d+"; "N"), gsub("\\d+"; "N")"#,
            "null",
            r#"true,["123","45"],["123","45"],"test N abc 45","test N abc N""#,
        ),
        (
            r#""foo bar" | capture("(?<a>\\w+) (?<b>\\w+)"), [match("(o)(x)?") | .captures[].string], [splits(" +")], split(" +"; null)"#,
            "null",
            r#"{"a":"foo","b":"bar"},["o",null],["foo","bar"],["foo","bar"]"#,
        ),
        (
            r#""aé1é" | [match("é"; "g") | .offset], gsub("(?<x>é)"; "[\(.x)]")"#,
            "null",
            r#"[1,3],"a[é]1[é]""#,
        ),
        (
            r#""ABC" | test("b"), test("b"; "i"), [scan("[A-B]")], [scan("([A-B])")]"#,
            "null",
            r#"false,true,["A","B"],[["A"],["B"]]"#,
        ),
        (
            r#""xay" | match("a(?<n>b)?")"#,
            "null",
            r#"{"captures":[{"length":0,"name":"n","offset":-1,"string":null}],"length":1,"offset":1,"string":"a"}"#,
        ),
        (r#"[splits(", *")]"#, r#""a, b,c""#, r#"["a","b","c"]"#),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("floor, ceil, round, sqrt, (. | fabs)", "2.25", "2,3,2,1.5,2.25"),
        ("floor, ceil, round, trunc", "-2.5", "-3,-2,-3,-2"),
        ("pow(2;10), log2, exp10, (10|log10)", "8", "1024,3,100000000,1"),
        (
            "infinite, -infinite, nan | tostring",
            "null",
            r#""1.7976931348623157e+308","-1.7976931348623157e+308","null""#,
        ),
        ("[infinite, nan] | map(isinfinite), map(isnan)", "null", "[true,false],[false,true]"),
        (
            "1.0, 1.10, 1e3, 0.1 + 0.2, 3.0e10, 1e16",
            "null",
            "1,1.1,1000,0.30000000000000004,30000000000,10000000000000000",
        ),
        (
            "1e1000, -1e1000, 1e300, 1.5e-7, 0.00001, 123456.789",
            "null",
            "1.7976931348623157e+308,-1.7976931348623157e+308,1e+300,1.5e-7,0.00001,123456.789",
        ),
        ("-0, 0 * -1", "null", "0,0"),
        ("todate, (todate | fromdate)", "1425599507", r#""2015-03-05T23:51:47Z",1425599507"#),
        (r#""2015-03-05T23:51:47Z" | fromdate"#, "null", "1425599507"),
        ("[range(0;1;0.3)]", "null", "[0,0.3,0.6,0.8999999999999999]"),
    ]);
}
