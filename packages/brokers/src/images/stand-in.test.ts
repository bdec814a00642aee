import { describe, expect, it } from '@jest/globals';
import { brokerRecipes } from '../broker-recipes.ts';
import { debian, standInImage } from './stand-in.ts';

describe('standInImage', () => {
  it('is never the name of a public image', () => {
    for (const recipe of Object.values(brokerRecipes)) {
      expect(standInImage(recipe.standIn('1.2.3'))).toMatch(/^waybill-local\/[a-z]+:[0-9a-f]{12}$/);
    }
    expect(standInImage(debian)).toBe('waybill-local/debian:trixie');
  });

  it('stays the same while the recipe does', () => {
    const { standIn } = brokerRecipes.kafka;
    expect(standInImage(standIn('4.1.0'))).toBe(standInImage(standIn('4.1.0')));
  });

  it('is another one for another version of the broker', () => {
    const { standIn } = brokerRecipes.kafka;
    expect(standInImage(standIn('4.1.0'))).not.toBe(standInImage(standIn('4.1.1')));
  });
});
