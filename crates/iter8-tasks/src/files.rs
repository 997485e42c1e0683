//! Small files that users name.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a regular file of at most so many bytes. Anything else might never end, and could not be
/// read again by the next loop.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(io::Error::other(format!("more than the maximum of {largest} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_regular_files_are_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "1234").unwrap();
        assert_eq!(read(&path, 4).unwrap(), b"1234");
        let error = |path: &Path| read(path, 3).unwrap_err().to_string();
        assert_eq!(error(&path), "more than the maximum of 3 bytes");
        for place in [folder.path(), Path::new("/dev/zero")] {
            assert_eq!(error(place), "not a regular file");
        }
        assert!(error(Path::new("/no/such")).starts_with("No such file"));
    }
}
