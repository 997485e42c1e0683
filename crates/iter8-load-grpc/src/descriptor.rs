//! Where the descriptors of services come from.

mod health;
mod reflection;
mod unfit;
mod wire;

use std::path::{Path, PathBuf};

use prost::Message as _;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorSet;
use protox::file::{
    ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver,
};

pub use health::{HEALTH_CHECK, health};
pub use reflection::{Progress, Protocol, Reflection, ReflectionError};
pub use unfit::Unfit;
use unfit::check;

/// Where the descriptors of a test come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A `.proto` file, compiled here.
    Proto {
        /// The file.
        file: PathBuf,
        /// Where its imports are looked for; then in its folder, then in the working directory.
        import_paths: Vec<PathBuf>,
    },
    /// The text of a `.proto` file.
    ProtoText {
        /// The text.
        text: String,
        /// Where its imports are looked for; then in the working directory.
        import_paths: Vec<PathBuf>,
    },
    /// A file with a serialized `FileDescriptorSet`.
    Protoset(PathBuf),
    /// The server: see [`Reflection`].
    Reflection,
    /// The health service, which is known here.
    Health,
}

/// Why there are no descriptors.
#[derive(Debug, thiserror::Error)]
pub enum DescriptorError {
    /// A `.proto` file, or one that it imports, is wrong or missing.
    #[error("failed to compile {}: {message}", file.display())]
    Compile {
        /// The file that was asked for.
        file: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
    /// A file cannot be read.
    #[error("failed to read {}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// One of the files in a descriptor set cannot be used.
    #[error("{}: {why}", file.display())]
    Unfit {
        /// The descriptor set.
        file: PathBuf,
        /// Which one, and why.
        why: Unfit,
    },
    /// A file holds no descriptor set, or one that does not fit together.
    #[error("{} is no descriptor set", file.display())]
    Protoset {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: prost_reflect::DescriptorError,
    },
}

impl Source {
    /// Reads the descriptors; `None` if the server is to be asked.
    pub fn load(&self) -> Result<Option<DescriptorPool>, DescriptorError> {
        match self {
            Self::Proto { file, import_paths } => compile(file, import_paths).map(Some),
            Self::ProtoText { text, import_paths } => compile_text(text, import_paths).map(Some),
            Self::Protoset(file) => read(file).map(Some),
            Self::Reflection => Ok(None),
            Self::Health => Ok(Some(health())),
        }
    }
}

fn compile(file: &Path, import_paths: &[PathBuf]) -> Result<DescriptorPool, DescriptorError> {
    let failed = |source| DescriptorError::Read { file: file.to_owned(), source };
    std::fs::metadata(file).map_err(failed)?;
    let here = Path::new(".");
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(here);
    let mut folders: Vec<&Path> = import_paths.iter().map(PathBuf::as_path).collect();
    for folder in [folder, here] {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let compiled = protox::Compiler::new(folders).and_then(|mut compiler| {
        compiler.include_imports(true).open_file(file)?;
        Ok(compiler.descriptor_pool())
    });
    // The place of an error is in its debug form only.
    let failed =
        |error| DescriptorError::Compile { file: file.to_owned(), message: format!("{error:?}") };
    compiled.map_err(failed)
}

/// What a text is called that was not read from a file.
const NAMELESS: &str = "service.proto";

fn compile_text(text: &str, import_paths: &[PathBuf]) -> Result<DescriptorPool, DescriptorError> {
    let failed = |error| DescriptorError::Compile {
        file: PathBuf::from(NAMELESS),
        message: format!("{error:?}"),
    };
    let mut resolvers = ChainFileResolver::new();
    resolvers.add(OneFile(File::from_source(NAMELESS, text).map_err(failed)?));
    for folder in import_paths.iter().map(PathBuf::as_path).chain([Path::new(".")]) {
        resolvers.add(IncludeFileResolver::new(folder.to_owned()));
    }
    resolvers.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolvers);
    compiler.include_imports(true).open_file(NAMELESS).map_err(failed)?;
    Ok(compiler.descriptor_pool())
}

/// Finds the one file that has no place.
struct OneFile(File);

impl FileResolver for OneFile {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == NAMELESS { Ok(self.0.clone()) } else { Err(protox::Error::file_not_found(name)) }
    }
}

fn read(file: &Path) -> Result<DescriptorPool, DescriptorError> {
    let failed = |source| DescriptorError::Read { file: file.to_owned(), source };
    let bytes = std::fs::read(file).map_err(failed)?;
    // What is no descriptor set is told by whoever takes it apart in earnest.
    if let Ok(set) = FileDescriptorSet::decode(bytes.as_slice()) {
        check(&set.file).map_err(|why| DescriptorError::Unfit { file: file.to_owned(), why })?;
    }
    let failed = |source| DescriptorError::Protoset { file: file.to_owned(), source };
    DescriptorPool::decode(bytes.as_slice()).map_err(failed)
}
