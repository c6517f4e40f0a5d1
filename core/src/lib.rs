//! Recognises Cloudflare error pages.
