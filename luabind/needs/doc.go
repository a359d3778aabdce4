// Package needs finds in the syntax trees of scripts what their functions ask
// HAProxy for: arguments of messages, sample fetches, variables, headers. From
// that spoa-lua haproxy-config writes HAProxy's side.
//
// A function needs what it and the functions that it mentions by name need,
// whichever file they are in. What is computed when the script runs, such as the
// name of a fetch in a variable, cannot be found so and is reported.
package needs
