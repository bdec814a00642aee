/** Tells those who wait for a message that it is processed. */
export class Arrivals {
  readonly #awaited = new Map<string, () => void>();

  of(id: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(id, resolve));
  }

  tell(id: string): void {
    this.#awaited.get(id)?.();
    this.#awaited.delete(id);
  }
}
