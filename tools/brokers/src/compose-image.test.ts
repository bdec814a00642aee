import { expect, it } from '@jest/globals';
import { composeImage } from './compose-image.ts';
import { allBrokers } from './url-variables.ts';

it.each(allBrokers)('names an image with a version for %s', (name) => {
  expect(composeImage(name)).toMatch(/^[^:]+:\d+\.\d+\.\d+/);
});

it('names the service that is missing', () => {
  expect(() => composeImage('pulsar')).toThrow('docker-compose.yml names no image for pulsar');
});
