//! Tests of the watch through its public interface: scenarios, and properties over arbitrary scripts of events.

#[cfg(test)]
mod crowd;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod script;
#[cfg(test)]
mod world;
