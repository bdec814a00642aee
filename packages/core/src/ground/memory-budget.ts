/** The default memory limit of a Waybill, in bytes. */
const defaultLimit = 16 * 1_024 * 1_024;

/**
 * The memory limit of all stores of a Waybill. When it is reached, the generations of all stores change at the same time, so the
 * oldest entries go first in every store. Young entries may take half of the limit, so a change always makes room.
 */
export class MemoryBudget {
  readonly #limit: number;
  readonly #stores = new Set<MemoryStore>();
  #young = 0;
  #old = 0;

  /** @param limit in bytes. */
  constructor(limit: number = defaultLimit) {
    this.#limit = limit;
  }

  /** The size of all that is remembered now, in bytes. */
  get used(): number {
    return this.#young + this.#old;
  }

  /** Adds a store that is no longer empty. */
  add(store: MemoryStore): void {
    this.#stores.add(store);
  }

  /** Lets go of a store that is empty. */
  remove(store: MemoryStore): void {
    this.#stores.delete(store);
  }

  /** Counts what is young from now on, or no longer where it is negative, in bytes. */
  spend(bytes: number): void {
    this.#young += bytes;
    if (this.#young <= this.#limit / 2 && this.used <= this.#limit) return;
    for (const store of this.#stores) store.changeGenerations();
  }

  /** Counts what has grown old in a store, and what was forgotten of what was old, in bytes. */
  age(grownOld: number, forgotten: number): void {
    this.#young -= grownOld;
    this.#old += grownOld - forgotten;
  }
}

/** A store of two generations: when they change, what is old is forgotten, and what is young is old from then on. */
export abstract class MemoryStore {
  readonly #budget: MemoryBudget;
  #young = 0;
  #old = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  changeGenerations(): void {
    this.#budget.age(this.#young, this.#old);
    this.#old = this.#young;
    this.#young = 0;
    if (this.#old === 0) this.#budget.remove(this);
    this.age();
  }

  /** Counts what was put into the young generation, in bytes, as near as is known. The generations may change before it returns. */
  spend(bytes: number): void {
    if (this.#young === 0 && this.#old === 0) this.#budget.add(this);
    this.#young += bytes;
    this.#budget.spend(bytes);
  }

  /** Counts what was taken out of the young generation, in bytes. */
  protected release(bytes: number): void {
    this.#young -= bytes;
    this.#budget.spend(-bytes);
  }

  /** Counts that nothing is left. */
  protected releaseAll(): void {
    this.#budget.age(this.#young, this.#young + this.#old);
    this.#young = 0;
    this.#old = 0;
    this.#budget.remove(this);
  }

  /** Forgets what is old, and makes what is young old. */
  protected abstract age(): void;
}
