//! URLs as Go takes them apart and puts them together.

use super::super::testing::check;

#[test]
fn mistakes() {
    check(&[
        (
            r#"urlParse "1a:b""#,
            r#"error: unable to parse url: parse "1a:b": first path segment in URL cannot contain colon"#,
        ),
        (r#"urlParse ":a""#, r#"error: unable to parse url: parse ":a": missing protocol scheme"#),
        (
            r#"urlParse "a/b:c""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "a/b:c", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h/%zz""#,
            r#"error: unable to parse url: parse "http://h/%zz": invalid URL escape "%zz""#,
        ),
        (
            r#"urlParse "http://h/%4""#,
            r#"error: unable to parse url: parse "http://h/%4": invalid URL escape "%4""#,
        ),
        (
            r#"urlParse "http://h/\x01""#,
            r#"error: unable to parse url: parse "http://h/\x01": net/url: invalid control character in URL"#,
        ),
        (
            r#"urlParse "http://h/#%""#,
            r#"error: unable to parse url: parse "http://h/#%": invalid URL escape "%""#,
        ),
        (
            r#"urlParse "http://h/?%zz""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "/", "query": "%zz", "scheme": "http", "userinfo": ""}"#,
        ),
    ]);
}

#[test]
fn absolute() {
    check(&[
        (
            r#"urlParse "https://user:pa%40ss@example.com:8080/a%20b/c?x=1&y=%20#frag%41""#,
            r#"{"fragment": "fragA", "host": "example.com:8080", "hostname": "example.com", "opaque": "", "path": "/a b/c", "query": "x=1&y=%20", "scheme": "https", "userinfo": "user:pa%40ss"}"#,
        ),
        (
            r#"urlParse "http://example.com""#,
            r#"{"fragment": "", "host": "example.com", "hostname": "example.com", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "HTTP://Example.COM/""#,
            r#"{"fragment": "", "host": "Example.COM", "hostname": "Example.COM", "opaque": "", "path": "/", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http:///a""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "/a", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "mailto:a@example.com""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "a@example.com", "path": "", "query": "", "scheme": "mailto", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "a:b""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "b", "path": "", "query": "", "scheme": "a", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "a1+-.:b?c""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "b", "path": "", "query": "c", "scheme": "a1+-.", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http:a""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "a", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h/%e4%C3""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "/\xe4\xc3", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h/é""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "/é", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h/a b""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "/a b", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
    ]);
}

#[test]
fn relative() {
    check(&[
        (
            r#"urlParse "//example.com/a""#,
            r#"{"fragment": "", "host": "example.com", "hostname": "example.com", "opaque": "", "path": "/a", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "///a""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "///a", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "/a/b?c#d""#,
            r#"{"fragment": "d", "host": "", "hostname": "", "opaque": "", "path": "/a/b", "query": "c", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "a/b""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "a/b", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse """#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "*""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "*", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "?""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "?a?b""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "", "query": "a?b", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r##"urlParse "#""##,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r##"urlParse "#a#b""##,
            r#"{"fragment": "a#b", "host": "", "hostname": "", "opaque": "", "path": "", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "./a:b""#,
            r#"{"fragment": "", "host": "", "hostname": "", "opaque": "", "path": "./a:b", "query": "", "scheme": "", "userinfo": ""}"#,
        ),
    ]);
}

#[test]
fn addresses() {
    check(&[
        (
            r#"urlParse "http://[::1]""#,
            r#"{"fragment": "", "host": "[::1]", "hostname": "::1", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://[::1]:80/a""#,
            r#"{"fragment": "", "host": "[::1]:80", "hostname": "::1", "opaque": "", "path": "/a", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://[fe80::1%25en0]:80""#,
            r#"{"fragment": "", "host": "[fe80::1%en0]:80", "hostname": "fe80::1%en0", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://[fe80::1%25e%6e0]""#,
            r#"{"fragment": "", "host": "[fe80::1%en0]", "hostname": "fe80::1%en0", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://[fe80::1%25e%0a]""#,
            r#"error: unable to parse url: parse "http://[fe80::1%25e%0a]": invalid URL escape "%0a""#,
        ),
        (
            r#"urlParse "http://[::ffff:1.2.3.4]""#,
            r#"{"fragment": "", "host": "[::ffff:1.2.3.4]", "hostname": "::ffff:1.2.3.4", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://[::1""#,
            r#"error: unable to parse url: parse "http://[::1": missing ']' in host"#,
        ),
        (
            r#"urlParse "http://[::1]x""#,
            r#"error: unable to parse url: parse "http://[::1]x": invalid port "x" after host"#,
        ),
        (
            r#"urlParse "http://x[::1]""#,
            r#"error: unable to parse url: parse "http://x[::1]": invalid IP-literal"#,
        ),
        (
            r#"urlParse "http://[1.2.3.4]""#,
            r#"error: unable to parse url: parse "http://[1.2.3.4]": invalid IP-literal"#,
        ),
        (
            r#"urlParse "http://[fe80::1%25]""#,
            r#"error: unable to parse url: parse "http://[fe80::1%25]": invalid host: ParseAddr("fe80::1%"): zone must be a non-empty string"#,
        ),
    ]);
}

#[test]
fn hosts() {
    check(&[
        (
            r#"urlParse "http://h:80""#,
            r#"{"fragment": "", "host": "h:80", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h:""#,
            r#"{"fragment": "", "host": "h:", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h:a""#,
            r#"error: unable to parse url: parse "http://h:a": invalid port ":a" after host"#,
        ),
        (
            r#"urlParse "http://h:-1""#,
            r#"error: unable to parse url: parse "http://h:-1": invalid port ":-1" after host"#,
        ),
        (
            r#"urlParse "http://h:1:2""#,
            r#"{"fragment": "", "host": "h:1:2", "hostname": "h:1", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "postgres://a,b:1,c:2/d""#,
            r#"{"fragment": "", "host": "a,b:1,c:2", "hostname": "a,b:1,c", "opaque": "", "path": "/d", "query": "", "scheme": "postgres", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://a b/""#,
            r#"error: unable to parse url: parse "http://a b/": invalid character " " in host name"#,
        ),
        (
            r#"urlParse "http://h%41/""#,
            r#"error: unable to parse url: parse "http://h%41/": invalid URL escape "%41""#,
        ),
        (
            r#"urlParse "http://h%C3%a4/""#,
            r#"{"fragment": "", "host": "hä", "hostname": "hä", "opaque": "", "path": "/", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h%25/""#,
            r#"{"fragment": "", "host": "h%", "hostname": "h%", "opaque": "", "path": "/", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h<>\"/""#,
            r#"{"fragment": "", "host": "h<>\"", "hostname": "h<>\"", "opaque": "", "path": "/", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://h\\/""#,
            r#"error: unable to parse url: parse "http://h\\/": invalid character "\\" in host name"#,
        ),
    ]);
}

#[test]
fn users() {
    check(&[
        (
            r#"urlParse "http://u@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": "u"}"#,
        ),
        (
            r#"urlParse "http://u:@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": "u:"}"#,
        ),
        (
            r#"urlParse "http://:p@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ":p"}"#,
        ),
        (
            r#"urlParse "http://@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": ""}"#,
        ),
        (
            r#"urlParse "http://u:p:q@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": "u:p%3Aq"}"#,
        ),
        (
            r#"urlParse "http://u%3a:p%2f@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": "u%3A:p%2F"}"#,
        ),
        (
            r#"urlParse "http://u@v@h""#,
            r#"{"fragment": "", "host": "h", "hostname": "h", "opaque": "", "path": "", "query": "", "scheme": "http", "userinfo": "u%40v"}"#,
        ),
        (
            r#"urlParse "http://u v@h""#,
            r#"error: unable to parse url: parse "http://u v@h": net/url: invalid userinfo"#,
        ),
        (
            r#"urlParse "http://u%zz@h""#,
            r#"error: unable to parse url: parse "http://u%zz@h": invalid URL escape "%zz""#,
        ),
        (
            r#"urlParse "http://u:%z@h""#,
            r#"error: unable to parse url: parse "http://u:%z@h": invalid URL escape "%z""#,
        ),
        (
            r#"urlParse "http://é@h""#,
            r#"error: unable to parse url: parse "http://é@h": net/url: invalid userinfo"#,
        ),
    ]);
}

#[test]
fn joining() {
    check(&[
        (
            r#"urlJoin (dict "scheme" "http" "host" "h:80" "path" "/a b" "query" "x=1" "fragment" "f g" "userinfo" "u:p")"#,
            r#""http://u:p@h:80/a%20b?x=1#f%20g""#,
        ),
        ("urlJoin (dict)", r#""""#),
        ("urlJoin nil", r#""""#),
        (r#"urlJoin (dict "host" "h" "path" "a")"#, r#""//h/a""#),
        (r#"urlJoin (dict "host" "h")"#, r#""//h""#),
        (r#"urlJoin (dict "scheme" "http")"#, r#""http:""#),
        (r#"urlJoin (dict "scheme" "http" "path" "a")"#, r#""http://a""#),
        (r#"urlJoin (dict "scheme" "file" "path" "/a")"#, r#""file:///a""#),
        (r#"urlJoin (dict "path" "a:b/c")"#, r#""./a:b/c""#),
        (r#"urlJoin (dict "path" "a/b:c")"#, r#""a/b:c""#),
        (r#"urlJoin (dict "path" "*")"#, r#""*""#),
        (r#"urlJoin (dict "path" "a?b#c%d[e]é")"#, r#""a%3Fb%23c%25d%5Be%5D%C3%A9""#),
        (r#"urlJoin (dict "path" "//a")"#, r#""//a""#),
        (r#"urlJoin (dict "scheme" "mailto" "opaque" "a@b" "host" "ignored")"#, r#""mailto:a@b""#),
        (r#"urlJoin (dict "opaque" "a b" "query" "q" "fragment" "f")"#, r#""a b?q#f""#),
        (r#"urlJoin (dict "query" "a b")"#, r#""?a b""#),
        (r#"urlJoin (dict "fragment" "a b!()*'é?/")"#, r##""#a%20b!()*%27%C3%A9?/""##),
        (r#"urlJoin (dict "host" "h i[]<>\"é'%")"#, r#""//h%20i[]<>\"%C3%A9'%25""#),
        (r#"urlJoin (dict "userinfo" "u")"#, r#""//u@""#),
        (
            r#"urlJoin (dict "userinfo" "u@:p/" "host" "h")"#,
            r#"error: unable to parse userinfo in dict: parse "proto://u@:p/@host": invalid port ":p" after host"#,
        ),
        (
            r#"urlJoin (dict "userinfo" "u v" "host" "h")"#,
            r#"error: unable to parse userinfo in dict: parse "proto://u v@host": net/url: invalid userinfo"#,
        ),
        (r#"urlJoin (dict "userinfo" "a/b")"#, r#""""#),
        (
            r#"urlJoin (dict "userinfo" "a:b#c")"#,
            r#"error: unable to parse userinfo in dict: parse "proto://a:b": invalid port ":b" after host"#,
        ),
        (
            r#"urlJoin (dict "userinfo" "é")"#,
            r#"error: unable to parse userinfo in dict: parse "proto://é@host": net/url: invalid userinfo"#,
        ),
        (
            r#"urlJoin (dict "host" 1)"#,
            "error: unable to parse host key, must be of type string, but int found",
        ),
        (
            r#"urlJoin (dict "path" (list))"#,
            "error: unable to parse path key, must be of type string, but slice found",
        ),
        (
            r#"urlJoin (dict "query" nil)"#,
            "error: runtime error: invalid memory address or nil pointer dereference",
        ),
        (
            r#"urlJoin (dict "scheme" true "host" 1)"#,
            "error: unable to parse scheme key, must be of type string, but bool found",
        ),
        (r#"urlJoin (urlParse "https://u:p@h:1/a/b?c#d")"#, r#""https://u:p@h:1/a/b?c#d""#),
        (
            r#"urlJoin (urlParse "https://u%40@[::1]:1/a%20b?%20#%20")"#,
            r#""https://u%40@[::1]:1/a%20b?%20#%20""#,
        ),
        (r#"urlJoin "x""#, r#"error! can't handle "x" for arg of type map[string]interface {}"#),
    ]);
}
