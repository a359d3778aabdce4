package runtime

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/spoa-lua/spoa-lua/spop"
)

const namespace = "spoa_lua"

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// descs are the metrics of a Runtime, but for those of connections.
type descs struct {
	messages, duration, unhandled, malformed  *prometheus.Desc
	vms, vmsCreated, vmsClosed                *prometheus.Desc
	quarantined, quarantines                  *prometheus.Desc
	reloads, reloadOK, reloadTime, generation *prometheus.Desc
	connections, accepted, closed, refused    *prometheus.Desc
	tooBig, skipped, acceptErrors, handedOver *prometheus.Desc
	healthchecks                              *prometheus.Desc
	sharedKeys, sharedBytes, sharedEvictions  *prometheus.Desc
	tasks, tasksFailed                        *prometheus.Desc
	httpRequests, keyFetches, keysAge         *prometheus.Desc
}

func newDescs() *descs {
	return &descs{
		messages:        desc("messages_total", "Messages answered, by message name and outcome (ok, error, timeout, panic, overload, memory, quarantined, too-big).", "message", "outcome"),
		duration:        desc("message_duration_seconds", "Time from the arrival of a message's frame until its handlers returned.", "message"),
		unhandled:       desc("messages_unhandled_total", "Messages that no script handles; they were answered with a NOOP."),
		malformed:       desc("notify_malformed_total", "NOTIFY frames that did not parse to their end; what parsed was answered."),
		vms:             desc("vms", "VMs of all generations, by state (idle, busy).", "state"),
		quarantined:     desc("handlers_quarantined", "Handlers and services of the live generation that are in quarantine."),
		quarantines:     desc("quarantines_total", "Times that a handler or a service was put in quarantine."),
		vmsCreated:      desc("vms_created_total", "VMs made since the start."),
		vmsClosed:       desc("vms_closed_total", "VMs closed since the start."),
		tasks:           desc("tasks", "Tasks of core.register_task that run."),
		tasksFailed:     desc("tasks_failed_total", "Tasks that ended with an error."),
		httpRequests:    desc("http_requests_total", "Requests to services of core.register_service, by service and status code; the service is empty when there is none of that name, the reason when the service has answered.", "service", "code", "reason"),
		keyFetches:      desc("key_fetches_total", "Fetches of keys by jwt.jwks, by result (ok, error).", "result"),
		keysAge:         desc("keys_age_seconds", "Age of the oldest keys of jwt.jwks in use; 0 when there are none."),
		reloads:         desc("reloads_total", "Loads of the scripts, the first one included, by result (ok, error).", "result"),
		reloadOK:        desc("reload_last_successful", "1 when the newest load succeeded, 0 when an older generation goes on."),
		reloadTime:      desc("reload_last_success_timestamp_seconds", "Unix time of the newest load that succeeded."),
		generation:      desc("generation", "Number of the live generation."),
		connections:     desc("connections", "Connections that are open."),
		accepted:        desc("connections_accepted_total", "Connections accepted."),
		closed:          desc("connections_closed_total", "Connections ended, by cause.", "cause"),
		refused:         desc("connections_refused_total", "Connections refused because there were too many."),
		healthchecks:    desc("healthchecks_total", "Health checks answered."),
		tooBig:          desc("frames_too_big_total", "Frames over the limit; each ended its connection."),
		skipped:         desc("frames_skipped_total", "Frames of an unknown type; they were passed over."),
		acceptErrors:    desc("accept_errors_total", "Accepts that failed and were tried again."),
		handedOver:      desc("hand_overs_total", "Messages slow enough for another goroutine to read their connection on."),
		sharedKeys:      desc("shared_keys", "Keys in spoa.shared."),
		sharedBytes:     desc("shared_bytes", "Bytes of the keys and strings in spoa.shared."),
		sharedEvictions: desc("shared_evictions_total", "Keys that left spoa.shared because it was full."),
	}
}

