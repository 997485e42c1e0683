//! The documentation does what it says: its commands run and its files are accepted.
//!
//! - The lines of `console` blocks that begin with `$ iter8 ` are run by bash, in their order, in
//!   one fresh folder per page; a `\` at the end continues a line, other lines show output. A line
//!   that ends with ` &` runs until the end of the page. The exit code must be 0, or that of a
//!   comment `<!-- exit 1 -->` before the block.
//! - A `yaml` block after `<!-- values -->` is compiled, and kept as `values.yaml` for later
//!   commands; one after `<!-- document -->` is reported, and kept as `document.yaml`. Another name
//!   may follow: `<!-- values: load.yaml -->`.
//! - `127.0.0.1:8080` stands for a sample service: the one that the page starts, or one of ours.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use iter8_e2e::{Block, Finished, Iter8, Running, Workspace, binary, blocks, words};
use iter8_sample::{SampleConfig, serve};

/// Where the documentation says that the sample service listens.
const ADDRESS: &str = "127.0.0.1:8080";

/// How long a command of the documentation may take; a load test with the default rate takes 13 s.
const LIMIT: Duration = Duration::from_mins(1);

struct Page<'a> {
    name: &'a str,
    address: String,
    workspace: Workspace,
    background: Vec<Running>,
    /// Commands run and files checked.
    done: usize,
}

impl Page<'_> {
    fn block(&mut self, block: &Block) {
        let note = block.note.as_deref().unwrap_or_default();
        let (kind, name) = note.split_once(':').unwrap_or((note, ""));
        let place = format!("{}:{}", self.name, block.line);
        match (block.language.as_str(), kind.trim()) {
            ("console", _) => {
                let code = note.strip_prefix("exit ").map_or(Ok(0), |code| code.trim().parse());
                let code = code.unwrap_or_else(|_| panic!("{place}: {note}: not an exit code"));
                for line in commands(&block.text) {
                    self.command(&line, code, &place);
                }
            }
            ("yaml", kind @ ("values" | "document")) => self.file(kind, name.trim(), block, &place),
            _ => {}
        }
    }

    fn command(&mut self, line: &str, code: i32, place: &str) {
        let line = line.replace(ADDRESS, &self.address);
        self.done += 1;
        let Some(line) = line.strip_suffix('&') else {
            let finished = self.shell(&line);
            assert_eq!(finished.code, code, "{place}\n{finished}");
            return;
        };
        let mut arguments = words(line);
        if line.starts_with("iter8 sample") && !line.contains("--listen") {
            arguments.extend(["--listen".to_owned(), self.address.clone()]);
        }
        let program = Iter8::new(arguments.split_off(1)).in_folder(self.workspace.path());
        let running = program.start();
        if line.starts_with("iter8 sample") {
            // It prints its address when it can be reached.
            running.first_line();
        }
        self.background.push(running);
    }

    fn shell(&self, line: &str) -> Finished {
        let folder = binary().parent().unwrap().as_os_str().to_owned();
        let mut path = folder;
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut limited = Command::new("timeout");
        limited.arg(LIMIT.as_secs().to_string()).args(["bash", "-c", line]).env("PATH", path);
        let output = limited.current_dir(self.workspace.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Finished {
            line: line.to_owned(),
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn file(&mut self, kind: &str, name: &str, block: &Block, place: &str) {
        let default = format!("{kind}.yaml");
        let name = if name.is_empty() { &default } else { name };
        let file = self.workspace.write(name, block.text.replace(ADDRESS, &self.address));
        let line = if kind == "values" { "run --dry -f" } else { "report --file" };
        let finished = self.workspace.iter8(line).arg(file).run();
        assert_eq!(finished.code, 0, "{place}\n{finished}");
        self.done += 1;
    }
}

/// The command lines of a console block.
fn commands(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.lines() {
        let start = line.strip_prefix("$ ").filter(|line| line.starts_with("iter8 "));
        match (start, continues) {
            (_, true) => {
                let last = found.last_mut().expect("a line is continued only after it was begun");
                last.push_str(line.trim());
            }
            (Some(start), false) => found.push(start.trim().to_owned()),
            (None, false) => continue,
        }
        let last = found.last_mut().expect("the line was just added");
        continues = last.ends_with('\\');
        if continues {
            last.pop();
        }
    }
    found
}

/// Does everything that a page says and counts it.
fn follow(name: &str, markdown: &str) -> usize {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let starts_own = blocks(markdown)
        .iter()
        .filter(|block| block.language == "console")
        .any(|block| commands(&block.text).iter().any(|line| line.starts_with("iter8 sample")));
    let listen = free.to_string().parse().unwrap();
    let service = serve(SampleConfig { listen, ..SampleConfig::default() });
    let service = if starts_own {
        drop(service);
        None
    } else {
        Some(service.unwrap())
    };
    let mut page = Page {
        name,
        address: free.to_string(),
        workspace: Workspace::new(),
        background: Vec::new(),
        done: 0,
    };
    for block in blocks(markdown) {
        page.block(&block);
    }
    drop(service);
    page.done
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn every_page_does_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = vec![root.join("README.md")];
    pages(&root.join("docs"), &mut found);
    // Pages are independent, and mostly wait for load tests.
    let done: usize = std::thread::scope(|scope| {
        let follow = |path: &Path| {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            follow(&name, &fs::read_to_string(path).unwrap())
        };
        let started: Vec<_> = found.iter().map(|path| scope.spawn(move || follow(path))).collect();
        // Joined by hand, so that the page that fails is the one whose message is shown.
        let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.map(|page| page.unwrap_or_else(|cause| std::panic::resume_unwind(cause))).sum()
    });
    assert!(done > 0, "the documentation has no command that is run");
}

#[test]
fn pages_are_followed_line_by_line() {
    let page = "
```console
$ iter8 sample http --latency 1ms &
$ make something that is not ours
```
<!-- exit 1 -->
```console
$ iter8 run --set 'tasks={http,assess}' \\
    --set http.url=http://127.0.0.1:8080/ --set http.qps=500 \\
    --set assess.SLOs.upper.http/latency-mean=0 > report.txt
output that nobody compares
```
<!-- values: load.yaml -->
```yaml
tasks: [http]
http: {url: http://127.0.0.1:8080/, qps: 500, numRequests: 5}
```
```console
$ iter8 run -f load.yaml | grep http/request-count
$ iter8 assert -c completed,nofailure
```
<!-- document -->
```yaml
spec: []
```
```yaml
not: [checked
```
";
    assert_eq!(follow("page", page), 6);
}

#[test]
#[should_panic(expected = "page:2")]
fn a_page_that_is_wrong_fails() {
    follow("page", "\n```console\n$ iter8 assert -c slos\n```\n");
}
