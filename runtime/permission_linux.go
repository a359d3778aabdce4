package runtime

import "syscall"

// stReadOnly is ST_RDONLY of statfs(2).
const stReadOnly = 1

// readOnly reports whether path lies on a file system that is mounted read-only,
// as the volumes of Kubernetes are, whatever their permissions say.
func readOnly(path string) bool {
	var fs syscall.Statfs_t
	return syscall.Statfs(path, &fs) == nil && fs.Flags&stReadOnly != 0
}