// Collector returns the metrics of r for a Prometheus registry.
func (r *Runtime) Collector() prometheus.Collector { return &collector{r: r, descs: newDescs()} }

type collector struct {
	r *Runtime
	*descs
}

// Describe sends nothing: the metrics are checked when they are collected.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect sends the metrics as they are now.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.collectMessages(out)
	c.collectVMs(out)
	c.collectReloads(out)
	c.collectConns(out)
}

func counter(out chan<- prometheus.Metric, d *prometheus.Desc, v uint64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
}

func gauge(out chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (c *collector) collectMessages(out chan<- prometheus.Metric) {
	c.r.stats.each(func(name string, s *messageStats) {
		for i, o := range outcomes {
			counter(out, c.messages, s.outcome(i), name, string(o))
		}
		out <- s.histogram(c.duration, name)
	})
	counter(out, c.unhandled, c.r.unhandled.count.Load())
	counter(out, c.malformed, c.r.conns.malformed.Load())
}

func (s *messageStats) histogram(d *prometheus.Desc, name string) prometheus.Metric {
	cumulative := make(map[float64]uint64, len(buckets))
	var sum uint64
	for i, limit := range buckets {
		sum += s.took[i].Load() + s.failed[i].Load()
		cumulative[limit.Seconds()] = sum
	}
	return prometheus.MustNewConstHistogram(d, max(s.total(), sum), time.Duration(s.sum.Load()).Seconds(), cumulative, name)
}

func (c *collector) collectVMs(out chan<- prometheus.Metric) {
	idle, busy := c.r.countVMs()
	gauge(out, c.vms, float64(idle), "idle")
	gauge(out, c.vms, float64(busy), "busy")
	counter(out, c.vmsCreated, c.r.vms.created.Load())
	counter(out, c.vmsClosed, c.r.vms.closed.Load())
	gauge(out, c.tasks, float64(c.r.tasks.running.count()))
	counter(out, c.tasksFailed, c.r.tasks.failed.Load())
	c.r.requests.each(func(k requestKind, n uint64) {
		counter(out, c.httpRequests, n, k.service, strconv.Itoa(k.code), string(k.reason))
	})
	ok, failed := c.r.keySets.Fetches()
	counter(out, c.keyFetches, ok, "ok")
	counter(out, c.keyFetches, failed, "error")
	gauge(out, c.keysAge, c.r.keySets.Age().Seconds())
	gauge(out, c.sharedKeys, float64(c.r.shared.Len()))
	gauge(out, c.sharedBytes, float64(c.r.shared.Bytes()))
	counter(out, c.sharedEvictions, c.r.shared.Evictions())
}

func (c *collector) collectReloads(out chan<- prometheus.Metric) {
	s := &c.r.reloads
	counter(out, c.reloads, s.ok.Load(), "ok")
	counter(out, c.reloads, s.failed.Load(), "error")
	last := 0.0
	if s.lastOK.Load() {
		last = 1
	}
	gauge(out, c.reloadOK, last)
	gauge(out, c.reloadTime, float64(s.lastAt.Load())/1e9)
	counter(out, c.quarantines, c.r.quarantines.Load())
	if gen := c.r.live.Load(); gen != nil {
		gauge(out, c.generation, float64(gen.Number))
		gauge(out, c.quarantined, float64(gen.quarantined()))
	}
}

func (c *collector) collectConns(out chan<- prometheus.Metric) {
	s := &c.r.conns
	gauge(out, c.connections, float64(s.open.Load()))
	counter(out, c.accepted, s.accepted.Load())
	for i, cause := range spop.CloseCauses() {
		counter(out, c.closed, s.closed[i].Load(), string(cause))
	}
	counter(out, c.refused, s.refused.Load())
	counter(out, c.healthchecks, s.healthchecks.Load())
	counter(out, c.tooBig, s.tooBig.Load())
	counter(out, c.skipped, s.skipped.Load())
	counter(out, c.acceptErrors, s.acceptErrors.Load())
	counter(out, c.handedOver, s.handedOver.Load())
}
