//! Which list a request gets, and what is kept of it.

use iter8_testkit::{Script, ScriptedServer, Step};

use crate::client::{End, GET, connect, expect, get, rest, send};

fn last_line((text, _): (String, End)) -> String {
    text.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn lists_in_turn_over_all_connections() {
    let server = ScriptedServer::start(Script::in_turn([
        vec![Step::ok("one")],
        vec![Step::CloseAfterAccept],
        vec![Step::ok("two")],
    ]));
    assert_eq!(last_line(get(&server)), "one");
    assert_eq!(rest(&connect(&server)), (Vec::new(), End::Closed));
    assert_eq!(last_line(get(&server)), "two");
    assert_eq!(last_line(get(&server)), "two");
    assert_eq!((server.connections(), server.request_count()), (4, 3));
}

#[test]
fn lists_of_each_connection() {
    let lists = [vec![Step::raw("1")], vec![Step::raw("2")]];
    let server = ScriptedServer::start(Script::per_connection(lists));
    for _ in 0..2 {
        let stream = connect(&server);
        send(&stream, &GET.repeat(3));
        expect(&stream, "122");
    }
}

#[test]
fn requests_are_kept() {
    let server = ScriptedServer::start(Script::always([Step::raw("!")]));
    assert_eq!(server.url(), format!("http://{}/", server.address()));
    let first = connect(&server);
    send(&first, "POST /a HTTP/1.1\r\nX-Y: z\r\ncontent-length: 2\r\n\r\nhi");
    expect(&first, "!");
    let second = connect(&server);
    send(&second, "PUT /b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    expect(&second, "!");
    let requests = server.requests();
    assert_eq!((requests[0].method(), requests[0].target()), ("POST", "/a"));
    assert_eq!(requests[0].header("x-y"), Some("z"));
    assert_eq!((requests[1].method(), requests[1].connection), ("PUT", 1));
    assert!(requests.iter().all(|request| request.body == b"hi" && request.body_size == 2));
}
