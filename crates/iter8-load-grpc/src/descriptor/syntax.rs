//! The syntax of `.proto` files.

use prost_reflect::prost_types::FileDescriptorProto;

/// A file in a syntax that is not known here, such as `editions`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("file {file} has the syntax {syntax:?}, and only proto2 and proto3 are known")]
pub struct UnknownSyntax {
    /// Name of the file.
    pub file: String,
    /// Its syntax.
    pub syntax: String,
}

/// Finds a file in an unknown syntax. prost-reflect 0.16 panics at one, when it makes its error.
pub(super) fn check_syntax(files: &[FileDescriptorProto]) -> Result<(), UnknownSyntax> {
    let unknown = files
        .iter()
        .find(|file| !matches!(file.syntax.as_deref(), None | Some("proto2" | "proto3")));
    match unknown {
        None => Ok(()),
        Some(file) => {
            Err(UnknownSyntax { file: file.name().to_owned(), syntax: file.syntax().to_owned() })
        }
    }
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
            assert_eq!(check_syntax(&[file(syntax)]), Ok(()));
        }
        for syntax in ["", "proto1", "editions"] {
            let unknown = UnknownSyntax { file: "a.proto".to_owned(), syntax: syntax.to_owned() };
            assert_eq!(check_syntax(&[file(None), file(Some(syntax))]), Err(unknown));
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
}
