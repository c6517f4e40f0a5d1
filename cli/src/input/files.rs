//! Captured bodies, one per file.

use std::path::PathBuf;
use std::vec::IntoIter;

use rayback_core::observation::head::Head;
use rayback_core::url::PageUrl;

use super::{Capture, body};

/// Reads one capture per file; `-` is standard input.
pub(crate) struct Files {
    paths: IntoIter<PathBuf>,
    /// The head all bodies came with, where known.
    pub(crate) head: Option<Head>,
    /// The status all bodies came with, where known; it wins over the head's.
    pub(crate) status: Option<u16>,
    /// The address all bodies came from, where known.
    pub(crate) url: Option<PageUrl>,
}

impl Files {
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths: paths.into_iter(), head: None, status: None, url: None }
    }
}

impl Iterator for Files {
    type Item = Capture;

    fn next(&mut self) -> Option<Capture> {
        let path = self.paths.next()?;
        let observation = body::read(&path).map(|body| {
            let mut observation = body::observe(body, self.head.clone());
            observation.status = self.status.or(observation.status);
            observation.url.clone_from(&self.url);
            observation
        });
        Some(Capture { name: path.display().to_string(), observation })
    }
}
