package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpWidth is how long the lines of a help may be: what a terminal shows.
const helpWidth = 80

// flagGroups are the headings under which the help of run shows its flags.
var flagGroups = []struct{ title, flags string }{
	{"Scripts", "scripts var modules script-args haproxy-cfg lua-bool"},
	{"Who may ask", "listen allow tls-cert tls-key tls-client-ca socket-mode socket-owner reuse-port"},
	{"Limits and failures", "timeout error-var quarantine-after memory-limit max-vms max-connections max-frame-size drain-timeout"},
	{"Networks and services of scripts", "egress egress-no-verify http-listen http-timeout"},
	{"What the agent tells", "log-level log-format metrics pprof"},
}

// commandHelp is what --help prints for a command.
func commandHelp(c *cli.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "NAME:\n%s\nUSAGE:\n   spoa-lua %s", wrapText("spoa-lua "+c.Name+" - "+c.Usage, 3), c.Name)
	if len(c.Flags) > 0 {
		b.WriteString(" [OPTIONS]")
	}
	if c.ArgsUsage != "" {
		b.WriteString(" " + c.ArgsUsage)
	}
	b.WriteString("\n")
	if c.Description != "" {
		b.WriteString("\nDESCRIPTION:\n" + wrapText(c.Description, 3))
	}
	b.WriteString("\nOPTIONS:\n")
	if c.Name != "run" {
		for _, f := range c.Flags {
			b.WriteString(flagHelp(f))
		}
		return b.String() + "   --help, -h\n"
	}
	for _, group := range flagGroups {
		b.WriteString("\n " + group.title + "\n")
		for name := range strings.FieldsSeq(group.flags) {
			b.WriteString(flagHelp(flagOf(c, name)))
		}
	}
	return b.String() + "\n   --help, -h\n"
}

// flagOf returns the flag of that name, or nil.
func flagOf(c *cli.Command, name string) cli.Flag {
	for _, f := range c.Flags {
		if f.Names()[0] == name {
			return f
		}
	}
	return nil
}

// flagHelp is what the help says of a flag.
func flagHelp(f cli.Flag) string {
	doc := f.(cli.DocGenerationFlag)
	head := "   --" + f.Names()[0]
	if doc.TakesValue() {
		head += " " + placeholder(f)
	}
	text := strings.ReplaceAll(doc.GetUsage(), "`", "")
	if value := strings.Trim(doc.GetDefaultText(), `"`); value != "" && doc.TakesValue() {
		text += " (default: " + value + ")"
	}
	for _, name := range doc.GetEnvVars() {
		text += " [$" + name + "]"
	}
	return head + "\n" + wrapText(text, 8)
}

// placeholder is what stands for the value of a flag: the word of its text that
// is between backquotes.
func placeholder(f cli.Flag) string {
	doc, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "VALUE"
	}
	_, word, _ := strings.Cut(doc.GetUsage(), "`")
	word, _, ok = strings.Cut(word, "`")
	if !ok {
		return "VALUE"
	}
	return word
}

// wrapText breaks the paragraphs of a text, which empty lines divide, into lines
// with an indent. One that begins with a blank is left as it is.
func wrapText(text string, indent int) string {
	margin := strings.Repeat(" ", indent)
	var paragraphs []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			paragraphs = append(paragraphs, margin+strings.ReplaceAll(paragraph, "\n", "\n"+margin))
			continue
		}
		paragraphs = append(paragraphs, wrapWords(strings.Fields(paragraph), margin))
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// wrapWords puts as many words into each line as it holds.
func wrapWords(words []string, margin string) string {
	var lines []string
	line := margin
	for _, word := range words {
		if line != margin && len(line)+1+len(word) > helpWidth {
			lines = append(lines, line)
			line = margin
		}
		if line != margin {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}
