// Package haproxyconf writes HAProxy's side of scripts: the file of its SPOE
// filter, and the lines of haproxy.cfg that send the messages and apply what the
// scripts decide. It is what spoa-lua haproxy-config prints.
package haproxyconf
