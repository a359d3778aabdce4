package runtime

import (
	"fmt"

	"github.com/spoa-lua/spoa-lua/luabind"
)

// NewProgram returns a Program without scripts, as a Runtime of the same Config
// would make it. Its modules and data files lie below the folder. Close its
// KeySets in the end.
func NewProgram(cfg Config, below string) (*luabind.Program, error) {
	folders, err := foldersOf([]string{below})
	if err != nil {
		return nil, fmt.Errorf("scripts: %w", err)
	}
	r := newRuntime(cfg)
	r.keySets = r.newKeySets()
	return r.compile(0, nil, newReading(folders))
}
