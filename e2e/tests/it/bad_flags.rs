//! Wrong command lines.

use iter8_e2e::Workspace;

const HELP: Option<&str> = Some("for more information, try '--help'");

/// Command line, advice if there is some, and the error.
const LINES: &[(&str, Option<&str>, &str)] = &[
    ("bogus", HELP, "unrecognized subcommand 'bogus'"),
    ("run --bogus", HELP, "unexpected argument '--bogus' found"),
    (
        "run --lop 5",
        Some("a similar argument exists: '--loops'"),
        "unexpected argument '--lop' found",
    ),
    ("run extra", HELP, "unexpected argument 'extra' found"),
    ("run --loops 0", HELP, "invalid value '0' for '--loops <N>': expected a whole number from 1"),
    ("run --loops x", HELP, "invalid value 'x' for '--loops <N>': expected a whole number from 1"),
    ("run --loops -1", HELP, "unexpected argument '-1' found"),
    (
        "run --interval 5",
        HELP,
        r#"invalid value '5' for '--interval <DURATION>': missing unit in duration "5"; expected for example 5s"#,
    ),
    (
        "run --interval=-5s",
        HELP,
        r#"invalid value '-5s' for '--interval <DURATION>': negative duration "-5s""#,
    ),
    (
        "run --cron 'x y'",
        HELP,
        r#"invalid value 'x y' for '--cron <EXPRESSION>': malformed expression; expected five fields, for example "*/5 * * * *" for every five minutes"#,
    ),
    (
        "run --cron '61 * * * *'",
        HELP,
        r#"invalid value '61 * * * *' for '--cron <EXPRESSION>': value must be in range 0..=59; found 61; expected five fields, for example "*/5 * * * *" for every five minutes"#,
    ),
    (
        "run --cron '* * * * * Mars'",
        HELP,
        r#"invalid value '* * * * * Mars' for '--cron <EXPRESSION>': failed to find timezone Mars; expected five fields, for example "*/5 * * * *" for every five minutes"#,
    ),
    (
        "run --cron '0 0 30 2 *'",
        HELP,
        "invalid value '0 0 30 2 *' for '--cron <EXPRESSION>': no time within the next four years matches",
    ),
    (
        "run --cron '* * * * *' --interval 1s",
        HELP,
        "the argument '--cron <EXPRESSION>' cannot be used with '--interval <DURATION>'",
    ),
    (
        "run -o pdf",
        HELP,
        "invalid value 'pdf' for '--output <FORMAT>': unsupported report format pdf; expected one of text, html, json, junit, markdown, none",
    ),
    (
        "run -l loud",
        HELP,
        r#"invalid value 'loud' for '--loglevel <LEVEL>': not a valid logrus Level: "loud"; expected trace, debug, info, warning, error, fatal or panic"#,
    ),
    (
        "run -g Bad_Name",
        HELP,
        r#"invalid value 'Bad_Name' for '--group <NAME>': group "Bad_Name" is not a name; expected lower-case letters, digits, - and ., beginning and ending with a letter or digit"#,
    ),
    (
        "run -g ../up",
        HELP,
        r#"invalid value '../up' for '--group <NAME>': group "../up" is not a name; expected lower-case letters, digits, - and ., beginning and ending with a letter or digit"#,
    ),
    (
        "run -g ''",
        HELP,
        r#"invalid value '' for '--group <NAME>': group "" is not a name; expected lower-case letters, digits, - and ., beginning and ending with a letter or digit"#,
    ),
    (
        "run -g aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        HELP,
        r#"invalid value 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' for '--group <NAME>': group "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has more than 40 characters"#,
    ),
    ("run", Some(r#"for example --set "tasks={http,assess}""#), "tasks: .Values.tasks is empty"),
    (
        "run --reuseResult",
        None,
        "group default has no result to reuse: experiment with nil result section cannot be run",
    ),
    ("run --file", HELP, "a value is required for '--file <FILE>' but none was supplied"),
    ("run --file nope", None, "failed to read nope: No such file or directory (os error 2)"),
    ("run --file . ", None, "failed to read .: Is a directory (os error 21)"),
    (
        "run --file x --set a=b",
        None,
        "--file is a whole experiment, so it cannot be combined with values",
    ),
    (
        "run --set a",
        None,
        r#"unable to merge values: failed parsing --set data: key "a" has no value"#,
    ),
    (
        "run --set a=",
        Some(
            "known are tasks, runner, cronjobSchedule, maxLoops, until, iter8Image, imagePullPolicy, imagePullSecrets, majorMinor, logLevel, serviceAccountName, resources, env, nodeSelector, tolerations, podLabels, podAnnotations, abnmetrics, assess, custommetrics, github, grpc, http, notify, ready, run, slack",
        ),
        "a: unknown value",
    ),
    (
        "run --set a.b",
        None,
        r#"unable to merge values: failed parsing --set data: key "b" has no value"#,
    ),
    (
        "run --set 'tasks={http'",
        None,
        "unable to merge values: failed parsing --set data: list must terminate with '}'",
    ),
    (
        "run --set a[x]=1",
        None,
        r#"unable to merge values: failed parsing --set data: error parsing index: "x" is not a whole number"#,
    ),
    (
        "run --set a[-1]=1",
        None,
        "unable to merge values: failed parsing --set data: negative -1 index not allowed",
    ),
    (
        "run --set a[70000]=1",
        None,
        "unable to merge values: failed parsing --set data: index of 70000 is greater than maximum supported index of 65536",
    ),
    (
        "run --set a=1,a.b=2",
        None,
        r#"unable to merge values: failed parsing --set data: unable to parse key: "a" is a number, not a map"#,
    ),
    (
        "run --set-json a",
        None,
        r#"unable to merge values: failed parsing --set-json data: key "a" has no value"#,
    ),
    (
        "run --set-json a={",
        None,
        r#"unable to merge values: failed parsing --set-json data: invalid JSON for key "a" at character 3 of the argument: EOF while parsing an object"#,
    ),
    ("run --set-file x", None, r#"failed parsing --set-file data: key "x" has no value"#),
    ("run --set-file x=nope", None, "failed to read nope: No such file or directory (os error 2)"),
    (
        "run --set-string x",
        None,
        r#"unable to merge values: failed parsing --set-string data: key "x" has no value"#,
    ),
    (
        "run -f nope.yaml",
        None,
        "failed to read values nope.yaml: No such file or directory (os error 2)",
    ),
    (
        "run -f http://127.0.0.1:1/x",
        None,
        "failed to read values http://127.0.0.1:1/x: failed to download http://127.0.0.1:1/x: cannot connect to 127.0.0.1:1: tcp connect error: Connection refused (os error 111)",
    ),
    (
        "run -f /dev/zero",
        None,
        "failed to read values /dev/zero: more than the maximum of 4194304 bytes",
    ),
    (
        "run --dry --reuseResult",
        None,
        "failed to read .iter8/default/experiment.yaml: No such file or directory (os error 2)",
    ),
    ("assert", HELP, "required flag(s) \"condition\" not set"),
    (
        "assert -c done",
        HELP,
        "invalid value 'done' for '--condition <CONDITION>': unsupported assert condition detected; done; expected completed, nofailure or slos",
    ),
    (
        "assert -c slos -t x",
        HELP,
        r#"invalid value 'x' for '--timeout <DURATION>': invalid duration "x"; expected for example 1m30s"#,
    ),
    (
        "assert -c slos --timeout",
        HELP,
        "a value is required for '--timeout <DURATION>' but none was supplied",
    ),
    ("assert -c slos -t -1s", HELP, "unexpected argument '-1' found"),
    (
        "report -o pdf",
        HELP,
        "invalid value 'pdf' for '--outputFormat <FORMAT>': unsupported report format pdf; expected one of text, html, json, junit, markdown",
    ),
    ("report --file nope", None, "failed to read nope: No such file or directory (os error 2)"),
    (
        "report --file nope -g x",
        HELP,
        "the argument '--file <FILE>' cannot be used with '--group <NAME>'",
    ),
    (
        "list -o pdf",
        HELP,
        "invalid value 'pdf' for '--output <FORMAT>' [possible values: text, json]",
    ),
    ("log -g x --lines 5", HELP, "unexpected argument '--lines' found"),
    (
        "tasks htpp",
        Some(
            "tasks are abnmetrics, assess, custommetrics, github, grpc, http, notify, ready, run, slack",
        ),
        "unknown task: htpp",
    ),
    (
        "tasks -o pdf",
        HELP,
        "invalid value 'pdf' for '--output <FORMAT>' [possible values: text, json, markdown]",
    ),
    ("version now", HELP, "unexpected argument 'now' found"),
    (
        "completion tcsh",
        Some("a similar value exists: 'zsh'"),
        "invalid value 'tcsh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]",
    ),
    ("docs", HELP, "required flag(s) \"commandDocsDir\" not set"),
    (
        "docs --commandDocsDir nope",
        None,
        "failed to write nope/iter8.md: No such file or directory (os error 2)",
    ),
    ("schema x", HELP, "unexpected argument 'x' found"),
    ("sample grpc", HELP, "unrecognized subcommand 'grpc'"),
    (
        "sample http --listen nope",
        HELP,
        r#"invalid value 'nope' for '--listen <ADDRESS>': invalid address "nope": neither ip:port nor unix:path"#,
    ),
    (
        "sample http --listen 127.0.0.1:x",
        HELP,
        r#"invalid value '127.0.0.1:x' for '--listen <ADDRESS>': invalid address "127.0.0.1:x": neither ip:port nor unix:path"#,
    ),
    (
        "sample http --errors 2",
        HELP,
        r#"invalid value '2' for '--errors <SHARE>': invalid share "2": not within 0 to 1, or 0% to 100%"#,
    ),
    (
        "sample http --error-status 100",
        HELP,
        "invalid value '100' for '--error-status <CODE>': 100 is not in 200..=599",
    ),
    (
        "sample http --latency 5",
        HELP,
        r#"invalid value '5' for '--latency <DURATION>': missing unit in duration "5"; expected for example 5s"#,
    ),
    (
        "sample http --distribution normal",
        HELP,
        r#"invalid value 'normal' for '--distribution <DISTRIBUTION>': invalid distribution "normal": not one of fixed, uniform:<jitter>, exponential, slow-tail:<share>:<latency>"#,
    ),
    (
        "sample http --freeze 2s",
        HELP,
        r#"invalid value '2s' for '--freeze <FREEZE>': invalid freeze "2s": not of the form <lasting>@<at>"#,
    ),
    (
        "sample http --body-size big",
        HELP,
        r#"invalid value 'big' for '--body-size <SIZE>': invalid size "big": not a whole number of bytes"#,
    ),
    (
        "sample http --seed x",
        HELP,
        "invalid value 'x' for '--seed <N>': invalid digit found in string",
    ),
];

#[test]
fn command_lines_are_checked_before_anything_is_done() {
    for (line, hint, error) in LINES {
        let workspace = Workspace::new();
        let finished = workspace.iter8(line).run().expect(2).error(error);
        let finished = match hint {
            Some(hint) => finished.hint(hint),
            None => finished.no_hint(),
        };
        assert_eq!(finished.stdout, "", "{finished}");
        let is_untouched = workspace.path().read_dir().unwrap().next().is_none();
        assert!(is_untouched || line.contains("reuse"), "{finished}");
    }
}

#[test]
fn groups_of_commands_print_their_help() {
    let workspace = Workspace::new();
    for line in ["", "--help", "sample", "help run", "run --help", "sample http -h"] {
        let finished = workspace.iter8(line).run().expect(0).prints("Usage: iter8");
        assert_eq!(finished.stderr, "", "{finished}");
    }
}
