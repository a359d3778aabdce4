package runtime

import "github.com/spoa-lua/spoa-lua/luabind"

// NewProgram returns a Program without scripts, as a Runtime of the same Config
// would make it. Its modules and data files lie below the folder.
func NewProgram(cfg Config, below string) (*luabind.Program, error) {
	folders, err := foldersOf([]string{below})
	if err != nil {
		return nil, err
	}
	return newRuntime(cfg).compile(0, nil, newReading(folders))
}
