//! The workspace is what ARCHITECTURE.md and CONTRIBUTING.md say it is: faults, not tastes, are refused here.

mod tree;

use std::collections::{BTreeMap, BTreeSet};

use tree::{Crate, Workspace};

/// Crates that enter a guest: no operating system, no clock, no randomness, no panic.
const GUEST_CRATES: [&str; 4] = ["protocol", "trie", "derive", "execute"];

/// The lints that a guest crate denies outside tests.
const GUEST_LINTS: [&str; 6] = [
    "clippy::arithmetic_side_effects",
    "clippy::indexing_slicing",
    "clippy::unwrap_used",
    "clippy::expect_used",
    "clippy::panic",
    "clippy::let_underscore_must_use",
];

/// Words of source text that mean a clock, randomness or I/O.
const NOT_IN_GUESTS: [&str; 10] = [
    "std::time",
    "SystemTime",
    "std::thread",
    "std::fs",
    "std::net",
    "std::env",
    "rand::",
    "getrandom",
    "thread_rng",
    "async fn",
];

/// The roles of `crates/node`, each a folder that knows no other.
const ROLES: [&str; 4] = ["driver", "batcher", "proposer", "challenger"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "common", "helpers", "core", "infra", "misc"];

/// Collects faults, so that one run shows all of them.
fn assert_none(faults: Vec<String>, rule: &str) {
    assert!(faults.is_empty(), "{rule}\n  {}", faults.join("\n  "));
}

#[test]
fn dependencies_point_to_lower_layers_of_the_table() {
    let workspace = Workspace::load();
    let layers = workspace.layer_table();
    let named: BTreeSet<&str> = layers.keys().map(String::as_str).collect();
    let present: BTreeSet<&str> = workspace.crates.iter().map(|krate| krate.name.as_str()).collect();
    assert_eq!(
        named, present,
        "the layer table of ARCHITECTURE.md names the workspace's crates"
    );

    let upwards = workspace.crates.iter().flat_map(|krate| {
        let layer = layers[&krate.name];
        let layers = &layers;
        krate
            .internal
            .iter()
            .filter(move |used| layers[*used] >= layer)
            .map(move |used| {
                format!(
                    "{} (layer {layer}) uses {used} (layer {}): move the shared part down",
                    krate.name, layers[used]
                )
            })
    });
    assert_none(upwards.collect(), "dependencies point to a lower layer only");
}

#[test]
fn the_runtime_stays_above_layer_two() {
    let workspace = Workspace::load();
    let layers = workspace.layer_table();
    let faults = workspace
        .crates
        .iter()
        .filter(|krate| layers[&krate.name] < 3)
        .flat_map(|krate| {
            krate
                .external
                .iter()
                .filter(|used| used.starts_with("tokio"))
                .map(move |used| (krate, used))
        })
        .map(|(krate, used)| {
            format!(
                "{} uses {used}: decide in a pure function, wait in a layer from 3 on",
                krate.name
            )
        });
    assert_none(faults.collect(), "tokio is for layers 3 and up");
}

#[test]
fn the_evm_stays_behind_execute() {
    let workspace = Workspace::load();
    let above = workspace.dependents_of("execute");
    let faults = workspace
        .crates
        .iter()
        .filter(|krate| !above.contains(&krate.name))
        .flat_map(|krate| {
            krate
                .external
                .iter()
                .filter(|used| used.contains("revm"))
                .map(move |used| (krate, used))
        })
        .map(|(krate, used)| format!("{} uses {used} without execute", krate.name));
    assert_none(faults.collect(), "revm is for execute and what depends on it");
}

#[test]
fn guest_crates_know_no_clock_randomness_or_io() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for krate in guests(&workspace) {
        for source in workspace.sources(&krate.folder.join("src")) {
            let code = source.code_outside_tests();
            let found = NOT_IN_GUESTS.iter().filter(|word| code.contains(**word));
            faults.extend(found.map(|word| format!("{} says `{word}`: hand it in as a value", source.path)));
        }
        let banned = krate
            .shipped
            .iter()
            .filter(|used| ["rand", "getrandom", "tracing"].contains(&used.as_str()));
        faults.extend(banned.map(|used| format!("{} depends on {used}", krate.name)));
    }
    assert_none(faults, "guest crates take data as values");
}

#[test]
fn guest_crates_are_no_std_and_deny_what_panics() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for krate in guests(&workspace) {
        let lib = workspace.read(&krate.folder.join("src/lib.rs"));
        if !lib.contains("no_std)]") && !lib.contains("#![no_std]") {
            faults.push(format!("{} is not no_std", krate.name));
        }
        let missing = GUEST_LINTS.iter().filter(|lint| !lib.contains(**lint));
        faults.extend(missing.map(|lint| format!("{} does not deny {lint}", krate.name)));
    }
    assert_none(faults, "no panics where consensus lives");
}

#[test]
fn roles_do_not_import_each_other() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for (role, source) in role_sources(&workspace) {
        let others = ROLES.iter().filter(|other| **other != role);
        let imported = others.filter(|other| source.imports_module(other));
        faults.extend(imported.map(|other| format!("{} imports {other}: go through a port", source.path)));
    }
    assert_none(faults, "roles meet at ports, never in each other's code");
}

