//! GitHub: repository dispatches, commit statuses, comments on issues and pull requests.

use serde_json::{Value, json};

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, is_type};
use crate::capture::Captured;

/// The versions of the API that can be asked for.
const VERSIONS: [&str; 1] = ["2022-11-28"];

/// Bytes that the client payload of a dispatch stays below.
const PAYLOAD: usize = 64 * 1024;

/// A repository and who may write to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHub {
    /// Owner of the repository.
    pub owner: String,
    /// Its name.
    pub repo: String,
    /// The token of the only user.
    pub token: String,
}

impl GitHub {
    pub(super) fn judge(&self, request: &Captured, body: &Value) -> Judgement {
        self.admit(request)?;
        if request.method() != "POST" {
            return Err(refuse(404, "Not Found", format!("method is {}", request.method())));
        }
        let root = format!("/repos/{}/{}/", self.owner, self.repo);
        let target = request.target();
        let Some(rest) = target.strip_prefix(&root) else {
            return Err(refuse(404, "Not Found", format!("path is {target}")));
        };
        let invalid = |reason| refuse(422, "Validation Failed", reason);
        let whole = Part::whole(body);
        match rest.split('/').collect::<Vec<_>>().as_slice() {
            ["dispatches"] => {
                dispatch(&whole, request).map_err(invalid)?;
                Ok(Answer::new(204, "", ""))
            }
            ["statuses", sha] => {
                status(&whole, sha).map_err(invalid)?;
                Ok(Answer::json(201, &json!({"id": 1, "state": body["state"]})))
            }
            ["issues", number, "comments"] if number.parse::<u64>().is_ok_and(|n| n > 0) => {
                comment(&whole).map_err(invalid)?;
                Ok(Answer::json(201, &json!({"id": 1, "body": body["body"]})))
            }
            _ => Err(refuse(404, "Not Found", format!("path is {target}"))),
        }
    }

    /// Checks what every request needs.
    fn admit(&self, request: &Captured) -> Result<(), Refusal> {
        if request.header("user-agent").is_none_or(str::is_empty) {
            let message = "Request forbidden by administrative rules.";
            return Err(refuse(403, message, "no User-Agent".to_owned()));
        }
        let authorization = request.header("authorization").unwrap_or_default();
        let token =
            authorization.strip_prefix("token ").or_else(|| authorization.strip_prefix("Bearer "));
        if token != Some(self.token.as_str()) {
            return Err(refuse(401, "Bad credentials", "another token".to_owned()));
        }
        let accept = request.header("accept").unwrap_or_default();
        if accept != "application/vnd.github+json" {
            return Err(refuse(415, "Unsupported 'Accept' header", format!("Accept: {accept}")));
        }
        if let Some(version) = request.header("x-github-api-version")
            && !VERSIONS.contains(&version)
        {
            let message = "This version of the API is not supported.";
            return Err(refuse(400, message, format!("version {version}")));
        }
        if !is_type(request, "application/json") {
            let given = request.header("content-type");
            return Err(refuse(400, "Problems parsing JSON", format!("content type {given:?}")));
        }
        match serde_json::from_slice::<Value>(&request.body) {
            Ok(_) => Ok(()),
            Err(error) => Err(refuse(400, "Problems parsing JSON", error.to_string())),
        }
    }
}

fn refuse(status: u16, message: &str, reason: String) -> Refusal {
    let documentation = "https://docs.github.com/rest";
    let body = json!({"message": message, "documentation_url": documentation});
    Refusal { reason, answer: Answer::json(status, &body) }
}

fn dispatch(body: &Part<'_>, request: &Captured) -> Checked {
    body.object(&["event_type", "client_payload"])?;
    body.field("event_type")?.text(1..=100)?;
    let Some(payload) = body.optional("client_payload")? else { return Ok(()) };
    let properties = payload.any_object()?.len();
    if properties > 10 {
        let message = "No more than 10 properties are allowed";
        return payload.fault(format_args!("{message}; {properties} were supplied."));
    }
    if request.body_size >= PAYLOAD as u64 {
        return payload.fault("client_payload is too large.");
    }
    Ok(())
}

fn status(body: &Part<'_>, sha: &str) -> Checked {
    if sha.len() != 40 || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return body.fault(format_args!("No commit found for SHA: {sha}"));
    }
    body.object(&["state", "target_url", "description", "context"])?;
    body.field("state")?.one_of(&["error", "failure", "pending", "success"])?;
    if let Some(url) = body.optional("target_url")? {
        url.url(2_000)?;
    }
    if let Some(description) = body.optional("description")? {
        description.text(0..=140)?;
    }
    body.optional("context")?.map_or(Ok(()), |context| context.text(1..=255).map(|_| ()))
}

fn comment(body: &Part<'_>) -> Checked {
    body.object(&["body"])?;
    body.field("body")?.text(1..=65_536).map(|_| ())
}
