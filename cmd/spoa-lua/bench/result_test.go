package bench

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestWrongProcess gives the load a process that does not answer it.
func TestWrongProcess(t *testing.T) {
	t.Parallel()
	r := &run{cfg: Config{AgentPID: os.Getpid()}}
	from := sample{at: 0, agent: time.Second}
	for _, tt := range []struct {
		name     string
		used     time.Duration
		answered uint64
		want     string
	}{
		{"the agent", tick, 1_000_000, ""},
		{"too few to tell", 0, 1000, ""},
		{"another process", 0, 1_000_000, "has used no CPU: is it the agent?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := r.newResult(from, sample{at: int64(time.Second), answered: tt.answered, agent: from.agent + tt.used})
			if !strings.HasSuffix(got.AgentError, tt.want) || (tt.want == "") != (got.AgentError == "") {
				t.Errorf("got %q, want %q", got.AgentError, tt.want)
			}
			if (got.AgentCPU == nil) != (tt.want != "") {
				t.Errorf("CPU told: %t", got.AgentCPU != nil)
			}
		})
	}
}
