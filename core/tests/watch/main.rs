//! The watch, seen from outside: scenes, and properties over arbitrary scripts of events.

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod script;
#[cfg(test)]
mod transitions;
#[cfg(test)]
mod world;
