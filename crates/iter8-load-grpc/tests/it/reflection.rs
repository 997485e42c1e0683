//! Conversations with a server that tells about itself.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use iter8_load_grpc::descriptor::{Progress, Protocol, Reflection};
use iter8_load_grpc::{Code, Status};
use proptest::prelude::*;
use prost_reflect::DescriptorPool;
use prost_reflect::prost::{Message, encoding};

use crate::shop::{chain, pool};

/// A server by the protocol's own field numbers, independent of the client's types.
struct Server {
    files: BTreeMap<String, Vec<u8>>,
    /// Whether it sends the imports of a file with it.
    is_transitive: bool,
    services: Vec<&'static str>,
    log: Vec<String>,
}

impl Server {
    fn new(is_transitive: bool) -> Self {
        let pool = pool();
        let files = pool
            .files()
            .map(|file| (file.name().to_owned(), file.file_descriptor_proto().encode_to_vec()));
        let services = vec!["shop.v1.Store", "shop.v1.Shop"];
        Self { files: files.collect(), is_transitive, services, log: Vec::new() }
    }

    fn without(mut self, file: &str) -> Self {
        self.files.remove(file).unwrap();
        self
    }

    fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        let (number, text) = only_text(request);
        self.log.push(format!("{number} {text}"));
        match (number, text.as_str()) {
            (3, name) => match self.files.get(name) {
                Some(file) => files(&[file]),
                None => refusal(5, &format!("no file {name}")),
            },
            (4, "shop.v1.Shop") if self.is_transitive => {
                files(&self.files.values().collect::<Vec<_>>())
            }
            (4, "shop.v1.Shop") => files(&[&self.files["shop.proto"]]),
            (4, name) => refusal(5, &format!("no symbol {name}")),
            (7, _) => services(&self.services),
            other => panic!("{other:?}"),
        }
    }
}

fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encoding::bytes::encode(number, &content.to_vec(), &mut out);
    out
}

fn only_text(message: &[u8]) -> (u32, String) {
    let mut rest = message;
    let (number, kind) = encoding::decode_key(&mut rest).unwrap();
    assert_eq!(kind, encoding::WireType::LengthDelimited);
    let length = usize::try_from(encoding::decode_varint(&mut rest).unwrap()).unwrap();
    assert_eq!(rest.len(), length, "one field only");
    (number, String::from_utf8(rest.to_vec()).unwrap())
}

fn files(files: &[&Vec<u8>]) -> Vec<u8> {
    field(4, &files.iter().flat_map(|file| field(1, file)).collect::<Vec<u8>>())
}

fn services(names: &[&str]) -> Vec<u8> {
    field(
        6,
        &names.iter().flat_map(|name| field(1, &field(1, name.as_bytes()))).collect::<Vec<u8>>(),
    )
}

fn refusal(code: u8, message: &str) -> Vec<u8> {
    let mut inner = vec![8, code];
    inner.extend(field(2, message.as_bytes()));
    field(7, &inner)
}

fn converse(server: &mut Server, service: &str) -> Result<DescriptorPool, String> {
    let mut reflection = Reflection::new(service);
    let mut request = reflection.request();
    loop {
        match reflection.answer(&server.answer(&request)) {
            Ok(Progress::Ask(next)) => request = next,
            Ok(Progress::Done(pool)) => return Ok(pool),
            Err(error) => return Err(chain(&error)),
        }
    }
}

fn check(mut server: Server, service: &str, expected: &Expect) {
    let outcome = match converse(&mut server, service) {
        Ok(pool) => {
            let mut names: Vec<_> = pool.files().map(|file| file.name().to_owned()).collect();
            names.sort();
            names.join(" ")
        }
        Err(error) => format!("error: {error}"),
    };
    expected.assert_eq(&format!("{}\n{outcome}\n", server.log.join("\n")));
}

