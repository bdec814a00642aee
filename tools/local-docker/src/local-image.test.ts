import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { localImage } from './local-image.ts';

it.each(readdirSync(join(import.meta.dirname, '../images')))(
  'gives %s a name that no public image has',
  (name) => {
    expect(localImage(name, '1.2.3')).toMatch(new RegExp(`^waybill-local/${name}:1\\.2\\.3-[0-9a-f]{12}$`));
  },
);

it('gives another version of a broker another image, and the same version the same one', () => {
  expect(localImage('kafka', '4.1.0')).toBe(localImage('kafka', '4.1.0'));
  expect(localImage('kafka', '4.1.0').slice(-12)).not.toBe(localImage('kafka', '4.1.1').slice(-12));
});
