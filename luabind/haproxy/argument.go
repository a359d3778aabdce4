package haproxy

import "strings"

// Argument returns the entry of a message's args that a fetch of txn.f needs:
// "req.hdrs_bin=req.hdrs_bin" for what is computed from it, otherwise the fetch
// itself under its own name. A name that HAProxy spells with a dot may have `_`.
func Argument(name string, args []string) string { return missing(name, args) }

// dotted is how HAProxy spells a fetch. In one that is not known, what belongs to
// the request or the answer has a dot behind req or res.
func dotted(name string) string {
	if known, ok := knownFetches()[luaName.Replace(name)]; ok {
		return known.name
	}
	direction, rest, ok := strings.Cut(name, "_")
	if ok && (direction == "req" || direction == "res") {
		return direction + "." + rest
	}
	return name
}

// VarOfFunction returns the name of the variable that takes the result of a fetch
// or converter, behind the scope and the prefix.
func VarOfFunction(name string) string { return varOf(name) }
