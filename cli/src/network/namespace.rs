//! The network of another process, such as that of a container.

use std::io;

/// Runs something in the network namespace of a process: its sockets, addresses and routes are then that process's.
///
/// # Errors
///
/// If this user may not enter that namespace, which takes root.
#[cfg(target_os = "linux")]
pub(crate) fn within<T: Send>(process: u32, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    use std::fs::File;
    use std::os::fd::AsFd as _;

    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

    let namespace = File::open(format!("/proc/{process}/ns/net"))?;
    // Only this thread moves, and it ends with the work.
    std::thread::scope(|scope| {
        let inside = scope.spawn(move || {
            move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
            Ok(work())
        });
        inside.join().unwrap_or_else(|_| Err(io::Error::other("the work in another namespace panicked")))
    })
}

/// Other systems have no network namespaces.
#[cfg(not(target_os = "linux"))]
pub(crate) fn within<T: Send>(_process: u32, _work: impl FnOnce() -> T + Send) -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}
