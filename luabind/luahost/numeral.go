package luahost

import (
	"bufio"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// maxNumeral is how long a numeral in a file may be, as L_MAXLENNUM of PUC.
const maxNumeral = 200

// numeral reads a numeral byte by byte, as far as it may still be one.
type numeral struct {
	r    *bufio.Reader
	text []byte
	over bool // too long
}

// next takes the next byte when it is one of the set.
func (n *numeral) next(set string) bool {
	c, err := n.r.ReadByte()
	if err != nil {
		return false
	}
	n.over = n.over || len(n.text) >= maxNumeral
	if n.over || strings.IndexByte(set, c) < 0 {
		_ = n.r.UnreadByte() // it was read just now
		return false
	}
	n.text = append(n.text, c)
	return true
}

func (n *numeral) digits(set string) (count int) {
	for n.next(set) {
		count++
	}
	return count
}

// readNumber reads a numeral as PUC's l_getn does: what cannot be continued is
// taken off the file all the same.
func readNumber(r *bufio.Reader) (lua.LValue, error) {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return atEnd(err)
		}
		if strings.IndexByte(" \t\n\v\f\r", c) < 0 {
			_ = r.UnreadByte() // it was read just now
			break
		}
	}
	n := &numeral{r: r}
	digits, exponent := "0123456789", "eE"
	count := 0
	n.next("+-")
	if n.next("0") {
		count = 1
		if n.next("xX") {
			digits, exponent, count = "0123456789abcdefABCDEF", "pP", 0
		}
	}
	count += n.digits(digits)
	if n.next(".") {
		count += n.digits(digits)
	}
	if count > 0 && n.next(exponent) {
		n.next("+-")
		n.digits("0123456789")
	}
	v, ok := lua54.ParseNumber(string(n.text))
	if !ok || n.over {
		return lua.LNil, nil
	}
	return v, nil
}
