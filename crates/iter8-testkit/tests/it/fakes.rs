//! The fakes take what their services document, and nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;

use iter8_testkit::fakes::{Fake, GitHub};
use serde_json::{Value, json};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// Sends one request; the status and the body of the answer.
fn post(url: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    let fields: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let fields = fields.concat();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{fields}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Sends a JSON body; the status, and the reason of a refusal.
fn send(fake: &Fake, url: &str, headers: &[(&str, &str)], body: &Value) -> (u16, String) {
    let (status, _) = post(url, headers, &body.to_string());
    let judged = fake.judged();
    (status, judged.last().unwrap().refusal.clone().unwrap_or_default())
}

/// Asserts what becomes of bodies: those without a reason are taken.
fn check(fake: &Fake, accepted: u16, refused: u16, cases: &[(Value, &str)]) {
    for (body, reason) in cases {
        let (status, given) = send(fake, &fake.url(), &[JSON], body);
        assert_eq!(given, *reason, "{body:#}");
        assert_eq!(status, if reason.is_empty() { accepted } else { refused }, "{body:#}");
    }
}

fn block(block: &Value) -> Value {
    json!({"text": "t", "blocks": [block]})
}

fn section(text: &str) -> Value {
    block(&json!({"type": "section", "text": {"type": "mrkdwn", "text": text}}))
}

#[test]
fn slack_knows_its_blocks() {
    let header = |text: &str| {
        block(&json!({"type": "header", "text": {"type": "plain_text", "text": text}}))
    };
    let button = |label: &str, url: &str| {
        let label = json!({"type": "plain_text", "text": label});
        block(
            &json!({"type": "actions", "elements": [{"type": "button", "text": label, "url": url}]}),
        )
    };
    let many = json!({"text": "t", "blocks": vec![json!({"type": "divider"}); 51]});
    let at = "body.blocks[0]";
    check(
        &Fake::slack(),
        200,
        400,
        &[
            (json!({"text": "hello"}), ""),
            (header(&"h".repeat(150)), ""),
            (section("a &amp; b &lt; <https://h/x|link>"), ""),
            (section(&"x".repeat(3_000)), ""),
            (button("open", "https://h/report"), ""),
            (json!({"blocks": []}), "no text for notifications"),
            (json!([]), "body: expected an object, got []"),
            (json!({"text": ""}), "body.text: text of 0 units"),
            (json!({"text": "t", "blocks": []}), "body.blocks: 0 items"),
            (many, "body.blocks: 51 items"),
            (json!({"text": "t", "more": 1}), "body: unknown field \"more\""),
            (header(&"h".repeat(151)), &format!("{at}.text.text: text of 151 units")),
            (section(&"x".repeat(3_001)), &format!("{at}.text.text: text of 3001 units")),
            (section("a & b"), &format!("{at}.text.text: an & that is not escaped")),
            (section("<!channel>"), &format!("{at}.text.text: a < that begins no link")),
            (block(&json!({"type": "section"})), &format!("{at}: neither text nor fields")),
            (block(&json!({"type": "table"})), &format!("{at}: unknown type \"table\"")),
            (
                button(&"x".repeat(76), "https://h"),
                &format!("{at}.elements[0].text.text: text of 76 units"),
            ),
            (button("x", "ftp://h"), &format!("{at}.elements[0].url: \"ftp://h\" is no URL")),
        ],
    );
}

#[test]
fn slack_answers_in_words() {
    let fake = Fake::slack();
    let text = json!({"text": "t"}).to_string();
    let other = fake.url().replace("Secret", "Another");
    assert_eq!(post(&fake.url(), &[JSON], &text), (200, "ok".to_owned()));
    assert_eq!(post(&other, &[JSON], &text), (404, "no_service".to_owned()));
    assert_eq!(post(&fake.url(), &[], &text), (400, "invalid_payload".to_owned()));
    assert_eq!(
        post(&fake.url(), &[JSON], "{\"text\": \"a \"b\""),
        (400, "invalid_payload".to_owned())
    );
    assert_eq!(
        post(&fake.url(), &[JSON], &section("&").to_string()),
        (400, "invalid_blocks".to_owned())
    );
    assert_eq!(fake.judged().len(), 5);
}

fn github() -> Fake {
    let own = str::to_owned;
    Fake::github(GitHub { owner: own("octo"), repo: own("shop"), token: own("t0ken") })
}

const GITHUB: [(&str, &str); 5] = [
    JSON,
    ("User-Agent", "iter8/1"),
    ("Authorization", "token t0ken"),
    ("Accept", "application/vnd.github+json"),
    ("X-GitHub-Api-Version", "2022-11-28"),
];

#[test]
fn github_knows_its_bodies() {
    let fake = github();
    let payload = |count: usize| -> Value {
        (0..count).map(|at| (format!("p{at}"), json!(at))).collect::<serde_json::Map<_, _>>().into()
    };
    let dispatch = |payload: Value| json!({"event_type": "iter8", "client_payload": payload});
    let status = |description: &str| json!({"state": "success", "description": description, "context": "iter8", "target_url": "https://h/r"});
    let (to_statuses, short) = (format!("statuses/{SHA}"), "statuses/abc");
    let comments = "issues/7/comments";
    let cases = [
        ("dispatches", dispatch(payload(10)), 204, ""),
        ("dispatches", json!({"event_type": "iter8"}), 204, ""),
        (
            "dispatches",
            dispatch(payload(11)),
            422,
            "body.client_payload: No more than 10 properties are allowed; 11 were supplied.",
        ),
        (
            "dispatches",
            dispatch(json!({"a": "x".repeat(65_536)})),
            422,
            "body.client_payload: client_payload is too large.",
        ),
        ("dispatches", json!({"client_payload": {}}), 422, "body: no field \"event_type\""),
        (
            "dispatches",
            json!({"event_type": "x".repeat(101)}),
            422,
            "body.event_type: text of 101 units",
        ),
        (&to_statuses, status(&"d".repeat(140)), 201, ""),
        (&to_statuses, status(&"d".repeat(141)), 422, "body.description: text of 141 units"),
        (
            &to_statuses,
            json!({"state": "passed"}),
            422,
            "body.state: \"passed\" is none of [\"error\", \"failure\", \"pending\", \"success\"]",
        ),
        (short, status("d"), 422, "body: No commit found for SHA: abc"),
        (comments, json!({"body": "b".repeat(65_536)}), 201, ""),
        (comments, json!({"body": "b".repeat(65_537)}), 422, "body.body: text of 65537 units"),
        (comments, json!({"body": ""}), 422, "body.body: text of 0 units"),
        (
            "issues/x/comments",
            json!({"body": "b"}),
            404,
            "path is /repos/octo/shop/issues/x/comments",
        ),
    ];
    for (path, body, status, reason) in cases {
        let url = format!("{}/repos/octo/shop/{path}", fake.url());
        assert_eq!(
            send(&fake, &url, &GITHUB, &body),
            (status, reason.to_owned()),
            "{path} {body:#}"
        );
    }
}

#[test]
fn github_looks_at_headers_first() {
    let cases = [
        ("User-Agent", "", 403, "Request forbidden by administrative rules."),
        ("Authorization", "token other", 401, "Bad credentials"),
        ("Authorization", "Basic t0ken", 401, "Bad credentials"),
        ("Accept", "*/*", 415, "Unsupported 'Accept' header"),
        ("X-GitHub-Api-Version", "2011-01-01", 400, "This version of the API is not supported."),
        ("Content-Type", "text/plain", 400, "Problems parsing JSON"),
    ];
    let fake = github();
    let url = format!("{}/repos/octo/shop/dispatches", fake.url());
    let body = json!({"event_type": "iter8"}).to_string();
    for (name, value, status, message) in cases {
        let headers =
            GITHUB.map(|(field, given)| (field, if field == name { value } else { given }));
        let (found, answer) = post(&url, &headers, &body);
        assert_eq!(found, status, "{name}: {value}");
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["message"], message);
    }
    assert_eq!(post(&url, &GITHUB, "{").0, 400);
    assert_eq!(post(&url.replace("shop", "other"), &GITHUB, &body).0, 404);
}