#[test]
fn a_server_that_sends_imports_is_asked_once() {
    check(
        Server::new(true),
        "shop.v1.Shop",
        &expect![[r"
        4 shop.v1.Shop
        google/protobuf/struct.proto google/protobuf/timestamp.proto shop.proto shop/money.proto
    "]],
    );
}

#[test]
fn imports_are_asked_for_one_by_one() {
    check(
        Server::new(false),
        "shop.v1.Shop",
        &expect![[r"
        4 shop.v1.Shop
        3 google/protobuf/struct.proto
        3 shop/money.proto
        3 google/protobuf/timestamp.proto
        google/protobuf/struct.proto google/protobuf/timestamp.proto shop.proto shop/money.proto
    "]],
    );
}

#[test]
fn well_known_files_need_not_be_there() {
    let server = Server::new(false).without("google/protobuf/timestamp.proto");
    check(
        server,
        "shop.v1.Shop",
        &expect![[r"
        4 shop.v1.Shop
        3 google/protobuf/struct.proto
        3 shop/money.proto
        3 google/protobuf/timestamp.proto
        google/protobuf/struct.proto google/protobuf/timestamp.proto shop.proto shop/money.proto
    "]],
    );
    check(
        Server::new(false).without("shop/money.proto"),
        "shop.v1.Shop",
        &expect![[r"
        4 shop.v1.Shop
        3 google/protobuf/struct.proto
        3 shop/money.proto
        error: the server does not tell about shop/money.proto: NotFound: no file shop/money.proto
    "]],
    );
}

#[test]
fn unknown_services_are_told_with_the_known_ones() {
    check(
        Server::new(true),
        "shop.v1.Shp",
        &expect![[r"
        4 shop.v1.Shp
        7 *
        error: the server has no service shop.v1.Shp; it has shop.v1.Shop, shop.v1.Store
    "]],
    );
}

#[test]
fn answers_to_other_questions_are_refused() {
    let (mut reflection, server) = (Reflection::new("shop.v1.Shop"), Server::new(false));
    let mut answers = vec![Vec::new(), vec![0xff], services(&["a"])];
    answers.push(files(&[&b"\xff".to_vec()]));
    for answer in answers {
        let error = Reflection::new("shop.v1.Shop").answer(&answer).unwrap_err();
        assert_eq!(
            error.to_string(),
            "what the server's reflection sends is no answer to the question for shop.v1.Shop"
        );
    }
    // A file that was not asked for, again and again.
    let shop = files(&[&server.files["shop.proto"]]);
    assert!(matches!(reflection.answer(&shop), Ok(Progress::Ask(_))));
    let error = reflection.answer(&shop).unwrap_err().to_string();
    assert!(error.ends_with("the question for google/protobuf/struct.proto"), "{error}");
    // Files without the service.
    let mut reflection = Reflection::new("shop.v1.Other");
    let timestamp = files(&[&server.files["google/protobuf/timestamp.proto"]]);
    assert!(reflection.answer(&timestamp).is_err());
}

#[test]
fn older_servers_are_asked_in_their_protocol() {
    let mut reflection = Reflection::new("shop.v1.Shop");
    assert_eq!(reflection.protocol(), Protocol::V1);
    assert_eq!(reflection.path(), "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
    let unimplemented = || Status::new(Code::Unimplemented, "unknown service");
    reflection.ended(unimplemented()).unwrap();
    assert_eq!(reflection.protocol(), Protocol::V1Alpha);
    assert_eq!(reflection.path(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
    assert_eq!(only_text(&reflection.request()), (4, "shop.v1.Shop".to_owned()));
    let error = reflection.ended(unimplemented()).unwrap_err();
    assert_eq!(error.to_string(), "the server has no reflection service: set proto or protoset");
}

#[test]
fn other_ends_are_errors() {
    let mut reflection = Reflection::new("shop.v1.Shop");
    let error = reflection.ended(Status::new(Code::PermissionDenied, "who are you")).unwrap_err();
    assert_eq!(error.to_string(), "server reflection failed: PermissionDenied: who are you");
    // Some servers end the stream after an error.
    let mut reflection = Reflection::new("shop.v1.Shop");
    reflection.answer(&gone()).unwrap();
    let error = reflection.ended(Status::new(Code::Ok, "")).unwrap_err();
    assert_eq!(error.to_string(), "the server does not tell about shop.v1.Shop: NotFound: gone");
    let mut reflection = Reflection::new("shop.v1.Shop");
    reflection.answer(&gone()).unwrap();
    let error = reflection.answer(&refusal(7, "no list")).unwrap_err();
    assert_eq!(error.to_string(), "the server does not tell about shop.v1.Shop: NotFound: gone");
    let mut reflection = Reflection::new("shop.v1.Shop");
    reflection.answer(&gone()).unwrap();
    let error = reflection.answer(&services(&["shop.v1.Shop"])).unwrap_err();
    assert_eq!(error.to_string(), "the server does not tell about shop.v1.Shop: NotFound: gone");
}

fn gone() -> Vec<u8> {
    refusal(5, "gone")
}

proptest! {
    /// In whatever order a server sends its files, the service is known in the end.
    #[test]
    fn the_order_of_files_does_not_matter(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle()) {
        let server = Server::new(true);
        let all: Vec<&Vec<u8>> = server.files.values().collect();
        let answer = files(&order.iter().map(|index| all[*index]).collect::<Vec<_>>());
        let mut reflection = Reflection::new("shop.v1.Shop");
        let Ok(Progress::Done(pool)) = reflection.answer(&answer) else { panic!("all is there") };
        prop_assert_eq!(pool.files().len(), 4);
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let mut reflection = Reflection::new("shop.v1.Shop");
        for answer in [bytes.clone(), field(4, &field(1, &bytes)), field(6, &bytes), field(7, &bytes)] {
            if let Ok(Progress::Ask(request)) = reflection.answer(&answer) {
                prop_assert_eq!(request, reflection.request());
            }
        }
    }
}
