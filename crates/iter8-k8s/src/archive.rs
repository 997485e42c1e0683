//! How documents lie in the Secret of their group: the current one, those of earlier launches, and
//! their compressed forms, within the size that a Secret may have.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use iter8_model::experiment::Experiment;
use iter8_model::metric::MetricKind;
use iter8_model::wire::{self, Document, ReadError};
use k8s_openapi::ByteString;

use crate::names::DOCUMENT_KEY;

/// How many launches before the current one are kept.
pub const KEPT_REVISIONS: usize = 10;

/// From this size on a document is compressed, and only a summary of it stays readable as it is.
const LARGEST_PLAIN: usize = 256 * 1024;

/// Most that all data of a Secret may have together. The API server takes 1 MiB; the rest is for
/// the values and for what others put there.
const LARGEST_DATA: usize = 1_000_000;

/// Most that a compressed document may expand to: as much as the YAML parser accepts.
const LARGEST_DOCUMENT: u64 = 4 * 1024 * 1024;

/// Loops that a summary names.
const SUMMARY_LOOPS: usize = 10;

/// Ending of the keys of compressed documents.
const COMPRESSED: &str = ".gz";

/// Why a document cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The document is none.
    #[error("failed to read {key}")]
    Document {
        /// Its key in the Secret.
        key: String,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The data are no text, or cannot be expanded.
    #[error("failed to read {key}")]
    Data {
        /// Their key in the Secret.
        key: String,
        /// What is wrong with them.
        source: io::Error,
    },
    /// Even compressed, and without earlier results, it is more than a Secret may have.
    #[error("the document has {size} bytes compressed, more than a Secret may hold")]
    TooLarge {
        /// Bytes of all data of the Secret.
        size: usize,
    },
}

/// The data of a Secret, as documents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Archive(pub BTreeMap<String, ByteString>);

impl Archive {
    /// The current document.
    pub fn document(&self) -> Result<Option<Document>, ArchiveError> {
        self.at(DOCUMENT_KEY)
    }

    /// The document of a launch that is not the current one any more.
    pub fn revision(&self, revision: u32) -> Result<Option<Document>, ArchiveError> {
        self.at(&key_of(revision))
    }

    /// The launches before the current one whose documents are there, the newest first.
    pub fn revisions(&self) -> Vec<u32> {
        let mut revisions: Vec<u32> = self.0.keys().filter_map(|key| revision_of(key)).collect();
        revisions.sort_unstable_by(|a, b| b.cmp(a));
        revisions
    }

    /// A value that is no document, as text.
    pub fn text(&self, key: &str) -> Result<Option<String>, ArchiveError> {
        let Some(bytes) = self.0.get(key) else { return Ok(None) };
        String::from_utf8(bytes.0.clone()).map(Some).map_err(|_| ArchiveError::Data {
            key: key.to_owned(),
            source: io::Error::other("no text in UTF-8"),
        })
    }

    /// Puts the current document in place of the one before.
    pub fn put(&mut self, experiment: &Experiment) -> Result<(), ArchiveError> {
        let text = wire::write(experiment);
        let compressed = format!("{DOCUMENT_KEY}{COMPRESSED}");
        if text.len() <= LARGEST_PLAIN {
            self.0.remove(&compressed);
            self.0.insert(DOCUMENT_KEY.to_owned(), ByteString(text.into_bytes()));
        } else {
            let summary = wire::write(&summary(experiment));
            self.0.insert(DOCUMENT_KEY.to_owned(), ByteString(summary.into_bytes()));
            self.0.insert(compressed, ByteString(compress(&text)));
        }
        self.keep_within_bounds()
    }

    /// Puts the document of a launch that is not the current one any more.
    pub fn put_revision(
        &mut self,
        revision: u32,
        experiment: &Experiment,
    ) -> Result<(), ArchiveError> {
        let text = wire::write(experiment);
        self.0.insert(key_of(revision), ByteString(compress(&text)));
        self.keep_within_bounds()
    }

