//! The server of `h2`, and our side driven against it without a socket.

use std::future::poll_fn;

use bytes::Bytes;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderValue, Request, Response};
use iter8_h2::{Connection, ConnectionError, Head, RequestField, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};

use crate::recorder::Recorder;

/// Bytes between the two: few, so that writes are cut.
const PIPE: usize = 10_000;

/// Our side of the pipe.
pub(crate) struct Client {
    pub(crate) connection: Connection,
    pub(crate) recorder: Recorder,
    pipe: DuplexStream,
}

/// What a step was.
enum Step {
    Read(usize),
    Written(usize),
}

impl Client {
    /// Sends and receives until the condition holds or the peer closes.
    pub(crate) async fn run(
        &mut self,
        is_done: impl Fn(&Connection, &Recorder) -> bool,
    ) -> Result<(), ConnectionError> {
        let mut buffer = vec![0; 4_096];
        let (mut reader, mut writer) = split(&mut self.pipe);
        while !is_done(&self.connection, &self.recorder) {
            let output = self.connection.output();
            let step = tokio::select! {
                read = reader.read(&mut buffer) => Step::Read(read.unwrap()),
                written = writer.write(output), if !output.is_empty() => {
                    Step::Written(written.unwrap())
                }
            };
            match step {
                Step::Read(0) => break,
                Step::Read(count) => {
                    self.connection.receive(&buffer[..count], &mut self.recorder)?;
                }
                Step::Written(count) => self.connection.advance(count),
            }
        }
        Ok(())
    }

    /// Runs until so many streams have ended.
    pub(crate) async fn run_until_ended(&mut self, count: usize) {
        self.run(|_, recorder| recorder.ended() >= count).await.unwrap();
        assert_eq!(self.recorder.ended(), count);
    }

    /// Opens a stream without content.
    pub(crate) fn get(&mut self, token: u32, path: &str) {
        self.connection.open(token, &head("GET", path), true).unwrap();
    }
}

pub(crate) fn head(method: &str, path: &str) -> Head {
    Head::new([
        RequestField::stable(":method", method),
        RequestField::stable(":scheme", "http"),
        RequestField::stable(":authority", "web:8080"),
        RequestField::varying(":path", path),
        RequestField::stable("user-agent", "iter8"),
        RequestField::secret("authorization", "Bearer abc"),
        RequestField::stable("x-long", "a value that is worth being kept in a table"),
    ])
    .unwrap()
}

/// Runs a test with both sides in one thread.
pub(crate) fn with_server(
    settings: &Settings,
    builder: &Builder,
    test: impl AsyncFnOnce(&mut Client),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (ours, theirs) = duplex(PIPE);
        let server = tokio::spawn(serve(theirs, builder.clone()));
        let connection = Connection::new(settings);
        let mut client = Client { connection, recorder: Recorder::default(), pipe: ours };
        test(&mut client).await;
        drop(client);
        // The server ends with the pipe; that it broke is no news.
        let _ = server.await.unwrap();
    });
}

async fn serve(pipe: DuplexStream, builder: Builder) -> Result<(), h2::Error> {
    let mut connection = builder.handshake::<_, Bytes>(pipe).await?;
    while let Some(accepted) = connection.accept().await {
        let (request, respond) = accepted?;
        match request.uri().path() {
            "/shutdown" => connection.graceful_shutdown(),
            "/abrupt" => connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM),
            "/window/0" => connection.set_initial_window_size(0)?,
            "/window/70000" => connection.set_initial_window_size(70_000)?,
            _ => {}
        }
        tokio::spawn(answer(request, respond));
    }
    Ok(())
}

/// Does what the path says; a stream that breaks off is the client's affair.
async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>) -> Option<()> {
    let (parts, mut body) = request.into_parts();
    let path = parts.uri.path();
    // What came must be what was sent, however it was encoded.
    let has = |name: &str, value: &str| parts.headers.get(name).is_some_and(|v| v == value);
    let is_right = parts.headers.len() == 3
        && has("user-agent", "iter8")
        && has("authorization", "Bearer abc")
        && has("x-long", "a value that is worth being kept in a table");
    let status = if is_right { 200 } else { 500 };
    let response = Response::builder().status(status).header("x-path", path);
    let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    match first {
        "mirror" => {
            let mut response = response;
            for (name, value) in &parts.headers {
                response = response.header(name, value);
            }
            respond.send_response(response.body(()).ok()?, true).ok()?;
        }
        "reset" => respond.send_reset(Reason::from(rest.parse::<u32>().ok()?)),
        "echo" => {
            let mut stream = respond.send_response(response.body(()).ok()?, false).ok()?;
            while let Some(data) = body.data().await {
                let data = data.ok()?;
                body.flow_control().release_capacity(data.len()).ok()?;
                send(&mut stream, data).await?;
            }
            stream.send_data(Bytes::new(), true).ok()?;
        }
        "trailers" => {
            let mut stream = respond.send_response(response.body(()).ok()?, false).ok()?;
            send(&mut stream, Bytes::from_static(b"content")).await?;
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            stream.send_trailers(trailers).ok()?;
        }
        "zeros" => {
            let length: usize = rest.parse().ok()?;
            let response = response.header("content-length", length);
            let mut stream = respond.send_response(response.body(()).ok()?, false).ok()?;
            send(&mut stream, vec![0; length].into()).await?;
            stream.send_data(Bytes::new(), true).ok()?;
        }
        "fields" => {
            let (count, length) = rest.split_once('/')?;
            let mut response = response;
            for number in 0..count.parse::<u32>().ok()? {
                let value = number.to_string().repeat(length.parse().ok()?);
                response = response.header(format!("x-{number}"), value);
            }
            respond.send_response(response.body(()).ok()?, true).ok()?;
        }
        "until-reset" => {
            let mut stream = respond.send_response(response.body(()).ok()?, false).ok()?;
            let reason = poll_fn(|ctx| stream.poll_reset(ctx)).await.ok()?;
            assert_eq!(reason, Reason::CANCEL);
        }
        _ => {
            respond.send_response(response.body(()).ok()?, true).ok()?;
        }
    }
    Some(())
}

/// Sends data as windows allow.
async fn send(stream: &mut SendStream<Bytes>, mut data: Bytes) -> Option<()> {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        let capacity = poll_fn(|ctx| stream.poll_capacity(ctx)).await?.ok()?;
        stream.send_data(data.split_to(capacity.min(data.len())), false).ok()?;
    }
    Some(())
}
