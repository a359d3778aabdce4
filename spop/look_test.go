package spop

import "testing"

// What counts is the time between two looks, and of a long pause only a part:
// the handler did not run then.
func TestRanCountsPausesInPart(t *testing.T) {
	const first, second = 1<<stateBits | stateRunning, 2<<stateBits | stateRunning
	var r ran
	for i, look := range []struct {
		word      uint64
		now, want int64
	}{
		{first, 1000, 0},
		{first, 1010, 10},
		{first, 1035, 35},
		{first, 9035, 60},
		{first, 9036, 61},
		{second, 9046, 0},
		{second, 9056, 10},
	} {
		if got := r.look(look.word, look.now, 25); got != look.want {
			t.Errorf("look %d: %d have been counted, want %d", i+1, got, look.want)
		}
	}
}

func TestLookHandsOverOnceItIsTime(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state uint64
		ran   int64
		want  uint64
	}{
		{"early", stateRunning, 0, stateRunning},
		{"in time", stateRunning, 1 << 62, stateDetached},
		{"answered before", stateAnswered, 1 << 62, stateAnswered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPair(t, "tcp", "127.0.0.1:0")
			p.rd.take()
			c, x := p.rd.c, &p.rd.x
			defer c.srv.Close()
			word := x.begin(Header{StreamID: 1, FrameID: 1}, nil, nil)
			x.word.Store(word&^stateMask | tt.state)
			c.srv.cfg.HandOverAfter = 1 << 40
			x.ran = ran{word: word, last: c.srv.now(), time: tt.ran}
			x.Look()
			if got := x.word.Load() & stateMask; got != tt.want {
				t.Errorf("state %d, want %d", got, tt.want)
			}
			if handed := c.cur.Load() != p.rd; handed != (tt.want == stateDetached) {
				t.Errorf("another reader: %v", handed)
			}
			x.Look() // a second time does nothing
			c.finishSlow(x, word)
		})
	}
}
