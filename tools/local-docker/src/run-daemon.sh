#!/bin/sh
# Usage: run-daemon.sh LOCK LOG COMMAND...
# Runs a daemon for as long as a process holds a shared lock on the file LOCK.
lock=$1 log=$2
shift 2
# A daemon whose shell is killed stops, too.
setpriv --pdeathsig TERM "$@" >"$log" 2>&1 &
exec 9>>"$lock"
# The exclusive lock is granted when the last shared one is gone. New holders wait until the daemon has stopped.
flock --exclusive 9
kill $!
wait $!
