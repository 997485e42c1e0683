//! Where calls go, and what they send.

use expect_test::expect;
use serde_json::json;

use super::*;
use crate::Streaming;
use crate::descriptor::{Source, health};

#[test]
fn hosts_have_the_syntax_of_grpc() {
    let hosts = [
        "h",
        "h:80",
        "dns:///h:80",
        "dns://8.8.8.8/h:80",
        "dns:h:80",
        "passthrough:///h:80",
        "[::1]:80",
        "::1",
        "[::1]",
        "ipv6:[::1]:80",
        "unix:/a/b",
        "unix:///a/b",
        "unix:a",
        "",
        "http://h:80",
        "h:x",
        "h:0",
        "h:",
        ":80",
        "unix:",
        "a b:1",
        "u@h:1",
    ];
    check(
        &hosts.map(|host| json!({"host": host})),
        target,
        &expect![[r#"
        {"host":"h"} → h 443 as h:443, plain, PickFirst, 10s, None
        {"host":"h:80"} → h 80 as h:80, plain, PickFirst, 10s, None
        {"host":"dns:///h:80"} → h 80 as h:80, plain, PickFirst, 10s, None
        {"host":"dns://8.8.8.8/h:80"} → h 80 as h:80, plain, PickFirst, 10s, None
        {"host":"dns:h:80"} → h 80 as h:80, plain, PickFirst, 10s, None
        {"host":"passthrough:///h:80"} → h 80 as h:80, plain, PickFirst, 10s, None
        {"host":"[::1]:80"} → ::1 80 as [::1]:80, plain, PickFirst, 10s, None
        {"host":"::1"} → ::1 443 as [::1]:443, plain, PickFirst, 10s, None
        {"host":"[::1]"} → ::1 443 as [::1]:443, plain, PickFirst, 10s, None
        {"host":"ipv6:[::1]:80"} → ::1 80 as [::1]:80, plain, PickFirst, 10s, None
        {"host":"unix:/a/b"} → unix /a/b as localhost, plain, PickFirst, 10s, None
        {"host":"unix:///a/b"} → unix /a/b as localhost, plain, PickFirst, 10s, None
        {"host":"unix:a"} → unix a as localhost, plain, PickFirst, 10s, None
        {"host":""} → ! grpc: please set the host parameter or the endpoints parameter
        {"host":"http://h:80"} → ! grpc.host: "http://h:80" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH (gRPC has no URLs: leave http:// out)
        {"host":"h:x"} → ! grpc.host: "h:x" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":"h:0"} → ! grpc.host: "h:0" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":"h:"} → ! grpc.host: "h:" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":":80"} → ! grpc.host: ":80" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":"unix:"} → ! grpc.host: "unix:" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":"a b:1"} → ! grpc.host: "a b:1" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
        {"host":"u@h:1"} → ! grpc.host: "u@h:1" is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH
    "#]],
    );
}

#[test]
fn tls_is_on_if_anything_is_said_of_it() {
    let cases = [
        json!({"insecure": true}),
        json!({"insecure": false}),
        json!({"skipTLS": true}),
        json!({"skipTLS": false}),
        json!({"cacert": "ca.pem"}),
        json!({"cert": "c.pem", "key": "k.pem"}),
        json!({"cname": "n"}),
        json!({"cname": "n", "authority": "a"}),
        json!({"authority": "a"}),
        json!({"cert": "c.pem"}),
        json!({"key": "k.pem"}),
        json!({"insecure": true, "cacert": "ca.pem"}),
        json!({"lb-strategy": "round_robin", "connect-timeout": "1s", "keepalive": "5s"}),
        json!({"lb-strategy": "magic"}),
        json!({"connect-timeout": "0s", "keepalive": "0s"}),
    ];
    check(
        &cases,
        target,
        &expect![[r#"
        {"insecure":true} → h 1 as h:1, plain, PickFirst, 10s, None
        {"insecure":false} → h 1 as h:1, tls skip false ca None identity None name None, PickFirst, 10s, None
        {"skipTLS":true} → h 1 as h:1, tls skip true ca None identity None name None, PickFirst, 10s, None
        {"skipTLS":false} → h 1 as h:1, plain, PickFirst, 10s, None
        {"cacert":"ca.pem"} → h 1 as h:1, tls skip false ca Some("ca.pem") identity None name None, PickFirst, 10s, None
        {"cert":"c.pem","key":"k.pem"} → h 1 as h:1, tls skip false ca None identity Some(("c.pem", "k.pem")) name None, PickFirst, 10s, None
        {"cname":"n"} → h 1 as n, tls skip false ca None identity None name Some("n"), PickFirst, 10s, None
        {"cname":"n","authority":"a"} → h 1 as a, tls skip false ca None identity None name Some("n"), PickFirst, 10s, None
        {"authority":"a"} → h 1 as a, plain, PickFirst, 10s, None
        {"cert":"c.pem"} → ! grpc.cert: a certificate needs its key as well
        {"key":"k.pem"} → ! grpc.key: a key needs its certificate as well: cert
        {"insecure":true,"cacert":"ca.pem"} → ! grpc.insecure: plain text has no use for the parameters of TLS (leave insecure out, or skipTLS, cacert, cert, key and cname)
        {"lb-strategy":"round_robin","connect-timeout":"1s","keepalive":"5s"} → h 1 as h:1, plain, RoundRobin, 1s, Some(5s)
        {"lb-strategy":"magic"} → ! grpc.lb-strategy: expected one of pick_first, round_robin, got "magic"
        {"connect-timeout":"0s","keepalive":"0s"} → h 1 as h:1, plain, PickFirst, 10s, None
    "#]],
    );
}

#[test]
fn descriptions_are_chosen_in_order() {
    let cases = [
        json!({"proto": "a.proto", "import-paths": ["x"], "protoset": "b"}),
        json!({"proto": "a.txt"}),
        json!({"proto": "a.proto", "protoURL": "http://u"}),
        json!({"protoset": "b"}),
        json!({"reflect-metadata": {"a": "b"}}),
        json!({"call": "M"}),
        json!({"call": ""}),
        json!({"health": true}),
        json!({"health": true, "call": null}),
        json!({"health": false}),
    ];
    check(
        &cases,
        |settings| format!("{} {:?}", settings.call, settings.description),
        &expect![[r#"
            {"proto":"a.proto","import-paths":["x"],"protoset":"b"} → p.S/M Proto { place: File("a.proto"), import_paths: ["x"] }
            {"proto":"a.txt"} → ! grpc.proto: proto: must have .proto extension
            {"proto":"a.proto","protoURL":"http://u"} → p.S/M Proto { place: Url("http://u"), import_paths: [] }
            {"protoset":"b"} → p.S/M Protoset("b")
            {"reflect-metadata":{"a":"b"}} → p.S/M Reflection([("a", "b")])
            {"call":"M"} → ! grpc.call: "M" names no method: expected package.Service.Method or package.Service/Method
            {"call":""} → ! grpc: please set the call parameter or the endpoints parameter
            {"health":true} → ! grpc.health: health is a call of its own: leave call out
            {"health":true,"call":null} → grpc.health.v1.Health/Check Health
            {"health":false} → p.S/M Reflection([])
        "#]],
    );
}

#[test]
fn contents_are_chosen_in_order() {
    let cases = [
        json!({"data": {"a": 1}, "metadata": {"b": "c"}}),
        json!({"data": "@"}),
        json!({"data": {"a": 1}, "data-file": "d.json"}),
        json!({"data-file": "@"}),
        json!({"data": {"a": 1}, "data-file": "d.json", "binary-file": "d.bin"}),
        json!({"dataURL": "http://d", "data-file": "d.json"}),
        json!({"binaryDataURL": "http://d"}),
        json!({"metadata-file": "m", "metadata": {"b": "c"}}),
        json!({"metadataURL": "http://m", "metadata-file": "m"}),
        json!({"disable-template-functions": true}),
        json!({"disable-template-data": true}),
        json!({"stream-call-count": 3, "stream-call-duration": "1s", "stream-interval": "10ms", "stream-dynamic-messages": true}),
        json!({"binary-file": "b", "stream-dynamic-messages": true}),
        json!({"enable-compression": true, "max-recv-message-size": "4MB", "max-send-message-size": "1KiB", "name": "n"}),
        json!({"max-recv-message-size": "3GB"}),
        json!({"max-send-message-size": 0}),
    ];
    check(
        &cases,
        calls,
        &expect![[r#"
        {"data":{"a":1},"metadata":{"b":"c"}} → Inline(Object {"a": Number(1)}), Inline([("b", "c")]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"data":"@"} → Stdin, Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"data":{"a":1},"data-file":"d.json"} → Json(File("d.json")), Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"data-file":"@"} → Stdin, Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"data":{"a":1},"data-file":"d.json","binary-file":"d.bin"} → Binary(File("d.bin")), Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"dataURL":"http://d","data-file":"d.json"} → Json(Url("http://d")), Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"binaryDataURL":"http://d"} → Binary(Url("http://d")), Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"metadata-file":"m","metadata":{"b":"c"}} → None, Json(File("m")), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"metadataURL":"http://m","metadata-file":"m"} → None, Json(Url("http://m")), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"disable-template-functions":true} → None, Inline([]), NoFunctions NoFunctions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"disable-template-data":true} → None, Inline([]), Off Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"stream-call-count":3,"stream-call-duration":"1s","stream-interval":"10ms","stream-dynamic-messages":true} → None, Inline([]), Functions Functions dynamic true, stream Some(3) Some(1s) 10ms, gzip false ≤ 2147483647 ≥ 2147483647, None
        {"binary-file":"b","stream-dynamic-messages":true} → ! grpc.stream-dynamic-messages: binary data has no templates
        {"enable-compression":true,"max-recv-message-size":"4MB","max-send-message-size":"1KiB","name":"n"} → None, Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip true ≤ 1024 ≥ 4000000, Some("n")
        {"max-recv-message-size":"3GB"} → ! grpc.max-recv-message-size: expected a size from 1 to 2147483647 bytes
        {"max-send-message-size":0} → ! grpc.max-send-message-size: expected a size from 1 to 2147483647 bytes
    "#]],
    );
}

