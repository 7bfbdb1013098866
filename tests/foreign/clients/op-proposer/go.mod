module tandem-foreign-op-proposer

go 1.26.0

// The newest release whose op-proposer still speaks to an L2OutputOracle.
require (
	github.com/ethereum-optimism/optimism v1.14.3
	github.com/ethereum/go-ethereum v1.16.3
)

// op-geth is a fork that keeps go-ethereum's module path; this is its published version next to the one that the release names.
replace github.com/ethereum/go-ethereum => github.com/ethereum-optimism/op-geth v1.101608.0