    /// Puts a current document of an earlier launch aside, unless that launch has done so itself.
    pub fn put_aside(&mut self, revision: u32, document: &Document) -> Result<(), ArchiveError> {
        if self.0.contains_key(&key_of(revision)) {
            return Ok(());
        }
        self.put_revision(revision, &document.experiment)
    }

    /// What identifies the current document, whatever else is in the Secret.
    pub(crate) fn state_of(&self, revision: Option<u32>) -> Vec<u8> {
        let key = revision.map_or_else(|| DOCUMENT_KEY.to_owned(), key_of);
        let plain = self.0.get(&key);
        let compressed = self.0.get(&format!("{key}{COMPRESSED}"));
        [plain, compressed].into_iter().flatten().flat_map(|bytes| bytes.0.clone()).collect()
    }

    fn at(&self, key: &str) -> Result<Option<Document>, ArchiveError> {
        let compressed = format!("{key}{COMPRESSED}");
        let wrong = |key: &str, source| ArchiveError::Data { key: key.to_owned(), source };
        let text = match (self.0.get(&compressed), self.0.get(key)) {
            (Some(bytes), _) => expand(&bytes.0).map_err(|source| wrong(&compressed, source))?,
            (None, Some(bytes)) if key.ends_with(COMPRESSED) => {
                expand(&bytes.0).map_err(|source| wrong(key, source))?
            }
            (None, Some(_)) => self.text(key)?.unwrap_or_default(),
            (None, None) => return Ok(None),
        };
        let document = wire::read(&text);
        document.map(Some).map_err(|source| ArchiveError::Document { key: key.to_owned(), source })
    }

    /// Forgets the oldest launches beyond [`KEPT_REVISIONS`], and more of them if the Secret would
    /// become too large.
    fn keep_within_bounds(&mut self) -> Result<(), ArchiveError> {
        let size = |data: &BTreeMap<String, ByteString>| -> usize {
            data.iter().map(|(key, value)| key.len() + value.0.len()).sum()
        };
        let mut revisions = self.revisions();
        while revisions.len() > KEPT_REVISIONS || size(&self.0) > LARGEST_DATA {
            let Some(oldest) = revisions.pop() else {
                return Err(ArchiveError::TooLarge { size: size(&self.0) });
            };
            self.0.remove(&key_of(oldest));
        }
        Ok(())
    }
}

fn key_of(revision: u32) -> String {
    format!("revision-{revision}.yaml{COMPRESSED}")
}

fn revision_of(key: &str) -> Option<u32> {
    key.strip_prefix("revision-")?.strip_suffix(".yaml.gz")?.parse().ok()
}

fn compress(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(text.as_bytes());
    written.and_then(|()| encoder.finish()).expect("memory takes what is written to it")
}

fn expand(bytes: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(bytes).take(LARGEST_DOCUMENT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_DOCUMENT {
        return Err(io::Error::other(format!("more than {LARGEST_DOCUMENT} bytes")));
    }
    Ok(text)
}

/// The same experiment with the newest counters, gauges and summaries, the verdict and the newest
/// loops, but without distributions, samples and earlier values.
fn summary(experiment: &Experiment) -> Experiment {
    let mut summary = experiment.clone();
    let Some(result) = &mut summary.result else { return summary };
    let loops = result.history.loops.len();
    result.history.loops.drain(..loops.saturating_sub(SUMMARY_LOOPS));
    let Some(insights) = &mut result.insights else { return summary };
    let metrics = &insights.metrics;
    for version in &mut insights.versions {
        version.histograms.clear();
        version.numbers.retain(|name, values| {
            values.drain(..values.len().saturating_sub(1));
            metrics.get(name).is_some_and(|meta| meta.kind != MetricKind::Sample)
        });
    }
    summary
}

#[cfg(test)]
mod tests;