#[test]
fn every_crate_says_what_it_is_for() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for krate in &workspace.crates {
        let readme = krate.folder.join("README.md");
        let text = if workspace.exists(&readme) {
            workspace.read(&readme)
        } else {
            String::new()
        };
        let words = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .count();
        if words < 12 {
            faults.push(format!(
                "{} has no README.md that says what the crate is for",
                krate.name
            ));
        }
        if !workspace.entry_point(krate).starts_with("//!") {
            faults.push(format!("{} has no crate documentation", krate.name));
        }
    }
    assert_none(faults, "every crate says why it exists");
}

#[test]
fn every_path_in_the_documents_exists() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/spec-map.md"] {
        let text = workspace.read(document.as_ref());
        let paths = tree::named_paths(&text);
        assert!(!paths.is_empty(), "{document} names paths in backticks or links");
        let missing = paths.iter().filter(|path| !workspace.exists(path.as_ref()));
        faults.extend(missing.map(|path| format!("{document} names {path}")));
    }
    assert_none(faults, "documents name what is there");
}

#[test]
fn every_test_that_the_spec_map_names_exists() {
    let workspace = Workspace::load();
    let mut sources = workspace.sources("crates".as_ref());
    sources.extend(workspace.solidity_tests());
    let map = workspace.read("docs/spec-map.md".as_ref());
    let tests: BTreeSet<&str> = map.lines().filter_map(tree::last_cell).collect();
    assert!(!tests.is_empty(), "the map has rows");
    let is_there = |test: &str| sources.iter().any(|source| source.has_test(test));
    let missing = tests
        .into_iter()
        .filter(|test| !is_there(test))
        .map(|test| format!("no test is called {test}"));
    assert_none(missing.collect(), "the map from the specification names what is there");
}

#[test]
fn architecture_fits_a_reader() {
    let lines = Workspace::load().read("ARCHITECTURE.md".as_ref()).lines().count();
    assert!(
        lines < 300,
        "ARCHITECTURE.md has {lines} lines: a map that does not fit a reader is no map"
    );
}

#[test]
fn names_say_what_is_inside() {
    let workspace = Workspace::load();
    let faults = workspace.files().into_iter().filter(|path| {
        let stem = path.rsplit('/').next().and_then(|name| name.split('.').next());
        let folders = path.split('/').rev().skip(1);
        path.ends_with(".rs") && folders.chain(stem).any(|name| EMPTY_NAMES.contains(&name))
    });
    assert_none(faults.collect(), "a module is named after what is in it");
}

#[test]
fn source_has_no_loose_ends() {
    // Spelled in two parts, so that this file does not accuse itself.
    let loose = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X"),
        ("todo", "!("),
        ("unimplemented", "!("),
        ("#[allow", "("),
        ("#[ig", "nore"),
    ];
    let words: Vec<String> = loose.iter().map(|(head, tail)| format!("{head}{tail}")).collect();
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for path in workspace.files().iter().filter(|path| tree::is_written_by_hand(path)) {
        let text = workspace.read(path.as_ref());
        for (number, line) in text.lines().enumerate() {
            let found = words.iter().filter(|word| tree::has_word(line, word));
            faults.extend(found.map(|word| format!("{path}:{}: {word}", number + 1)));
        }
    }
    assert_none(
        faults,
        "finish it, leave it out, or say why with #[expect(…, reason = …)]",
    );
}

#[test]
fn versions_stand_in_the_root_manifest_alone() {
    let workspace = Workspace::load();
    let mut faults = Vec::new();
    for krate in &workspace.crates {
        let manifest = krate.folder.join("Cargo.toml");
        let text = workspace.read(&manifest);
        if !text.contains("[lints]\nworkspace = true") {
            faults.push(format!("{} does not take the workspace's lints", krate.name));
        }
        let own = tree::dependency_lines(&text).filter(|line| !line.contains("workspace = true"));
        faults.extend(own.map(|line| format!("{}: {line}", krate.name)));
    }
    assert_none(faults, "one place for versions and lints");
}

fn guests(workspace: &Workspace) -> impl Iterator<Item = &Crate> {
    workspace
        .crates
        .iter()
        .filter(|krate| GUEST_CRATES.contains(&krate.name.as_str()))
}

/// Sources under `crates/node/src` that stand in a role's folder, or are its file.
fn role_sources(workspace: &Workspace) -> Vec<(&'static str, tree::Source)> {
    let mut by_role: BTreeMap<&'static str, Vec<tree::Source>> = BTreeMap::new();
    for source in workspace.sources("crates/node/src".as_ref()) {
        let inside = source.path.trim_start_matches("crates/node/src/").to_owned();
        let role = ROLES
            .iter()
            .find(|role| inside.split(['/', '.']).any(|part| part == **role));
        if let Some(role) = role {
            by_role.entry(role).or_default().push(source);
        }
    }
    by_role
        .into_iter()
        .flat_map(|(role, sources)| sources.into_iter().map(move |source| (role, source)))
        .collect()
}
