//! The workspace as the tidy test sees it: crates and their dependencies from `cargo metadata`, sources from the file tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Folders that hold nothing written by hand.
const NOT_READ: [&str; 9] = [
    ".git",
    "target",
    "node_modules",
    "out",
    "cache",
    "artifacts",
    "testdata",
    "build",
    "broadcast",
];

/// A workspace member, named without the `tandem-` of its package.
pub(crate) struct Crate {
    pub(crate) name: String,
    /// Relative to the workspace's root.
    pub(crate) folder: PathBuf,
    /// Workspace members it uses, in any way.
    pub(crate) internal: BTreeSet<String>,
    /// Other crates it uses, in any way.
    pub(crate) external: BTreeSet<String>,
    /// Other crates that end up in what it ships: not those of its tests.
    pub(crate) shipped: BTreeSet<String>,
}

pub(crate) struct Workspace {
    root: PathBuf,
    pub(crate) crates: Vec<Crate>,
}

/// A Rust source file.
pub(crate) struct Source {
    /// Relative to the workspace's root.
    pub(crate) path: String,
    text: String,
}

impl Workspace {
    pub(crate) fn load() -> Self {
        let metadata = MetadataCommand::new()
            .no_deps()
            .exec()
            .expect("cargo metadata of this workspace");
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
        let crates = metadata
            .packages
            .iter()
            .map(|package| Crate::new(package, &members, &root))
            .collect();
        Self { root, crates }
    }

    /// Crate → layer, as ARCHITECTURE.md's table has it.
    pub(crate) fn layer_table(&self) -> BTreeMap<String, u32> {
        let text = self.read("ARCHITECTURE.md".as_ref());
        let rows = text.lines().filter_map(|line| {
            let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
            let layer = cells.next()?.parse().ok()?;
            Some((cells.next()?.trim_matches('`').to_owned(), layer))
        });
        rows.collect()
    }

    /// `name` and every crate that reaches it.
    pub(crate) fn dependents_of(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([name.to_owned()]);
        while let Some(next) = self
            .crates
            .iter()
            .find(|krate| !found.contains(&krate.name) && !krate.internal.is_disjoint(&found))
        {
            found.insert(next.name.clone());
        }
        found
    }

    pub(crate) fn read(&self, path: &Path) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn exists(&self, path: &Path) -> bool {
        self.root.join(path).exists()
    }

    /// The text of `lib.rs`, or of `main.rs` where there is no library.
    pub(crate) fn entry_point(&self, krate: &Crate) -> String {
        let lib = krate.folder.join("src/lib.rs");
        if self.exists(&lib) {
            self.read(&lib)
        } else {
            self.read(&krate.folder.join("src/main.rs"))
        }
    }

    /// Rust sources below a folder.
    pub(crate) fn sources(&self, folder: &Path) -> Vec<Source> {
        self.files_of(folder, ".rs")
    }

    /// Tests in Solidity.
    pub(crate) fn solidity_tests(&self) -> Vec<Source> {
        self.files_of("contracts/test".as_ref(), ".t.sol")
    }

    fn files_of(&self, folder: &Path, ending: &str) -> Vec<Source> {
        let mut paths = Vec::new();
        walk(&self.root, &self.root.join(folder), &mut paths);
        let matching = paths.into_iter().filter(|path| path.ends_with(ending));
        matching
            .map(|path| Source {
                text: self.read(path.as_ref()),
                path,
            })
            .collect()
    }

    /// Every file of the tree but of the folders that hold nothing written by hand.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut paths = Vec::new();
        walk(&self.root, &self.root, &mut paths);
        paths
    }
}

