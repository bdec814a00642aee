#!/usr/bin/env node
import { runWaybill } from './run-waybill.ts';

const write = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(`${text}\n`);
};

// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const done = runWaybill(process.argv.slice(2), {
  out: (text) => write(process.stdout, text),
  error: (text) => write(process.stderr, text),
  terminal: process.stdout.isTTY
    ? { columns: process.stdout.columns, hasColours: process.stdout.hasColors() }
    : undefined,
  stopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
});

void done.then((code) => {
  process.exitCode = code;
});
