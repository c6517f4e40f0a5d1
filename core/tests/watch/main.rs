//! The watch, seen from outside: scenes, and properties over arbitrary scripts of events.

#[cfg(test)]
mod scenes;
#[cfg(test)]
mod world;
