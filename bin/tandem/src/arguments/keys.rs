//! Where a role's key comes from: the same flags for every role, in front of which its name stands.

use alloy_primitives::Address;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use l1::Endpoint;
use std::{convert::Infallible, fmt, marker::PhantomData, path::PathBuf};

/// The flags and environment variables of a role's key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyNames {
    /// What the role is called.
    pub(crate) role: &'static str,
    key_file: &'static str,
    keystore: &'static str,
    pub(crate) keystore_password_file: &'static str,
    signer_endpoint: &'static str,
    signer_address: &'static str,
    pub(crate) signer_header: &'static str,
    signer_tls_ca: &'static str,
    signer_tls_cert: &'static str,
    signer_tls_key: &'static str,
    pub(crate) private_key_variable: &'static str,
    pub(crate) keystore_password_variable: &'static str,
    pub(crate) signer_endpoint_variable: &'static str,
    pub(crate) signer_address_variable: &'static str,
    pub(crate) signer_header_variable: &'static str,
    pub(crate) signer_tls_ca_variable: &'static str,
    pub(crate) signer_tls_cert_variable: &'static str,
    pub(crate) signer_tls_key_variable: &'static str,
}

/// A header as it was typed: read later, so that no message about it repeats it.
#[derive(Clone)]
pub(crate) struct HeaderText(pub(crate) String);

impl fmt::Debug for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderText(…)")
    }
}

/// A role that signs.
pub(crate) trait Role {
    /// Its flags and variables.
    const NAMES: KeyNames;
}

/// Roles: type, name, what stands in front of its flags and of its variables.
macro_rules! roles {
    ($($role:ident, $name:literal, $flag:literal, $variable:literal;)*) => {$(
        #[derive(Debug, Clone)]
        pub(crate) struct $role;

        impl Role for $role {
            const NAMES: KeyNames = KeyNames {
                role: $name,
                key_file: concat!($flag, "key-file"),
                keystore: concat!($flag, "keystore"),
                keystore_password_file: concat!($flag, "keystore-password-file"),
                signer_endpoint: concat!($flag, "signer.endpoint"),
                signer_address: concat!($flag, "signer.address"),
                signer_header: concat!($flag, "signer.header"),
                signer_tls_ca: concat!($flag, "signer.tls.ca"),
                signer_tls_cert: concat!($flag, "signer.tls.cert"),
                signer_tls_key: concat!($flag, "signer.tls.key"),
                private_key_variable: concat!($variable, "PRIVATE_KEY"),
                keystore_password_variable: concat!($variable, "KEYSTORE_PASSWORD"),
                signer_endpoint_variable: concat!($variable, "SIGNER_ENDPOINT"),
                signer_address_variable: concat!($variable, "SIGNER_ADDRESS"),
                signer_header_variable: concat!($variable, "SIGNER_HEADER"),
                signer_tls_ca_variable: concat!($variable, "SIGNER_TLS_CA"),
                signer_tls_cert_variable: concat!($variable, "SIGNER_TLS_CERT"),
                signer_tls_key_variable: concat!($variable, "SIGNER_TLS_KEY"),
            };
        }
    )*};
}

roles! {
    Batcher, "batcher", "batcher-", "OP_BATCHER_";
    Challenger, "challenger", "challenger-", "OP_CHALLENGER_";
    Proposer, "proposer", "proposer-", "OP_PROPOSER_";
    Deployer, "deployer", "deployer-", "DEPLOYER_";
    Owner, "owner", "owner-", "OWNER_";
    User, "sender", "", "BRIDGE_";
}

/// One role's key: in a file, in an encrypted keystore, or with a remote signer. Without any of the flags, the environment decides.
#[derive(Debug, Clone)]
pub(crate) struct KeyArguments<R> {
    /// File with 32 bytes in hex.
    pub(crate) key_file: Option<PathBuf>,
    /// Keystore of version 3, as geth and cast write them …
    pub(crate) keystore: Option<PathBuf>,
    /// … and the file with its password.
    pub(crate) keystore_password_file: Option<PathBuf>,
    /// Who signs …
    pub(crate) signer_endpoint: Option<Endpoint>,
    /// … for which account.
    pub(crate) signer_address: Option<Address>,
    /// What goes with every request to it.
    pub(crate) signer_headers: Vec<HeaderText>,
    /// Files in PEM: whose certificates it may show …
    pub(crate) signer_tls_ca: Option<PathBuf>,
    /// … and what it is shown: a certificate …
    pub(crate) signer_tls_cert: Option<PathBuf>,
    /// … and its key.
    pub(crate) signer_tls_key: Option<PathBuf>,
    role: PhantomData<R>,
}

