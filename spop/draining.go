package spop

// Draining reports whether Shutdown or Close has been called.
func (s *Server) Draining() bool { return s.stopped() }
