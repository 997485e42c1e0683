//! Descriptors from files, and the methods in them.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use iter8_load_grpc::descriptor::{Source, health};
use iter8_load_grpc::{CallName, Method, MethodError, Streaming};
use prost_reflect::prost::Message;

use crate::shop::{chain, pool, protos};

fn compiled(file: &Path, import_paths: &[PathBuf]) -> Result<usize, String> {
    let source = Source::Proto { file: file.to_owned(), import_paths: import_paths.to_vec() };
    match source.load() {
        Ok(pool) => Ok(pool.unwrap().files().len()),
        Err(error) => Err(chain(&error)),
    }
}

/// The errors of files are the same everywhere but for the folder.
fn check(result: Result<usize, String>, folder: &Path, expected: &Expect) {
    let folder = format!("{}/", folder.display());
    let text =
        result.map_or_else(|error| error.replace(&folder, ""), |files| format!("{files} files"));
    expected.assert_eq(&text);
}

#[test]
fn proto_files_and_descriptor_sets_say_the_same() {
    let set = Source::Protoset(protos().join("shop.protoset")).load().unwrap().unwrap();
    let names = |pool: &prost_reflect::DescriptorPool| {
        let mut files: Vec<_> = pool.files().map(|file| file.name().to_owned()).collect();
        files.sort();
        files
    };
    assert_eq!(names(&pool()), names(&set));
    for service in pool().services() {
        let other = set.get_service_by_name(service.full_name()).unwrap();
        for (ours, theirs) in service.methods().zip(other.methods()) {
            assert_eq!(ours.full_name(), theirs.full_name());
            assert_eq!(ours.input().fields().len(), theirs.input().fields().len());
            assert_eq!(ours.input().descriptor_proto(), theirs.input().descriptor_proto());
        }
    }
}

#[test]
fn imports_are_found_where_they_may_be() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    for sub in ["a", "lib/shop"] {
        fs::create_dir_all(folder.join(sub)).unwrap();
    }
    let money = protos().join("shop/money.proto");
    fs::copy(&money, folder.join("lib/shop/money.proto")).unwrap();
    fs::copy(protos().join("shop.proto"), folder.join("a/shop.proto")).unwrap();
    let (lib, file) = (folder.join("lib"), folder.join("a/shop.proto"));
    check(compiled(&file, &[lib]), folder, &expect!["4 files"]);
    check(
        compiled(&file, &[]),
        folder,
        &expect![
            "failed to compile a/shop.proto: shop.proto:6:1: import 'shop/money.proto' not found"
        ],
    );
    fs::write(folder.join("b.proto"), "syntax = \"proto3\";\nmessage A {\n  string = 1;\n}\n")
        .unwrap();
    check(
        compiled(&folder.join("b.proto"), &[]),
        folder,
        &expect!["failed to compile b.proto: b.proto:3:10: expected an identifier, but found '='"],
    );
    fs::write(folder.join("c.proto"), "syntax = \"proto3\";\nmessage A { B b = 1; }\n").unwrap();
    check(
        compiled(&folder.join("c.proto"), &[]),
        folder,
        &expect!["failed to compile c.proto: c.proto:2:13: name 'B' is not defined"],
    );
    check(
        compiled(&folder.join("d.proto"), &[]),
        folder,
        &expect!["failed to read d.proto: No such file or directory (os error 2)"],
    );
}

#[test]
fn files_that_are_no_descriptor_set_are_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let load = |name: &str| {
        let loaded = Source::Protoset(temporary.path().join(name)).load();
        loaded.map(|pool| pool.unwrap().files().len()).map_err(|error| chain(&error))
    };
    fs::write(temporary.path().join("a"), b"syntax").unwrap();
    let set = prost_reflect::prost_types::FileDescriptorSet {
        file: vec![pool().get_file_by_name("shop.proto").unwrap().file_descriptor_proto().clone()],
    };
    fs::write(temporary.path().join("b"), set.encode_to_vec()).unwrap();
    check(
        load("a"),
        temporary.path(),
        &expect![
            "a is no descriptor set: failed to decode file descriptor set: failed to decode Protobuf message: buffer underflow"
        ],
    );
    check(
        load("b"),
        temporary.path(),
        &expect![
            "b is no descriptor set: imported file 'google/protobuf/struct.proto' has not been added"
        ],
    );
    check(
        load("c"),
        temporary.path(),
        &expect!["failed to read c: No such file or directory (os error 2)"],
    );
}

#[test]
fn sources_without_files() {
    assert!(Source::Reflection.load().unwrap().is_none());
    assert_eq!(Source::Health.load().unwrap().unwrap().services().len(), 1);
}

