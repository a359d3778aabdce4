package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// sorter sorts a copy of the table's elements, so that a comparator that
// meddles with the table does no harm.
type sorter struct {
	lib    *library
	L      *lua.LState
	before lua.LValue // the comparator or LNil
	values []lua.LValue
	clock  ticker
}

func (lib *library) tabSort(L *lua.LState) int {
	t := checkTableLike(L, 1, canRead|canWrite|hasLength)
	n := lib.length(L, t)
	if n < 2 {
		return 0
	}
	if n >= 1<<31-1 {
		ArgError(L, 1, "array too big")
	}
	s := sorter{lib: lib, L: L, before: L.Get(2)}
	if s.before != lua.LNil {
		s.before = CheckFunction(L, 2)
	}
	for i := int64(1); i <= n; i++ {
		s.values = append(s.values, lib.index(L, t, i))
		s.clock.tick(L)
	}
	s.sort(0, int(n)-1)
	for i, v := range s.values {
		lib.setIndex(L, t, int64(i)+1, v)
		s.clock.tick(L)
	}
	return 0
}

func (s *sorter) less(i, j lua.LValue) bool {
	if s.before == lua.LNil {
		s.clock.tick(s.L)
		return s.lib.less(s.L, i, j)
	}
	s.L.Push(s.before)
	s.L.Push(i)
	s.L.Push(j)
	s.lib.call(s.L, 2, 1)
	r := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return r
}

// order swaps two elements if they are in the wrong order.
func (s *sorter) order(i, j int) bool {
	v := s.values
	if !s.less(v[j], v[i]) {
		return false
	}
	v[i], v[j] = v[j], v[i]
	return true
}

// sort is quicksort with the median of three as pivot. It recurses into the
// smaller half, so that its depth is logarithmic whatever the comparator says.
func (s *sorter) sort(lo, hi int) {
	for lo < hi {
		s.order(lo, hi)
		if hi-lo == 1 {
			return
		}
		mid := lo + (hi-lo)/2
		if !s.order(lo, mid) {
			s.order(mid, hi)
		}
		if hi-lo == 2 {
			return
		}
		p := s.partition(lo, hi, mid)
		if p-lo < hi-p {
			s.sort(lo, p-1)
			lo = p + 1
		} else {
			s.sort(p+1, hi)
			hi = p - 1
		}
	}
}

// partition parks the pivot next to the end and returns its final place. The
// ends are known to be in order, so a scan that runs over them proves that the
// comparator contradicts itself.
func (s *sorter) partition(lo, hi, mid int) int {
	v := s.values
	pivot := v[mid]
	v[mid], v[hi-1] = v[hi-1], v[mid]
	i, j := lo, hi-1
	for {
		for i++; s.less(v[i], pivot); i++ {
			if i == hi-1 {
				raisef(s.L, "invalid order function for sorting")
			}
		}
		for j--; s.less(pivot, v[j]); j-- {
			if j < i {
				raisef(s.L, "invalid order function for sorting")
			}
		}
		if j < i {
			break
		}
		v[i], v[j] = v[j], v[i]
	}
	v[hi-1], v[i] = v[i], v[hi-1]
	return i
}
