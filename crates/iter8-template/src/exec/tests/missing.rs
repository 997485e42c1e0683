//! Missing keys. Expected are the bytes that Go 1.26 makes, or its error after `!`.

/// With `missingkey=default`.
pub(super) const MISSING_DEFAULT: &[(&str, &str)] = &[
    ("{{.zz}}", "<no value>"),
    ("{{.zz.x}}", "<no value>"),
    ("{{.n}}", "<no value>"),
    ("{{.n.x}}", r#"! x:1:4: executing "x" at <.n.x>: nil pointer evaluating interface {}.x"#),
    ("{{.m.zz}}", "<no value>"),
    ("{{.m.zz.x}}", "<no value>"),
    ("{{with .zz}}a{{else}}b{{end}}", "b"),
    ("{{if .zz}}a{{else}}b{{end}}", "b"),
    ("{{print .zz}}", "<nil>"),
    (r#"{{index .m "zz"}}"#, "<no value>"),
    (r#"{{(index .m "zz").x}}"#, "<no value>"),
    ("{{range .zz}}{{end}}", ""),
    ("{{.zz | print}}", "<nil>"),
    ("{{$x := .m}}{{$x.zz}}", "<no value>"),
    ("{{(.n).x}}", "<no value>"),
    (
        "{{range .l}}{{.q}}{{end}}",
        r#"! x:1:14: executing "x" at <.q>: can't evaluate field q in type interface {}"#,
    ),
    ("{{printf .zz}}", r#"! x:1:9: executing "x" at <.zz>: invalid value; expected string"#),
    ("{{eq .zz nil}}", "true"),
    ("{{or .zz 1}}", "1"),
    (r#"{{template "q" .zz}}{{define "q"}}{{.x}}{{end}}"#, "<no value>"),
    (r#"{{template "q"}}{{define "q"}}{{.x}}{{end}}"#, "<no value>"),
];

/// With `missingkey=zero`.
pub(super) const MISSING_ZERO: &[(&str, &str)] = &[
    ("{{.zz}}", "<no value>"),
    ("{{.zz.x}}", r#"! x:1:5: executing "x" at <.zz.x>: nil pointer evaluating interface {}.x"#),
    ("{{.n}}", "<no value>"),
    ("{{.n.x}}", r#"! x:1:4: executing "x" at <.n.x>: nil pointer evaluating interface {}.x"#),
    ("{{.m.zz}}", "<no value>"),
    (
        "{{.m.zz.x}}",
        r#"! x:1:4: executing "x" at <.m.zz.x>: nil pointer evaluating interface {}.x"#,
    ),
    ("{{with .zz}}a{{else}}b{{end}}", "b"),
    ("{{if .zz}}a{{else}}b{{end}}", "b"),
    ("{{print .zz}}", "<nil>"),
    (r#"{{index .m "zz"}}"#, "<no value>"),
    (r#"{{(index .m "zz").x}}"#, "<no value>"),
    ("{{range .zz}}{{end}}", ""),
    ("{{.zz | print}}", "<nil>"),
    ("{{$x := .m}}{{$x.zz}}", "<no value>"),
    ("{{(.n).x}}", "<no value>"),
    (
        "{{range .l}}{{.q}}{{end}}",
        r#"! x:1:14: executing "x" at <.q>: can't evaluate field q in type interface {}"#,
    ),
    (
        "{{printf .zz}}",
        r#"! x:1:9: executing "x" at <.zz>: wrong type for value; expected string; got interface {}"#,
    ),
    ("{{eq .zz nil}}", "true"),
    ("{{or .zz 1}}", "1"),
    (r#"{{template "q" .zz}}{{define "q"}}{{.x}}{{end}}"#, "<no value>"),
    (r#"{{template "q"}}{{define "q"}}{{.x}}{{end}}"#, "<no value>"),
];

/// With `missingkey=error`.
pub(super) const MISSING_ERROR: &[(&str, &str)] = &[
    ("{{.zz}}", r#"! x:1:2: executing "x" at <.zz>: map has no entry for key "zz""#),
    ("{{.zz.x}}", r#"! x:1:5: executing "x" at <.zz.x>: map has no entry for key "zz""#),
    ("{{.n}}", "<no value>"),
    ("{{.n.x}}", r#"! x:1:4: executing "x" at <.n.x>: nil pointer evaluating interface {}.x"#),
    ("{{.m.zz}}", r#"! x:1:4: executing "x" at <.m.zz>: map has no entry for key "zz""#),
    ("{{.m.zz.x}}", r#"! x:1:4: executing "x" at <.m.zz.x>: map has no entry for key "zz""#),
    (
        "{{with .zz}}a{{else}}b{{end}}",
        r#"! x:1:7: executing "x" at <.zz>: map has no entry for key "zz""#,
    ),
    (
        "{{if .zz}}a{{else}}b{{end}}",
        r#"! x:1:5: executing "x" at <.zz>: map has no entry for key "zz""#,
    ),
    ("{{print .zz}}", r#"! x:1:8: executing "x" at <.zz>: map has no entry for key "zz""#),
    (r#"{{index .m "zz"}}"#, "<no value>"),
    (
        r#"{{(index .m "zz").x}}"#,
        r#"! x:1:12: executing "x" at <"zz">: nil data; no entry for key "x""#,
    ),
    ("{{range .zz}}{{end}}", r#"! x:1:8: executing "x" at <.zz>: map has no entry for key "zz""#),
    ("{{.zz | print}}", r#"! x:1:2: executing "x" at <.zz>: map has no entry for key "zz""#),
    (
        "{{$x := .m}}{{$x.zz}}",
        r#"! x:1:16: executing "x" at <$x.zz>: map has no entry for key "zz""#,
    ),
    ("{{(.n).x}}", r#"! x:1:3: executing "x" at <.n>: nil data; no entry for key "x""#),
    (
        "{{range .l}}{{.q}}{{end}}",
        r#"! x:1:14: executing "x" at <.q>: can't evaluate field q in type interface {}"#,
    ),
    ("{{printf .zz}}", r#"! x:1:9: executing "x" at <.zz>: map has no entry for key "zz""#),
    ("{{eq .zz nil}}", r#"! x:1:5: executing "x" at <.zz>: map has no entry for key "zz""#),
    ("{{or .zz 1}}", r#"! x:1:5: executing "x" at <.zz>: map has no entry for key "zz""#),
    (
        r#"{{template "q" .zz}}{{define "q"}}{{.x}}{{end}}"#,
        r#"! x:1:15: executing "x" at <.zz>: map has no entry for key "zz""#,
    ),
    (
        r#"{{template "q"}}{{define "q"}}{{.x}}{{end}}"#,
        r#"! x:1:32: executing "q" at <.x>: nil data; no entry for key "x""#,
    ),
];
