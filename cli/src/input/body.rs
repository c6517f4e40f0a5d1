//! Captured bodies: perhaps compressed, perhaps with their response head, perhaps huge.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use rayback_core::classify::READ_BYTES;
use rayback_core::observation::Observation;
use rayback_core::observation::head::Head;

/// How much of a file is read, in bytes: as much as the classifier reads, and 64 KiB for a response head before it.
const MOST: usize = READ_BYTES + 64 * 1024;

/// Reads the beginning of a file, or of standard input if the path is `-`, and unpacks gzip.
///
/// # Errors
///
/// If it can't be read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let name =
        || format!("cannot read {}; name a file that exists and may be read, or - for standard input", path.display());
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let mut input = io::stdin().lock();
        beginning(input.by_ref()).read_to_end(&mut bytes).with_context(name)?;
        // Drained, so that the program at the other end of the pipe can finish.
        io::copy(&mut input, &mut io::sink()).with_context(name)?;
    } else {
        File::open(path).and_then(|file| beginning(file).read_to_end(&mut bytes)).with_context(name)?;
    }
    Ok(unpack(bytes))
}

fn beginning(input: impl Read) -> impl Read {
    input.take(u64::try_from(MOST).unwrap_or(u64::MAX))
}

/// Unpacks gzip. Other bytes, and bytes that only start like gzip, are returned as they are.
fn unpack(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut unpacked = Vec::new();
    // A truncated archive yields what was decompressed so far; the size cap defuses zip bombs.
    let _cut_off = beginning(MultiGzDecoder::new(bytes.as_slice())).read_to_end(&mut unpacked);
    if unpacked.is_empty() { bytes } else { unpacked }
}

/// An observation of a body and its response head: the given one, otherwise one at the top of the body, as
/// `curl --include` writes it.
pub(super) fn observe(body: Vec<u8>, head: Option<Head>) -> Observation<'static> {
    let (inner, body) = if body.starts_with(b"HTTP/") { split(body) } else { (None, body) };
    let head = head.or(inner);
    Observation {
        url: None,
        status: head.as_ref().and_then(|head| head.status),
        headers: head.map(|head| head.headers).filter(|headers| headers.iter().next().is_some()),
        body: body.into(),
    }
}

fn split(bytes: Vec<u8>) -> (Option<Head>, Vec<u8>) {
    let text = String::from_utf8_lossy(&bytes);
    let Some((head, rest)) = Head::split(&text) else { return (None, bytes) };
    let rest = rest.as_bytes().to_vec();
    (Some(head), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn gzip_is_unpacked_and_bytes_that_only_look_like_it_are_kept() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"error code: 522").unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(unpack(packed), b"error code: 522");
        assert_eq!(unpack(vec![0x1f, 0x8b, 9, 9]), [0x1f, 0x8b, 9, 9]);
    }

    #[test]
    fn a_head_before_the_body_is_read() {
        let body = b"HTTP/2 522 \r\nserver: cloudflare\r\n\r\nerror code: 522".to_vec();
        let observation = observe(body, None);
        assert_eq!(observation.status, Some(522));
        assert_eq!(&*observation.body, b"error code: 522");
        assert_eq!(observation.header("Server"), Some("cloudflare"));
    }
}
