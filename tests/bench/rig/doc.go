// Package rig is what the benchmarks of agents as processes share: building and
// starting the agents, and the medians of rounds.
package rig
