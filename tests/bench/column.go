package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spoa-lua/spoa-lua/tests/bench/rig"
)

// The cores that processes are pinned to.
const (
	agentCore     = "0"
	generatorCore = "1"
	bothCores     = "0,1"
)

// column is a column of the tables: an agent, and how it is loaded.
type column struct {
	name      string
	agent     *rig.Agent
	generator string // its cores
	expect    []string
	base      int    // the column that its ratios refer to
	saved     string // the policy, when it is saved every second
}

// expected is what each policy sets for the typical request.
var expected = map[string][]string{
	"empty":     {"txn.method=null"},
	"one":       {"txn.method=str:GET"},
	"realistic": {"txn.score=int:36", "txn.deny=bool:false", "txn.host=str:www.example.org"},
}

// bench is what is compared, and what has been measured.
type bench struct {
	options
	bin     rig.Binaries
	dir     string
	agents  []*rig.Agent
	columns []*column
	cells   map[cell][]measurement
	halves  map[cell]float64 // half of the most NOTIFY/s, of columns that are bases
}

// cell is a place in the tables.
type cell struct {
	column int
	load   load
}

func (b *bench) stop() {
	for _, a := range b.agents {
		a.Stop()
	}
}

// start starts the agents of the mode, and notes the columns.
func (b *bench) start(ctx context.Context) error {
	if !b.reload && !b.gogc && !b.unpinned {
		a, err := b.run(ctx, agentCore, nil, b.bin.Null, "-listen")
		if err != nil {
			return err
		}
		b.add(column{name: "null agent", agent: a, expect: []string{"txn.score=int:5"}})
	}
	for policy := range strings.SplitSeq(b.policies, ",") {
		if err := b.startPolicy(ctx, policy); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) startPolicy(ctx context.Context, policy string) error {
	base := len(b.columns)
	one := func(name, cores string, base int, env ...string) error {
		a, err := b.spoaLua(ctx, cores, filepath.Join("tests", "bench", policy+".lua"), env...)
		if err != nil {
			return err
		}
		b.add(column{name: name, agent: a, expect: expected[policy], base: base})
		return nil
	}
	switch {
	case b.reload:
		return b.startSaved(ctx, policy)
	case b.gogc:
		for _, percent := range []string{"100", "200", "400", "800"} {
			if err := one(policy+", GOGC="+percent, b.pinned(agentCore), base, "GOGC="+percent); err != nil {
				return err
			}
		}
		return nil
	case b.unpinned:
		if err := one(policy+", one core", agentCore, base); err != nil {
			return err
		}
		return one(policy+", two cores", bothCores, base)
	}
	return one(policy, agentCore, 0)
}

// startSaved adds two columns with one agent, which has a copy of the policy.
func (b *bench) startSaved(ctx context.Context, policy string) error {
	text, err := os.ReadFile(filepath.Join("tests", "bench", policy+".lua"))
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, policy+".lua")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return err
	}
	a, err := b.spoaLua(ctx, b.pinned(agentCore), path)
	if err != nil {
		return err
	}
	base := len(b.columns)
	b.add(column{name: policy, agent: a, expect: expected[policy], base: base})
	b.add(column{name: policy + ", saved every second", agent: a, expect: expected[policy], base: base, saved: path})
	return nil
}

// add notes c, which is loaded from the cores of the mode.
func (b *bench) add(c column) {
	c.generator = b.pinned(generatorCore)
	b.columns = append(b.columns, &c)
}

// pinned returns core, unless nothing is to be pinned.
func (b *bench) pinned(core string) string {
	if b.unpinned {
		return bothCores
	}
	return core
}

func (b *bench) spoaLua(ctx context.Context, cores, script string, env ...string) (*rig.Agent, error) {
	env = append(strings.FieldsFunc(b.env, isComma), env...)
	return b.run(ctx, cores, env, b.bin.SpoaLua, "run", "--timeout", "1s", "--scripts", script, "--listen")
}

func (b *bench) run(ctx context.Context, cores string, env []string, args ...string) (*rig.Agent, error) {
	a, err := rig.Start(ctx, cores, env, args...)
	if err != nil {
		return nil, fmt.Errorf("start an agent: %w", err)
	}
	b.agents = append(b.agents, a)
	return a, nil
}
