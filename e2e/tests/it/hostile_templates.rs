//! Templates that ask for all the time or all the memory there is: each ends with an error that
//! says which limit it met, in a program that could not have taken 64 MiB.

use std::time::Duration;

use iter8_e2e::Workspace;

/// What the whole program may take, in MiB.
const MEMORY: u32 = 64;

/// How long a rendering may take, on a machine that is busy with other stories and with a program
/// that is built without optimisation.
const LIMIT: Duration = Duration::from_secs(40);

/// Renders a template, which must be refused in one of these words.
#[track_caller]
fn refused(template: &str, words: &[&str]) {
    let workspace = Workspace::new();
    let file = workspace.write("hostile.tpl", template);
    let render = workspace.iter8("template render").arg(file).memory(MEMORY).limit(LIMIT);
    let finished = render.run().expect(2);
    assert_eq!(finished.stdout, "", "{template}");
    let last = finished.stderr.lines().next_back().unwrap_or_default();
    assert!(last.contains("hostile.tpl:1:"), "names the place: {template}\n{finished}");
    assert!(words.iter().any(|word| last.contains(word)), "{template}\n{finished}");
}

const STEPS: &str = "the template takes more than 10000000 steps";
const BYTES: &str = "the template takes more than 24 MiB of memory";
const DEPTH: &str = "nest";

#[test]
fn endless_loops_end() {
    for template in [
        "{{ range $i := until 30000000 }}{{ end }}",
        "{{ range 100000000000 }}{{ end }}",
        "{{ range until 3000 }}{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}{{ end }}",
        "{{ range until 1000000 }}{{ range until 1000000 }}{{ $x := sha256sum \"x\" }}{{ end }}{{ end }}",
        "{{ range until 100000 }}{{ $x := bcrypt \"x\" }}{{ end }}",
        "{{ range until 100000 }}{{ $x := derivePassword 1 \"long\" \"a\" \"b\" \"c\" }}{{ end }}",
        "{{ range until 100000 }}{{ $x := genPrivateKey \"rsa\" }}{{ end }}",
        "{{ range until 100000 }}{{ $x := genCA \"a\" 365 }}{{ end }}",
        "{{ $x := repeat 100000 \"a\" }}{{ range until 1000000 }}{{ $y := regexMatch \"(a|aa)+$\" $x }}{{ end }}",
        "{{ $x := until 10000 }}{{ range until 1000000 }}{{ $y := uniq $x }}{{ end }}",
        "{{ $x := repeat 1000000 \"a\" }}{{ range until 1000000 }}{{ $y := contains \"b\" $x }}{{ end }}",
    ] {
        refused(template, &[STEPS, BYTES, "too long"]);
    }
}

#[test]
fn endless_memory_ends() {
    for template in [
        "{{ repeat 1000000000 \"x\" }}",
        "{{ repeat 9223372036854775807 \"xyz\" }}",
        "{{ $x := \"x\" }}{{ range until 64 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 64 }}{{ $x = concat $x $x }}{{ end }}",
        "{{ $x := dict }}{{ range $i := until 10000000 }}{{ $_ := set $x (toString $i) $i }}{{ end }}",
        "{{ until 2000000000 }}",
        "{{ untilStep 0 2000000000 1 }}",
        "{{ seq 1 1000000000 }}",
        "{{ randAlphaNum 1000000000 }}",
        "{{ randBytes 1000000000 }}",
        "{{ indent 1000000000 \"x\" }}",
        "{{ nindent 1000000000 \"x\\ny\" }}",
        "{{ printf \"%1000000d\" 1 | repeat 1000 }}",
        "{{ range until 10000000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}",
        "{{ $x := repeat 1000 \"a,\" }}{{ range until 100000 }}{{ $y := splitList \",\" $x }}{{ end }}",
        "{{ wrap 1 (repeat 20000000 \"a \") }}",
        "{{ replace \"a\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}",
        "{{ regexReplaceAll \"a\" (repeat 100000 \"a\") (repeat 100000 \"b\") }}",
        "{{ join (repeat 100000 \"b\") (until 100000) }}",
    ] {
        refused(template, &[BYTES, STEPS, "negative", "overflow", "too large"]);
    }
}

#[test]
fn endless_depth_ends() {
    for template in [
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ $_ := set . \"t\" \"{{ tpl .t . }}\" }}{{ tpl .t . }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ deepEqual $d $e }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ printf \"%#v\" $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ merge (dict \"d\" (dict)) $d }}",
    ] {
        refused(template, &[DEPTH, "deep", "maximum", "cannot contain itself"]);
    }
}

#[test]
fn what_a_limit_leaves_room_for_works() {
    let workspace = Workspace::new();
    let file = workspace.write("large.tpl", "{{ range until 100000 }}{{ . | add 1 }},{{ end }}");
    let render = workspace.iter8("template render").arg(file).memory(MEMORY).limit(LIMIT);
    let finished = render.run().expect(0);
    assert!(finished.stdout.ends_with(",99999,100000,"), "all of it was printed");
}
