//! Templates and what they print. Expected are the bytes that Go 1.26 makes, or its error after `!`.

/// Fields, keys, literals and commands.
pub(super) const FIELDS: &[(&str, &str)] = &[
    (
        "{{.a.b}}",
        r#"! x:1:4: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    ("{{.n.x}}", r#"! x:1:4: executing "x" at <.n.x>: nil pointer evaluating interface {}.x"#),
    ("{{.zz.x}}", "<no value>"),
    ("{{ .l }} {{.m}} {{.n}}", "[1 x <nil>] map[b:map[c:d] z:1] <no value>"),
    ("{{ .a | }}", "s"),
    ("{{print nil}}", "<nil>"),
    (
        "{{.l.x}}",
        r#"! x:1:4: executing "x" at <.l.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{nil}}", r#"! x:1:2: executing "x" at <nil>: nil is not a command"#),
    ("{{nil | print}}", r#"! x:1:2: executing "x" at <nil>: nil is not a command"#),
    (r"{{'a'}} {{'\n'}} {{'\''}} {{'\x41'}} {{'ä'}}", "97 10 39 65 228"),
    (
        "{{1_000}} {{0x1F}} {{0b11}} {{0o17}} {{017}} {{1e3}} {{1.5e3}} {{.5}} {{1.}} {{0x1p4}} {{1i}} {{1+2i}}",
        "1000 31 3 15 15 1000 1500 0.5 1 16 (0+1i) (1+2i)",
    ),
    (
        "{{9223372036854775808}}",
        r#"! x:1:2: executing "x" at <9223372036854775808>: 9223372036854775808 overflows int"#,
    ),
    (
        "{{0xffffffffffffffff}}",
        r#"! x:1:2: executing "x" at <0xffffffffffffffff>: 0xffffffffffffffff overflows int"#,
    ),
    (
        "{{print 9223372036854775808}}",
        r#"! x:1:8: executing "x" at <9223372036854775808>: 9223372036854775808 overflows int"#,
    ),
    (
        r#"{{print 1 2 "a" "b" 3 nil nil true 1.5}}{{println 1 "a" nil}}{{print}}{{println}}"#,
        "1 2ab3 <nil> <nil> true 1.51 a <nil>\n\n",
    ),
    ("{{.a 1}}", r#"! x:1:2: executing "x" at <.a>: a is not a method but has arguments"#),
    ("{{.m.z 1}}", r#"! x:1:4: executing "x" at <.m.z>: z is not a method but has arguments"#),
    ("{{1 | .a}}", r#"! x:1:6: executing "x" at <.a>: a is not a method but has arguments"#),
    ("{{1 2}}", r#"! x:1:2: executing "x" at <1>: can't give argument to non-function 1"#),
    ("{{. 1}}", r#"! x:1:2: executing "x" at <.>: can't give argument to non-function ."#),
    (
        "{{(print 1) 2}}",
        r#"! x:1:2: executing "x" at <(print 1) 2>: can't give argument to non-function print 1"#,
    ),
    (
        "{{1 | (print 2)}}",
        r#"! x:1:2: executing "x" at <1>: can't give argument to non-function print 2"#,
    ),
    ("{{(.a).c}}", r#"! x:1:3: executing "x" at <.a>: can't evaluate field c in type string"#),
    ("{{print.x}}", r#"! x:1:2: executing "x" at <print>: can't evaluate field x in type string"#),
    ("{{((.a))}}", "s"),
    ("{{.ä}}", "<no value>"),
    (
        "*/}}x{{.x.y.z}}{{.a.b}}",
        r#"! x:1:19: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "{{.l.a.b}}",
        r#"! x:1:4: executing "x" at <.l.a.b>: can't evaluate field a in type interface {}"#,
    ),
    (
        "{{.m.b.c.d}}",
        r#"! x:1:4: executing "x" at <.m.b.c.d>: can't evaluate field d in type interface {}"#,
    ),
    (
        "{{.m.b.c.d.e}}",
        r#"! x:1:4: executing "x" at <.m.b.c.d.e>: can't evaluate field d in type interface {}"#,
    ),
    (r#"{{print `a\n` "a\n"}}"#, "a\\na\n"),
    (r#"{{print "\u00e4\U0001F600\x41\101\a"}}"#, "ä😀AA\u{7}"),
    (
        r#"{{"a" "b"}}"#,
        r#"! x:1:2: executing "x" at <"a">: can't give argument to non-function "a""#,
    ),
    ("{{print (1) (2)}}", "1 2"),
    ("{{.1}}", "0.1"),
    (
        "{{ . }}",
        r#"map[a:s e:[] em:map[] es: f:1e+06 i:3 l:[1 x <nil>] ll:[[1 2] [3]] m:map[b:map[c:d] z:1] n:<nil> t:true u:hä€<>&'"]"#,
    ),
    (
        "def {{ .a }} {{ .x.y }} {{ .a.b }}",
        r#"! x:1:29: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "x\n{{ .a.b }}",
        r#"! x:2:5: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "{{ print\n\"a\"\n.a.b }}",
        r#"! x:3:2: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    ("{{.m.b}}", "map[c:d]"),
    (
        "{{.m.b.c.x}}",
        r#"! x:1:4: executing "x" at <.m.b.c.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{.m.x.y.z}}", "<no value>"),
    ("{{.n}}", "<no value>"),
    ("{{.l}}{{.em}}{{.e}}", "[1 x <nil>]map[][]"),
    ("{{.f}} {{.t}} {{.u}}", r#"1e+06 true hä€<>&'""#),
    ("{{(.m).b.c}}", "d"),
    ("{{((.m).b).c}}", "d"),
    ("{{(print .m.b.c)}}", "d"),
    ("{{print (print (print .a)) .a}}", "ss"),
    ("{{.a | print | print | print}}", "s"),
    (r#"{{.m.b.c | print "x" | printf "%s-%s" "y"}}"#, "y-xd"),
    ("{{print .x .y.z}}", "<nil> <nil>"),
    (
        "{{ print .m.b.c.d }}",
        r#"! x:1:11: executing "x" at <.m.b.c.d>: can't evaluate field d in type interface {}"#,
    ),
    ("{{ 1.0 }} {{ 1e2 }} {{ 100000000.0 }} {{ -0.0 }} {{ 1e-7 }}", "1 100 1e+08 -0 1e-07"),
    ("{{ 2i }} {{ 1+2i }} {{ -1.5-2.5i }}", "(0+2i) (1+2i) (-1.5-2.5i)"),
    ("{{ 0x7fffffffffffffff }}", "9223372036854775807"),
    (r#"{{ 'a' | printf "%c" }}"#, "a"),
    ("{{ true | print }}", "true"),
];

/// Variables.
pub(super) const VARIABLES: &[(&str, &str)] = &[
    ("{{$x = 1}}", r#"! x:1:7: executing "x" at <1>: undefined variable: $x"#),
    ("{{$ 1}}", r#"! x:1:2: executing "x" at <$>: can't give argument to non-function $"#),
    (r#"{{"a" | $}}"#, r#"! x:1:8: executing "x" at <$>: can't give argument to non-function $"#),
    (
        "{{$x := 1}}{{$x.y}}",
        r#"! x:1:15: executing "x" at <$x.y>: can't evaluate field y in type int"#,
    ),
    (
        "{{$x := .m}}{{$x.b.c}}{{$x.b.q}}{{$x.z.q}}",
        r#"! x:1:36: executing "x" at <$x.z.q>: can't evaluate field q in type interface {}"#,
    ),
    ("{{$.a}}{{$.m.b.c}}", "sd"),
    ("{{$ := 1}}{{$}}", "1"),
    ("{{$ = 1}}{{$}}", "1"),
    ("{{$x:=1}}{{$x}}", "1"),
    ("{{$x :=1}}{{$x}}", "1"),
    ("{{$x := 1}}{{if true}}{{$x := 2}}{{$x = 3}}{{$x}}{{end}}{{$x}}", "31"),
    ("{{$x := .l}}{{$x}}{{$y := $x}}{{len $y}}", "[1 x <nil>]3"),
    ("{{$x := 1 | print | len}}{{$x}}", "1"),
    ("{{with $x := 1}}{{end}}{{$x := 2}}{{$x}}", "2"),
    ("{{$x := nil}}", r#"! x:1:8: executing "x" at <nil>: nil is not a command"#),
    ("{{$x := .n}}{{$x}}", "<no value>"),
    ("{{$x := .n}}{{$x.y}}", "<no value>"),
    ("{{$äö_1 := 1}}{{$äö_1}}", "1"),
    ("{{$x := 1}}{{$x = $x}}{{$x}}", "1"),
    ("{{$x := .m}}{{(print $x.z) | print $x.b.c}}", "d1"),
];

/// `if` and `with`.
pub(super) const BRANCHES: &[(&str, &str)] = &[
    ("{{if .a}}{{$a := 1}}{{else}}{{$a}}{{end}}", ""),
    (
        "{{if .zz}}{{$a := 1}}{{else}}{{$a}}{{end}}",
        r#"! x:1:31: executing "x" at <$a>: undefined variable: $a"#,
    ),
    ("{{with .m}}{{.z}}{{else with .a}}{{.}}{{else}}n{{end}}", "1"),
    ("{{with .em}}{{.z}}{{else with .a}}{{.}}{{else}}n{{end}}", "s"),
    ("{{with .em}}{{.z}}{{else with .es}}{{.}}{{else}}n{{end}}", "n"),
    ("{{if .a}}1{{else if .b}}2{{else if .c}}3{{else}}4{{end}}", "1"),
    ("{{if .es}}1{{else if .t}}2{{else if .c}}3{{else}}4{{end}}", "2"),
    ("{{$x := 1}}{{$x = 2}}{{$x}}{{if true}}{{$x = 3}}{{$x := 4}}{{end}}{{$x}}", "23"),
    ("{{if $x := .a}}{{$x}}{{else}}{{$x}}{{end}}", "s"),
    ("{{if $x := .es}}{{$x}}{{else if $y := .a}}[{{$x}}{{$y}}]{{end}}", "[s]"),
    (
        "{{with .a}}{{$.a}}{{.x}}{{end}}",
        r#"! x:1:20: executing "x" at <.x>: can't evaluate field x in type string"#,
    ),
    ("{{with .n}}a{{else}}b{{.a}}{{end}}", "bs"),
    ("{{if true}}{{- /* x */ -}} {{end}}", ""),
    (
        "{{with .ll}}{{.c}}{{end}}",
        r#"! x:1:14: executing "x" at <.c>: can't evaluate field c in type []interface {}"#,
    ),
    (
        "{{with 1}}{{.c}}{{end}}",
        r#"! x:1:12: executing "x" at <.c>: can't evaluate field c in type int"#,
    ),
    (r#"{{if true}}{{"\n"}}{{end}}"#, "\n"),
    ("{{if nil}}1{{else}}2{{end}}", r#"! x:1:5: executing "x" at <nil>: nil is not a command"#),
    ("{{if 0.0}}1{{else}}2{{end}}", "2"),
    ("{{if 0i}}1{{else}}2{{end}}", "2"),
    (r#"{{if ""}}1{{else if "a"}}2{{end}}"#, "2"),
    ("{{if .l}}{{if .e}}1{{else}}2{{end}}{{end}}", "2"),
    ("{{with $x := .m}}{{with $y := .z}}{{$x.z}}{{$y}}{{end}}{{end}}", "11"),
    ("{{if false}}{{.a.b.c}}{{end}}ok", "ok"),
    ("{{if .x.y.z}}1{{else}}2{{end}}", "2"),
    (
        "{{if .a.x}}1{{end}}",
        r#"! x:1:7: executing "x" at <.a.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{with .a}}{{with $.m}}{{.z}}{{end}}{{.}}{{end}}", "1s"),
];

/// `range`.
pub(super) const LOOPS: &[(&str, &str)] = &[
    ("{{range .a}}{{.}}{{end}}", r#"! x:1:8: executing "x" at <.a>: range can't iterate over s"#),
    ("{{range 3}}{{.}}{{end}}", "012"),
    (
        "{{range $i, $x := 3}}{{end}}",
        r#"! x:1:18: executing "x" at <3>: can't use 3 to iterate over more than one variable"#,
    ),
    (
        "{{range .l}}{{.x}}{{end}}",
        r#"! x:1:14: executing "x" at <.x>: can't evaluate field x in type interface {}"#,
    ),
    ("{{range $i,$x = .l}}{{end}}", r#"! x:1:16: executing "x" at <.l>: undefined variable: $i"#),
    ("{{$i:=1}}{{$x:=1}}{{range $i,$x = .ll}}{{end}}{{$i}}{{$x}}", "1[3]"),
    ("{{$i:=1}}{{range $i = .l}}{{end}}{{$i}}", "<no value>"),
    ("{{range .f}}{{end}}", r#"! x:1:8: executing "x" at <.f>: range can't iterate over 1e+06"#),
    ("{{range .t}}{{end}}", r#"! x:1:8: executing "x" at <.t>: range can't iterate over true"#),
    ("{{range nil}}{{end}}", r#"! x:1:8: executing "x" at <nil>: nil is not a command"#),
    (
        "{{range .e}}a{{else}}b{{end}}{{range .em}}a{{else}}b{{end}}{{range 0}}a{{else}}c{{end}}{{range -1}}a{{else}}d{{end}}",
        "bbcd",
    ),
    ("{{range .l}}{{range $.e}}{{else}}{{break}}{{end}}y{{end}}", "yyy"),
    ("{{range .l}}{{range $.e}}{{else}}{{continue}}{{end}}X{{end}}", ""),
    ("{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}", "b=map[c:d];z=1;"),
    ("{{range $i := 3}}{{$i}}{{end}}", "012"),
    ("{{range $i := .l}}{{$i}},{{end}}", "1,x,<no value>,"),
    ("{{range $x := .l}}{{$x}}{{else}}{{$x}}{{end}}", "1x<no value>"),
    ("{{range $i, $x := .e}}{{$x}}{{else}}[{{$x}}{{$i}}]{{end}}", "[[][]]"),
    (
        "{{range .m}}{{.c}}{{end}}",
        r#"! x:1:14: executing "x" at <.c>: can't evaluate field c in type interface {}"#,
    ),
    (
        "{{range .ll}}{{.c}}{{end}}",
        r#"! x:1:15: executing "x" at <.c>: can't evaluate field c in type interface {}"#,
    ),
    (
        "x\n  {{ range .l }}\n {{ .x }}{{end}}",
        r#"! x:3:4: executing "x" at <.x>: can't evaluate field x in type interface {}"#,
    ),
    (
        "{{range $i, $e := .ll}}{{range $j, $f := $e}}{{$i}}{{$j}}{{$f}} {{end}}{{end}}",
        "001 012 103 ",
    ),
    ("{{$n := 0}}{{range .l}}{{$n = print $n 1}}{{end}}{{$n}}", "0 111"),
    ("{{$i := 0}}{{$e := 0}}{{range $i, $e = .l}}{{end}}{{$i}} {{$e}}", "2 <no value>"),
    ("{{range $i, $e := .l}}{{$e = 5}}{{$e}}{{end}}", "555"),
    ("{{range .l}}{{$v := .}}{{end}}{{$.a}}", "s"),
    ("{{range .m.b}}{{.}}{{end}}", "d"),
    ("{{range $k, $v := .em}}x{{else}}none{{end}}", "none"),
    ("{{range 2}}{{range 2}}{{break}}{{end}}y{{end}}", "yy"),
    ("{{range 2.0}}{{end}}", r#"! x:1:8: executing "x" at <2.0>: range can't iterate over 2"#),
    ("{{range 'a'}}{{break}}{{end}}", ""),
    ("{{range .zz}}a{{else}}b{{end}}", "b"),
    ("{{range (index .ll 0)}}{{.}}{{end}}", "12"),
    (
        "{{range slice .a 0}}{{end}}",
        r#"! x:1:17: executing "x" at <0>: range can't iterate over s"#,
    ),
    ("{{range $x := 2 | print | len}}{{$x}}{{end}}", "0"),
    ("{{range nil}}a{{else}}b{{end}}", r#"! x:1:8: executing "x" at <nil>: nil is not a command"#),
    ("{{range .l}}{{with .}}{{break}}{{end}}{{end}}done", "done"),
    ("{{range 1i}}{{end}}", r#"! x:1:8: executing "x" at <1i>: range can't iterate over (0+1i)"#),
];

/// `define`, `template` and `block`.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    (
        r#"{{template "y" .a}}"#,
        r#"! x:1:11: executing "x" at <{{template "y" .a}}>: template "y" not defined"#,
    ),
    (r#"{{define "y"}}[{{.}}]{{end}}{{template "y" .a}}{{template "y"}}"#, "[s][<no value>]"),
    (
        r#"{{define "x"}}[{{.}}]{{end}}"#,
        r#"[map[a:s e:[] em:map[] es: f:1e+06 i:3 l:[1 x <nil>] ll:[[1 2] [3]] m:map[b:map[c:d] z:1] n:<nil> t:true u:hä€<>&'"]]"#,
    ),
    (r#"{{block "y" .a}}[{{.}}]{{end}}"#, "[s]"),
    (
        r#"{{template "y" . | print}}{{define "y"}}[{{.}}]{{end}}"#,
        r#"[map[a:s e:[] em:map[] es: f:1e+06 i:3 l:[1 x <nil>] ll:[[1 2] [3]] m:map[b:map[c:d] z:1] n:<nil> t:true u:hä€<>&'"]]"#,
    ),
    (
        r#"{{range .l}}{{template "q"}}{{end}}"#,
        r#"! x:1:23: executing "x" at <{{template "q"}}>: template "q" not defined"#,
    ),
    (
        r#"{{template "q" .x.y}}"#,
        r#"! x:1:11: executing "x" at <{{template "q" .x.y}}>: template "q" not defined"#,
    ),
    (
        r#"{{define "q"}}{{.a.b.c}}{{end}}{{template "q" .}}"#,
        r#"! x:1:18: executing "q" at <.a.b.c>: can't evaluate field b in type interface {}"#,
    ),
    (r#"{{define "q"}}{{template "r" .}}{{end}}{{define "r"}}{{.a.b.c}}{{end}}abc"#, "abc"),
    (
        r#"   {{template "q" .}}"#,
        r#"! x:1:14: executing "x" at <{{template "q" .}}>: template "q" not defined"#,
    ),
    (
        r#"{{define "a"}}{{end}}{{template "a"}}{{define "b"}} {{/* */}} {{end}}{{template "b"}}|"#,
        "  |",
    ),
    (r#"{{range .l}}{{block "q" .}}[{{.}}]{{end}}{{end}}"#, "[1][x][<no value>]"),
    (
        "{{define \"q\"}}\n\n{{.a.b}}{{end}}\n{{template \"q\" .}}",
        r#"! x:3:4: executing "q" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "{{block \"q\" .}}\n{{.a.b}}{{end}}",
        r#"! x:2:4: executing "q" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (r#"{{define "a"}}1{{end}}{{template "a" .x.y.z}}{{template "a"}}"#, "11"),
    (r#"{{template "a" $x := 1}}{{$x}}{{define "a"}}{{.}}{{end}}"#, "11"),
    (
        r#"{{define "r"}}{{if .}}{{index . 0}}{{template "r" (slice . 1)}}{{end}}{{end}}{{template "r" .ll}}"#,
        "[1 2][3]",
    ),
    (
        r#"{{block "a" .l}}{{range .}}[{{.}}]{{end}}{{end}}{{template "a" .ll}}"#,
        "[1][x][<no value>][[1 2]][[3]]",
    ),
    (r#"{{define "a"}}{{$}}{{end}}{{template "a" 7}}"#, "7"),
    (r#"{{define `a b`}}x{{end}}{{template "a b"}}"#, "x"),
];

/// Trim markers and comments.
pub(super) const TRIMMED: &[(&str, &str)] = &[
    ("{{/* c */}}a", "a"),
    ("a {{- /* c */ -}} b", "ab"),
    ("a {{- /* c */}} b", "a b"),
    ("a {{/* c */ -}} b", "a b"),
    ("a{{- 3}}", "a3"),
    ("a {{- 3 -}} b", "a3b"),
    ("{{-3}}", "-3"),
    ("{{- -3 -}}", "-3"),
    (r#"{{- "a" -}}   {{- "b" -}}"#, "ab"),
    (r#"{{ "a" }}   {{- "b" }}  "#, "ab  "),
    (
        "a\n{{- .a.b }}",
        r#"! x:2:6: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "a \n\n {{- .a -}} \n\n {{.a.b}}",
        r#"! x:5:5: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    (
        "{{/*\n\n*/}}{{.a.b}}",
        r#"! x:3:8: executing "x" at <.a.b>: can't evaluate field b in type interface {}"#,
    ),
    ("a  \n\t{{- 1 -}}\n\r\n  b", "a1b"),
    (r#"a{{- "x" -}}b"#, "axb"),
    ("{{- 1}} {{2 -}} 3 {{- 4}}", "1 234"),
    ("{{1 -}}", "1"),
    ("{{-1 -}}|", "-1|"),
    ("x {{- -1 }}", "x-1"),
    ("x {{-\n1\n-}} y", "x1y"),
    ("{{/* a */}} {{- /* b */ -}} {{/* c */}}", ""),
    ("a {{/*- b -*/}} c", "a  c"),
    ("a {{- /**/ -}} b", "ab"),
    (r#"{{"{{"}} }} {{`}}`}}"#, "{{ }} }}"),
    ("{ {{1}} }", "{ 1 }"),
    ("{{1}}\n{{- 2}}\n{{3 -}}\n", "12\n3"),
    ("é {{- 1 -}} é", "é1é"),
    ("a  {{- 1}}", "a  1"),
];
