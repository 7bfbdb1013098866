module tandem-foreign-clients

go 1.26.0

require (
	github.com/ethereum-optimism/optimism v1.19.6
	github.com/ethereum/go-ethereum v1.17.0
	google.golang.org/genproto v0.0.0-20251222181119-0a764e51fe1b
)

// op-geth is a fork that keeps go-ethereum's module path.
replace github.com/ethereum/go-ethereum => github.com/ethereum-optimism/op-geth v1.101702.3-rc.7

// The published archive of op-node lacks a generated file, so build.sh completes an unpacked copy.
replace github.com/ethereum-optimism/optimism => ./optimism
