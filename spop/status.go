package spop

import "strconv"

// Status is the code of a DISCONNECT frame (SPOE.txt 3.3).
type Status uint32

// The status codes of SPOE.txt 3.3.
const (
	StatusNormal             Status = 0
	StatusIO                 Status = 1
	StatusTimeout            Status = 2
	StatusTooBig             Status = 3
	StatusInvalid            Status = 4
	StatusNoVersion          Status = 5
	StatusNoMaxFrameSize     Status = 6
	StatusNoCapabilities     Status = 7
	StatusBadVersion         Status = 8
	StatusBadFrameSize       Status = 9
	StatusFragmentation      Status = 10
	StatusInterlaced         Status = 11
	StatusFrameIDNotFound    Status = 12
	StatusResourceAllocation Status = 13
	StatusUnknown            Status = 99
)

var statusText = map[Status]string{
	StatusNormal:             "normal",
	StatusIO:                 "I/O error",
	StatusTimeout:            "a timeout occurred",
	StatusTooBig:             "frame is too big",
	StatusInvalid:            "invalid frame received",
	StatusNoVersion:          "version value not found",
	StatusNoMaxFrameSize:     "max-frame-size value not found",
	StatusNoCapabilities:     "capabilities value not found",
	StatusBadVersion:         "unsupported version",
	StatusBadFrameSize:       "max-frame-size too big or too small",
	StatusFragmentation:      "fragmentation not supported",
	StatusInterlaced:         "invalid interlaced frames",
	StatusFrameIDNotFound:    "frame-id not found",
	StatusResourceAllocation: "resource allocation error",
	StatusUnknown:            "unknown error",
}

// String returns the meaning of s in the words of SPOE.txt 3.3, or "status N"
// for a code that the specification does not name.
func (s Status) String() string {
	if text, ok := statusText[s]; ok {
		return text
	}
	return "status " + strconv.FormatUint(uint64(s), 10)
}

// Known reports whether SPOE.txt 3.3 names s.
func (s Status) Known() bool {
	_, ok := statusText[s]
	return ok
}
