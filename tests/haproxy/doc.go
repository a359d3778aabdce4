// Package haproxy runs real HAProxy processes in tests: versions 2.6, 3.0 and
// 3.2 side by side, without installing them, or those that the environment
// variable SPOA_LUA_TEST_HAPROXY names.
//
// A test starts one like this, and gets it stopped when it ends:
//
//	p := haproxy.Start(t, haproxy.Config{
//		Version: "3.2",
//		CFG:     cfg,                                      // text of haproxy.cfg
//		Files:   map[string]string{"spoe.conf": spoe},     // written beside it
//		Vars:    map[string]string{"AGENT_ADDR": addr},    // fills ${AGENT_ADDR}
//		WaitUp:  []string{"agents"},                       // backends to wait for
//	})
//	resp, err := http.Get(p.URL())
//
// # Placeholders
//
// In CFG and Files, ${NAME} (capitals, digits and underscores) is replaced
// before HAProxy reads the text:
//
//	${DIR}            the process's own folder, which is also its working directory
//	${FRONTEND_PORT}  a free loopback port; Process.Addr and Process.URL name it
//	${OTHER_PORT}     every other name that ends in _PORT is a free port as well;
//	                  Process.Port("OTHER_PORT") tells which
//	${NAME}           whatever Config.Vars holds for NAME
//
// Names that begin with HAPROXY_ are left to HAProxy. Any other name is an
// error. The same values are in the environment of the process, so that a
// configuration meant for people can say "${AGENT_ADDR-127.0.0.1:9000}" (in
// double quotes, with a default) and be tested as it is.
//
// # What is added to the configuration
//
// A file with a second global section is read before CFG: the socket of the
// runtime API, a connection limit, and noreuseport, so that two processes that
// picked the same port cannot share it silently. The process runs as master and
// worker, as system services do, and Process.Reload sends the master SIGUSR2.
//
// The programs come from fetch.sh, which needs Linux and Debian's apt. When they
// cannot be had the test fails; it is never skipped.
package haproxy