impl<R: Role> KeyArguments<R> {
    /// What to give where a key is needed and none is given.
    pub(crate) fn remedy() -> String {
        let names = R::NAMES;
        format!(
            "in --{} or {}, in --{}, or with --{} and --{}",
            names.key_file, names.private_key_variable, names.keystore, names.signer_endpoint, names.signer_address
        )
    }
}

impl<R: Role> KeyArguments<R> {
    /// How the remote signer is entered.
    fn signer_flags() -> [Arg; 4] {
        let names = R::NAMES;
        let flag = |name: &'static str, what: &str, variable: &str| {
            Arg::new(name)
                .long(name)
                .help(format!("{what}; else the environment variable {variable}"))
        };
        let file = |name, what, variable| flag(name, what, variable).value_parser(value_parser!(PathBuf));
        [
            flag(
                names.signer_header,
                "A header for the remote signer, NAME=VALUE; may be repeated",
                names.signer_header_variable,
            )
            .value_parser(|text: &str| Ok::<_, Infallible>(HeaderText(text.to_owned())))
            .action(ArgAction::Append),
            file(
                names.signer_tls_ca,
                "The authority of the remote signer's certificate, PEM",
                names.signer_tls_ca_variable,
            ),
            file(
                names.signer_tls_cert,
                "The certificate to show it, PEM",
                names.signer_tls_cert_variable,
            ),
            file(
                names.signer_tls_key,
                "That certificate's key, PEM",
                names.signer_tls_key_variable,
            ),
        ]
    }
}

impl<R: Role> FromArgMatches for KeyArguments<R> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let names = R::NAMES;
        let path = |name| matches.get_one::<PathBuf>(name).cloned();
        Ok(Self {
            key_file: path(names.key_file),
            keystore: path(names.keystore),
            keystore_password_file: path(names.keystore_password_file),
            signer_endpoint: matches.get_one(names.signer_endpoint).cloned(),
            signer_address: matches.get_one(names.signer_address).copied(),
            signer_headers: matches
                .get_many(names.signer_header)
                .unwrap_or_default()
                .cloned()
                .collect(),
            signer_tls_ca: path(names.signer_tls_ca),
            signer_tls_cert: path(names.signer_tls_cert),
            signer_tls_key: path(names.signer_tls_key),
            role: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<R: Role> Args for KeyArguments<R> {
    fn augment_args(command: Command) -> Command {
        let names = R::NAMES;
        let flag = |name: &'static str, help: String| Arg::new(name).long(name).help(help);
        command.args([
            flag(
                names.key_file,
                format!("File with the {}'s key, 32 bytes in hex; else the environment variable {}", names.role, names.private_key_variable),
            )
            .value_parser(value_parser!(PathBuf))
            .conflicts_with_all([names.keystore, names.signer_endpoint]),
            flag(
                names.keystore,
                format!("The {}'s key as an encrypted keystore (Web3 Secret Storage, version 3)", names.role),
            )
            .value_parser(value_parser!(PathBuf))
            .conflicts_with(names.signer_endpoint),
            flag(
                names.keystore_password_file,
                format!("File with that keystore's password; else the environment variable {}", names.keystore_password_variable),
            )
            .value_parser(value_parser!(PathBuf))
            .requires(names.keystore),
            flag(
                names.signer_endpoint,
                format!("A remote signer that holds the {}'s key and answers eth_signTransaction; else the environment variable {}", names.role, names.signer_endpoint_variable),
            )
            .value_parser(value_parser!(Endpoint))
            .requires(names.signer_address),
            flag(
                names.signer_address,
                format!("The account that it signs for; else the environment variable {}", names.signer_address_variable),
            )
            .value_parser(value_parser!(Address))
            .requires(names.signer_endpoint),
        ])
        .args(Self::signer_flags())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
