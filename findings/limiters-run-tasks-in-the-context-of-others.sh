#!/bin/sh
# A task that waits for its turn in Bottleneck, fastq, async's queue, a bulkhead of cockatiel or RxJS' mergeMap runs in the AsyncLocalStorage of
# the task that ended before it: with the tenant, and below the span, of another. Those of p-queue, p-limit and p-throttle run in their own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bottleneck@2.19.5 fastq@1.20.3 async@3.2.6 cockatiel@4.0.0 rxjs@7.8.2 p-queue@10.0.0 p-limit@7.3.3 \
  p-throttle@8.1.1 >/dev/null 2>&1
cat >program.mjs <<'PROGRAM'
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import async from 'async';
import Bottleneck from 'bottleneck';
import { bulkhead } from 'cockatiel';
import fastq from 'fastq';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import pThrottle from 'p-throttle';
import { mergeMap, Subject } from 'rxjs';

const tenants = new AsyncLocalStorage();
const call = (task) => task();
const subject = new Subject();
subject.pipe(mergeMap(({ task, done }) => task().then(done), 1)).subscribe();
const bottleneck = new Bottleneck({ maxConcurrent: 1 });
const tasks = fastq.promise(call, 1);
const queue = async.queue(async (task) => task(), 1);
const policy = bulkhead(1, 100);
const pQueue = new PQueue({ concurrency: 1 });

const one = { limit: 1, interval: 5 };
const limiters = {
  'bottleneck 2.19.5': (task) => bottleneck.schedule(task),
  'fastq 1.20.3': (task) => tasks.push(task),
  'async 3.2.6': (task) => queue.pushAsync(task),
  'cockatiel 4.0.0': (task) => policy.execute(task),
  'rxjs 7.8.2': (task) => new Promise((done) => subject.next({ task, done })),
  'p-queue 10.0.0': (task) => pQueue.add(task),
  'p-limit 7.3.3': pLimit(1),
  'p-throttle 8.1.1': pThrottle(one)(call),
};

const seen = [];
for (const [name, limit] of Object.entries(limiters)) {
  let others = 0;
  const submit = (tenant) =>
    limit(async () => {
      if (tenants.getStore() !== tenant) others += 1;
      await wait(1);
    });
  await Promise.all(Array.from({ length: 10 }, (_, tenant) => tenants.run(tenant, () => submit(tenant))));
  console.log(`${name}: ${others} of 10 tasks run in the AsyncLocalStorage of another`);
  seen.push(others);
}
process.exit(seen.join() === '9,9,9,9,9,0,0,0' ? 0 : 1);
PROGRAM
node program.mjs
