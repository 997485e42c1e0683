//! The HTML report in a real browser, without any network.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use iter8_e2e::Workspace;
use iter8_sample::{SampleConfig, serve};

/// Longest start and rendering of the browser on a busy machine.
const LIMIT: &str = "60s";

/// What the browser makes of a page: its elements after scripts have run, and its messages.
struct Rendered {
    dom: String,
    console: Vec<String>,
}

/// Opens a page in headless Chromium, in which no name resolves and no address is reached.
fn render(page: &Path, scheme: &str) -> Rendered {
    let folder = tempfile::TempDir::new().unwrap();
    // Files, not pipes: helpers of the browser keep theirs open for a while after its end.
    let (dom, messages) = (folder.path().join("dom"), folder.path().join("messages"));
    let status = Command::new("timeout")
        .args([LIMIT, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"])
        .args(["--no-first-run", "--disable-background-networking", "--disable-component-update"])
        .args(["--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"])
        .args(["--proxy-server=127.0.0.1:1", "--enable-logging=stderr"])
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(File::create(&dom).unwrap())
        .stderr(File::create(&messages).unwrap())
        .status()
        .expect("chromium is installed by make setup");
    assert!(status.success(), "chromium ended in time");
    let messages = fs::read_to_string(messages).unwrap();
    let console = messages.lines().filter(|line| line.contains("CONSOLE"));
    Rendered {
        dom: fs::read_to_string(dom).unwrap(),
        console: console.map(str::to_owned).collect(),
    }
}

#[test]
fn the_page_draws_itself_without_network_or_complaint() {
    let sample =
        serve(SampleConfig { latency: Duration::from_millis(2), ..SampleConfig::default() })
            .unwrap();
    let workspace = Workspace::new();
    let url = sample.url();
    workspace
        .iter8(&format!(
            "run --loops 2 --output none --set tasks={{http,assess}} --set http.url={url} \
             --set http.qps=200,http.numRequests=100 \
             --set assess.SLOs.upper.http/latency-p99=500 \
             --set assess.SLOs.upper.http/error-rate=0"
        ))
        .run()
        .expect(0);
    let page = workspace.iter8("report --output html").run().expect(0).stdout;
    assert!(!page.contains("src=\"http"), "nothing is loaded from elsewhere");
    let page = workspace.write("report.html", page);
    for (scheme, name) in [("1", "light"), ("0", "dark")] {
        let Rendered { dom, console } = render(&page, scheme);
        assert_eq!(console, Vec::<String>::new(), "messages on the console, {name}");
        for text in ["SLOs are satisfied", "http/latency-p99", "Metrics over loops"] {
            assert!(dom.contains(text), "{name}: {text}");
        }
        // Histogram, percentile curve and loops, each in at least one drawing.
        assert!(dom.matches("class=\"main-svg\"").count() >= 3, "{name}: charts are drawn");
    }
}
