import { describe, expect, it } from '@jest/globals';
import { brokerRecipes } from '../broker-recipes.ts';
import { composeImage, imageVersion } from './compose-image.ts';

describe('composeImage', () => {
  it('reads the image of a service', () => {
    const compose = 'services:\n  kafka:\n    image: apache/kafka:4.1.0\n  sqs:\n    image: other:1\n';
    expect(composeImage('kafka', compose)).toBe('apache/kafka:4.1.0');
  });

  it('finds a version for every broker in the file of this repository', () => {
    for (const name of Object.keys(brokerRecipes)) {
      expect(imageVersion(composeImage(name))).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('names the service that is missing', () => {
    expect(() => composeImage('nats', 'services: {}')).toThrow('docker-compose.yml names no image for nats');
  });

  it('refuses an image without a version', () => {
    const compose = 'services: { kafka: { image: "registry:5000/kafka" } }';
    expect(() => composeImage('kafka', compose)).toThrow('no version in registry:5000/kafka');
  });
});
