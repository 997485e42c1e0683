//! Go's own functions. Expected are the bytes that Go 1.26 makes, or its error after `!`.

/// Comparison.
pub(super) const COMPARISON: &[(&str, &str)] = &[
    (
        "{{eq .l .l}}",
        r#"! x:1:2: executing "x" at <eq .l .l>: error calling eq: non-comparable type [%!s(float64=1) x <nil>]: []interface {}"#,
    ),
    (
        "{{eq .m .l}}",
        r#"! x:1:2: executing "x" at <eq .m .l>: error calling eq: non-comparable types map[b:map[c:d] z:%!s(float64=1)]: map[string]interface {}, []interface {}: [1 x <nil>]"#,
    ),
    (
        "{{eq .m .m}}",
        r#"! x:1:2: executing "x" at <eq .m .m>: error calling eq: non-comparable type map[b:map[c:d] z:%!s(float64=1)]: map[string]interface {}"#,
    ),
    ("{{eq .m nil}}", "false"),
    ("{{eq .l nil}}", "false"),
    ("{{eq nil nil}}", "true"),
    ("{{eq .n nil}}{{eq .n .zz}}{{ne .n nil}}", "truetruefalse"),
    (
        "{{eq 1 .f}}",
        r#"! x:1:2: executing "x" at <eq 1 .f>: error calling eq: incompatible types for comparison: int and float64"#,
    ),
    ("{{eq 1.0 .f 1e6}}", "false"),
    (
        "{{eq 1}}",
        r#"! x:1:2: executing "x" at <eq 1>: error calling eq: missing argument for comparison"#,
    ),
    (
        "{{eq}}",
        r#"! x:1:2: executing "x" at <eq>: wrong number of args for eq: want at least 1 got 0"#,
    ),
    (
        "{{lt 1 1.0}}",
        r#"! x:1:2: executing "x" at <lt 1 1.0>: error calling lt: incompatible types for comparison: int and float64"#,
    ),
    (
        "{{lt .m 1}}",
        r#"! x:1:2: executing "x" at <lt .m 1>: error calling lt: invalid type for comparison"#,
    ),
    (
        "{{lt nil 1}}",
        r#"! x:1:2: executing "x" at <lt nil 1>: error calling lt: invalid type for comparison"#,
    ),
    (
        "{{lt true false}}",
        r#"! x:1:2: executing "x" at <lt true false>: error calling lt: invalid type for comparison"#,
    ),
    (r#"{{le 1 2}}{{ge 1 2}}{{gt "a" "b"}}"#, "truefalsefalse"),
    (
        r#"{{range .l}}{{if eq . "x"}}{{break}}{{end}}[{{.}}]{{end}}"#,
        r#"! x:1:17: executing "x" at <eq . "x">: error calling eq: incompatible types for comparison: float64 and string"#,
    ),
    (
        "{{range $i, $e := .l}}{{if eq $i 1}}{{continue}}{{end}}[{{$i}} {{$e}}]{{end}}",
        "[0 1][2 <no value>]",
    ),
    (r#"{{if eq .a "s" "t"}}y{{end}}{{if eq "q" .a "s"}}y{{end}}"#, "y"),
    (
        "{{eq .a 1}}",
        r#"! x:1:2: executing "x" at <eq .a 1>: error calling eq: incompatible types for comparison: string and int"#,
    ),
    (
        "{{eq .t 1}}",
        r#"! x:1:2: executing "x" at <eq .t 1>: error calling eq: incompatible types for comparison: bool and int"#,
    ),
    (
        r#"{{eq 1 "a" 1}}"#,
        r#"! x:1:2: executing "x" at <eq 1 "a" 1>: error calling eq: incompatible types for comparison: int and string"#,
    ),
    ("{{eq .f .i}}", "false"),
    ("{{lt .i .f}}{{gt .f .i}}", "truetrue"),
    (
        "{{ne .a .f}}",
        r#"! x:1:2: executing "x" at <ne .a .f>: error calling ne: incompatible types for comparison: string and float64"#,
    ),
    (
        "{{ne .l .l}}",
        r#"! x:1:2: executing "x" at <ne .l .l>: error calling ne: non-comparable type [%!s(float64=1) x <nil>]: []interface {}"#,
    ),
    ("{{ne .l nil}}", "true"),
    ("{{eq .em .n}}", "false"),
    (
        r#"{{lt "a" 1}}"#,
        r#"! x:1:2: executing "x" at <lt "a" 1>: error calling lt: incompatible types for comparison: string and int"#,
    ),
    ("{{lt 'a' 1}}", "false"),
    ("{{eq (index .a 0) 115}}{{lt (index .a 0) 116}}{{lt -1 (index .a 0)}}", "truetruetrue"),
    ("{{ge 1}}", r#"! x:1:2: executing "x" at <ge>: wrong number of args for ge: want 2 got 1"#),
    (
        "{{ eq .l\n .l }}",
        r#"! x:1:3: executing "x" at <eq .l .l>: error calling eq: non-comparable type [%!s(float64=1) x <nil>]: []interface {}"#,
    ),
    ("{{eq .l nil}}{{ne .m nil}}{{eq .n nil}}", "falsetruetrue"),
    ("{{eq 1 1 2}}{{eq 1 2 1}}{{eq 1 2 3}}", "truetruefalse"),
    (r#"{{eq "a" "a"}}{{ne "a" "b"}}{{lt "a" "b"}}{{le "b" "a"}}"#, "truetruetruefalse"),
    ("{{eq 1i 1i}}{{eq 1i 2i}}{{eq true true}}", "truefalsetrue"),
    (
        "{{lt 1i 2i}}",
        r#"! x:1:2: executing "x" at <lt 1i 2i>: error calling lt: invalid type for comparison"#,
    ),
    ("{{lt .f 2e6}}{{le .f 1e6}}{{gt .f 1.0}}{{ge .f 1e7}}", "truetruetruefalse"),
    ("{{eq 1 nil}}{{eq nil 1}}", "falsefalse"),
    ("{{ne 1}}", r#"! x:1:2: executing "x" at <ne>: wrong number of args for ne: want 2 got 1"#),
    ("{{lt 1}}", r#"! x:1:2: executing "x" at <lt>: wrong number of args for lt: want 2 got 1"#),
    (
        r#"{{le 1 "a"}}"#,
        r#"! x:1:2: executing "x" at <le 1 "a">: error calling le: incompatible types for comparison: int and string"#,
    ),
    (
        "{{gt 1.5 1}}",
        r#"! x:1:2: executing "x" at <gt 1.5 1>: error calling gt: incompatible types for comparison: float64 and int"#,
    ),
    (
        "{{ge .l 1}}",
        r#"! x:1:2: executing "x" at <ge .l 1>: error calling ge: invalid type for comparison"#,
    ),
    ("{{eq 0x10 16 17}}", "true"),
    ("{{eq 'a' 97}}", "true"),
    (
        "{{eq .t .a}}",
        r#"! x:1:2: executing "x" at <eq .t .a>: error calling eq: incompatible types for comparison: bool and string"#,
    ),
    ("{{ne .t true}}", "false"),
    (r#"{{eq .a "s" | not}}"#, "false"),
    (
        "{{ lt 1 2 3 }}",
        r#"! x:1:3: executing "x" at <lt>: wrong number of args for lt: want 2 got 3"#,
    ),
];

/// `index`, `len` and `slice`.
pub(super) const CONTAINERS: &[(&str, &str)] = &[
    (
        "{{index .m 1}}",
        r#"! x:1:2: executing "x" at <index .m 1>: error calling index: value has type int; should be string"#,
    ),
    ("{{len 3}}", r#"! x:1:2: executing "x" at <len 3>: error calling len: len of type int"#),
    ("{{len .n}}", r#"! x:1:2: executing "x" at <len .n>: error calling len: len of nil pointer"#),
    (
        "{{index .l 9223372036854775808}}",
        r#"! x:1:11: executing "x" at <9223372036854775808>: 9223372036854775808 overflows int"#,
    ),
    (
        r"{{index .l 1e0}}{{index .l 1.0}}{{index .l '\x01'}}",
        r#"! x:1:2: executing "x" at <index .l 1e0>: error calling index: cannot index slice/array with type float64"#,
    ),
    (
        "{{index .l 1.5}}",
        r#"! x:1:2: executing "x" at <index .l 1.5>: error calling index: cannot index slice/array with type float64"#,
    ),
    (
        "{{index .l 3}}",
        r#"! x:1:2: executing "x" at <index .l 3>: error calling index: reflect: slice index out of range"#,
    ),
    (
        "{{index .l 4}}",
        r#"! x:1:2: executing "x" at <index .l 4>: error calling index: index out of range: 4"#,
    ),
    (
        "{{index .l -1}}",
        r#"! x:1:2: executing "x" at <index .l -1>: error calling index: index out of range: -1"#,
    ),
    (
        r#"{{index .l "a"}}"#,
        r#"! x:1:2: executing "x" at <index .l "a">: error calling index: cannot index slice/array with type string"#,
    ),
    (
        "{{index .l nil}}",
        r#"! x:1:2: executing "x" at <index .l nil>: error calling index: cannot index slice/array with nil"#,
    ),
    (
        "{{index .l .n}}",
        r#"! x:1:2: executing "x" at <index .l .n>: error calling index: cannot index slice/array with nil"#,
    ),
    ("{{index .a 0}}", "115"),
    (
        "{{index .a 1}}",
        r#"! x:1:2: executing "x" at <index .a 1>: error calling index: reflect: string index out of range"#,
    ),
    (
        "{{index nil}}",
        r#"! x:1:2: executing "x" at <index nil>: error calling index: index of untyped nil"#,
    ),
    (
        "{{index .n}}",
        r#"! x:1:2: executing "x" at <index .n>: error calling index: index of untyped nil"#,
    ),
    (
        "{{index .n 1}}",
        r#"! x:1:2: executing "x" at <index .n 1>: error calling index: index of untyped nil"#,
    ),
    (r#"{{index .m "z"}}{{index .m "q"}}{{index .m "b" "c"}}"#, "1<no value>d"),
    (
        "{{index .m nil}}",
        r#"! x:1:2: executing "x" at <index .m nil>: error calling index: value is nil; should be of type string"#,
    ),
    (
        "{{index .m .n}}",
        r#"! x:1:2: executing "x" at <index .m .n>: error calling index: value is nil; should be of type string"#,
    ),
    (
        r#"{{index .m "q" "r"}}"#,
        r#"! x:1:2: executing "x" at <index .m "q" "r">: error calling index: index of nil pointer"#,
    ),
    (
        "{{index .f 1}}",
        r#"! x:1:2: executing "x" at <index .f 1>: error calling index: can't index item of type float64"#,
    ),
    ("{{index .ll 0 1}}", "2"),
    (
        "{{slice .a 0 1}}{{slice .l 1}}{{slice .l 1 2}}{{slice .l}}{{slice .l 0 1 2}}",
        "s[x <nil>][x][1 x <nil>][1]",
    ),
    (
        "{{slice .a 0 1 1}}",
        r#"! x:1:2: executing "x" at <slice .a 0 1 1>: error calling slice: cannot 3-index slice a string"#,
    ),
    (
        "{{slice .l 2 1}}",
        r#"! x:1:2: executing "x" at <slice .l 2 1>: error calling slice: invalid slice index: 2 > 1"#,
    ),
    (
        "{{slice .l 0 2 1}}",
        r#"! x:1:2: executing "x" at <slice .l 0 2 1>: error calling slice: invalid slice index: 2 > 1"#,
    ),
    (
        "{{slice .l 0 1 2 3}}",
        r#"! x:1:2: executing "x" at <slice .l 0 1 2 3>: error calling slice: too many slice indexes: 4"#,
    ),
    (
        "{{slice nil}}",
        r#"! x:1:2: executing "x" at <slice nil>: error calling slice: slice of untyped nil"#,
    ),
    (
        "{{slice .m}}",
        r#"! x:1:2: executing "x" at <slice .m>: error calling slice: can't slice item of type map[string]interface {}"#,
    ),
    (
        "{{slice .f 1}}",
        r#"! x:1:2: executing "x" at <slice .f 1>: error calling slice: can't slice item of type float64"#,
    ),
    (r#"{{and 1 0 .x.y.z}}{{or 0 "" "a" (index .l 5)}}"#, "0a"),
    (r#"{{(index .m "b").c}}{{(index .m "qq").c}}{{(.n).c}}"#, "d<no value><no value>"),
    ("{{len.x}}", r#"! x:1:2: executing "x" at <len>: wrong number of args for len: want 1 got 0"#),
    ("{{print (len .l) (len .a)}}", "3 1"),
    (
        "{{print (len .f)}}",
        r#"! x:1:9: executing "x" at <len .f>: error calling len: len of type float64"#,
    ),
    (r#"{{.l | len | print "a"}}"#, "a3"),
    (
        r#"{{printf "%s" (print (index .l 7))}}"#,
        r#"! x:1:22: executing "x" at <index .l 7>: error calling index: index out of range: 7"#,
    ),
    (r#"{{ printf    "%v"     .a   |   len }}"#, "1"),
    (
        r#"{{print "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" (index .l 9)}}"#,
        r#"! x:1:64: executing "x" at <index .l 9>: error calling index: index out of range: 9"#,
    ),
    ("{{len (index .ll 0)}}", "2"),
    (
        "{{(index .ll 0).x}}",
        r#"! x:1:13: executing "x" at <0>: can't evaluate field x in type []interface {}"#,
    ),
    ("{{len}}", r#"! x:1:2: executing "x" at <len>: wrong number of args for len: want 1 got 0"#),
    (
        "{{len 1 2}}",
        r#"! x:1:2: executing "x" at <len>: wrong number of args for len: want 1 got 2"#,
    ),
    (
        "{{1 | len 2}}",
        r#"! x:1:6: executing "x" at <len>: wrong number of args for len: want 1 got 2"#,
    ),
    (
        "{{index}}",
        r#"! x:1:2: executing "x" at <index>: wrong number of args for index: want at least 1 got 0"#,
    ),
    ("{{.a|len}}", "1"),
    ("{{.a|len|print|len}}", "1"),
    (
        "{{`a\nb` | len}}{{.a.b}}",
        r#"! x:2:14: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (r#"{{len "äö"}}{{len .l}}{{len .m}}{{len .ll}}"#, "4322"),
    ("{{len .t}}", r#"! x:1:2: executing "x" at <len .t>: error calling len: len of type bool"#),
    (
        "{{len 1.5}}",
        r#"! x:1:2: executing "x" at <len 1.5>: error calling len: len of type float64"#,
    ),
    ("{{index .l}}", "[1 x <nil>]"),
    (r#"{{index .m "b" "c" 0}}"#, "100"),
    (
        "{{index .ll 1 0 0}}",
        r#"! x:1:2: executing "x" at <index .ll 1 0 0>: error calling index: can't index item of type float64"#,
    ),
    (r#"{{index "abc" 1}}"#, "98"),
    (r#"{{index "abc" '\x01'}}"#, "98"),
    (
        "{{index .l true}}",
        r#"! x:1:2: executing "x" at <index .l true>: error calling index: cannot index slice/array with type bool"#,
    ),
    (
        "{{index .l 1.0}}",
        r#"! x:1:2: executing "x" at <index .l 1.0>: error calling index: cannot index slice/array with type float64"#,
    ),
    (
        "{{index .m 1.5}}",
        r#"! x:1:2: executing "x" at <index .m 1.5>: error calling index: value has type float64; should be string"#,
    ),
    (
        "{{index .m true}}",
        r#"! x:1:2: executing "x" at <index .m true>: error calling index: value has type bool; should be string"#,
    ),
    (
        "{{index nil nil}}",
        r#"! x:1:2: executing "x" at <index nil nil>: error calling index: index of untyped nil"#,
    ),
    (
        "{{index .l 0 0}}",
        r#"! x:1:2: executing "x" at <index .l 0 0>: error calling index: can't index item of type float64"#,
    ),
    (r#"{{slice "abcdef" 1 3}}{{slice "abcdef" 2}}{{slice "abcdef"}}"#, "bccdefabcdef"),
    (r#"{{slice "abc" 3}}|{{slice "abc" 3 3}}"#, "|"),
    (
        r#"{{slice "abc" 4}}"#,
        r#"! x:1:2: executing "x" at <slice "abc" 4>: error calling slice: index out of range: 4"#,
    ),
    (
        r#"{{slice "abc" 1 4}}"#,
        r#"! x:1:2: executing "x" at <slice "abc" 1 4>: error calling slice: index out of range: 4"#,
    ),
    (
        r#"{{slice "abc" -1}}"#,
        r#"! x:1:2: executing "x" at <slice "abc" -1>: error calling slice: index out of range: -1"#,
    ),
    ("{{slice .l 1 1}}{{slice .l 3}}", "[][]"),
    (
        "{{slice .l 0 1 0}}",
        r#"! x:1:2: executing "x" at <slice .l 0 1 0>: error calling slice: invalid slice index: 1 > 0"#,
    ),
    (
        "{{slice .l nil}}",
        r#"! x:1:2: executing "x" at <slice .l nil>: error calling slice: cannot index slice/array with nil"#,
    ),
    (
        "{{slice .l 0 1.5}}",
        r#"! x:1:2: executing "x" at <slice .l 0 1.5>: error calling slice: cannot index slice/array with type float64"#,
    ),
    (
        "{{slice 1}}",
        r#"! x:1:2: executing "x" at <slice 1>: error calling slice: can't slice item of type int"#,
    ),
    (
        "{{slice nil 1}}",
        r#"! x:1:2: executing "x" at <slice nil 1>: error calling slice: slice of untyped nil"#,
    ),
    (r#"{{slice "äö" 0 1 | printf "%q"}}"#, r#""\xc3""#),
    (r#"{{index "äö" 0}}"#, "195"),
    (
        "{{slice .t 1}}",
        r#"! x:1:2: executing "x" at <slice .t 1>: error calling slice: can't slice item of type bool"#,
    ),
];

/// Escapes.
pub(super) const ESCAPES: &[(&str, &str)] = &[
    (
        r#"{{html nil}}{{html .u}}{{js .u}}{{urlquery .u}}{{html 1 2 .n "a"}}"#,
        r#"&lt;no value&gt;hä€&lt;&gt;&amp;&#39;&#34;hä€\u003C\u003E\u0026\'\"h%C3%A4%E2%82%AC%3C%3E%26%27%221 2&lt;no value&gt;a"#,
    ),
    (
        "{{html .l}}{{js .m}}{{urlquery .l .m}}",
        "[1 x &lt;nil&gt;]map[b:map[c:d] z:1]%5B1+x+%3Cnil%3E%5D+map%5Bb%3Amap%5Bc%3Ad%5D+z%3A1%5D",
    ),
    ("{{html}}{{js}}{{urlquery}}", ""),
    (r#"{{html "<a href=\"x\">&'</a>"}}"#, "&lt;a href=&#34;x&#34;&gt;&amp;&#39;&lt;/a&gt;"),
    (
        r#"{{js "it's \"x\" <b>=&\\ \n \t \x7f \u2028 é"}}"#,
        "it\\'s \\\"x\\\" \\u003Cb\\u003E\\u003D\\u0026\\\\ \\u000A \\u0009 \u{7f} \\u2028 é",
    ),
    (r#"{{urlquery "a b&c=d/é~-_.!*()+"}}"#, "a+b%26c%3Dd%2F%C3%A9~-_.%21%2A%28%29%2B"),
    (r#"{{html 1 2 "a" "b" 3.5}}"#, "1 2ab3.5"),
    (
        "{{.u | html | js | urlquery}}",
        "h%C3%A4%E2%82%AC%5Cu0026lt%3B%5Cu0026gt%3B%5Cu0026amp%3B%5Cu0026%2339%3B%5Cu0026%2334%3B",
    ),
    ("{{html .n .zz}}", "&lt;no value&gt;&lt;no value&gt;"),
    ("{{js true nil}}", r"true\u003Cno value\u003E"),
    (r#"{{html "a\x00b"}}"#, "a�b"),
    (r#"{{js "\x00"}}"#, r"\u0000"),
    (r#"{{ "<" | html | html }}"#, "&amp;lt;"),
    (r#"{{ urlquery "" }}|"#, "|"),
    (r#"{{ html "plain" }}"#, "plain"),
];

/// `and`, `or`, `not` and `call`.
pub(super) const LOGIC: &[(&str, &str)] = &[
    (
        "{{call .a}}",
        r#"! x:1:2: executing "x" at <call .a>: error calling call: non-function .a of type string"#,
    ),
    (
        "{{.a | call}}",
        r#"! x:1:7: executing "x" at <call>: error calling call: non-function s of type string"#,
    ),
    ("{{call nil}}", r#"! x:1:2: executing "x" at <call nil>: error calling call: call of nil"#),
    ("{{call .n}}", r#"! x:1:2: executing "x" at <call .n>: error calling call: call of nil"#),
    (
        "{{call}}",
        r#"! x:1:2: executing "x" at <call>: wrong number of args for call: want at least 1 got 0"#,
    ),
    (
        "{{not nil}}{{not .l}}{{not}}",
        r#"! x:1:23: executing "x" at <not>: wrong number of args for not: want 1 got 0"#,
    ),
    (
        "{{and}}",
        r#"! x:1:2: executing "x" at <and>: wrong number of args for and: want at least 1 got 0"#,
    ),
    (r#"{{and 1 2}}{{or 0 ""}}{{and 0 1}}"#, "20"),
    ("{{0 | and 1}}{{2 | or 0}}{{2 | or 1}}", "021"),
    (
        "{{and .a .n}}|{{or .n .zz}}|{{and .zz 1}}|{{or nil nil}}",
        "<no value>|<no value>|<no value>|<no value>",
    ),
    (
        "{{not 1 2}}",
        r#"! x:1:2: executing "x" at <not>: wrong number of args for not: want 1 got 2"#,
    ),
    ("{{true}} {{false}} {{true | not}}", "true false false"),
    (r#"{{and 1 ""}}|{{or "" .l}}|{{and .l .m.z}}|{{not (and 1 0)}}"#, "|[1 x <nil>]|1|true"),
    (
        "{{and true .a.x}}",
        r#"! x:1:13: executing "x" at <.a.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{or true .a.x}}", "true"),
    (
        "{{or false .a.x}}",
        r#"! x:1:13: executing "x" at <.a.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{and .n 1}}|{{or .n .zz .es}}", "<no value>|"),
    ("{{if and .a .l (not .e)}}1{{end}}", "1"),
    ("{{ .a | and false }}{{ .a | or .es }}", "falses"),
    ("{{ not }}", r#"! x:1:3: executing "x" at <not>: wrong number of args for not: want 1 got 0"#),
    (
        "{{ call 1 }}",
        r#"! x:1:3: executing "x" at <call 1>: error calling call: non-function 1 of type int"#,
    ),
    (
        "{{ .l | call }}",
        r#"! x:1:8: executing "x" at <call>: error calling call: non-function <[]interface {} Value> of type []interface {}"#,
    ),
    (
        "{{ 1 | call }}",
        r#"! x:1:7: executing "x" at <call>: error calling call: non-function <int Value> of type int"#,
    ),
];

/// `print` and its kin.
pub(super) const PRINTED: &[(&str, &str)] = &[
    ("{{printf 1}}", r#"! x:1:9: executing "x" at <1>: expected string; found 1"#),
    (r#"{{printf "%d %s" 1 "a"}}"#, "1 a"),
    (
        r#"{{printf "%d" .f}}{{printf "%v" .l}}{{printf "%T %T %T %T" .l .m .n 1}}"#,
        "%!d(float64=1e+06)[1 x <nil>][]interface {} map[string]interface {} <nil> int",
    ),
    (
        r#"{{printf "%s" .l}}{{printf "%q" .l}}{{printf "%d" .l}}{{printf "%#v" .l}}{{printf "%+v" .m}}{{printf "%#v" .m}}"#,
        r#"[%!s(float64=1) x <nil>][%!q(float64=1) "x" <nil>][%!d(float64=1) %!d(string=x) <nil>][]interface {}{1, "x", interface {}(nil)}map[b:map[c:d] z:1]map[string]interface {}{"b":map[string]interface {}{"c":"d"}, "z":1}"#,
    ),
    (
        "{{printf}}",
        r#"! x:1:2: executing "x" at <printf>: wrong number of args for printf: want at least 1 got 0"#,
    ),
    (
        "{{printf .n}}",
        r#"! x:1:9: executing "x" at <.n>: wrong type for value; expected string; got interface {}"#,
    ),
    ("{{printf .zz}}", r#"! x:1:9: executing "x" at <.zz>: invalid value; expected string"#),
    (
        "{{printf .f}}",
        r#"! x:1:9: executing "x" at <.f>: wrong type for value; expected string; got float64"#,
    ),
    ("{{.n | printf}}", r#"! x:1:7: executing "x" at <printf>: invalid value; expected string"#),
    ("{{.zz | printf}}", r#"! x:1:8: executing "x" at <printf>: invalid value; expected string"#),
    (
        "{{.f | printf}}",
        r#"! x:1:7: executing "x" at <printf>: wrong type for value; expected string; got float64"#,
    ),
    ("{{printf nil}}", r#"! x:1:9: executing "x" at <nil>: cannot assign nil to string"#),
    (
        r#"{{printf "%d %d" 1}}{{printf "%d" 1 2 "x" nil}}{{printf "%z" 1}}{{printf "%"}}{{printf "%!"}}{{printf "%5%"}}"#,
        "1 %!d(MISSING)1%!(EXTRA int=2, string=x, <nil>)%!z(int=1)%!(NOVERB)%!!(MISSING)%",
    ),
    (
        r#"{{(printf "a").c}}"#,
        r#"! x:1:10: executing "x" at <"a">: can't evaluate field c in type string"#,
    ),
    (r#"{{.a | printf "%s-%s" "b"}}"#, "b-s"),
    (
        r#"{{print 1 2}}|{{print "a" "b"}}|{{print 1 "a" 2}}|{{print .l .m}}"#,
        "1 2|ab|1a2|[1 x <nil>] map[b:map[c:d] z:1]",
    ),
    (r#"{{println}}|{{println 1 2 "a" "b"}}"#, "\n|1 2 a b\n"),
    ("{{print nil .n .zz}}", "<nil> <nil> <nil>"),
    ("{{print .f 1.5 true}}", "1e+06 1.5 true"),
    ("{{print}}|", "|"),
    ("{{println .n}}", "<nil>\n"),
];
