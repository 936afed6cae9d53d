# Runs one throw-away Postgres on 127.0.0.1: says "ready" when it accepts connections, and ends it and deletes its
# folder when standard input closes. A shell does it, and not xtask, because standard input closes in every case:
# when the tests are done, when one panics, on Ctrl-C, and when xtask is killed.
# Arguments: the folder of the server programs, the port.
set -eu
programs=$1
port=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-postgres.XXXXXX")
cd "$folder"

stop() {
    if pid=$(head -n 1 data/postmaster.pid 2>/dev/null); then
        kill -INT "$pid" || true
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -QUIT "$pid" 2>/dev/null || true
    fi
    cd /
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' HUP INT PIPE TERM

fail() {
    cat log >&2
    exit 1
}

# Postgres refuses to run as root.
as_postgres=""
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as_postgres="runuser -u postgres --"
fi

$as_postgres "$programs/initdb" --pgdata data --auth trust --username postgres --encoding UTF8 --locale C.UTF-8 --no-sync >log 2>&1 || fail
$as_postgres "$programs/postgres" -D data -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=200 >log 2>&1 &
until "$programs/pg_isready" --quiet --host 127.0.0.1 --port "$port" --username postgres; do
    kill -0 $! 2>/dev/null || fail
    sleep 0.1
done
echo ready
cat >/dev/null
