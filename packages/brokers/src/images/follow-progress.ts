import { createInterface } from 'node:readline';

/**
 * Reads what the engine says of a pull or a build to its end, calling `onStep` at each step.
 *
 * @throws with the engine's own message if it reports an error
 */
export async function followProgress(progress: NodeJS.ReadableStream, onStep?: () => void): Promise<void> {
  for await (const line of createInterface({ input: progress })) {
    const step = JSON.parse(line);
    if (step.error) throw new Error(step.error);
    onStep?.();
  }
}
