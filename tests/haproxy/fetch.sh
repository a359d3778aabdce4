#!/usr/bin/env bash
# fetch.sh [DESTDIR] [VERSION...] gets HAProxy 2.6, 3.0 and 3.2 side by side,
# without installing them, and leaves one command per version:
#
#     DESTDIR/2.6/haproxy   DESTDIR/3.0/haproxy   DESTDIR/3.2/haproxy
#
# Version 3.4 is to be had when it is named. It comes from Debian's experimental,
# which holds it today and need not tomorrow.
#
# DESTDIR defaults to $SPOA_LUA_HAPROXY_DIR, then to .cache/haproxy below the
# repository. A second run finds the stamps and does nothing; concurrent runs
# wait for each other.
#
# The packages come from the Debian suites that carry these versions, through
# apt, which verifies every signature and digest. Mirror, keyring and proxy are
# those of the machine's own apt configuration; lists, caches and package state
# live below DESTDIR, so the system's apt is only read. Root is not needed.
set -euo pipefail

# Raised when the layout below DESTDIR changes: older stamps no longer count.
FORMAT=2
TRIES=3
# Other roots exist so that tests can try the sources of another machine.
APT_ETC=${SPOA_LUA_APT_ETC:-/etc/apt}

say() { printf 'fetch.sh: %s\n' "$*" >&2; }
die() { say "error: $1"; [ $# -lt 2 ] || say "hint: $2"; exit 1; }

suite_of() {
	case $1 in
	2.6) echo bookworm ;;
	3.0) echo trixie ;;
	3.2) echo forky ;;
	3.4) echo experimental ;;
	*) die "no suite is known for HAProxy $1" "versions are 2.6, 3.0, 3.2 and 3.4" ;;
	esac
}

# bases_of SUITE prints the suites that apt has to read besides: experimental
# holds nothing but what differs from sid.
bases_of() {
	case $1 in
	experimental) echo sid ;;
	esac
}

# try COMMAND... runs it up to TRIES times, since mirrors drop connections.
try() {
	local n
	for n in $(seq "$TRIES"); do
		"$@" && return 0
		[ "$n" = "$TRIES" ] || { say "attempt $n of $TRIES: $1 ended badly, trying again"; sleep $((n * 2)); }
	done
	return 1
}

# machine_sources prints "URI<TAB>KEYRING" for each archive entry of the machine
# (deb822 and one-line form) that carries the component main of a Debian
# release. An inline key is written to a file named by KEYRING. Entries' own
# "trusted" options are not taken over: what is fetched here is always verified.
machine_sources() {
	local keys=$1 file
	for file in "$APT_ETC"/sources.list "$APT_ETC"/sources.list.d/*.list; do
		[ -f "$file" ] && one_line_sources "$file"
	done
	for file in "$APT_ETC"/sources.list.d/*.sources; do
		[ -f "$file" ] && deb822_sources "$file" "$keys"
	done
	return 0
}

RELEASES='^(bullseye|bookworm|trixie|forky|duke|sid|oldstable|stable|testing|unstable)$'

# "deb [options] URI SUITE COMPONENT...", one entry a line.
one_line_sources() {
	awk -v releases="$RELEASES" '
	$1 == "deb" {
		sub(/#.*/, ""); key = ""
		if (match($0, /\[[^]]*\]/)) {
			options = substr($0, RSTART + 1, RLENGTH - 2)
			$0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
			n = split(options, o, /[ \t]+/)
			for (i = 1; i <= n; i++) if (o[i] ~ /^signed-by=/) key = substr(o[i], 11)
		}
		main = 0
		for (i = 4; i <= NF; i++) main = main || $i == "main"
		if (main && $3 ~ releases) print $2 "\t" key
	}' "$1"
}

# Stanzas of "Field: value", continuation lines begin with a blank.
deb822_sources() {
	awk -v releases="$RELEASES" -v keys="$2" '
	function flush(    i, n, s, ok, u, file) {
		if (f["enabled"] !~ /^ *(no|false|0)/ && (" " f["types"] " ") ~ / deb / &&
		    (" " f["components"] " ") ~ / main /) {
			n = split(f["suites"], s, /[ \n]+/); ok = 0
			for (i = 1; i <= n; i++) ok = ok || s[i] ~ releases
			if (ok) {
				file = f["signed-by"]; gsub(/^[ \n]+|[ \n]+$/, "", file); sub(/^-----/, "\n&", file)
				if (file ~ /-----BEGIN/) {
					u = file; file = keys "/inline-" (++inline) ".asc"
					sub(/^\n+/, "", u); gsub(/\n \./, "\n", u); gsub(/\n /, "\n", u)
					print u > file; close(file)
				}
				gsub(/[ \n]+/, ",", file)
				n = split(f["uris"], s, /[ \n]+/)
				for (i = 1; i <= n; i++) if (s[i] != "") print s[i] "\t" file
			}
		}
		delete f
	}
	/^#/ { next }
	/^[ \t]*$/ { flush(); next }
	/^[ \t]/ { sub(/^\t/, " "); f[last] = f[last] "\n" $0; next }
	{ i = index($0, ":"); last = tolower(substr($0, 1, i - 1)); f[last] = substr($0, i + 1) }
	END { flush() }' "$1"
}

