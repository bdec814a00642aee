import { GCProfiler } from 'node:v8';
import type { Step } from './run-by-turns.ts';
import { median } from './statistics.ts';

/**
 * The bytes of the heap that a step allocates: what the heap has grown by, and what was collected meanwhile. Memory of buffers
 * outside the heap is not in it.
 */
export async function allocatedBytes(step: Step, steps: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const profiler = new GCProfiler();
    profiler.start();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < steps; count++) await step();
    const grown = process.memoryUsage().heapUsed - before;
    const collected = profiler
      .stop()
      .statistics.map(
        ({ beforeGC, afterGC }) => beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
      );
    rounds.push(collected.reduce((sum, bytes) => sum + bytes, grown) / steps);
  }
  return median(rounds);
}
