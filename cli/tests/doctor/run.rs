//! Runs the command.

use std::process::Command;

use serde_json::Value;

use crate::authority::scratch;
use crate::namespace;

/// What the command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) exit: i32,
}

/// The site in every test.
pub(crate) const HOST: &str = "www.example.com";

/// Examines [`HOST`] and returns its JSON. Limits are short, so that a silent server costs a second and not two minutes.
pub(crate) fn doctor(arguments: &[&str]) -> Answer {
    doctor_with(&[], arguments)
}

/// The same with variables in its environment.
pub(crate) fn doctor_with(environment: &[(&str, &str)], arguments: &[&str]) -> Answer {
    let output = command(arguments).arg("--json").envs(environment.iter().copied()).output().unwrap();
    for (name, value) in environment.iter().filter(|(name, _)| name.contains("TOKEN")) {
        let printed = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap();
        assert!(!printed.contains(value), "{name} was printed: {printed}");
    }
    let exit = output.status.code().unwrap();
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    Answer { json, exit }
}

/// The same with a stand-in for a program: a shell script, first in the path.
pub(crate) fn doctor_with_program(name: &str, script: &str, arguments: &[&str]) -> Answer {
    let folder = scratch(name);
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join(name);
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    doctor_with(&[("PATH", &path)], arguments)
}

/// The same as text.
pub(crate) fn transcript(arguments: &[&str]) -> String {
    String::from_utf8(command(arguments).output().unwrap().stdout).unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = namespace::apart_from_processes(env!("CARGO_BIN_EXE_rayback"));
    command.args(["doctor", HOST, "--requests", "2"]).env_remove("CLOUDFLARE_API_TOKEN");
    for (flag, value) in [("--connect-limit", "0.7"), ("--handshake-limit", "0.7"), ("--answer-limit", "1.5")] {
        command.args([flag, value]);
    }
    command.args(arguments);
    command
}

impl Answer {
    /// The code.
    pub(crate) fn code(&self) -> Option<u64> {
        self.json["code"].as_u64()
    }

    /// Whether a check found this.
    pub(crate) fn found(&self, finding: &str) -> bool {
        self.json["legs"].as_array().unwrap().iter().any(|leg| leg["finding"] == finding)
    }

    /// The causes, the likeliest first.
    pub(crate) fn causes(&self) -> Vec<&str> {
        self.json["causes"].as_array().unwrap().iter().filter_map(|cause| cause["cause"].as_str()).collect()
    }
}
