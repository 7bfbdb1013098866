//! From a role's key arguments to who signs for it.

use super::is_devnet;
use crate::arguments::{KeyArguments, Role};
use ::l1::{ClientIdentity, Endpoint, RemoteSigner, RpcConfig, Secret, Signer, SignerAccess, Wallet};
use alloy_primitives::Address;
use anyhow::{Context, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Reads an environment variable.
type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

impl<R: Role> KeyArguments<R> {
    /// Who signs, if anything says so. The keys that every devnet shares are refused where they would guard something: on every L1
    /// that is no development chain, and on every L2 that does not settle on one.
    pub(crate) async fn signer(&self, l1_chain_id: u64) -> anyhow::Result<Option<Signer>> {
        self.signer_from(&|name| env::var(name).ok(), l1_chain_id).await
    }

    /// The same; to have none is an error that says what to give.
    pub(crate) async fn needed(&self, l1_chain_id: u64) -> anyhow::Result<Signer> {
        let role = R::NAMES.role;
        let signer = self.signer(l1_chain_id).await?;
        signer.with_context(|| {
            format!(
                "the {role} needs its key on L1 chain {l1_chain_id}: give it {}",
                Self::remedy()
            )
        })
    }

    async fn signer_from(&self, environment: Environment<'_>, l1_chain_id: u64) -> anyhow::Result<Option<Signer>> {
        if let Some(path) = &self.key_file {
            return local(secret(&read("key file", path)?)?, l1_chain_id).map(Some);
        }
        if let Some(path) = &self.keystore {
            let (json, password) = (read("keystore", path)?, self.password(environment)?);
            let opened = tokio::task::spawn_blocking(move || Secret::from_keystore(&json, &password)).await?;
            let opened = opened.with_context(|| path.display().to_string())?;
            return local(opened, l1_chain_id).map(Some);
        }
        if let (Some(endpoint), Some(address)) = (&self.signer_endpoint, self.signer_address) {
            let access = self.access(environment)?;
            return remote(endpoint.clone(), address, &access, l1_chain_id).await.map(Some);
        }
        self.signer_in_environment(environment, l1_chain_id).await
    }

    async fn signer_in_environment(
        &self,
        environment: Environment<'_>,
        l1_chain_id: u64,
    ) -> anyhow::Result<Option<Signer>> {
        let names = R::NAMES;
        let (endpoint_name, address_name) = (names.signer_endpoint_variable, names.signer_address_variable);
        let (endpoint, address) = (environment(endpoint_name), environment(address_name));
        match (environment(names.private_key_variable), endpoint, address) {
            (None, None, None) => Ok(None),
            (Some(key), None, None) => local(secret(&key)?, l1_chain_id).map(Some),
            (None, Some(endpoint), Some(address)) => {
                let endpoint = endpoint.parse().context(endpoint_name)?;
                let address = address.parse().context(address_name)?;
                let access = self.access(environment)?;
                remote(endpoint, address, &access, l1_chain_id).await.map(Some)
            }
            (None, ..) => bail!("{endpoint_name} and {address_name} go together: set both"),
            (Some(_), ..) => bail!(
                "{} and {endpoint_name} or {address_name} are set: which one signs for the {}? Unset the other",
                names.private_key_variable,
                names.role
            ),
        }
    }

    /// How the remote signer is entered: each part by its flag, else by its variable.
    fn access(&self, environment: Environment<'_>) -> anyhow::Result<SignerAccess> {
        let names = R::NAMES;
        let file = |flag: &Option<PathBuf>, variable| {
            let path = flag.clone().or_else(|| environment(variable).map(PathBuf::from));
            let read = |path: PathBuf| fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
            path.map(read).transpose()
        };
        let certificate = file(&self.signer_tls_cert, names.signer_tls_cert_variable)?;
        let key = file(&self.signer_tls_key, names.signer_tls_key_variable)?;
        let identity = match (certificate, key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(ClientIdentity { certificate, key }),
            _ => bail!(
                "{} and {} go together: give both, or neither",
                names.signer_tls_cert_variable,
                names.signer_tls_key_variable
            ),
        };
        let authorities = file(&self.signer_tls_ca, names.signer_tls_ca_variable)?;
        let listed = environment(names.signer_header_variable).unwrap_or_default();
        let listed = listed.split(',').filter(|text| !text.is_empty());
        let given = self.signer_headers.iter().map(|header| header.0.as_str());
        let headers = match self.signer_headers.is_empty() {
            true => listed.map(str::parse).collect::<Result<_, _>>(),
            false => given.map(str::parse).collect(),
        }
        .with_context(|| format!("--{} or {}", names.signer_header, names.signer_header_variable))?;
        Ok(SignerAccess {
            authorities,
            identity,
            headers,
        })
    }

    /// Editors put a new line at the end of a file; it is no part of a password.
    fn password(&self, environment: Environment<'_>) -> anyhow::Result<String> {
        if let Some(path) = &self.keystore_password_file {
            return Ok(read("password file", path)?.trim_end_matches(['\r', '\n']).to_owned());
        }
        let names = R::NAMES;
        environment(names.keystore_password_variable).with_context(|| {
            format!(
                "the {}'s keystore needs its password, in --{} or {}",
                names.role, names.keystore_password_file, names.keystore_password_variable
            )
        })
    }
}

fn read(what: &str, path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {what} {}", path.display()))
}

fn secret(text: &str) -> anyhow::Result<Secret> {
    text.parse().context("the key is not one: 32 bytes in hex are needed")
}

fn local(secret: Secret, l1_chain_id: u64) -> anyhow::Result<Signer> {
    let wallet = Wallet::new(secret);
    refuse_shared(wallet.address(), l1_chain_id)?;
    Ok(wallet.into())
}

async fn remote(
    endpoint: Endpoint,
    address: Address,
    access: &SignerAccess,
    l1_chain_id: u64,
) -> anyhow::Result<Signer> {
    refuse_shared(address, l1_chain_id)?;
    let remote = RemoteSigner::new(endpoint, address, access, RpcConfig::default())?;
    remote.check().await.context("the remote signer")?;
    Ok(remote.into())
}

/// Everybody knows the keys of a devnet's accounts.
fn refuse_shared(address: Address, l1_chain_id: u64) -> anyhow::Result<()> {
    let is_shared = contracts::dev_accounts().any(|account| account.address == address);
    if is_shared && !is_devnet(l1_chain_id) {
        bail!("account {address} belongs to every devnet, its key is public: use another on L1 chain {l1_chain_id}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Batcher;
    use clap::{Args, Command, FromArgMatches};

    const SHARED: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    const OWN: &str = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
    const OWN_ADDRESS: &str = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";
    const KEYSTORE: &str = r#"{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"version":3}"#;
    const MAINNET: u64 = 1;

    fn arguments(flags: &[&str]) -> Result<KeyArguments<Batcher>, clap::Error> {
        let command = KeyArguments::<Batcher>::augment_args(Command::new("test").no_binary_name(true));
        KeyArguments::from_arg_matches(&command.try_get_matches_from(flags)?)
    }

    async fn signer(flags: &[&str], variables: &[(&str, &str)], l1_chain_id: u64) -> Result<Option<Address>, String> {
        let environment = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let arguments = arguments(flags).map_err(|error| error.to_string())?;
        let signer = arguments.signer_from(&environment, l1_chain_id).await;
        signer
            .map(|signer| signer.map(|signer| signer.address()))
            .map_err(|error| format!("{error:#}"))
    }

    fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        (folder, path.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn a_key_comes_from_a_file_a_keystore_or_the_environment() {
        let own = Ok(Some(OWN_ADDRESS.parse().unwrap()));
        let (_a, key) = written("key", &format!("{OWN}\n"));
        let (_b, keystore) = written("keystore.json", KEYSTORE);
        let (_c, password) = written("password", "testpassword\n");
        assert_eq!(signer(&[], &[], MAINNET).await, Ok(None));
        assert_eq!(signer(&["--batcher-key-file", &key], &[], MAINNET).await, own);
        assert_eq!(signer(&[], &[("OP_BATCHER_PRIVATE_KEY", OWN)], MAINNET).await, own);
        let flags = [
            "--batcher-keystore",
            &keystore,
            "--batcher-keystore-password-file",
            &password,
        ];
        assert_eq!(signer(&flags, &[], MAINNET).await, own);
        let variables = [
            ("OP_BATCHER_KEYSTORE_PASSWORD", "testpassword"),
            ("OP_BATCHER_PRIVATE_KEY", SHARED),
        ];
        assert_eq!(
            signer(&flags[..2], &variables, MAINNET).await,
            own,
            "a flag goes before the environment"
        );
    }

    #[tokio::test]
    async fn a_key_that_devnets_share_is_refused_elsewhere_whatever_it_comes_from() {
        let shared = contracts::PREFUNDED[0].address.to_string();
        let (_folder, key) = written("key", SHARED);
        let remote = [
            "--batcher-signer.endpoint",
            "http://127.0.0.1:1",
            "--batcher-signer.address",
            &shared,
        ];
        let variables = [
            ("OP_BATCHER_SIGNER_ENDPOINT", "http://127.0.0.1:1"),
            ("OP_BATCHER_SIGNER_ADDRESS", shared.as_str()),
        ];
        for l1_chain_id in [1, 10, 11_155_111, 901] {
            for error in [
                signer(&["--batcher-key-file", &key], &[], l1_chain_id).await,
                signer(&[], &[("OP_BATCHER_PRIVATE_KEY", SHARED)], l1_chain_id).await,
                signer(&remote, &[], l1_chain_id).await,
                signer(&[], &variables, l1_chain_id).await,
            ] {
                assert!(
                    error.as_ref().is_err_and(|said| said.contains("its key is public")),
                    "{error:?}"
                );
            }
        }
        for l1_chain_id in [900, 1337, 31337] {
            assert!(signer(&["--batcher-key-file", &key], &[], l1_chain_id).await.is_ok());
        }
    }

    #[tokio::test]
    async fn what_is_wrong_is_named_and_secrets_are_not() {
        let (_a, key) = written("key", "hunter2hunter2");
        let (_b, keystore) = written("keystore.json", KEYSTORE);
        let (_c, password) = written("password", "hunter2hunter2");
        let nobody = [
            "--batcher-signer.endpoint",
            "http://127.0.0.1:1/hunter2",
            "--batcher-signer.address",
            OWN_ADDRESS,
        ];
        let keystore_flags = [
            "--batcher-keystore",
            &keystore,
            "--batcher-keystore-password-file",
            &password,
        ];
        let both = [
            ("OP_BATCHER_PRIVATE_KEY", "hunter2"),
            ("OP_BATCHER_SIGNER_ENDPOINT", "http://a"),
        ];
        for (outcome, named) in [
            (
                signer(&["--batcher-key-file", "/none"], &[], 900).await,
                "cannot read key file /none",
            ),
            (signer(&["--batcher-key-file", &key], &[], 900).await, "32 bytes"),
            (
                signer(&[], &[("OP_BATCHER_PRIVATE_KEY", "hunter2")], 900).await,
                "32 bytes",
            ),
            (signer(&keystore_flags, &[], 900).await, "password does not open"),
            (
                signer(&keystore_flags[..2], &[], 900).await,
                "OP_BATCHER_KEYSTORE_PASSWORD",
            ),
            (signer(&nobody, &[], 900).await, "cannot be reached"),
            (signer(&[], &both, 900).await, "Unset the other"),
            (signer(&[], &both[1..], 900).await, "set both"),
            (signer(&nobody[..2], &[], 900).await, "--batcher-signer.address"),
            (
                signer(&[nobody.as_slice(), &keystore_flags].concat(), &[], 900).await,
                "cannot be used with",
            ),
        ] {
            let said = outcome.unwrap_err();
            assert!(said.contains(named) && !said.contains("hunter2"), "{said}");
        }
    }

    #[tokio::test]
    async fn what_a_remote_signer_asks_for_comes_from_flags_or_the_environment() {
        let (_a, pem) = written("tls.pem", "hunter2");
        let address = [
            ("OP_BATCHER_SIGNER_ENDPOINT", "https://127.0.0.1:1"),
            ("OP_BATCHER_SIGNER_ADDRESS", OWN_ADDRESS),
        ];
        let flags = [
            "--batcher-signer.endpoint",
            "https://127.0.0.1:1",
            "--batcher-signer.address",
            OWN_ADDRESS,
        ];
        let with = |variables: &[(&'static str, &'static str)]| [address.as_slice(), variables].concat();
        let (cert, key) = (["--batcher-signer.tls.cert", &pem], ["--batcher-signer.tls.key", &pem]);
        let header = ["--batcher-signer.header", "hunter2"];
        for (outcome, named) in [
            (
                signer(&[], &with(&[("OP_BATCHER_SIGNER_TLS_CA", "/none")]), 1).await,
                "cannot read /none",
            ),
            (
                signer(&flags, &[("OP_BATCHER_SIGNER_TLS_CA", &pem)], 1).await,
                "authority's certificates",
            ),
            (
                signer(&cert, &address, 1).await,
                "OP_BATCHER_SIGNER_TLS_KEY go together",
            ),
            (
                signer(&[cert, key].concat(), &address, 1).await,
                "client certificate and key",
            ),
            (signer(&[flags.as_slice(), &key].concat(), &[], 1).await, "go together"),
            (
                signer(&[], &with(&[("OP_BATCHER_SIGNER_HEADER", "a=b,hunter2")]), 1).await,
                "OP_BATCHER_SIGNER_HEADER",
            ),
            (
                signer(&[flags.as_slice(), &header].concat(), &[], 1).await,
                "NAME=VALUE",
            ),
        ] {
            let said = outcome.unwrap_err();
            assert!(said.contains(named), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn the_debug_form_of_the_arguments_shows_no_access_key() {
        let flags = [
            "--batcher-signer.endpoint",
            "http://u:hunter2@a/hunter2",
            "--batcher-signer.address",
            OWN_ADDRESS,
            "--batcher-signer.header",
            "X-Token=hunter2",
        ];
        assert!(!format!("{:?}", arguments(&flags).unwrap()).contains("hunter2"));
    }
}
