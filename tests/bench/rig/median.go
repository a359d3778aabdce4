package rig

import "slices"

// Median returns the median of list, which it leaves as it is. The list must
// not be empty.
func Median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// MedianRatio returns the median of the ratios of each round: what was measured
// side by side is compared, so that noise hits both. The lists must be of the
// same length.
func MedianRatio(of, base []float64) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = of[i] / base[i]
	}
	return Median(ratios)
}
