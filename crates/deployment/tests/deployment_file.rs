//! The file that configures a deployment: the example is the defaults, and what is wrong is named with its line before anything is sent.

use std::{collections::BTreeSet, path::Path};

use tandem_deployment::{Deployment, DeploymentFile, Error};

const EXAMPLE: &str = include_str!("../../../docs/deploy.example.toml");
const PUBLIC_L1: u64 = 11_155_111;

fn parse(text: &str) -> Result<DeploymentFile, Error> {
    DeploymentFile::parse(Path::new("deploy.toml"), text)
}

/// The example with six accounts of its own, as for an L1 that is no development chain.
fn public() -> String {
    let mut text = EXAMPLE.replace("chain_id = 900", "chain_id = 11155111");
    for (index, role) in [
        "owner",
        "guardian",
        "batcher",
        "proposer",
        "challenger",
        "unsafe_block_signer",
        "recipient",
    ]
    .iter()
    .enumerate()
    {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{role} = ")))
            .unwrap()
            .to_owned();
        text = text.replace(
            &line,
            &format!("{role} = \"0x00000000000000000000000000000000000001{index:02}\""),
        );
        assert!(text.contains(&format!("{role} = \"0x000")));
    }
    text
}

/// The one-based line of the example on which something stands.
fn line_of(text: &str, what: &str) -> usize {
    text.lines().position(|line| line.starts_with(what)).unwrap() + 1
}

