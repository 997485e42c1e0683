//! Finding the program under test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// Names the environment variable that holds the path of a program to test instead of the one
/// built from the sources, such as an installed one.
const OVERRIDE: &str = "ITER8_BIN";

/// The program under test, built by the first caller with the profile of the stories themselves:
/// cargo builds the programs of other packages only when asked.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os(OVERRIDE) {
        Some(path) => {
            let path = PathBuf::from(path);
            path.canonicalize()
                .unwrap_or_else(|error| panic!("{OVERRIDE}: {}: {error}", path.display()))
        }
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "iter8", "--bin", "iter8", "--profile", profile])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output();
    let built = built.unwrap_or_else(|error| panic!("cargo cannot be started: {error}"));
    assert!(built.status.success(), "iter8 cannot be built");
    let messages = String::from_utf8_lossy(&built.stdout);
    let executable = messages.lines().filter_map(executable).next_back();
    executable.expect("cargo names the program that it has built")
}

/// The path of the program, if a message of cargo names it.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_program = message["target"]["name"] == "iter8" && message["profile"]["test"] == false;
    is_program.then(|| message["executable"].as_str().map(PathBuf::from))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_message_about_the_program_names_it() {
        let of = |name: &str, test: bool, executable: &str| {
            format!(
                r#"{{"target":{{"name":"{name}"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        assert_eq!(executable(&of("iter8", false, "\"/t/iter8\"")), Some("/t/iter8".into()));
        assert_eq!(executable(&of("iter8", true, "\"/t/iter8-0123\"")), None);
        assert_eq!(executable(&of("iter8-model", false, "null")), None);
        assert_eq!(executable("{\"reason\":\"build-finished\"}"), None);
        assert_eq!(executable("warning: odd"), None);
    }
}
