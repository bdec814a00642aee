#!/bin/sh
# An observable gauge of OpenTelemetry's SDK for Node.js goes on reporting attributes that its callback no longer observes, with their last
# value, as long as the process lives: the lag of partitions that another consumer has by now. It does so for readers that ask for cumulative
# values, as most do; not for those that ask for deltas. The SDK for Python does not do it for either.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.1 >/dev/null 2>&1
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
cat >program.mjs <<'PROGRAM'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
for (const [name, temporality] of Object.entries({ cumulative: AggregationTemporality.CUMULATIVE, delta: AggregationTemporality.DELTA })) {
  const reader = new Reader({ aggregationTemporalitySelector: () => temporality });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('consumer');
  let assigned = [0, 1];
  meter.createObservableGauge('lag').addCallback((lag) => {
    for (const partition of assigned) lag.observe(100, { partition });
  });
  await reader.collect();
  assigned = [0]; // partition 1 goes to another consumer
  const { resourceMetrics } = await reader.collect();
  const [{ dataPoints }] = resourceMetrics.scopeMetrics[0].metrics;
  console.log(`node ${name}: ${dataPoints.map(({ attributes, value }) => `partition ${attributes.partition} ${value}`).join(', ')}`);
}
PROGRAM
cat >program.py <<'PROGRAM'
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

reader = InMemoryMetricReader()
assigned = [0, 1]
observe = lambda _options: [Observation(100, {"partition": partition}) for partition in assigned]
MeterProvider([reader]).get_meter("consumer").create_observable_gauge("lag", [observe])
reader.get_metrics_data()
assigned = [0]
[metric] = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
points = [f"partition {point.attributes['partition']} {point.value}" for point in metric.data.data_points]
print(f"python cumulative: {', '.join(points)}")
PROGRAM
echo 'sdk-metrics 3.1.1 and opentelemetry-sdk 1.45.2, after the callback has stopped to observe partition 1:'
{ node program.mjs && python/bin/python program.py; } | tee seen
printf '%s\n' 'node cumulative: partition 0 100, partition 1 100' 'node delta: partition 0 100' 'python cumulative: partition 0 100' | diff seen -
