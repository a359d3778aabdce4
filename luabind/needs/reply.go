package needs

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// reply finds the status, and the names in the table headers, of a reply. A table
// with a url is a request to somebody else.
func (s *search) reply(t *lua54.Table) {
	for _, item := range t.Items {
		if literal(item.Key) == "url" {
			return
		}
	}
	for _, item := range t.Items {
		switch literal(item.Key) {
		case "status":
			s.status(item.Value)
		case "headers":
			s.replyHeaders(item.Value)
		}
	}
}

// replyHeaders notes the names of the fields of a table.
func (s *search) replyHeaders(e lua54.Expr) {
	items, open := s.a.items(e, newTrail())
	for _, item := range items {
		if item.Key != nil {
			s.replyHeader(e, item.Key)
		}
	}
	if open {
		s.anyReplyHeader(e)
	}
}

// replyField notes what is put into the tables of a reply, as far as it is known:
// others have such fields, too.
func (s *search) replyField(target, e lua54.Expr) {
	i, ok := target.(*lua54.Index)
	if !ok || e == nil {
		return
	}
	if object, ok := i.Object.(*lua54.Index); ok && literal(object.Key) == "headers" && literal(i.Key) != "" {
		add(&s.needs.ReplyHeaders, strings.ToLower(literal(i.Key)))
	}
	if n, ok := e.(*lua54.Number); ok && literal(i.Key) == "status" {
		s.status(n)
	}
}

// replyHeader notes a header of a reply.
func (s *search) replyHeader(n lua54.Node, name lua54.Expr) {
	for _, name := range s.a.texts(name) {
		if name.open {
			s.anyReplyHeader(n)
			continue
		}
		add(&s.needs.ReplyHeaders, strings.ToLower(name.value))
	}
}

func (s *search) anyReplyHeader(n lua54.Node) {
	s.needs.AnyReplyHeader = true
	s.unknown(n, ComputedReplyHeader)
}

func (s *search) status(e lua54.Expr) {
	for _, text := range s.a.texts(e) {
		n, err := strconv.Atoi(text.value)
		switch {
		case !text.open && err != nil: // the table is no reply
		case text.open || n < 200 || n > 599: // HAProxy takes no other
			s.needs.AnyStatus = true
		case !slices.Contains(s.needs.Statuses, n):
			s.needs.Statuses = append(s.needs.Statuses, n)
		}
	}
}
