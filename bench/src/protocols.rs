//! HTTP/2, gRPC and TLS beside the peers, each against one server on a processor of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::child;
use crate::iter8;
use crate::k6;
use crate::machine;
use crate::output::Output;
use crate::race::{self, Count, Runner, words};
use crate::service::Server;

const ROUNDS: usize = 5;

const CERTIFICATES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/iter8-testkit/certificates");

/// 16 connections of 32 streams.
pub(crate) fn http2(output: &mut Output) -> anyhow::Result<()> {
    const REQUESTS: u64 = 400_000;
    ensure!(machine::has("nghttpd"), "there is no nghttpd (Debian: nghttp2-server)");
    let folder = child::scratch()?;
    std::fs::write(folder.join("index.html"), "hello")?;
    let root = folder.display().to_string();
    let server = Server::start(|port| {
        words(&["nghttpd", "--no-tls", "-d", &root, "-a", "127.0.0.1", &port.to_string()])
    })?;
    let url = format!("http://{}/", server.address);
    let n = REQUESTS.to_string();
    let mut runners = vec![load(&url, REQUESTS, &["--http2=32", "-c", "16"])?];
    if machine::has("h2load") {
        runners.push(Runner {
            name: "h2load",
            command: words(&["h2load", "-t1", "-c16", "-m32", "-n", &n, &url]),
            count: Count::Proven(REQUESTS, format!("{REQUESTS} succeeded, 0 failed")),
        });
    }
    race::run(output, "16 connections, 32 streams", ROUNDS, &runners)?;
    http2_encrypted(output, &root)
}

/// The same encrypted, as k6 knows no other HTTP/2. It has a connection for all of its users.
fn http2_encrypted(output: &mut Output, root: &str) -> anyhow::Result<()> {
    const REQUESTS: u64 = 200_000;
    if !machine::has("k6") {
        return output.line("not installed: k6");
    }
    let key = format!("{CERTIFICATES}/server.key");
    let certificate = format!("{CERTIFICATES}/server.pem");
    let server = Server::start(|port| {
        let port = port.to_string();
        words(&["nghttpd", "-d", root, "-a", "127.0.0.1", &port, &key, &certificate])
    })?;
    let url = format!("https://{}/", server.address);
    let n = REQUESTS.to_string();
    let few = REQUESTS / 10;
    let mut runners = vec![load(&url, REQUESTS, &["--http2=32", "-k", "-c", "1"])?];
    if machine::has("h2load") {
        runners.push(Runner {
            name: "h2load",
            command: words(&["h2load", "-t1", "-c1", "-m32", "-n", &n, &url]),
            count: Count::Proven(REQUESTS, format!("{REQUESTS} succeeded, 0 failed")),
        });
    }
    let command = k6::http(&child::scratch()?, &url, &k6::shared(few, 32));
    runners.push(Runner { name: "k6", command, count: Count::Told(k6::told_requests) });
    race::run(output, "TLS, 1 connection, 32 streams", ROUNDS, &runners).map(drop)
}

/// Calls to a server in Go.
pub(crate) fn grpc(output: &mut Output) -> anyhow::Result<()> {
    let program = grpc_server()?;
    let server = Server::start(|port| words(&[&program, &format!("-listen=127.0.0.1:{port}")]))?;
    for concurrency in [16, 50] {
        unary(output, &server, concurrency)?;
    }
    templates(output, &server)?;
    streams(output, &server)
}

const UNARY: &str = "grpc.testing.TestService.UnaryCall";

fn unary(output: &mut Output, server: &Server, concurrency: u32) -> anyhow::Result<()> {
    const CALLS: u64 = 100_000;
    let data = r#"{"responseSize":10}"#;
    let mut runners = vec![calls(server, UNARY, data, CALLS, concurrency)?];
    if machine::has("ghz") {
        runners.push(ghz(server, UNARY, data, CALLS / 5, concurrency));
    }
    if machine::has("h2load") {
        let body = child::scratch()?.join("body");
        // No compression, two bytes: field 2 is 10.
        std::fs::write(&body, [0, 0, 0, 0, 2, 0x10, 10])?;
        let (n, m, body) =
            (CALLS.to_string(), format!("-m{concurrency}"), body.display().to_string());
        let url = format!("http://{}/grpc.testing.TestService/UnaryCall", server.address);
        let fields = ["-H", "te: trailers", "-H", "content-type: application/grpc"];
        let own = ["h2load", "-t1", "-c1", &m, "-n", &n, "-d", &body];
        runners.push(Runner {
            name: "h2load, fixed bytes",
            command: words(&[&own[..], &fields, &[&url]].concat()),
            count: Count::Proven(CALLS, format!("{CALLS} succeeded, 0 failed")),
        });
    }
    if machine::has("k6") {
        let method = "grpc.testing.TestService/UnaryCall";
        runners.push(k6::grpc(
            &child::scratch()?,
            &server.address,
            method,
            data,
            CALLS / 5,
            concurrency,
        ));
    }
    race::run(output, &format!("unary, {concurrency} at a time"), ROUNDS, &runners).map(drop)
}

fn templates(output: &mut Output, server: &Server) -> anyhow::Result<()> {
    const CALLS: u64 = 50_000;
    let data = r#"{"responseSize":10,"responseStatus":{"message":"{{.RequestNumber}}-{{randomString 4}}"}}"#;
    let mut runners = vec![calls(server, UNARY, data, CALLS, 50)?];
    if machine::has("ghz") {
        runners.push(ghz(server, UNARY, data, CALLS / 5, 50));
    }
    race::run(output, "unary, a template each, 50 at a time", ROUNDS, &runners).map(drop)
}

