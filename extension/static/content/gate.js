// The page's testimony, and nothing else: what it means is decided in Rust.