# private_apt DIR SUITE URI KEYRING prepares an apt that lives in DIR and knows
# that suite, and what it is based on. The machine's download settings (proxy,
# certificates, clock checks) are kept; its hooks, which would touch the system,
# are not.
private_apt() {
	local dir=$1 suite=$2 uri=$3 keyring=$4 name
	mkdir -p "$dir"/{lists/partial,archives/partial,none}
	: >"$dir/status"
	for name in "$suite" $(bases_of "$suite"); do
		echo "deb ${keyring:+[signed-by=$keyring] }$uri $name main"
	done >"$dir/sources.list"
	# No more than haproxy itself comes from experimental, unless it has to.
	printf 'Package: haproxy\nPin: release a=experimental\nPin-Priority: 900\n' >"$dir/preferences"
	apt-config dump | grep '^Acquire::' |
		grep -vE '^Acquire::(IndexTargets|AllowInsecure|AllowWeak|AllowDowngrade|Languages|Changelogs)' >"$dir/apt.conf" || true
	cat >>"$dir/apt.conf" <<-END
		Acquire::Retries "$TRIES";
		Acquire::Languages "none";
		APT::Get::AllowUnauthenticated "false";
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Dir::Etc::main "$dir/none/apt.conf";
		Dir::Etc::parts "$dir/none";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "$dir/none";
		Dir::Etc::preferences "$dir/preferences";
		Dir::Etc::preferencesparts "$dir/none";
		Dir::State "$dir";
		Dir::State::lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
	END
}

# apt-get update reports a bad signature as a warning when older lists are at
# hand, and as an error otherwise; with Error-Mode=any it is always an error.
update_lists() { APT_CONFIG=$1/apt.conf apt-get -qq -o APT::Update::Error-Mode=any update; }

# open_suite DIR SUITE leaves verified lists of SUITE in DIR, from the first of
# the machine's sources that serves it. A keyring older than the suite does not
# know its key: then the keyring package of the oldest suite, which the machine
# does trust and which gains new keys in its point releases, vouches for it.
open_suite() {
	local dir=$1 suite=$2 uri keyring newer
	while IFS=$'\t' read -r uri keyring <&3; do
		private_apt "$dir" "$suite" "$uri" "$keyring"
		try update_lists "$dir" && return 0
		[ "$suite" = bookworm ] && continue
		say "$suite is not verified by the machine's keyring, trying the keyring package of bookworm"
		newer=$(newer_keyring "$dir" "$uri" "$keyring") || continue
		private_apt "$dir" "$suite" "$uri" "$newer"
		try update_lists "$dir" && return 0
	done 3<"$WORK/sources"
	die "none of the machine's apt sources serves a verified $suite" \
		"see the apt messages above; the mirrors tried are those in $APT_ETC/sources.list and $APT_ETC/sources.list.d"
}

# newer_keyring DIR URI KEYRING prints the path of the keyring out of bookworm's
# debian-archive-keyring, which is itself verified with KEYRING.
newer_keyring() {
	local dir=$1/keyring
	private_apt "$dir" bookworm "$2" "$3"
	try update_lists "$dir" >&2 || return 1
	(cd "$dir" && APT_CONFIG=$dir/apt.conf try apt-get -qq download debian-archive-keyring >&2) || return 1
	dpkg-deb -x "$dir"/debian-archive-keyring_*.deb "$dir/root" || return 1
	echo "$dir/root/usr/share/keyrings/debian-archive-keyring.gpg"
}

# library_closure DIR prints haproxy and the libraries it needs, as apt resolves
# them on an empty system; services and tools among them are left out.
library_closure() {
	APT_CONFIG=$1/apt.conf apt-get -qq --print-uris install haproxy |
		awk '/^\047/ { split($2, p, "_"); if (p[1] ~ /^(haproxy$|lib|zlib)/ && p[1] !~ /perl/) print p[1] }'
}

# unpack DIR ROOT takes the shared objects, the loader and haproxy itself out of
# the packages: what tests never use stays out of the cache.
unpack() {
	local deb
	mkdir -p "$2"
	for deb in "$1"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$2" --wildcards --no-wildcards-match-slash --no-anchored \
				'*.so' '*.so.*' haproxy --exclude='./usr/share' --exclude='./etc' --exclude='./var' 2>/dev/null || true
	done
	[ -x "$2/usr/sbin/haproxy" ] || die "the package holds no usr/sbin/haproxy" "run with an empty DESTDIR and look at $1/debs"
}

