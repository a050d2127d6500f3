import { certificatePath } from '../_lib/identity.ts'

/**
 * The keeper beside each Redis, a POSIX shell script. Every few seconds it looks and mends; each step may be
 * repeated, and no step needs a leader, so a site forms its cluster and heals it with nobody there:
 *
 * - it tells Redis of a new certificate or user file (Redis reads them only when told);
 * - it meets every peer that Redis does not know by its present address (pods change addresses);
 * - it claims the share of the 16384 slots that belongs to its ordinal, and makes every peer forget a former
 *   self that still holds it (a pod that lost its volume comes back as somebody else).
 *
 * Environment: `NAME` (of this pod; ends in `-<ordinal>`), `ADDRESS` (its own), `PEERS` (host names in the order of
 * their ordinals, itself included; empty: no cluster), `TLS` (folder of tls.crt, tls.key, ca.crt), `USERS` and
 * `PASSWORD` (files: the ACL, the keeper's own password), `INTERVAL` (seconds).
 */
export const keeperScript = String.raw`#!/bin/sh
set -u
ordinal=$(echo "$NAME" | sed 's/.*-//')
told=
password=$(cat "$PASSWORD")

redis() { # <host> <command…>
  to=$1
  shift
  REDISCLI_AUTH=$password redis-cli -e --no-auth-warning --user keeper -h "$to" -p 6379 \
    --tls --cacert "$TLS/ca.crt" --cert "$TLS/tls.crt" --key "$TLS/tls.key" "$@" 2>&1
}

say() { echo "keeper: $*"; }

# The password that works: Redis knows the old one until it has loaded the users, and the two files, being of two
# Secrets, may change a minute apart.
keep_password() {
  redis "$ADDRESS" ping >/dev/null || password=$(cat "$PASSWORD")
}

tell_redis_what_changed() {
  now=$(cat "$TLS/tls.crt" "$TLS/ca.crt" "$USERS" | sha256sum)
  [ "$now" = "$told" ] && return
  answer=$(redis "$ADDRESS" config set tls-cert-file "$TLS/tls.crt" tls-key-file "$TLS/tls.key" \
    tls-ca-cert-file "$TLS/ca.crt") || { say "Redis did not take the certificate: $answer"; return; }
  answer=$(redis "$ADDRESS" acl load) || { say "Redis did not take the users: $answer"; return; }
  told=$now
  say "Redis has read its certificate and its users"
}

# The nodes beside <me> that hold a slot between <first> and <last>, out of CLUSTER NODES.
holders() {
  awk -v me="$me" -v first="$first" -v last="$last" '$1 != me {
    for (i = 9; i <= NF; i++) {
      if ($i ~ /^\[/) continue
      n = split($i, part, "-")
      if (part[1] + 0 <= last && part[n] + 0 >= first) { print $1; next }
    }
  }'
}

keep_cluster() {
  me=$(redis "$ADDRESS" cluster myid) || return
  count=0
  hosts=
  for name in $PEERS; do
    count=$((count + 1))
    address=$(getent ahostsv4 "$name" | awk 'NR == 1 { print $1 }')
    hosts="$hosts $address"
  done
  first=$((ordinal * 16384 / count))
  last=$(((ordinal + 1) * 16384 / count - 1))
  nodes=$(redis "$ADDRESS" cluster nodes) || return

  # Nobody else ever owns this share, so whoever holds it is a former self.
  former=$(for host in $hosts; do redis "$host" cluster nodes | holders; done | sort -u)
  for id in $former; do
    say "forgetting $id, which held slots $first-$last"
    for host in $hosts; do redis "$host" cluster forget "$id" >/dev/null; done
  done

  mine=$(echo "$nodes" | awk -v me="$me" '$1 == me { print $9 }')
  if [ -z "$mine" ]; then
    # Different from the start, so that nobody has to settle a tie. Refused once it has met others, which is fine.
    redis "$ADDRESS" cluster set-config-epoch $((ordinal + 1)) >/dev/null
    if redis "$ADDRESS" cluster addslotsrange "$first" "$last" >/dev/null; then say "holds slots $first-$last"; fi
  elif [ "$mine" != "$first-$last" ]; then
    say "holds $mine instead of $first-$last"
  fi

  for host in $hosts; do
    [ "$host" = "$ADDRESS" ] && continue
    echo "$nodes" | awk -v at="$host:6379@" '
      index($2, at) == 1 && $3 !~ /fail|handshake|noaddr/ && $8 == "connected" { found = 1 }
      END { exit !found }' && continue
    if redis "$ADDRESS" cluster meet "$host" 6379 >/dev/null; then say "meets $host"; fi
  done
}

while true; do
  keep_password
  tell_redis_what_changed
  [ -n "$PEERS" ] && keep_cluster
  sleep "$INTERVAL"
done
`

/** `ready.sh alone | cluster`: is Redis alive and, in a cluster, does the cluster let it serve? */
export const readyScript = String.raw`#!/bin/sh
set -eu
look() {
  REDISCLI_AUTH=- redis-cli -e --no-auth-warning --user probe -h 127.0.0.1 -p 6379 \
    --tls --cacert ${certificatePath}/ca.crt --cert ${certificatePath}/tls.crt --key ${certificatePath}/tls.key "$@"
}
[ "$(look ping)" = PONG ]
[ "$1" = alone ] || look cluster info | grep -q '^cluster_state:ok'
`
