package haproxyconf

import (
	"slices"

	"github.com/spoa-lua/spoa-lua/luabind/needs"
	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/spop"
)

// nameVariables adds the variables to what a function reads and sets that its
// parameters name, in the calls that there are. Without any, it says of a read that
// the name is not known.
func nameVariables(n *needs.Needs, calls [][]string) {
	for _, param := range n.ReadParams {
		if len(calls) == 0 {
			n.Unknown = append(n.Unknown, param.Place+": "+needs.ComputedVariable)
		}
		n.Reads = addNames(n.Reads, param, calls)
	}
	for _, param := range n.SetParams {
		if len(calls) == 0 {
			n.SetPrefixes = append(n.SetPrefixes, "")
		}
		n.Sets = addNames(n.Sets, param, calls)
	}
}

func addNames(list []string, param needs.Param, calls [][]string) []string {
	for _, args := range calls {
		name := at(args, param.Index)
		if _, _, err := spop.ParseVarName(name); err == nil && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// argsOf are the parameters of each call of an action.
func argsOf(calls []Call) [][]string {
	var list [][]string
	for _, c := range calls {
		list = append(list, c.Args)
	}
	return list
}

// argLists are the parameters of each call.
func (f *function) argLists() [][]string {
	var list [][]string
	for _, c := range f.calls {
		list = append(list, c.args)
	}
	return list
}

// noteNamed is noteReads for variables that parameters name.
func (p *planner) noteNamed(gen *runtime.Generation) {
	for _, message := range gen.Messages {
		for _, h := range gen.Handlers(message) {
			n, err := p.analysis.Of(h.Origin.File, h.Origin.Line, h.Origin.API == "spoa")
			if err != nil {
				continue
			}
			var calls [][]string
			if f := p.uses.functions[message]; f != nil {
				calls = f.argLists()
			} else {
				for _, facility := range p.Existing.used(h.Origin.Name) {
					calls = append(calls, argsOf(p.Existing.callsOf(h.Origin.Name, facility))...)
				}
			}
			for _, param := range n.ReadParams {
				p.read = addNames(p.read, param, calls)
			}
		}
	}
}
