//! The browser extension.