#[test]
fn names_of_calls_have_two_forms() {
    let cases = [
        ("a.b.C.D", Some(("a.b.C", "D"))),
        ("a.b.C/D", Some(("a.b.C", "D"))),
        ("/a.b.C/D", Some(("a.b.C", "D"))),
        (" .a.C.D ", Some(("a.C", "D"))),
        ("C.D", Some(("C", "D"))),
        ("D", None),
        ("", None),
        ("a/", None),
        ("a..b/C", None),
        ("a.b/C/D", None),
        ("a b.C", None),
    ];
    for (text, expected) in cases {
        let name = text.parse::<CallName>();
        match expected {
            Some((service, method)) => {
                assert_eq!(name.unwrap().to_string(), format!("{service}/{method}"), "{text}");
            }
            None => assert_eq!(name, Err(MethodError::Name(text.to_owned()))),
        }
    }
}

fn found(name: &str) -> Result<Method, String> {
    let found = name.parse().and_then(|name| Method::find(&pool(), &name));
    found.map_err(|error| match error.near() {
        Some(near) => format!("{error} ({near}?)"),
        None => error.to_string(),
    })
}

#[test]
fn methods_are_found_or_what_there_is_is_said() {
    let kinds = [
        ("Buy", Streaming::Unary),
        ("Watch", Streaming::Server),
        ("Fill", Streaming::Client),
        ("Talk", Streaming::Both),
    ];
    for (name, streaming) in kinds {
        let method = found(&format!("shop.v1.Shop.{name}")).unwrap();
        assert_eq!(method.path(), format!("/shop.v1.Shop/{name}"));
        assert_eq!(method.streaming(), streaming);
        assert_eq!(method.output().full_name(), "shop.v1.Receipt");
    }
    let errors = ["Shop", "shop.v1.Shp/Buy", "x.Y/Z", "shop.v1.Shop/buy", "shop.v1.Shop/Return"];
    let errors: Vec<String> = errors.iter().map(|name| found(name).unwrap_err()).collect();
    expect![[r#"
        "Shop" names no method: expected package.Service.Method or package.Service/Method
        there is no service "shop.v1.Shp"; services are shop.v1.Shop, shop.v1.Store (shop.v1.Shop?)
        there is no service "x.Y"; services are shop.v1.Shop, shop.v1.Store
        service shop.v1.Shop has no method "buy"; methods are Buy, Fill, Talk, Watch (Buy?)
        service shop.v1.Shop has no method "Return"; methods are Buy, Fill, Talk, Watch"#]]
    .assert_eq(&errors.join("\n"));
}

#[test]
fn the_health_service_is_built_in() {
    let name: CallName = "grpc.health.v1.Health/Chek".parse().unwrap();
    let error = Method::find(&health(), &name).unwrap_err();
    assert_eq!(error.near(), Some("Check"));
}

#[test]
fn texts_are_compiled_like_files() {
    let text = fs::read_to_string(protos().join("shop.proto")).unwrap();
    let load = |text: &str, import_paths| {
        let source = Source::ProtoText { text: text.to_owned(), import_paths };
        source.load().map(|pool| pool.unwrap().files().len()).map_err(|error| error.to_string())
    };
    assert_eq!(load(&text, vec![protos()]), Ok(4));
    expect![
        "failed to compile service.proto: service.proto:6:1: import 'shop/money.proto' not found"
    ]
    .assert_eq(&load(&text, Vec::new()).unwrap_err());
    expect!["failed to compile service.proto: expected '=', but reached end of file"]
        .assert_eq(&load("syntax", Vec::new()).unwrap_err());
}

/// A file may be named from the folder of its package, as its importers name it.
#[test]
fn files_are_known_by_their_name_below_the_import_path() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("deep/er");
    fs::create_dir_all(&folder).unwrap();
    let one = "syntax = \"proto3\"; package d; import \"deep/er/two.proto\"; message One { Two two = 1; } \
               service S { rpc M(One) returns (Two); }";
    let two = "syntax = \"proto3\"; package d; message Two { string a = 1; }";
    fs::write(folder.join("one.proto"), one).unwrap();
    fs::write(folder.join("two.proto"), two).unwrap();
    let source = Source::Proto {
        file: folder.join("one.proto"),
        import_paths: vec![temporary.path().to_owned()],
    };
    let pool = source.load().unwrap().unwrap();
    assert!(pool.get_file_by_name("deep/er/one.proto").is_some());
    let method = Method::find(&pool, &"d.S/M".parse().unwrap()).unwrap();
    assert_eq!((method.input().full_name(), method.output().full_name()), ("d.One", "d.Two"));
    // Without the path its import cannot be found.
    let without = Source::Proto { file: folder.join("one.proto"), import_paths: Vec::new() };
    let error = chain(&without.load().unwrap_err());
    assert!(error.ends_with("import 'deep/er/two.proto' not found"), "{error}");
}

#[test]
fn older_syntax_is_known_too() {
    let text = "syntax = \"proto2\"; package o; message A { required int32 n = 1 [default = 3]; optional group G = 2 { optional string s = 3; } } \
                service S { rpc M(A) returns (A); }";
    let source = Source::ProtoText { text: text.to_owned(), import_paths: Vec::new() };
    let pool = source.load().unwrap().unwrap();
    let method = Method::find(&pool, &"o.S.M".parse().unwrap()).unwrap();
    assert_eq!(method.input().fields().len(), 2);
}
