package tests

import (
	"regexp"
	"strings"
)

// cookies are those that the answers of one side have set, by name. "{NAME}" in
// the line of a request stands for the value of the last one, such as the number
// of a session, which differs between the two sides and is not compared.
type cookies map[string]string

var cookieName = regexp.MustCompile(`\{([a-z_]+)\}`)

// cookiesOf are the cookies that the requests name, without values yet.
func cookiesOf(requests []string) cookies {
	c := cookies{}
	for _, name := range cookieName.FindAllStringSubmatch(strings.Join(requests, "\n"), -1) {
		c[name[1]] = "none"
	}
	return c
}

// fill puts the values into a request.
func (c cookies) fill(line string) string {
	return cookieName.ReplaceAllStringFunc(line, func(name string) string { return c[name[1:len(name)-1]] })
}

var setCookie = regexp.MustCompile(`(?m)^Set-Cookie: ([a-z_]+)=([^;\n]+)`)

// take keeps the cookies of an answer and returns it without their values.
func (c cookies) take(answer string) string {
	return setCookie.ReplaceAllStringFunc(answer, func(line string) string {
		m := setCookie.FindStringSubmatch(line)
		if _, ok := c[m[1]]; !ok {
			return line
		}
		c[m[1]] = m[2]
		return "Set-Cookie: " + m[1] + "={" + m[1] + "}"
	})
}
