//! Files that must not reach prost-reflect 0.16: it panics at an unknown syntax, and overflows the
//! stack at files that import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::prost_types::FileDescriptorProto;

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its syntax is not known here, such as `editions`.
    #[error("file {file} has the syntax {syntax:?}, and only proto2 and proto3 are known")]
    Syntax {
        /// Name of the file.
        file: String,
        /// Its syntax.
        syntax: String,
    },
    /// It imports itself, perhaps by way of others.
    #[error("file {0} imports itself")]
    Circle(String),
}

/// Finds a file that cannot be used.
pub(super) fn check(files: &[FileDescriptorProto]) -> Result<(), Unfit> {
    for file in files {
        if !matches!(file.syntax.as_deref(), None | Some("proto2" | "proto3")) {
            let (file, syntax) = (file.name().to_owned(), file.syntax().to_owned());
            return Err(Unfit::Syntax { file, syntax });
        }
    }
    circle(files).map_or(Ok(()), |file| Err(Unfit::Circle(file.to_owned())))
}

/// A file of a circle: takes away files whose imports are all gone, until none is left to take.
fn circle(files: &[FileDescriptorProto]) -> Option<&str> {
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        let imports = waiting.entry(file.name()).or_default();
        for import in &file.dependency {
            imports.insert(import);
            importers.entry(import).or_default().push(file.name());
        }
    }
    for imports in waiting.values_mut() {
        // What is not among the files is no part of a circle.
        imports.retain(|import| files.iter().any(|file| file.name() == *import));
    }
    let is_free = |imports: &BTreeSet<&str>| imports.is_empty();
    let mut free: Vec<&str> =
        waiting.iter().filter(|(_, imports)| is_free(imports)).map(|(name, _)| *name).collect();
    while let Some(name) = free.pop() {
        waiting.remove(name);
        for importer in importers.get(name).into_iter().flatten() {
            if let Some(imports) = waiting.get_mut(importer)
                && imports.remove(name)
                && imports.is_empty()
            {
                free.push(importer);
            }
        }
    }
    waiting.into_keys().next()
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_reflect::prost_types::FileDescriptorSet;

    use super::*;
    use crate::descriptor::Source;

    fn file(syntax: Option<&str>) -> FileDescriptorProto {
        FileDescriptorProto {
            name: Some("a.proto".to_owned()),
            syntax: syntax.map(str::to_owned),
            ..FileDescriptorProto::default()
        }
    }

    #[test]
    fn only_proto2_and_proto3_are_known() {
        for syntax in [None, Some("proto2"), Some("proto3")] {
            assert_eq!(check(&[file(syntax)]), Ok(()));
        }
        for syntax in ["", "proto1", "editions"] {
            let unknown = Unfit::Syntax { file: "a.proto".to_owned(), syntax: syntax.to_owned() };
            assert_eq!(check(&[file(None), file(Some(syntax))]), Err(unknown));
        }
    }

    #[test]
    fn a_descriptor_set_in_another_syntax_is_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("set");
        let set = FileDescriptorSet { file: vec![file(Some("editions"))] };
        std::fs::write(&path, set.encode_to_vec()).unwrap();
        let error = Source::Protoset(path).load().unwrap_err().to_string();
        let told = "file a.proto has the syntax \"editions\", and only proto2 and proto3 are known";
        assert!(error.ends_with(told), "{error}");
    }

    fn importing(name: &str, imports: &[&str]) -> FileDescriptorProto {
        FileDescriptorProto {
            name: Some(name.to_owned()),
            dependency: imports.iter().map(|import| (*import).to_owned()).collect(),
            ..FileDescriptorProto::default()
        }
    }

    #[test]
    fn circles_of_imports_are_found() {
        let fine =
            [importing("a", &["b", "c"]), importing("b", &["c", "not here"]), importing("c", &[])];
        assert_eq!(check(&fine), Ok(()));
        assert_eq!(check(&[importing("a", &["a"])]), Err(Unfit::Circle("a".to_owned())));
        let round = [importing("z", &["b"]), importing("b", &["c"]), importing("c", &["b"])];
        assert_eq!(check(&round), Err(Unfit::Circle("b".to_owned())));
        // Long chains take no stack.
        let name = |n: u32| n.to_string();
        let chain: Vec<_> = (0..1_000).map(|n| importing(&name(n), &[&name(n + 1)])).collect();
        assert_eq!(check(&chain), Ok(()));
    }
}