fn streams(output: &mut Output, server: &Server) -> anyhow::Result<()> {
    const CALLS: u64 = 4_000;
    let one = r#"{"size":10}"#;
    let data = format!(r#"{{"responseParameters":[{}]}}"#, vec![one; 100].join(","));
    let call = "grpc.testing.TestService.StreamingOutputCall";
    let mut runners = vec![calls(server, call, &data, CALLS, 16)?];
    if machine::has("ghz") {
        runners.push(ghz(server, call, &data, CALLS / 4, 16));
    }
    race::run(output, "100 messages of the server, 16 at a time", ROUNDS, &runners).map(drop)
}

fn calls(
    server: &Server,
    call: &str,
    data: &str,
    count: u64,
    concurrency: u32,
) -> anyhow::Result<Runner> {
    let url = format!("grpc://{}/{call}", server.address);
    let (n, c) = (count.to_string(), concurrency.to_string());
    let program = iter8::program()?;
    let command = [program.as_str(), "load", &url, "-n", &n, "-c", &c, "-b", data];
    let objective = ["-q", "max", "--slo", "error-count=0"];
    let proof = "met      grpc/error-count".to_owned();
    let command = words(&[&command[..], &objective].concat());
    Ok(Runner { name: "iter8", command, count: Count::Proven(count, proof) })
}

fn ghz(server: &Server, call: &str, data: &str, count: u64, concurrency: u32) -> Runner {
    let (n, c) = (count.to_string(), concurrency.to_string());
    let command =
        ["ghz", "--insecure", "--call", call, "-d", data, "-n", &n, "-c", &c, &server.address];
    let proof = format!("[OK]   {count} responses");
    Runner { name: "ghz", command: words(&command), count: Count::Proven(count, proof) }
}

/// The server of the stories, built from `e2e/grpc`.
fn grpc_server() -> anyhow::Result<String> {
    let program = child::own_program()?;
    let program = PathBuf::from(program).with_file_name("bench-grpc-server");
    let status = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/grpc"))
        .status()
        .context("failed to start go")?;
    ensure!(status.success(), "the server in e2e/grpc does not build");
    Ok(program.display().to_string())
}

/// Encrypted requests beside plain ones, and handshakes beside those of OpenSSL.
pub(crate) fn tls(output: &mut Output) -> anyhow::Result<()> {
    const REQUESTS: u64 = 200_000;
    ensure!(machine::has("nginx"), "there is no nginx");
    let folder = child::scratch()?;
    let plain = Server::start(|port| nginx(&folder, port, ""))?;
    let encrypted = Server::start(|port| nginx(&folder, port, "ssl"))?;
    let (plain, encrypted) =
        (format!("http://{}/", plain.address), format!("https://{}/", encrypted.address));
    for connections in ["16", "64"] {
        let of = |url: &str| load(url, REQUESTS, &["-k", "-c", connections]);
        let runners = [
            Runner { name: "plain", ..of(&plain)? },
            Runner { name: "TLS 1.3", ..of(&encrypted)? },
        ];
        race::run(output, &format!("{connections} kept connections"), ROUNDS, &runners)?;
    }
    let runners = [Runner {
        name: "iter8, a handshake for each",
        ..load(&encrypted, 8_000, &["-k", "-c", "4", "--no-keepalive"])?
    }];
    race::run(output, "4 connections at a time", ROUNDS, &runners)?;
    handshakes(output, &encrypted)
}

/// What `openssl s_time` counts in three seconds of its own processor time.
fn handshakes(output: &mut Output, url: &str) -> anyhow::Result<()> {
    let address = url.trim_start_matches("https://").trim_end_matches('/');
    let command = ["openssl", "s_time", "-connect", address, "-www", "/", "-new", "-time", "3"];
    let measured = child::run(Some(crate::service::CLIENT), &command)?;
    let lines = measured.stdout.lines().filter(|line| line.contains("connections"));
    let told: Vec<&str> = lines.map(str::trim).collect();
    let seconds = measured.processor.as_secs_f64();
    output.line(&format!("\nopenssl s_time: {}; {seconds:.2} s of processor", told.join("; ")))
}

/// nginx with a short answer.
fn nginx(folder: &std::path::Path, port: u16, ssl: &str) -> Vec<String> {
    let shown = folder.display();
    let text = format!(
        "daemon off; master_process off; pid {shown}/{port}.pid; error_log stderr error;\n\
         events {{}}\n\
         http {{ access_log off; keepalive_requests 1000000000;\n\
         client_body_temp_path {shown}/b; proxy_temp_path {shown}/p; fastcgi_temp_path {shown}/f;\n\
         uwsgi_temp_path {shown}/u; scgi_temp_path {shown}/s;\n\
         ssl_certificate {CERTIFICATES}/server.pem; ssl_certificate_key {CERTIFICATES}/server.key;\n\
         server {{ listen 127.0.0.1:{port} {ssl}; location / {{ return 200 hello; }} }} }}\n"
    );
    let file = folder.join(format!("{port}.conf"));
    // What cannot be written cannot be read either, and nginx says so.
    let _ = std::fs::write(&file, text);
    words(&["nginx", "-e", "stderr", "-c", &file.display().to_string()])
}

/// iter8 on a URL, as fast as it goes.
fn load(url: &str, requests: u64, options: &[&str]) -> anyhow::Result<Runner> {
    let (program, n) = (iter8::program()?, requests.to_string());
    let own = [program.as_str(), "load", url, "-n", &n, "-q", "max", "--slo", "error-count=0"];
    let proof = "met      http/error-count".to_owned();
    let command = words(&[&own[..], options].concat());
    Ok(Runner { name: "iter8", command, count: Count::Proven(requests, proof) })
}
