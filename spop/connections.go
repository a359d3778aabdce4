package spop

import "time"

// ConnStatus is what a connection does at the moment.
type ConnStatus struct {
	// Info tells about it; before the HELLO only its ID and Remote are set.
	Info ConnInfo
	// Age is how long ago it was accepted, Silent since when nothing has come.
	Age, Silent time.Duration
	// Notifies is how many NOTIFYs have come, InFlight how many of them run.
	Notifies uint64
	InFlight int
}

// Connections returns the state of all connections, in no order.
func (s *Server) Connections() []ConnStatus {
	list := []ConnStatus{}
	s.eachConn(func(c *conn) { list = append(list, c.status()) })
	return list
}

func (c *conn) status() ConnStatus {
	now := c.srv.now()
	s := ConnStatus{
		Age: time.Duration(now - c.accepted), Silent: time.Duration(now - c.lastRead()), InFlight: int(c.slow.Load()),
	}
	if info := c.ready.Load(); info != nil {
		s.Info = *info
	} else {
		s.Info = ConnInfo{ID: c.info.ID, Remote: c.nc.RemoteAddr()}
	}
	if rd := c.cur.Load(); rd != nil {
		s.Notifies = rd.x.Serial()
		if rd.x.word.Load()&stateMask != stateIdle {
			s.InFlight++
		}
	}
	return s
}