#[test]
fn files_become_contents() {
    let json = Data::Json(Place::File("f".into()));
    assert_eq!(json.content(b"{}".to_vec()).unwrap(), crate::Content::Text("{}".to_owned()));
    assert_eq!(Data::None.content(Vec::new()).unwrap(), crate::Content::Empty);
    assert_eq!(
        json.content(vec![0xff]).unwrap_err().to_string(),
        "the file of data is no text in UTF-8"
    );
    let source = MetadataSource::Json(Place::File("f".into()));
    let pairs = |text: &str| source.pairs(text.as_bytes()).map_err(|error| error.to_string());
    assert_eq!(pairs(r#"{"a": "b"}"#), Ok(vec![("a".to_owned(), "b".to_owned())]));
    assert_eq!(pairs(r#"{"a": 1}"#), Err("the file of metadata is no map of texts".to_owned()));
    assert_eq!(pairs("["), Err("the file of metadata is no JSON".to_owned()));
    let inline = MetadataSource::Inline(vec![("a".to_owned(), "b".to_owned())]);
    assert_eq!(inline.pairs(b"").unwrap().len(), 1);
}

#[test]
fn descriptions_have_sources() {
    let source = |more: Value, download: Option<&str>| {
        one(&more).unwrap().description.source(download.map(str::to_owned))
    };
    let text = source(json!({"protoURL": "http://u", "import-paths": "x"}), Some("text"));
    let expected = Source::ProtoText { text: "text".to_owned(), import_paths: vec!["x".into()] };
    assert_eq!(text, expected);
    let file = source(json!({"proto": "a.proto"}), None);
    assert_eq!(file, Source::Proto { file: "a.proto".into(), import_paths: Vec::new() });
    assert_eq!(source(json!({"protoset": "a"}), None), Source::Protoset("a".into()));
    assert_eq!(source(json!({}), None), Source::Reflection);
    assert_eq!(source(json!({"health": true, "call": null}), None), Source::Health);
}

#[test]
fn limits_depend_on_who_sends_a_stream() {
    let more =
        json!({"stream-call-count": 3, "stream-call-duration": "2s", "stream-interval": "1s"});
    let calls = one(&more).unwrap().calls;
    let shown = |streaming| {
        let StreamLimits { interval, send_for, receive_for, receive_count } =
            calls.limits(streaming);
        format!("{interval:?} {send_for:?} {receive_for:?} {receive_count:?}")
    };
    assert_eq!(shown(Streaming::Unary), "0ns None None None");
    assert_eq!(shown(Streaming::Server), "0ns None Some(2s) Some(3)");
    assert_eq!(shown(Streaming::Client), "1s Some(2s) None None");
    assert_eq!(shown(Streaming::Both), "1s Some(2s) None None");
}

#[test]
fn settings_become_plans() {
    let plan = |more: Value, files: Files| {
        let settings = one(&more).unwrap();
        let made = settings.plan(&health(), files, Timestamp::UNIX_EPOCH, Zone::UTC);
        made.map(|plan| plan.method().path().to_owned()).map_err(|error| error.to_string())
    };
    let check = |mut more: Value, files| {
        (more["health"], more["call"]) = (json!(true), Value::Null);
        plan(more, files)
    };
    let path = Ok("/grpc.health.v1.Health/Check".to_owned());
    assert_eq!(check(json!({"data": {"service": "{{.UUID}}"}}), Files::default()), path);
    let files = |data: &str, metadata: &str| Files { data: data.into(), metadata: metadata.into() };
    let from_files = json!({"data-file": "d", "metadata-file": "m"});
    assert_eq!(check(from_files.clone(), files(r#"{"service": "a"}"#, r#"{"a": "b"}"#)), path);
    let error = |result: Result<String, String>| result.unwrap_err();
    let reserved = "metadata must not have \"te\", which belongs to the protocol";
    assert_eq!(error(check(from_files.clone(), files("{}", r#"{"te": "b"}"#))), reserved);
    assert_eq!(error(check(from_files, files("{}", ""))), "the file of metadata is no JSON");
    let none = "there is no service \"p.S\"; services are grpc.health.v1.Health";
    assert_eq!(error(plan(json!({}), Files::default())), none);
}
