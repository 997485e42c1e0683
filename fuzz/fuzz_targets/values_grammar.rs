//! Values: the arguments of `--set` and its kin, files of values, and their compilation.
//!
//! The input is what a user types. Lines that begin with `s `, `t `, `j ` or `f ` are arguments of
//! `--set`, `--set-string`, `--set-json` and `--set-file`; all others are a file of values.
//!
//! Nothing panics; what is accepted means the same when it is printed and read again, and an
//! experiment that compiles survives its document.

#![no_main]

use iter8_fuzz::{assert_same_tasks, same_map};
use iter8_model::experiment::Experiment;
use iter8_model::{wire, yaml};
use iter8_values::compile::compile;
use iter8_values::set::{
    Layers, compose, escape_value, parse_set, parse_set_file, parse_set_json, parse_set_string,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut layers = Layers::default();
    let mut file = String::new();
    for line in text.split('\n') {
        match line.split_at_checked(2) {
            Some(("s ", argument)) => layers.set.push(argument.to_owned()),
            Some(("t ", argument)) => layers.set_string.push(argument.to_owned()),
            Some(("j ", argument)) => layers.set_json.push(argument.to_owned()),
            Some(("f ", argument)) => layers.set_file.push(argument.to_owned()),
            _ => {
                file.push_str(line);
                file.push('\n');
            }
        }
    }
    check_arguments(&layers);
    if let Ok(map) = yaml::parse_mapping(&file) {
        check_printed(&map);
        layers.files.push(map);
    }
    if let Ok(values) = compose(layers, &mut |name| Ok(format!("content of {name}"))) {
        check_compiled(&values);
    }
});

/// A path and a text read back from what they print as.
fn check_arguments(layers: &Layers) {
    for argument in &layers.set {
        for pair in parse_set(argument).unwrap_or_default() {
            check_path(&pair.path.to_string());
        }
    }
    for argument in &layers.set_json {
        for pair in parse_set_json(argument).unwrap_or_default() {
            let printed = format!("{}={}", pair.path, pair.value);
            assert_eq!(parse_set_json(&printed).expect("a printed pair is read"), [pair]);
        }
    }
    for argument in &layers.set_file {
        for pair in parse_set_file(argument).unwrap_or_default() {
            check_path(&pair.path.to_string());
        }
    }
    for argument in &layers.set_string {
        for pair in parse_set_string(argument).unwrap_or_default() {
            if let Value::String(text) = &pair.value {
                let printed = format!("{}={}", pair.path, escape_value(text));
                assert_eq!(parse_set_string(&printed).expect("a printed pair is read"), [pair]);
            }
        }
    }
}

fn check_path(printed: &str) {
    let pairs = parse_set(&format!("{printed}=1")).expect("a printed path is read");
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].path.to_string(), printed);
}

/// A map is the same after it was written as YAML and read again.
fn check_printed(map: &Map<String, Value>) {
    let text = wire::to_yaml(&Value::Object(map.clone()));
    let again = yaml::parse_mapping(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(same_map(&again, map), "{again:?} is not {map:?}\n{text}");
}

/// Compiling twice gives the same tasks, and their document reads back as them.
fn check_compiled(values: &Map<String, Value>) {
    match compile(values) {
        Ok(spec) => {
            assert_eq!(compile(values).as_ref(), Ok(&spec));
            let experiment = Experiment { spec, result: None };
            let written = wire::write(&experiment);
            let document = wire::read(&written).expect("our document is read");
            assert_eq!(document.warnings, Vec::<String>::new(), "{written}");
            assert_same_tasks(&document.experiment.spec, &experiment.spec, &written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
