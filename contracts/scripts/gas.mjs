// Shows what users and the proposer pay on L1, beside the limits and the OP Stack's figures. The figures come from test/gas, which CI
// runs: it fails where a limit is exceeded. Usage: node scripts/gas.mjs FORGE
import { spawnSync } from "node:child_process";

// What the OP Stack's contracts take by their own benchmarks: the call alone, at cold state and 1 gwei.
const PEERS = {
  deposit: 68_400,
  "prove, whole": 155_600,
  "finalize ETH, the bridge's part": 72_700,
  "propose, whole": 93_000,
  "bridge ETH, whole": 467_000,
  "bridge ERC-20, whole": 564_000,
};

const run = spawnSync(process.argv[2], ["test", "-vv", "--json", "--match-path", "test/gas/*"], {
  encoding: "utf8",
  maxBuffer: 1 << 26,
});
const suites = Object.values(JSON.parse(run.stdout.slice(run.stdout.indexOf("{"))));
const tests = suites.flatMap((suite) => Object.entries(suite.test_results));
const rows = {};
for (const [, test] of tests) {
  for (const log of test.decoded_logs) {
    const [, name, field, value] = log.match(/^(.*) \| (\w+): (\d+)/);
    (rows[name] ??= {})[field] = Number(value);
  }
}

const shown = (gas) => (gas === undefined ? "" : gas.toLocaleString("en"));
const line = (cells) => console.log(cells.map((cell, i) => (i ? cell.padStart(10) : cell.padEnd(36))).join(""));
line(["L1 gas", "gas", "burnt", "beside", "limit", "OP Stack"]);
for (const [name, { gas, burnt, limit }] of Object.entries(rows).sort(([left], [right]) => (left < right ? -1 : 1))) {
  line([name, shown(gas), burnt ? shown(burnt) : "", burnt ? shown(gas - burnt) : "", shown(limit), shown(PEERS[name])]);
}
console.log(`
whole   a transaction with its own 21,000 gas and its calldata, at cold state; the others are the call alone
burnt   gas for L2 that is bought by burning gas here, at 1 gwei a gas`);

const failed = tests.filter(([, test]) => test.status !== "Success").map(([name, test]) => `${name}: ${test.reason}`);
const unknown = Object.keys(PEERS).filter((name) => !(name in rows));
for (const fault of [...failed, ...unknown.map((name) => `not measured: ${name}`)]) console.log(fault);
process.exit(failed.length + unknown.length > 0 ? 1 : 0);