/// What is said of a file in which one text is replaced.
fn refusal(text: &str, from: &str, to: &str, l1_chain_id: u64) -> String {
    assert!(text.contains(from), "{from}");
    let changed = text.replacen(from, to, 1);
    match parse(&changed) {
        Ok(file) => file.check(l1_chain_id).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_example_is_the_defaults() {
    let file = parse(EXAMPLE).unwrap();
    assert_eq!(file.deployment, Deployment::default());
    file.check(900).unwrap();
    parse("").unwrap().check(31_337).unwrap();
}

/// The parser itself says which keys it knows.
#[test]
fn the_example_has_every_field_with_a_comment() {
    let table: toml::Table = EXAMPLE.parse().unwrap();
    for section in table.keys().filter(|key| table[*key].is_table()) {
        let error = parse(&format!("[{section}]\nzzz = 1")).unwrap_err().to_string();
        let known: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        let given: BTreeSet<&str> = table[section].as_table().unwrap().keys().map(String::as_str).collect();
        assert_eq!(given, known, "{section}: {error}");
    }
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
        assert!(pair[0].starts_with("# "), "no comment above: {}", pair[1]);
    }
}

#[test]
fn six_accounts_on_a_public_l1_are_taken() {
    parse(&public()).unwrap().check(PUBLIC_L1).unwrap();
}

#[test]
fn what_is_out_of_range_is_refused_with_its_line_and_its_range() {
    for (from, to, expected) in [
        (
            "block_time_s = 1",
            "block_time_s = 0",
            "l2.block_time_s is 0: choose from 1 to 60",
        ),
        (
            "gas_limit = 60_000_000",
            "gas_limit = 20_999_999",
            "choose from 21000000 to 500000000",
        ),
        (
            "gas_limit = 60_000_000",
            "gas_limit = 500_000_001",
            "choose from 21000000 to 500000000",
        ),
        (
            "seq_window_size_blocks = 3600",
            "seq_window_size_blocks = 0",
            "choose from 1 to",
        ),
        (
            "submission_interval_blocks = 4",
            "submission_interval_blocks = 0",
            "choose from 1 to",
        ),
        (
            "finalization_period_s = 4",
            "finalization_period_s = 0",
            "choose from 1 to 31536000",
        ),
        ("base_fee_wei = 1_000_000_000", "base_fee_wei = 0", "choose from 1 to"),
        (
            "base_fee_scalar = 1368",
            "base_fee_scalar = 100_000_001",
            "choose from 0 to 100000000",
        ),
        (
            "blob_base_fee_scalar = 810_949",
            "blob_base_fee_scalar = 4_294_967_296",
            "u32",
        ),
        ("chain_id = 901", "chain_id = 900", "choose an id of its own"),
        ("chain_id = 901", "chain_id = 0", "choose an id of its own"),
        ("chain_id = 900", "chain_id = 1", "but --l1 is chain 900"),
        (
            "fork = \"karst\"",
            "fork = \"holocene\"",
            "choose isthmus, jovian or karst",
        ),
        ("network = \"l2\"", "network = \"l3\"", "expected `l1` or `l2`"),
        ("name = \"tandem-devnet\"", "name = \" \"", "name the chain"),
    ] {
        let said = refusal(EXAMPLE, from, to, 900);
        let line = format!("deploy.toml: line {}: ", line_of(EXAMPLE, from));
        assert!(said.contains(&line) && said.contains(expected), "{to}: {said}");
    }
    let free = EXAMPLE.replace("base_fee_scalar = 1368", "base_fee_scalar = 0");
    let said = refusal(&free, "blob_base_fee_scalar = 810_949", "blob_base_fee_scalar = 0", 900);
    assert!(said.contains("nobody would pay for L1"), "{said}");
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_known_ones() {
    let said = refusal(EXAMPLE, "block_time_s = 1", "block_time = 1", 900);
    assert!(
        said.contains(&format!("line {}: ", line_of(EXAMPLE, "block_time_s"))),
        "{said}"
    );
    assert!(
        said.contains("unknown field `block_time`") && said.contains("`block_time_s`"),
        "{said}"
    );
    let said = refusal(EXAMPLE, "[oracle]", "[orakel]", 900);
    assert!(said.contains("unknown field `orakel`"), "{said}");
}

#[test]
fn an_address_that_is_none_or_zero_is_refused() {
    let batcher = "batcher = \"0xBcd4042DE499D14e55001CcbB24a551F3b954096\"";
    let line = format!("line {}: ", line_of(EXAMPLE, "batcher"));
    let said = refusal(EXAMPLE, batcher, "batcher = \"0xBcd4\"", 900);
    assert!(said.contains(&line), "{said}");
    // A digit, the case of a letter, and what a hurried hand leaves out.
    for (wrong, expected) in [
        ("0xBcd4042DE499D14e55001CcbB24a551F3b954097", "checksum"),
        ("0xbcd4042DE499D14e55001CcbB24a551F3b954096", "checksum"),
        (
            "Bcd4042DE499D14e55001CcbB24a551F3b954096",
            "0x and 40 hexadecimal digits",
        ),
    ] {
        let said = refusal(EXAMPLE, batcher, &format!("batcher = \"{wrong}\""), 900);
        assert!(said.contains(&line) && said.contains(expected), "{said}");
    }
    let unchecked = EXAMPLE.replace(batcher, &batcher.to_lowercase());
    assert_eq!(parse(&unchecked).unwrap().deployment, Deployment::default());
    let zero = format!("batcher = \"0x{}\"", "0".repeat(40));
    let said = refusal(EXAMPLE, batcher, &zero, 900);
    assert!(
        said.contains(&line) && said.contains("roles.batcher is the zero address"),
        "{said}"
    );
    let recipient = "recipient = \"0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097\"";
    let said = refusal(EXAMPLE, recipient, &zero.replace("batcher", "recipient"), 900);
    assert!(said.contains("fee_vaults.recipient is the zero address"), "{said}");
}

/// The devnet's guardian is its owner; everybody else is somebody on a development chain too.
#[test]
fn a_role_given_twice_is_refused_on_a_development_chain() {
    let [batcher, proposer] =
        ["batcher = ", "proposer = "].map(|role| EXAMPLE.lines().find(|line| line.starts_with(role)).unwrap());
    let twice = batcher.replace("batcher", "proposer");
    let said = refusal(EXAMPLE, proposer, &twice, 900);
    assert!(
        said.contains(&format!("line {}: roles.proposer", line_of(EXAMPLE, "proposer"))),
        "{said}"
    );
    assert!(
        said.contains("like roles.batcher: give each role an account of its own"),
        "{said}"
    );
}

#[test]
fn a_file_that_is_no_text_is_refused_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deploy.toml");
    std::fs::write(&path, b"name = \"caf\xe9\"\n").unwrap();
    let said = DeploymentFile::read(&path).unwrap_err().to_string();
    assert!(said.contains("no text in UTF-8 from byte 11 on"), "{said}");
}

/// Every pair of the six, both ways of writing the same account.
#[test]
fn a_role_given_twice_is_refused_on_a_public_l1() {
    let text = public();
    let roles = [
        "owner",
        "guardian",
        "batcher",
        "proposer",
        "challenger",
        "unsafe_block_signer",
    ];
    for (index, role) in roles.iter().enumerate().skip(1) {
        for (earlier, other) in roles[..index].iter().enumerate() {
            let account = |index: usize| format!("\"0x00000000000000000000000000000000000001{index:02}\"");
            let (from, to) = (
                format!("{role} = {}", account(index)),
                format!("{role} = {}", account(earlier)),
            );
            let said = refusal(&text, &from, &to, PUBLIC_L1);
            let expected = format!("like roles.{other}: give each role an account of its own");
            assert!(
                said.contains(&format!("line {}: roles.{role}", line_of(&text, role))),
                "{said}"
            );
            assert!(said.contains(&expected), "{said}");
        }
    }
}

#[test]
fn keys_that_everybody_knows_are_refused_on_a_public_l1() {
    let text = public();
    for account in contracts::dev_accounts() {
        for role in [
            "owner",
            "guardian",
            "batcher",
            "proposer",
            "challenger",
            "unsafe_block_signer",
            "recipient",
        ] {
            let line = text
                .lines()
                .find(|line| line.starts_with(&format!("{role} = ")))
                .unwrap();
            let said = refusal(&text, line, &format!("{role} = \"{}\"", account.address), PUBLIC_L1);
            assert!(
                said.contains("its key is public: use another on L1 chain 11155111"),
                "{said}"
            );
        }
    }
}

/// A finalization period of four seconds, or the devnet's accounts, must never come from having written nothing.
#[test]
fn nothing_is_left_to_a_devnets_defaults_on_a_public_l1() {
    let text = public();
    for field in [
        "owner",
        "guardian",
        "batcher",
        "proposer",
        "challenger",
        "unsafe_block_signer",
        "recipient",
        "submission_interval_blocks",
        "finalization_period_s",
    ] {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{field} = ")))
            .unwrap();
        let said = refusal(&text, line, "", PUBLIC_L1);
        assert!(said.contains(&format!(".{field} is missing")), "{said}");
    }
    let bare = DeploymentFile::from(Deployment::default())
        .check(PUBLIC_L1)
        .unwrap_err()
        .to_string();
    assert!(
        bare.contains("roles.owner is missing") && bare.contains("--config"),
        "{bare}"
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_the_files_order() {
    let text = EXAMPLE
        .replace("block_time_s = 1", "block_time_s = 61")
        .replace("finalization_period_s = 4", "finalization_period_s = 0");
    let said = parse(&text).unwrap().check(900).unwrap_err().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines[0].contains("block_time_s") && lines[1].contains("finalization_period_s"),
        "{said}"
    );
}