# write_wrapper ROOT FILE writes the command that starts haproxy with the loader
# and the libraries of its own suite. --argv0 names the wrapper itself, so that
# a master process which re-executes itself on SIGUSR2 comes back through here.
write_wrapper() {
	local root=$1 file=$2 loader dirs
	loader=$(cd "$root" && find . \( -name 'ld-linux*.so.*' -o -name 'ld64.so.*' \) -type f | sort | head -n 1)
	[ -n "$loader" ] || loader=$(cd "$root" && find . -name 'ld-linux*.so.*' | sort | head -n 1)
	[ -n "$loader" ] || die "no dynamic loader among the packages"
	dirs=$(cd "$root" && find . \( -type f -o -type l \) -path '*/lib/*-linux-*' -name '*.so.*' -printf '%h\n' |
		grep -E '/lib/[^/]+$' | sort -u | sed 's|^\.|$here/root|' | paste -sd:)
	cat >"$file" <<-END
		#!/bin/sh
		here=\${0%/*}
		case \$0 in /*) ;; *) here=\$(cd "\$here" && pwd) ;; esac
		exec "\$here/root/${loader#./}" --argv0 "\$here/haproxy" --library-path "$dirs" "\$here/root/usr/sbin/haproxy" "\$@"
	END
	chmod 755 "$file"
}

# verify DIR VERSION proves that the wrapper runs that version, and that every
# library comes from DIR: the loader would silently fall back on the system's.
verify() {
	local dir=$1 version=$2 out stray
	out=$("$dir/haproxy" -v 2>&1) || die "$dir/haproxy does not start: $out"
	case $out in
	"HAProxy version $version."*) ;;
	*) die "wanted HAProxy $version, got: ${out%%$'\n'*}" "the suite $(suite_of "$version") has moved on; change suite_of in fetch.sh" ;;
	esac
	sed 's/ --argv0/ --list&/' "$dir/haproxy" >"$dir/libraries" && chmod 755 "$dir/libraries"
	out=$out$'\n'$("$dir/libraries" 2>&1)
	rm "$dir/libraries"
	case $out in *libc.so.6\ =\>*) ;; *) die "the loader of HAProxy $version does not list its libraries: $out" ;; esac
	stray=$(awk '/=>/ { print $3 }' <<<"$out" | grep -v "^$dir/" || true)
	[ -z "$stray" ] || die "HAProxy $version would use libraries of the system: $stray" "a package of its closure is missing in library_closure"
	echo "${out%%$'\n'*}"
}

fetch() {
	local version=$1 dest=$2 suite apt out
	suite=$(suite_of "$version")
	apt=$WORK/$suite out=$WORK/$version
	say "HAProxy $version: reading the lists of $suite"
	open_suite "$apt" "$suite"
	local -a packages
	mapfile -t packages < <(library_closure "$apt")
	[ "${#packages[@]}" -gt 1 ] || die "apt finds no way to resolve haproxy in $suite"
	say "HAProxy $version: getting ${#packages[@]} packages"
	mkdir -p "$apt/debs" "$out"
	(cd "$apt/debs" && APT_CONFIG=$apt/apt.conf try apt-get -qq download "${packages[@]}") ||
		die "the packages of HAProxy $version cannot be downloaded" "see the apt messages above"
	unpack "$apt" "$out/root"
	write_wrapper "$out/root" "$out/haproxy"
	rm -rf "${dest:?}/$version"
	mv "$out" "$dest/$version"
	say "HAProxy $version: $(verify "$dest/$version" "$version")"
	echo "$FORMAT" >"$dest/$version/stamp"
}

stamped() { [ "$(cat "$1/stamp" 2>/dev/null)" = "$FORMAT" ] && [ -x "$1/haproxy" ]; }

main() {
	local dest=${1:-${SPOA_LUA_HAPROXY_DIR:-}} version here
	[ $# -eq 0 ] || shift
	[ $# -gt 0 ] || set -- 2.6 3.0 3.2
	here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
	dest=${dest:-$here/../../.cache/haproxy}
	mkdir -p "$dest" && dest=$(cd "$dest" && pwd)

	exec 9>"$dest/lock"
	flock 9
	for version; do
		stamped "$dest/$version" && continue
		if [ -z "${WORK:-}" ]; then
			prepare "$dest"
		fi
		fetch "$version" "$dest"
	done
}

# prepare DEST makes the work folder, below DEST so that a finished version is
# put in place by one rename.
prepare() {
	local tool
	for tool in apt-get apt-config dpkg-deb tar awk; do
		command -v "$tool" >/dev/null || die "$tool is not on this machine" "run on Debian 12 or newer, or point SPOA_LUA_HAPROXY_DIR at a folder that was filled there"
	done
	WORK=$1/work
	rm -rf "$WORK"
	mkdir -p "$WORK/keys"
	trap 'rm -rf "$WORK"' EXIT
	machine_sources "$WORK/keys" | sort -u >"$WORK/sources"
	[ -s "$WORK/sources" ] || die "no Debian archive among the machine's apt sources" \
		"$APT_ETC/sources.list or $APT_ETC/sources.list.d must name one with the component main"
}

main "$@"
