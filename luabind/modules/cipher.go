package modules

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// cipherObject is an object of openssl.cipher: AES in one of three modes. The
// text is kept until final, which returns all of it.
type cipherObject struct {
	mode    string // CBC, CTR, GCM
	keySize int

	key, iv []byte
	encrypt bool
	pads    bool
	text    []byte
	aad     []byte
	tag     []byte
}

// openCipher makes luaossl's module openssl.cipher.
func openCipher(e env) lua.LValue {
	class := e.class("openssl.cipher", map[string]lua.LGFunction{
		"encrypt": cipherStart(true), "decrypt": cipherStart(false), "update": cipherUpdate, "final": cipherFinal,
		"getTag": cipherTag, "setTag": cipherSetTag, "setAAD": cipherAAD,
	})
	return e.table(map[string]lua.LGFunction{"new": func(L *lua.LState) int {
		name := lualib.CheckString(L, 1)
		c := &cipherObject{}
		var bits int
		if _, err := fmt.Sscanf(strings.ToUpper(name), "AES-%d-%s", &bits, &c.mode); err != nil || !c.known(bits) {
			lualib.ArgError(L, 1, fmt.Sprintf("there is no cipher %q: AES-128, AES-192 and AES-256 with -CBC, -CTR and -GCM are", clip(name)))
		}
		L.Push(object(c, class))
		return 1
	}})
}

func (c *cipherObject) known(bits int) bool {
	c.keySize = bits / 8
	return (bits == 128 || bits == 192 || bits == 256) && (c.mode == "CBC" || c.mode == "CTR" || c.mode == "GCM")
}

// cipherStart is cipher:encrypt(key, iv[, padding]) and decrypt likewise.
func cipherStart(encrypt bool) lua.LGFunction {
	return func(L *lua.LState) int {
		c := self[*cipherObject](L, 1, "cipher")
		key, iv := lualib.CheckString(L, 2), lualib.OptString(L, 3, "")
		size := aes.BlockSize
		if c.mode == "GCM" {
			size = 12
		}
		if len(key) != c.keySize {
			lualib.ArgError(L, 2, fmt.Sprintf("the key has %d bytes, not %d", len(key), c.keySize))
		}
		if len(iv) != size {
			lualib.ArgError(L, 3, fmt.Sprintf("the IV has %d bytes, not %d", len(iv), size))
		}
		*c = cipherObject{mode: c.mode, keySize: c.keySize, key: []byte(key), iv: []byte(iv), encrypt: encrypt}
		c.pads = L.Get(4) == lua.LNil || lua.LVAsBool(L.Get(4))
		L.SetTop(1)
		return 1
	}
}

// take adds the arguments from the second one on to the text.
func (c *cipherObject) take(L *lua.LState) {
	if c.key == nil {
		lualib.Raise(L, "call encrypt or decrypt with a key first")
	}
	for i := 2; i <= L.GetTop(); i++ {
		s := lualib.CheckString(L, i)
		mayMake(L, len(c.text)+len(s)+aes.BlockSize)
		c.text = append(c.text, s...)
	}
}

// cipherUpdate is cipher:update(text...). What it makes comes with final.
func cipherUpdate(L *lua.LState) int {
	self[*cipherObject](L, 1, "cipher").take(L)
	L.Push(lua.LString(""))
	return 1
}

// cipherFinal is cipher:final(text...): the result, or nil and what is wrong.
func cipherFinal(L *lua.LState) int {
	c := self[*cipherObject](L, 1, "cipher")
	c.take(L)
	out, err := c.result()
	c.key, c.text = nil, nil
	if err != nil {
		return fail(L, err)
	}
	L.Push(lua.LString(out))
	return 1
}

func (c *cipherObject) result() ([]byte, error) {
	block, err := aes.NewCipher(c.key)
	if err != nil {
		return nil, err
	}
	switch c.mode {
	case "CTR":
		cipher.NewCTR(block, c.iv).XORKeyStream(c.text, c.text)
		return c.text, nil
	case "GCM":
		return c.gcm(block)
	}
	if c.encrypt {
		return c.encryptCBC(block)
	}
	return c.decryptCBC(block)
}

var (
	errBlock   = errors.New("the text is no whole number of blocks")
	errDecrypt = errors.New("bad decrypt")
)

func (c *cipherObject) encryptCBC(block cipher.Block) ([]byte, error) {
	if c.pads {
		n := aes.BlockSize - len(c.text)%aes.BlockSize
		for range n {
			c.text = append(c.text, byte(n))
		}
	}
	if len(c.text)%aes.BlockSize != 0 {
		return nil, errBlock
	}
	cipher.NewCBCEncrypter(block, c.iv).CryptBlocks(c.text, c.text)
	return c.text, nil
}

func (c *cipherObject) decryptCBC(block cipher.Block) ([]byte, error) {
	if len(c.text)%aes.BlockSize != 0 || c.pads && len(c.text) == 0 {
		return nil, errBlock
	}
	cipher.NewCBCDecrypter(block, c.iv).CryptBlocks(c.text, c.text)
	if !c.pads {
		return c.text, nil
	}
	// PKCS 7, in a time that does not tell where the padding is wrong
	n := int(c.text[len(c.text)-1])
	good := subtle.ConstantTimeLessOrEq(1, n) & subtle.ConstantTimeLessOrEq(n, aes.BlockSize)
	for i := 1; i <= aes.BlockSize; i++ {
		inside := subtle.ConstantTimeLessOrEq(i, n)
		same := subtle.ConstantTimeByteEq(c.text[len(c.text)-i], byte(n))
		good &= subtle.ConstantTimeSelect(inside, same, 1)
	}
	if good == 0 {
		return nil, errDecrypt
	}
	return c.text[:len(c.text)-n], nil
}

// tagSize is that of GCM in bytes.
const tagSize = 16

func (c *cipherObject) gcm(block cipher.Block) ([]byte, error) {
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if c.encrypt {
		sealed := aead.Seal(nil, c.iv, c.text, c.aad)
		n := len(sealed) - tagSize
		c.tag = sealed[n:]
		return sealed[:n], nil
	}
	if len(c.tag) != tagSize {
		return nil, errors.New("setTag has not been called")
	}
	out, err := aead.Open(nil, c.iv, append(c.text, c.tag...), c.aad)
	if err != nil {
		return nil, errDecrypt
	}
	return out, nil
}

// cipherTag is cipher:getTag() behind final.
func cipherTag(L *lua.LState) int {
	c := self[*cipherObject](L, 1, "cipher")
	if len(c.tag) != tagSize {
		lualib.Raise(L, "getTag: there is a tag behind final of GCM only")
	}
	L.Push(lua.LString(c.tag))
	return 1
}

// cipherSetTag is cipher:setTag(tag) before final.
func cipherSetTag(L *lua.LState) int {
	c, tag := self[*cipherObject](L, 1, "cipher"), lualib.CheckString(L, 2)
	if len(tag) != tagSize {
		lualib.ArgError(L, 2, fmt.Sprintf("the tag has %d bytes, not %d", len(tag), tagSize))
	}
	c.tag = []byte(tag)
	L.SetTop(1)
	return 1
}

// cipherAAD is cipher:setAAD(text): what GCM authenticates besides.
func cipherAAD(L *lua.LState) int {
	c := self[*cipherObject](L, 1, "cipher")
	c.aad = []byte(lualib.CheckString(L, 2))
	L.SetTop(1)
	return 1
}
