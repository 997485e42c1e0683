//! Scripts for k6, which takes nothing else.

use std::path::Path;

use crate::race::{Count, Runner, words};

/// Asks for a URL by this scenario, an object of k6's documentation, whoever signed the certificate.
pub(crate) fn http(scratch: &Path, url: &str, scenario: &str) -> Vec<String> {
    let script = format!(
        "import http from 'k6/http';\n\
         export const options = {{scenarios: {{all: {scenario}}}, discardResponseBodies: true,\n\
         thresholds: {{http_req_failed: ['rate==0']}}, insecureSkipTLSVerify: true}};\n\
         export default () => http.get('{url}');\n"
    );
    command(scratch, "http.js", &script)
}

/// Calls of a method, `package.Service/Method`, with a message in JSON.
pub(crate) fn grpc(
    scratch: &Path,
    address: &str,
    method: &str,
    message: &str,
    calls: u64,
    concurrency: u32,
) -> Runner {
    let scenario = shared(calls, concurrency);
    let script = format!(
        "import grpc from 'k6/net/grpc';\nimport {{ check }} from 'k6';\n\
         const client = new grpc.Client();\n\
         export const options = {{scenarios: {{all: {scenario}}},\n\
         thresholds: {{checks: ['rate==1']}}}};\n\
         export default () => {{\n\
         if (__ITER == 0) client.connect('{address}', {{plaintext: true, reflect: true}});\n\
         check(client.invoke('{method}', {message}), {{ok: r => r.status === grpc.StatusOK}});\n\
         }};\n"
    );
    let command = command(scratch, "grpc.js", &script);
    Runner { name: "k6", command, count: Count::Told(told_iterations) }
}

/// A scenario of so many iterations, so many at a time.
pub(crate) fn shared(iterations: u64, concurrency: u32) -> String {
    format!("{{executor: 'shared-iterations', vus: {concurrency}, iterations: {iterations}}}")
}

fn command(scratch: &Path, name: &str, script: &str) -> Vec<String> {
    let file = scratch.join(name);
    // What cannot be written cannot be read either, and k6 says so.
    let _ = std::fs::write(&file, script);
    words(&["k6", "run", "--quiet", &file.display().to_string()])
}

/// Requests and seconds, from `http_reqs......................: 12345  4115.041502/s`.
pub(crate) fn told_requests(text: &str) -> Option<(f64, f64)> {
    told(text, "http_reqs.")
}

fn told_iterations(text: &str) -> Option<(f64, f64)> {
    told(text, "iterations.")
}

fn told(text: &str, name: &str) -> Option<(f64, f64)> {
    let line = text.lines().map(str::trim).find(|line| line.starts_with(name))?;
    let mut words = line.split_whitespace().skip(1);
    let count: f64 = words.next()?.parse().ok()?;
    Some((count, count / words.next()?.trim_end_matches("/s").parse::<f64>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_read() {
        let text = "\n    http_reqs......: 12000  3000.000000/s\n    iterations.....: 8  4.0/s\n";
        let shown = |(count, seconds): (f64, f64)| format!("{count} in {seconds}");
        assert_eq!(told_requests(text).map(shown).as_deref(), Some("12000 in 4"));
        assert_eq!(told_iterations(text).map(shown).as_deref(), Some("8 in 2"));
        assert_eq!(told_requests("iterations: 8"), None);
    }
}
