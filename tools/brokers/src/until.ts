/**
 * Waits until a condition holds.
 *
 * @param within how long at most, in ms. Default 50,000: less than a container test may take, so that it fails with what it waited for.
 */
export async function until(holds: () => boolean | Promise<boolean>, within: number = 50_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${within} ms for ${holds}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
