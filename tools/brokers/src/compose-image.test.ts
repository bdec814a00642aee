import { expect, it } from '@jest/globals';
import { type BrokerName, brokerRecipes } from './broker-recipes.ts';
import { composeImage } from './compose-image.ts';

it.each(Object.keys(brokerRecipes) as BrokerName[])('names an image with a version for %s', (name) => {
  expect(composeImage(name)).toMatch(/^[^:]+:\d+\.\d+\.\d+/);
});

it('names the service that is missing', () => {
  expect(() => composeImage('pulsar')).toThrow('docker-compose.yml names no image for pulsar');
});
