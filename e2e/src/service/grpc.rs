//! A gRPC server in Go, built from `e2e/grpc` when the first story wants it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use super::Server;
use crate::binary;

/// The built server, beside the program under test, so that a second run builds nothing.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let program = binary().with_file_name("e2e-grpc-server");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/grpc");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(folder)
        .output()
        .expect("go can be started; `make setup` asks for it");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
});

/// A running server of the service `grpc.testing.TestService`, health and reflection; with `-web` of
/// HTTP instead, see `e2e/grpc/web.go`.
#[derive(Debug)]
pub struct GrpcServer {
    server: Server,
}

impl GrpcServer {
    /// Starts one with further options; see `e2e/grpc/main.go`.
    #[track_caller]
    pub fn start(options: &[&str]) -> Self {
        let program = PROGRAM.display().to_string();
        let server = Server::start(&program, |_, port| {
            let mut arguments = vec!["-log".to_owned(), format!("-listen=127.0.0.1:{port}")];
            arguments.extend(options.iter().map(|option| (*option).to_owned()));
            arguments
        });
        Self { server }
    }

    /// Starts one that listens on a Unix domain socket as well.
    #[track_caller]
    pub fn start_at(socket: &Path) -> Self {
        Self::start(&[&format!("-socket={}", socket.display())])
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.server.address.to_string()
    }

    /// What the server saw of the calls that have ended, in the order of their ends.
    pub fn calls(&self) -> Vec<Value> {
        let printed = self.server.running.so_far().stdout;
        printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Writes the descriptors of the test service.
    pub fn write_protoset(file: &Path) {
        let mut option = std::ffi::OsString::from("-protoset=");
        option.push(file);
        let status = Command::new(&*PROGRAM).arg(option).status();
        assert!(status.is_ok_and(|status| status.success()), "no descriptors");
    }
}