#[test]
fn teams_takes_cards() {
    let card = |body: Value, actions: Value| {
        let content =
            json!({"type": "AdaptiveCard", "version": "1.4", "body": body, "actions": actions});
        json!({"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}]})
    };
    let text = json!([{"type": "TextBlock", "text": "t", "wrap": true, "weight": "bolder", "color": "good"}]);
    let open = |url: &str| json!([{"type": "Action.OpenUrl", "title": "Report", "url": url}]);
    let facts = json!([{"type": "Container", "items": [{"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}]}]);
    let at = "body.attachments[0].content";
    let fake = Fake::teams();
    check(
        &fake,
        202,
        400,
        &[
            (card(text.clone(), open("https://h")), ""),
            (card(facts, json!([])), &format!("{at}.actions: 0 items")),
            (card(json!([]), open("https://h")), &format!("{at}.body: 0 items")),
            (card(text.clone(), open("h")), &format!("{at}.actions[0].url: \"h\" is no URL")),
            (
                card(json!([{"type": "Table"}]), open("https://h")),
                &format!("{at}.body[0]: unknown type \"Table\""),
            ),
            (
                card(json!([{"type": "TextBlock", "text": "t", "wrap": "yes"}]), open("https://h")),
                &format!("{at}.body[0].wrap: expected a boolean"),
            ),
            (json!({"text": "a MessageCard"}), "body: unknown field \"text\""),
        ],
    );
    let large = card(
        json!([{"type": "TextBlock", "text": "x".repeat(28_000)}]),
        open(&format!("https://h/{}", "x".repeat(1_000))),
    );
    assert_eq!(send(&fake, &fake.url(), &[JSON], &large).0, 413);
}

#[test]
fn discord_counts_characters() {
    let embed = |embed: Value| json!({"embeds": [embed], "allowed_mentions": {"parse": []}});
    let field = |name: &str, value: &str| json!({"fields": [{"name": name, "value": value, "inline": true}]});
    let long = "x".repeat(4_096);
    let many: Vec<Value> = (0..26).map(|_| json!({"name": "n", "value": "v"})).collect();
    let fake = Fake::discord();
    check(
        &fake,
        204,
        400,
        &[
            (json!({"content": "c"}), ""),
            (
                embed(
                    json!({"title": "t", "description": long, "url": "https://h", "color": 0xff_ffff, "timestamp": "2023-05-15T12:00:00Z", "footer": {"text": "f"}}),
                ),
                "",
            ),
            (json!({}), "body: an empty message"),
            (
                json!({"embeds": [{"description": long}, {"description": "x".repeat(1_905)}]}),
                "body.embeds: 6001 units",
            ),
            (embed(json!({"title": "x".repeat(257)})), "body.embeds[0].title: text of 257 units"),
            (
                embed(json!({"description": "😀".repeat(2_049)})),
                "body.embeds[0].description: text of 4098 units",
            ),
            (
                embed(json!({"color": 0x100_0000})),
                "body.embeds[0].color: expected a number of 0..=16777215, got 16777216",
            ),
            (embed(json!({"timestamp": "today"})), "body.embeds[0].timestamp: text of 5 units"),
            (embed(field("", "v")), "body.embeds[0].fields[0].name: text of 0 units"),
            (
                embed(field("n", &"v".repeat(1_025))),
                "body.embeds[0].fields[0].value: text of 1025 units",
            ),
            (embed(json!({"fields": many})), "body.embeds[0].fields: 26 items"),
            (
                json!({"content": "c", "allowed_mentions": {"parse": ["here"]}}),
                "body.allowed_mentions.parse[0]: \"here\" is none of [\"roles\", \"users\", \"everyone\"]",
            ),
        ],
    );
    let other = fake.url().replace("Secret", "Another");
    assert_eq!(send(&fake, &other, &[JSON], &json!({"content": "c"})).0, 401);
}

#[test]
fn pagerduty_opens_and_closes() {
    let event = |action: &str, change: fn(&mut Value)| {
        let payload = json!({"summary": "s", "source": "shop", "severity": "error", "timestamp": "2023-05-15T12:00:00Z", "custom_details": {"a": 1}});
        let mut event = json!({"routing_key": KEY, "event_action": action, "dedup_key": "d", "payload": payload, "links": [{"href": "https://h", "text": "Report"}]});
        change(&mut event);
        event
    };
    check(
        &Fake::pagerduty(KEY),
        202,
        400,
        &[
            (event("trigger", |_| {}), ""),
            (
                event("resolve", |event| {
                    event["payload"] = json!({"summary": "s", "source": "x", "severity": "info"});
                }),
                "",
            ),
            (json!({"routing_key": KEY, "event_action": "resolve", "dedup_key": "d"}), ""),
            (json!({"routing_key": KEY, "event_action": "resolve"}), "body: no dedup_key"),
            (json!({"routing_key": KEY, "event_action": "trigger"}), "body: no payload"),
            (
                event("close", |_| {}),
                "body.event_action: \"close\" is none of [\"trigger\", \"acknowledge\", \"resolve\"]",
            ),
            (
                event("trigger", |event| event["routing_key"] = json!("x".repeat(32))),
                "body.routing_key: not a valid routing key",
            ),
            (
                event("trigger", |event| event["dedup_key"] = json!("x".repeat(256))),
                "body.dedup_key: text of 256 units",
            ),
            (
                event("trigger", |event| event["payload"]["severity"] = json!("bad")),
                "body.payload.severity: \"bad\" is none of [\"critical\", \"error\", \"warning\", \"info\"]",
            ),
            (
                event("trigger", |event| event["payload"]["summary"] = json!("x".repeat(1_025))),
                "body.payload.summary: text of 1025 units",
            ),
        ],
    );
}

#[test]
fn cloudevents_have_their_attributes() {
    let fake = Fake::cloudevents();
    let event = |change: fn(&mut Value)| {
        let mut event = json!({"specversion": "1.0", "id": "1", "source": "/iter8/shop", "type": "a.b", "subject": "s", "time": "2023-05-15T12:00:00Z", "datacontenttype": "application/json", "data": {"a": 1}});
        change(&mut event);
        event
    };
    let cases = [
        (event(|_| {}), 202, ""),
        (
            event(|event| event["specversion"] = json!("0.3")),
            400,
            "body.specversion: \"0.3\" is none of [\"1.0\"]",
        ),
        (event(|event| event["source"] = json!("a b")), 400, "body.source: no URI reference"),
        (event(|event| event["id"] = json!("")), 400, "body.id: text of 0 units"),
        (
            event(|event| event["dataBase"] = json!("x")),
            400,
            "body: \"dataBase\" is no name of an attribute",
        ),
        (event(|event| event["data_base64"] = json!("eA==")), 400, "body: data twice"),
        (json!({"specversion": "1.0"}), 400, "body: no field \"id\""),
    ];
    let structured = ("Content-Type", "application/cloudevents+json; charset=utf-8");
    for (body, status, reason) in cases {
        assert_eq!(send(&fake, &fake.url(), &[structured], &body), (status, reason.to_owned()));
    }
    assert_eq!(send(&fake, &fake.url(), &[JSON], &event(|_| {})).0, 415);
}

#[test]
#[should_panic(expected = "refused: no text for notifications")]
fn refusals_are_not_overlooked() {
    let fake = Fake::slack();
    send(&fake, &fake.url(), &[JSON], &json!({}));
    fake.accepted();
}

#[test]
fn accepted_bodies_are_kept() {
    let fake = Fake::slack();
    send(&fake, &fake.url(), &[JSON], &json!({"text": "t"}));
    assert_eq!(fake.accepted_one(), json!({"text": "t"}));
}
