import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Numbers in a file: another process can read them even if the writer is killed right after. */
export class Journal {
  readonly #file: number;
  #position = 0;
  #rest = '';

  /** Opens a journal, or makes a new one. */
  constructor(path: string) {
    this.#file = openSync(path, 'a+');
  }

  write(number: number): void {
    writeSync(this.#file, `${number}\n`);
  }

  /** The numbers written since the last read. */
  read(): number[] {
    const buffer = Buffer.alloc(64 * 1024);
    let text = this.#rest;
    for (;;) {
      const length = readSync(this.#file, buffer, 0, buffer.length, this.#position);
      if (length === 0) break;
      text += buffer.toString('latin1', 0, length);
      this.#position += length;
    }
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map(Number);
  }

  close(): void {
    closeSync(this.#file);
  }
}
