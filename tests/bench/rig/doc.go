// Package rig is what the benchmarks of agents as processes share: building and
// starting the agents, the medians of rounds, and the main function.
package rig
