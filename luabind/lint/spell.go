package lint

import (
	"slices"
	"strings"
)

// didYouMean is the end of a warning: the candidate most like name, when one
// is like it at all.
func didYouMean(name string, candidates []string, prefix string) string {
	best := Closest(name, candidates)
	if best == "" {
		return ""
	}
	return ", did you mean '" + prefix + best + "'?"
}

// Closest returns the candidate that name is most likely a misspelling of, or ""
// when none is much like it. It sorts the candidates.
func Closest(name string, candidates []string) string {
	slices.Sort(candidates)
	best, least := "", (len(name)+1)/3
	for _, c := range candidates {
		d := Distance(strings.ToLower(name), strings.ToLower(c))
		if c != name && d <= least && d < len(c) && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

// Distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a.
func Distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		above := slices.Clone(row)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before = above
	}
	return row[len(b)]
}