impl Crate {
    fn new(package: &Package, members: &BTreeSet<&str>, root: &Path) -> Self {
        let manifest = package.manifest_path.as_std_path();
        let folder = manifest
            .parent()
            .and_then(|folder| folder.strip_prefix(root).ok())
            .expect("members are in the workspace");
        let short = |name: &str| name.trim_start_matches("tandem-").to_owned();
        let used = |wanted: &dyn Fn(&cargo_metadata::Dependency) -> bool| -> BTreeSet<String> {
            package
                .dependencies
                .iter()
                .filter(|used| wanted(used))
                .map(|used| used.name.clone())
                .collect()
        };
        Self {
            name: short(&package.name),
            folder: folder.to_owned(),
            internal: used(&|used| members.contains(used.name.as_str()))
                .iter()
                .map(|name| short(name))
                .collect(),
            external: used(&|used| !members.contains(used.name.as_str())),
            shipped: used(&|used| !members.contains(used.name.as_str()) && used.kind != DependencyKind::Development),
        }
    }
}

impl Source {
    /// The text up to the tests at the foot of the file; nothing of a file that is all tests.
    pub(crate) fn code_outside_tests(&self) -> String {
        let all_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        let code = if all_tests {
            ""
        } else {
            self.text.split("#[cfg(test)]").next().unwrap_or_default()
        };
        code.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Whether a test of that name is in it.
    pub(crate) fn has_test(&self, name: &str) -> bool {
        let mut lines = self.text.lines();
        let heads = [format!("fn {name}("), format!("function {name}(")];
        lines.any(|line| {
            let line = line.trim_start().trim_start_matches("async ");
            heads.iter().any(|head| line.starts_with(head))
        })
    }

    /// Whether code names a module by path: `crate::name::…`, `super::name::…` or in a `use` group.
    pub(crate) fn imports_module(&self, name: &str) -> bool {
        self.code_outside_tests().lines().any(|line| {
            let in_path = ["crate::", "super::", "roles::"]
                .iter()
                .any(|from| line.contains(&format!("{from}{name}::")));
            let in_group = line.trim_start().starts_with("use ") && line.contains('{') && has_word(line, name);
            let in_lines = line.trim_start().starts_with(&format!("{name}::"));
            in_path || in_group || in_lines
        })
    }
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !NOT_READ.contains(&name.to_string_lossy().as_ref()) {
                walk(root, &path, found);
            }
        } else if let Ok(inside) = path.strip_prefix(root) {
            found.push(inside.to_string_lossy().into_owned());
        }
    }
    found.sort();
}

/// Whether a file is source that people write, in a language that has comments.
pub(crate) fn is_written_by_hand(path: &str) -> bool {
    let written = [".rs", ".sol", ".sh", ".mjs", ".js", ".toml", ".yml"];
    written.iter().any(|suffix| path.ends_with(suffix)) || path == "Justfile" || path == ".ci/run"
}

/// Whether a line has `word` with no letter, digit or underscore at its sides.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let ends_open = word.ends_with(['(', '!']);
        !before.is_some_and(part_of_name) && (ends_open || !after.is_some_and(part_of_name))
    })
}

/// Paths that a document names: link targets, and words in backticks that look like a path of this tree.
pub(crate) fn named_paths(text: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let quoted = line.split('`').skip(1).step_by(2).filter(|word| looks_like_path(word));
            paths.extend(quoted.map(|word| word.trim_end_matches('/').to_owned()));
            let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let local = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
            paths.extend(local.map(|link| link.split('#').next().unwrap_or(link).to_owned()));
        }
    }
    paths
}

/// What stands in backticks in the last cell of a table's row.
pub(crate) fn last_cell(line: &str) -> Option<&str> {
    let cells = line.strip_prefix('|')?.strip_suffix('|')?;
    cells.rsplit('|').next()?.trim().strip_prefix('`')?.strip_suffix('`')
}

fn looks_like_path(word: &str) -> bool {
    let tops = [
        "crates/",
        "bin/",
        "contracts/",
        "docs/",
        "tests/",
        "guests/",
        "testdata/",
        ".ci/",
    ];
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let at_root = [".md", ".toml"].iter().any(|suffix| word.ends_with(suffix)) && !word.contains('/');
    plain && (tops.iter().any(|top| word.starts_with(top)) || at_root)
}

/// The lines that name a dependency in a manifest.
pub(crate) fn dependency_lines(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
            return false;
        }
        inside && line.contains('=') && !line.starts_with('#')
    })
}
