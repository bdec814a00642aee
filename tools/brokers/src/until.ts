/** Waits until a condition holds; fails after 20 s. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited 20 s for ${holds}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
