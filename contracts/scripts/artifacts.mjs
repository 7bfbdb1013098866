// Writes what forge built into the committed artifacts and snapshots; with --check, compares instead and fails on a difference.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const artifacts = join(root, "../crates/contracts/artifacts");
const snapshots = join(root, "snapshots");

// The contracts that the workspace deploys: crates/contracts/src/artifacts.rs names the same.
const NAMES = [
  "ConditionalDeployer", "FeeVault", "GasPriceOracle", "L1Block", "L1BlockNumber", "L1CrossDomainMessenger",
  "L1ERC721Bridge", "L1StandardBridge", "L2CrossDomainMessenger", "L2ERC721Bridge", "L2OutputOracle", "L2ProxyAdmin",
  "L2StandardBridge", "L2ToL1MessagePasser", "OptimismMintableERC20Factory", "OptimismMintableERC721Factory",
  "OptimismPortal", "Proxy", "ProxyAdmin", "SequencerFeeVault", "SuperchainConfig", "SystemConfig", "WETH",
];

// What the factories create. No artifact: immutables make each one's code its own.
const CREATED = ["OptimismMintableERC20", "OptimismMintableERC721"];

const pretty = (value) => `${JSON.stringify(value, null, 2)}\n`;

function layout({ storage, types }) {
  return storage.map(({ label, slot, offset, type }) => ({
    slot: Number(slot), offset, bytes: Number(types[type].numberOfBytes), label, type: types[type].label,
  }));
}

// The semantic version that a contract answers, as its source says it.
function version({ metadata }) {
  const [source] = Object.keys(metadata.settings.compilationTarget);
  return readFileSync(join(root, source), "utf8").match(/string public constant version = "(.*)";/)?.[1];
}

function files() {
  const result = new Map();
  for (const name of [...NAMES, ...CREATED]) {
    const built = JSON.parse(readFileSync(join(root, `out/${name}.sol/${name}.json`), "utf8"));
    const { abi, bytecode, deployedBytecode, storageLayout } = built;
    result.set(join(snapshots, "abi", `${name}.json`), pretty(abi));
    result.set(join(snapshots, "storage", `${name}.json`), pretty(layout(storageLayout)));
    if (CREATED.includes(name)) continue;
    for (const references of [bytecode.linkReferences, deployedBytecode.linkReferences, deployedBytecode.immutableReferences]) {
      if (Object.keys(references ?? {}).length) throw new Error(`${name}: links and immutables are not supported in a genesis`);
    }
    const artifact = { abi, creation: bytecode.object, deployed: deployedBytecode.object, version: version(built) };
    result.set(join(artifacts, `${name}.json`), `${JSON.stringify(artifact)}\n`);
  }
  return result;
}

// Files of contracts that no longer exist are differences too.
function stale(expected) {
  return [artifacts, join(snapshots, "abi"), join(snapshots, "storage")]
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => file.endsWith(".json") && !expected.has(file));
}

const expected = files();
if (process.argv.includes("--check")) {
  const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
  const differing = [...expected].filter(([file, text]) => read(file) !== text).map(([file]) => file).concat(stale(expected));
  for (const file of differing) console.error(`differs from what the sources compile to: ${relative(root, file)}`);
  if (differing.length) console.error("run contracts/scripts/update.sh and commit the result");
  process.exit(differing.length ? 1 : 0);
} else {
  stale(expected).forEach((file) => rmSync(file));
  for (const [file, text] of expected) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
