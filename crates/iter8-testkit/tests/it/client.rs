//! A client without opinions: what it gets is what was sent.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use iter8_testkit::ScriptedServer;

/// How a stream ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Reset,
}

pub(crate) const GET: &str = "GET /x HTTP/1.1\r\nhost: a\r\n\r\n";

pub(crate) fn connect(server: &ScriptedServer) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

pub(crate) fn send(mut stream: &TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).unwrap();
}

/// Reads to the end.
pub(crate) fn rest(mut stream: &TcpStream) -> (Vec<u8>, End) {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => (bytes, End::Closed),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => (bytes, End::Reset),
        Err(error) => panic!("{error}"),
    }
}

/// Reads exactly what is expected.
pub(crate) fn expect(mut stream: &TcpStream, text: &str) {
    let mut bytes = vec![0; text.len()];
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

/// All that is answered to one GET whose sender then ends its side.
pub(crate) fn get(server: &ScriptedServer) -> (String, End) {
    let stream = connect(server);
    send(&stream, GET);
    // A server that has reset the connection already makes this fail, which is no matter.
    let _ = stream.shutdown(Shutdown::Write);
    let (bytes, end) = rest(&stream);
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}
