//! nginx, answering from one version and mirroring each request to another.

use std::fs;
use std::net::SocketAddr;

use super::{Server, fill};

/// Everything that nginx writes goes into the folder of the story. The answers of the mirrored
/// requests are thrown away by nginx.
const CONFIGURATION: &str = "\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream current { server {current}; keepalive 16; }
  upstream candidate { server {candidate}; keepalive 16; }
  server {
    listen {listen};
    proxy_http_version 1.1;
    proxy_set_header Connection \"\";
    location / {
      mirror /mirrored;
      proxy_pass http://current;
    }
    location = /mirrored {
      internal;
      proxy_pass http://candidate$request_uri;
    }
  }
}
";

/// A running nginx that mirrors.
#[derive(Debug)]
pub struct Mirror {
    server: Server,
}

impl Mirror {
    /// Answers from `current`, and sends each request to `candidate` too.
    #[track_caller]
    pub fn start(current: SocketAddr, candidate: SocketAddr) -> Self {
        let server = Server::start("nginx", |folder, port| {
            let folder = folder.display().to_string();
            let text = fill(
                CONFIGURATION,
                &[
                    ("folder", &folder),
                    ("listen", &format!("127.0.0.1:{port}")),
                    ("current", &current.to_string()),
                    ("candidate", &candidate.to_string()),
                ],
            );
            let path = format!("{folder}/nginx.conf");
            fs::write(&path, text).expect("the folder can be written");
            vec!["-e".to_owned(), "stderr".to_owned(), "-c".to_owned(), path]
        });
        Self { server }
    }

    /// Where the app is reached.
    pub fn url(&self) -> String {
        self.server.url()
    }
}
