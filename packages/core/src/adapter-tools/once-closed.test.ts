import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import { onceClosed } from './once-closed.ts';

it('all that wait for an emitter are called when it closes, by one listener of it', () => {
  const emitter = new EventEmitter();
  const called: string[] = [];
  for (const name of ['a', 'b']) onceClosed(emitter, () => called.push(name));
  const { length } = emitter.listeners('close');
  emitter.emit('close');

  expect([length, called]).toEqual([1, ['a', 'b']]);
});

it('what waits no more is not called', () => {
  const emitter = new EventEmitter();
  const called: string[] = [];
  const stopWaiting = onceClosed(emitter, () => called.push('a'));
  onceClosed(emitter, () => called.push('b'));
  stopWaiting();
  emitter.emit('close');

  expect(called).toEqual(['b']);
});

it.each([undefined, null, {}, 'text'])('%p, which is no emitter, never closes', (emitter) => {
  const stopWaiting = onceClosed(emitter, () => undefined);

  expect(stopWaiting()).toBeUndefined();
});
