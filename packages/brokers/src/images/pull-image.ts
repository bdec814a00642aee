import type { ContainerRuntimeClient } from 'testcontainers';
import { followProgress } from './follow-progress.ts';

/** How long a registry may be silent, in ms: one that cannot be reached must not be waited for. */
const patience = 30_000;

/**
 * Pulls an image.
 *
 * @throws with the engine's reason if it cannot, or if the registry says nothing for 30 s
 */
export async function pullImage(engine: ContainerRuntimeClient, image: string): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the registry is silent')), patience);
  try {
    const progress = await engine.container.dockerode.pull(image, { abortSignal: silence.signal });
    await followProgress(progress, () => timer.refresh());
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
